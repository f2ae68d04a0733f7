//! `parquet`: one row group after the other, and of each only the columns that are read.

use std::io::Read;
use std::sync::mpsc::{Receiver, sync_channel};

use arrow_array::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Type;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::batches::{Batches, Columns, Opened, Packed, Unpacked};
use super::footer;
use super::guarded::guarded;
use super::pages;
use super::{CHUNK_ROWS, Chunks, FormatHalf, Request};
use crate::catalog::formats::parquet::Parquet;
use crate::data::parallel::threads;
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
        let place = Place(bytes.clone());
        let builder = open(bytes, source).map_err(unreadable)?;
        let fields = builder.schema().fields().clone();
        Ok(Box::new(Opened::new(
            Groups { place, builder: Some(builder), memory: request.memory, readers: Vec::new() },
            &fields,
            request,
        )))
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
    if let Some(reason) = footer::refusal(&bytes) {
        return Err(reason);
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
    place: Place,
    builder: Option<Builder>,
    /// So many bytes of columns may lie in memory.
    memory: usize,
    /// Each reads some of the columns, all from the first row to the last.
    readers: Vec<Reader>,
}

/// Batches of some columns, and how many rows of the last one have been given.
struct Reader {
    batches: Batched,
    batch: Option<RecordBatch>,
    given: usize,
}

/// Read when they are asked for, or ahead by a thread of their own.
enum Batched {
    Here(ParquetRecordBatchReader),
    Ahead(Receiver<Result<RecordBatch, String>>),
}

/// How many batches are ahead of whoever asks for them.
const AHEAD: usize = 2;
/// So many rows are given at once, of columns of which more lie ready.
const AT_ONCE: usize = 1 << 16;

impl Groups {
    fn start(&mut self, builder: Builder, columns: &Columns) -> Result<(), String> {
        let schema = builder.parquet_schema();
        let leaves: Vec<usize> = leaves(&builder, columns);
        let rows: i64 = builder.metadata().row_groups().iter().map(|group| group.num_rows()).sum();
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        let threads = if rows > CHUNK_ROWS { threads() } else { 1 };
        let build = |leaves: &[usize], at_once: usize| {
            let metadata = ArrowReaderMetadata::try_new(builder.metadata().clone(), ArrowReaderOptions::new())?;
            let mask = ProjectionMask::leaves(schema, leaves.iter().copied());
            let builder = Builder::new_with_metadata(Place(self.place.0.clone()), metadata);
            builder.with_batch_size(at_once).with_projection(mask).build()
        };
        // Numbers that all fit into memory are read in one piece, which is the column in the end.
        let numbers = |leaf: &usize| is_a_column_of_numbers(&builder, *leaf);
        let fits = rows.saturating_mul(leaves.len()).saturating_mul(size_of::<f64>()) <= self.memory;
        let (whole, some) = match threads > 1 && fits {
            true => leaves.into_iter().partition(numbers),
            false => (Vec::new(), leaves),
        };
        let mut readers = Vec::new();
        for (leaves, at_once) in [(whole, rows), (some, CHUNK_ROWS)] {
            // Whoever reads no column at all counts rows.
            if leaves.is_empty() && !(readers.is_empty() && at_once == CHUNK_ROWS) {
                continue;
            }
            for leaves in shares(&builder, &leaves, threads) {
                readers.push(build(&leaves, at_once).map_err(|error| said(&error))?);
            }
        }
        let alone = readers.len() == 1;
        let batches = readers.into_iter().map(|reader| if alone { Batched::Here(reader) } else { ahead(reader) });
        self.readers = batches.map(|batches| Reader { batches, batch: None, given: 0 }).collect();
        Ok(())
    }
}

/// Whether a column holds one number for each row, or nothing.
fn is_a_column_of_numbers(builder: &Builder, leaf: usize) -> bool {
    let column = builder.parquet_schema().column(leaf);
    let texts = matches!(column.physical_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY);
    !texts && column.path().parts().len() == 1 && column.max_rep_level() == 0
}

