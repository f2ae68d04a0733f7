//! Files of vectors as GloVe, fastText and word2vec write them: a line for each word, the word and its numbers with spaces between them. The
//! first line may say how many there are, and of how many numbers.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::data::source::Source;

/// How many lacking words are named.
const NAMED: usize = 8;

/// The vectors of a vocabulary.
#[derive(Debug, PartialEq)]
pub struct Found {
    /// One for each index, row-major; of those that the file lacks, zeros.
    pub values: Vec<f32>,
    /// Whether the file has it.
    pub has: Vec<bool>,
    /// How many vectors the file has.
    pub lines: usize,
}

/// Reads the vectors of words, each the spelling of an index; `None` for indices that are no words.
///
/// # Errors
/// Why the file cannot be used, with the line, to complete "cannot read FILE: …"; and what to write, if that is known.
pub fn read(path: &Path, words: &[Option<String>], width: usize) -> Result<Found, (String, Option<String>)> {
    let plain = |why: String| (why, None);
    let source = Source::open(path).map_err(plain)?;
    let mut reader = BufReader::with_capacity(1 << 18, source.reader().map_err(plain)?);
    let mut wanted: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (index, word) in words.iter().enumerate() {
        if let Some(word) = word {
            wanted.entry(word.as_bytes()).or_default().push(index);
        }
    }
    let mut found = Found { values: vec![0.0; words.len() * width], has: vec![false; words.len()], lines: 0 };
    let mut promised = None;
    let (mut line, mut number) = (Vec::new(), 0usize);
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|error| plain(error.to_string()))? == 0 {
            break;
        }
        number += 1;
        let content = line.trim_ascii_end();
        if content.is_empty() {
            continue;
        }
        if number == 1 {
            if let Some((count, of)) = header(content) {
                fits(of, width, &format!("line 1 says {of} numbers for each word"))?;
                promised = Some(count);
                continue;
            }
            let of = numbers_at_end(content);
            fits(of, width, &format!("the vector in line 1 has {of} numbers"))?;
        }
        let Some((word, numbers)) = apart(content, width) else {
            let has = content.split(|byte| byte.is_ascii_whitespace()).count().saturating_sub(1);
            return Err(plain(format!("line {number} has a word and {has} numbers, and should have {width}")));
        };
        found.lines += 1;
        // Of a word that stands there twice, as in some files, the first is the more frequent.
        let Some(indices) = wanted.remove(word) else { continue };
        let mut vector = Vec::with_capacity(width);
        for text in numbers.split(|byte| byte.is_ascii_whitespace()).filter(|text| !text.is_empty()) {
            let parsed = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f32>().ok());
            match parsed.filter(|value| value.is_finite()) {
                Some(value) => vector.push(value),
                None => {
                    let text = String::from_utf8_lossy(text);
                    return Err(plain(format!(
                        "line {number} has `{}` among its numbers",
                        crate::data::problems::shown(&text)
                    )));
                }
            }
        }
        if vector.len() != width {
            return Err(plain(format!("line {number} has {} numbers, and should have {width}", vector.len())));
        }
        for index in indices {
            found.has[index] = true;
            found.values[index * width..][..width].copy_from_slice(&vector);
        }
    }
    match promised {
        _ if found.lines == 0 => Err(plain("it has no vectors".into())),
        Some(promised) if promised != found.lines => Err(plain(format!(
            "its first line says {promised} vectors, and {} follow: it was cut short, or is another file",
            found.lines
        ))),
        _ => Ok(found),
    }
}

/// The words that the file lacks, the first few by name: the most frequent, where the vocabulary has them in this order.
pub fn lacking<'w>(words: &'w [Option<String>], has: &[bool]) -> (usize, Vec<&'w str>) {
    let lacking = words.iter().zip(has).filter(|(_, has)| !**has).filter_map(|(word, _)| word.as_deref());
    (lacking.clone().count(), lacking.take(NAMED).collect())
}

fn fits(of: usize, width: usize, what: &str) -> Result<(), (String, Option<String>)> {
    if of == width {
        return Ok(());
    }
    if of == 0 {
        return Err(("line 1 is no word with numbers behind it".into(), None));
    }
    Err((format!("{what}, and `embed` has {width}"), Some(format!("write `embed({of}, vectors: …)`"))))
}

/// "400000 100": how many vectors there are, and of how many numbers.
fn header(line: &[u8]) -> Option<(usize, usize)> {
    let (count, width) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    Some((count.parse().ok()?, width.trim().parse().ok()?))
}

/// How many of the last fields of a line are numbers; the first is the word, whatever it is.
fn numbers_at_end(line: &[u8]) -> usize {
    let fields: Vec<&[u8]> =
        line.split(|byte| byte.is_ascii_whitespace()).filter(|field| !field.is_empty()).skip(1).collect();
    let is_number = |field: &&&[u8]| std::str::from_utf8(field).is_ok_and(|field| field.parse::<f32>().is_ok());
    fields.iter().rev().take_while(is_number).count()
}

/// A word, which may have spaces in it, and the text of so many numbers behind it.
fn apart(line: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let spaces = line.iter().enumerate().rev().filter(|(_, byte)| **byte == b' ' || **byte == b'\t');
    let (at, _) = spaces.clone().nth(width.checked_sub(1)?)?;
    let word = &line[..at];
    (!word.is_empty()).then_some((word, &line[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<Option<String>> {
        std::iter::once(None).chain(list.iter().map(|word| Some(word.to_string()))).collect()
    }

    fn reading(text: &str, width: usize) -> Result<Found, (String, Option<String>)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("v.txt");
        std::fs::write(&path, text).expect("written");
        read(&path, &words(&["the", "of", ". .", "zebra"]), width)
    }

    #[test]
    fn every_way_to_write_them_is_read() {
        let rows = "the 1 2\nof -0.5 1e-1\n. . 3 4\nthe 9 9\n";
        let wanted = [0.0, 0.0, 1.0, 2.0, -0.5, 0.1, 3.0, 4.0, 0.0, 0.0];
        // GloVe; fastText, which says how many and leaves a space at the end of a line; tabs and line ends of another system.
        for text in [rows.to_string(), format!("4 2\n{}", rows.replace('\n', " \n")), rows.replace('\n', "\r\n")] {
            let found = reading(&text, 2).unwrap_or_else(|why| panic!("{text:?}: {why:?}"));
            assert_eq!(found.values, wanted, "{text:?}");
            assert_eq!((found.has, found.lines), (vec![false, true, true, true, false], 4), "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let cases = [
            ("the 1 2 3\n", "the vector in line 1 has 3 numbers, and `embed` has 2"),
            ("3 5\nthe 1 2 3 4 5\n", "line 1 says 5 numbers for each word, and `embed` has 2"),
            ("the 1 2\nof 1\n", "line 2 has a word and 1 numbers, and should have 2"),
            ("the 1 2\nof 1 x\n", "line 2 has `x` among its numbers"),
            ("the 1 2\nof 1 nan\n", "line 2 has `nan` among its numbers"),
            ("3 2\nthe 1 2\n", "its first line says 3 vectors, and 1 follow"),
            ("hello world, this is a text\n", "line 1 is no word with numbers behind it"),
            ("\n\n", "it has no vectors"),
        ];
        for (text, wanted) in cases {
            let Err((why, help)) = reading(text, 2) else { panic!("{text:?} was read") };
            assert!(why.contains(wanted), "{text:?}: {why}");
            assert_eq!(help.is_some(), why.contains("`embed` has"), "{text:?}: {help:?}");
        }
    }
}
