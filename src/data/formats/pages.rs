//! The heads of the pages of a Parquet file: how large each claims to be unpacked, before anything is unpacked.
//!
//! A head is a Thrift struct in the compact protocol, whose second and third field are the two sizes; the library allocates what the first
//! of them says. What cannot be read here is left to the library, which says what is damaged.

use std::io::Read;

use parquet::file::metadata::ParquetMetaData;

use crate::data::source::{FREE_BYTES, MOST_TIMES, Random};

/// A head is smaller, unless it holds long texts as statistics.
const HEAD: u64 = 1 << 16;
const DEEPEST: usize = 16;

/// The reason to refuse a file one of whose pages is a bomb.
pub fn refusal(bytes: &Random, metadata: &ParquetMetaData) -> Option<String> {
    for column in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let (start, length) = column.byte_range();
        let end = start.saturating_add(length).min(bytes.length());
        let mut at = start;
        while at < end {
            let mut head = Vec::new();
            bytes.from(at).take(HEAD.min(end - at)).read_to_end(&mut head).ok()?;
            let Some(page) = Head::read(&head) else { break };
            if page.unpacked > page.packed.saturating_mul(MOST_TIMES).max(FREE_BYTES) {
                return Some(format!(
                    "a page of its column `{}` unpacks to {} MB, more than {MOST_TIMES} times its size, as no table does",
                    column.column_path().string(),
                    page.unpacked >> 20
                ));
            }
            at += page.length + page.packed;
        }
    }
    None
}

#[derive(Debug, PartialEq)]
struct Head {
    unpacked: u64,
    packed: u64,
    /// Of the head itself.
    length: u64,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Head> {
        let mut reader = Thrift { bytes, at: 0 };
        let (mut unpacked, mut packed) = (None, None);
        let mut field = 0;
        loop {
            let sort = match reader.field(&mut field)? {
                0 => break,
                sort => sort,
            };
            match (field, sort) {
                (2, 5) => unpacked = Some(reader.whole()?),
                (3, 5) => packed = Some(reader.whole()?),
                _ => reader.pass(sort, false, DEEPEST)?,
            }
        }
        let size = |size: Option<i64>| u64::try_from(size?).ok();
        Some(Head { unpacked: size(unpacked)?, packed: size(packed)?, length: reader.at as u64 })
    }
}

struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A whole number with a sign.
    fn whole(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// The next field of a struct: its sort, and its number; 0 at the end.
    fn field(&mut self, number: &mut i64) -> Option<u8> {
        let byte = self.byte()?;
        if byte & 0x0f != 0 {
            *number = if byte >> 4 == 0 { self.whole()? } else { number.checked_add(i64::from(byte >> 4))? };
        }
        Some(byte & 0x0f)
    }

    /// Passes over a value. A truth value is part of its field, and a byte in a list.
    fn pass(&mut self, sort: u8, listed: bool, deep: usize) -> Option<()> {
        let deep = deep.checked_sub(1)?;
        match sort {
            1 | 2 if !listed => {}
            1..=3 => self.at += 1,
            4..=6 => _ = self.number()?,
            7 => self.at += 8,
            8 => {
                let length = usize::try_from(self.number()?).ok()?;
                self.at = self.at.checked_add(length)?;
            }
            9 | 10 => {
                let byte = self.byte()?;
                let count = if byte >> 4 == 15 { self.number()? } else { u64::from(byte >> 4) };
                for _ in 0..count {
                    self.pass(byte & 0x0f, true, deep)?;
                }
            }
            12 => {
                let mut field = 0;
                loop {
                    match self.field(&mut field)? {
                        0 => break,
                        sort => self.pass(sort, false, deep)?,
                    }
                }
            }
            _ => return None,
        }
        (self.at <= self.bytes.len()).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ArrowReaderOptions;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::basic::{Compression, ZstdLevel};
    use parquet::file::properties::WriterProperties;

    use super::*;
    use crate::data::source::Source;

    fn refused(text: &str) -> Option<String> {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![text, "b", "c"]));
        let batch = RecordBatch::try_from_iter([("a", texts)]).expect("a batch");
        let packing = Compression::ZSTD(ZstdLevel::try_new(1).expect("a level"));
        let properties = WriterProperties::builder().set_compression(packing).set_dictionary_enabled(false).build();
        let mut file = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).expect("a writer");
        writer.write(&batch).and_then(|()| writer.close()).expect("it is written");
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(
            bytes::Bytes::from(file.clone()),
            ArrowReaderOptions::new(),
        );
        let bytes = Source::of_stream(file.as_slice()).and_then(|source| source.random()).expect("bytes");
        refusal(&bytes, builder.expect("a file").metadata())
    }

    #[test]
    fn pages_that_unpack_to_more_than_they_may_are_bombs() {
        assert_eq!(refused("a"), None);
        assert_eq!(refused(&"a".repeat(1 << 20)), None);
        let reason = refused(&"a".repeat(70 << 20)).expect("a bomb");
        assert!(reason.contains("column `a` unpacks to 70 MB"), "{reason}");
    }

    #[test]
    fn heads_are_read_and_passed_over() {
        // type: 0, uncompressed: 100, compressed: 50, and a struct with a list of truth values, a text and a double.
        let head = [
            0x15, 0, 0x15, 200, 1, 0x15, 100, 0x2c, 0x19, 0x21, 1, 2, 0x18, 2, 7, 7, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        let read = Head { unpacked: 100, packed: 50, length: head.len() as u64 };
        assert_eq!(Head::read(&head), Some(read));
        (0..head.len()).for_each(|end| assert_eq!(Head::read(&head[..end]), None));
    }
}