impl Batches for Groups {
    fn next(&mut self, columns: &Columns) -> Result<Option<Packed>, String> {
        if let Some(builder) = self.builder.take() {
            self.start(builder, columns)?;
        }
        let (mut rows, mut more) = (AT_ONCE, !self.readers.is_empty());
        for reader in &mut self.readers {
            match reader.left()? {
                0 => more = false,
                left => rows = rows.min(left),
            }
        }
        if !more {
            return Ok(None);
        }
        let batches = self.readers.iter_mut().filter_map(|reader| reader.give(rows)).collect();
        Ok(Some(Packed { rows, unpack: Box::new(move || Ok(Unpacked { rows, batches })) }))
    }
}

impl Reader {
    /// How many rows lie ready; nothing behind the last.
    fn left(&mut self) -> Result<usize, String> {
        loop {
            match &self.batch {
                Some(batch) if self.given < batch.num_rows() => return Ok(batch.num_rows() - self.given),
                _ => {}
            }
            self.given = 0;
            self.batch = match &mut self.batches {
                Batched::Here(reader) => next_of(reader)?,
                // Behind its last batch, or an error, a thread ends.
                Batched::Ahead(batches) => batches.recv().ok().transpose()?,
            };
            if self.batch.is_none() {
                return Ok(0);
            }
        }
    }

    /// The batch that lies ready, and where the next rows of it begin, of which so many are given now.
    fn give(&mut self, rows: usize) -> Option<(RecordBatch, usize)> {
        let first = self.given;
        self.given += rows;
        Some((self.batch.clone()?, first))
    }
}

fn next_of(reader: &mut ParquetRecordBatchReader) -> Result<Option<RecordBatch>, String> {
    reader.next().transpose().map_err(|error| error.to_string())
}

/// Reads ahead, until nobody waits for it any more.
fn ahead(mut reader: ParquetRecordBatchReader) -> Batched {
    let (give, given) = sync_channel(AHEAD);
    std::thread::spawn(move || {
        loop {
            let next = guarded(|| next_of(&mut reader)).transpose();
            let Some(next) = next else { return };
            let more = next.is_ok();
            if give.send(next).is_err() || !more {
                return;
            }
        }
    });
    Batched::Ahead(given)
}

/// Columns dealt out to so many readers, each as much as the others, in the order of the file; all parts of a group to one.
fn shares(builder: &Builder, leaves: &[usize], readers: usize) -> Vec<Vec<usize>> {
    let (schema, groups) = (builder.parquet_schema(), builder.metadata().row_groups());
    let size = |leaf: usize| -> i64 { groups.iter().map(|group| group.column(leaf).compressed_size()).sum() };
    let total: i64 = leaves.iter().map(|leaf| size(*leaf)).sum();
    let mut shares: Vec<Vec<usize>> = vec![Vec::new()];
    let mut so_far: i64 = 0;
    for leaf in leaves.iter().copied() {
        let full = so_far.saturating_mul(readers as i64) >= total.saturating_mul(shares.len() as i64);
        let share = shares.last_mut().filter(|share| {
            let same =
                share.last().is_some_and(|last| schema.get_column_root_idx(*last) == schema.get_column_root_idx(leaf));
            same || !full
        });
        match share {
            Some(share) => share.push(leaf),
            None => shares.push(vec![leaf]),
        }
        so_far += size(leaf);
    }
    shares
}

/// What is read of a file: everything, or the columns at the end of some paths.
fn leaves(builder: &Builder, columns: &Columns) -> Vec<usize> {
    let schema = builder.parquet_schema();
    let all = 0..schema.num_columns();
    let Some(paths) = columns.needed() else { return all.collect() };
    let wanted = |leaf: &usize| {
        let column = schema.column(*leaf);
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
    all.filter(wanted).collect()
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
