//! `parquet`: one row group after the other, and of each only the columns that are read.

use std::io::Read;

use arrow_array::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::batches::{Batches, Columns, Opened};
use super::guarded::guarded;
use super::pages;
use super::{CHUNK_ROWS, Chunks, FormatHalf, Request};
use crate::catalog::formats::parquet::Parquet;
use crate::data::source::{Random, Source};
use crate::diag::Diagnostic;

/// A file that claims more rows than so many times its bytes is a bomb; so many rows may be claimed whatever its size.
const MOST_ROWS_PER_BYTE: u64 = 1024;
const FREE_ROWS: u64 = 1 << 24;
/// A column of a row group that claims to be larger is none.
const MOST_OF_A_CHUNK: i64 = 1 << 36;

impl FormatHalf for Parquet {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let bytes = source.random().map_err(unreadable)?;
        let builder = open(bytes, source).map_err(unreadable)?;
        let fields = builder.schema().fields().clone();
        Ok(Box::new(Opened::new(Groups { builder: Some(builder), reader: None }, &fields, request)))
    }

    fn recognizes(&self, _source: &Source, ends: &[u8]) -> bool {
        ends.starts_with(b"PAR1")
    }
}

type Builder = ParquetRecordBatchReaderBuilder<Place>;

/// Reads what a file says of itself at its end.
fn open(bytes: Random, source: &Source) -> Result<Builder, String> {
    let length = bytes.length();
    let mut magic = [0; 4];
    let begins = bytes.from(0).read_exact(&mut magic).is_ok();
    if !begins || !matches!(&magic, b"PAR1" | b"PARE") {
        let other = source.foreign().unwrap_or_else(|| "it is no Parquet file: it does not begin with `PAR1`".into());
        return Err(other);
    }
    if &magic == b"PARE" {
        return Err("it is encrypted".into());
    }
    let options = ArrowReaderOptions::new();
    let builder =
        guarded(|| Builder::try_new_with_options(Place(bytes.clone()), options).map_err(|error| said(&error)))
            .map_err(|reason| format!("it is a Parquet file that is cut short or damaged ({reason})"))?;
    let metadata = builder.metadata();
    let rows: i128 = metadata.row_groups().iter().map(|group| i128::from(group.num_rows())).sum();
    let negative = metadata.row_groups().iter().any(|group| group.num_rows() < 0);
    if negative || rows > i128::from(length.saturating_mul(MOST_ROWS_PER_BYTE).max(FREE_ROWS)) {
        return Err(format!("it claims to have {rows} rows, which a file of {length} bytes cannot hold"));
    }
    let claims = metadata.row_groups().iter().flat_map(|group| group.columns()).find(|column| {
        let size = column.uncompressed_size();
        !(0..=MOST_OF_A_CHUNK).contains(&size)
            || column.compressed_size() < 0
            || column.compressed_size() as u64 > length
    });
    match claims {
        Some(column) => {
            Err(format!("its column `{}` claims to be larger than the file can hold", column.column_path().string()))
        }
        None => match guarded(|| Ok(pages::refusal(&bytes, builder.metadata()))) {
            Ok(None) => Ok(builder),
            Ok(Some(reason)) => Err(reason),
            Err(reason) => Err(format!("it is a Parquet file that is damaged ({reason})")),
        },
    }
}

fn said(error: &ParquetError) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("Parquet error: ").unwrap_or(&text);
    crate::data::problems::shown_long(text)
}

/// The rows of a file, once it is known what is read of them.
struct Groups {
    builder: Option<Builder>,
    reader: Option<ParquetRecordBatchReader>,
}

impl Batches for Groups {
    fn next(&mut self, columns: &Columns) -> Result<Option<RecordBatch>, String> {
        if let Some(builder) = self.builder.take() {
            let mask = mask(&builder, columns);
            let builder = builder.with_batch_size(CHUNK_ROWS).with_projection(mask);
            self.reader = Some(builder.build().map_err(|error| said(&error))?);
        }
        self.reader.as_mut().and_then(Iterator::next).transpose().map_err(|error| error.to_string())
    }
}

/// What is read of a file: everything, or the columns at the end of some paths.
fn mask(builder: &Builder, columns: &Columns) -> ProjectionMask {
    let Some(paths) = columns.needed() else { return ProjectionMask::all() };
    let schema = builder.parquet_schema();
    let wanted = |leaf: usize| {
        let column = schema.column(leaf);
        let parts = column.path().parts();
        // Between the names on the way stand those that Parquet gives to the layers of a list.
        let on_the_way = |path: &&[String]| {
            let mut rest = path.iter().peekable();
            parts.iter().for_each(|part| {
                rest.next_if(|name| *name == part);
            });
            parts.first() == path.first() && rest.peek().is_none()
        };
        paths.iter().any(on_the_way)
    };
    ProjectionMask::leaves(schema, (0..schema.num_columns()).filter(|leaf| wanted(*leaf)))
}

/// A file as the library reads it.
struct Place(Random);

impl Length for Place {
    fn len(&self) -> u64 {
        self.0.length()
    }
}

impl ChunkReader for Place {
    type T = std::io::BufReader<Box<dyn Read + Send>>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(std::io::BufReader::new(self.0.from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let cut = || ParquetError::EOF("bytes are asked for behind the end".into());
        let end = start.checked_add(length as u64).filter(|end| *end <= self.0.length()).ok_or_else(cut)?;
        let mut bytes = Vec::with_capacity((end - start) as usize);
        self.0.from(start).take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length { Err(cut()) } else { Ok(bytes.into()) }
    }
}
