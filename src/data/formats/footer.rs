//! What a Parquet file says of its columns at its end: how deep they lie in groups, before a library goes down there.
//!
//! The columns stand in one list, each group in front of what it holds, with the number of that. The library calls itself for each group in
//! a group, and would run out of stack in a file of a few kilobytes. What cannot be read here is left to it.

use std::io::Read;

use super::thrift::Thrift;
use crate::data::source::Random;

/// Nobody's columns lie deeper.
const DEEPEST: usize = 64;

/// The reason to refuse a file whose groups have no end.
pub fn refusal(bytes: &Random) -> Option<String> {
    let length = bytes.length();
    let mut end = [0; 8];
    bytes.from(length.checked_sub(8)?).read_exact(&mut end).ok()?;
    let [a, b, c, d, b'P', b'A', b'R', b'1'] = end else { return None };
    let claimed = u64::from(u32::from_le_bytes([a, b, c, d]));
    let mut footer = Vec::new();
    bytes.from((length - 8).checked_sub(claimed)?).take(claimed).read_to_end(&mut footer).ok()?;
    let deep = depth(&footer)?;
    (deep > DEEPEST)
        .then(|| format!("its columns lie in more than {DEEPEST} groups, one in the other, which no table needs"))
}

/// How deep the deepest column lies, as far as it is too deep.
fn depth(footer: &[u8]) -> Option<usize> {
    let mut reader = Thrift::new(footer);
    let mut field = 0;
    loop {
        match (reader.field(&mut field)?, field) {
            (0, _) => return None,
            (LIST, 2) => break,
            (sort, _) => reader.pass(sort)?,
        }
    }
    let (STRUCT, count) = reader.list()? else { return None };
    // How many members each open group still has.
    let mut open: Vec<i64> = Vec::new();
    let mut deepest = 0;
    for _ in 0..count {
        if let Some(members) = open.last_mut() {
            *members -= 1;
        }
        let members = members(&mut reader)?;
        if members > 0 {
            open.push(members);
            deepest = deepest.max(open.len());
        }
        if deepest > DEEPEST {
            break;
        }
        while open.last().is_some_and(|members| *members <= 0) {
            open.pop();
        }
    }
    Some(deepest)
}

const WHOLE: u8 = 5;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// How many members a column has.
fn members(reader: &mut Thrift<'_>) -> Option<i64> {
    let (mut field, mut members) = (0, 0);
    loop {
        match (reader.field(&mut field)?, field) {
            (0, _) => return Some(members),
            (WHOLE, 5) => members = reader.whole()?,
            (sort, _) => reader.pass(sort)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of a file whose one column lies so deep, beside a group that is closed again.
    fn footer(groups: usize) -> Vec<u8> {
        let element = |name: u8, members: Option<u8>| match members {
            // name: a text of one letter in the fourth field, the members in the fifth.
            Some(members) => vec![0x48, 1, name, 0x15, members * 2, 0],
            None => vec![0x48, 1, name, 0],
        };
        let mut elements = vec![element(b's', Some(2)), element(b'a', Some(1)), element(b'b', None)];
        elements.extend((1..groups).map(|_| element(b'g', Some(1))));
        elements.push(element(b'x', None));
        // The version, and a list of more than fourteen structs or of fewer.
        let mut bytes = vec![0x15, 2, 0x19];
        match elements.len() {
            few @ ..15 => bytes.push((few as u8) << 4 | STRUCT),
            many => bytes.extend([0xf0 | STRUCT, many as u8 & 0x7f | 0x80, (many >> 7) as u8]),
        }
        bytes.extend(elements.concat());
        bytes.push(0);
        bytes
    }

    fn file(footer: &[u8]) -> Random {
        let length = (footer.len() as u32).to_le_bytes();
        Random::Memory([b"PAR1", footer, &length, b"PAR1"].concat().into())
    }

    #[test]
    fn groups_in_groups_are_counted() {
        for groups in [2, 3, 14, DEEPEST, DEEPEST + 1, 5000] {
            let footer = footer(groups);
            assert_eq!(depth(&footer), Some(groups.min(DEEPEST + 1)));
            assert_eq!(refusal(&file(&footer)).is_some(), groups > DEEPEST);
            // Cut off, it is somebody else's to say what is wrong.
            for end in 0..(footer.len() - 1).min(40) {
                assert_eq!(depth(&footer[..end]).filter(|_| groups <= DEEPEST), None);
            }
        }
        for bytes in [b"".as_slice(), b"PAR1", b"PAR1\xff\xff\xff\xffPAR1"] {
            assert_eq!(refusal(&Random::Memory(bytes.into())), None);
        }
    }
}
