//! The heads of the pages of a Parquet file: how large each claims to be unpacked, before anything is unpacked.
//!
//! A head is a [`Thrift`] struct, whose second and third field are the two sizes; the library allocates what the first of them says. What
//! cannot be read here is left to the library, which says what is damaged.

use std::io::Read;

use parquet::file::metadata::ParquetMetaData;

use super::thrift::Thrift;
use crate::data::source::{FREE_BYTES, MOST_TIMES, Random};

/// A head is smaller, unless it holds long texts as statistics.
const HEAD: u64 = 1 << 16;

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
            // A size that was read as a signed number cannot overflow here, nor can a page without bytes go on for ever: it has a head.
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
        let mut reader = Thrift::new(bytes);
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
                _ => reader.pass(sort)?,
            }
        }
        let size = |size: Option<i64>| u64::try_from(size?).ok();
        Some(Head { unpacked: size(unpacked)?, packed: size(packed)?, length: reader.place() as u64 })
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
