//! `arrow`: Arrow batches as they stand in memory, in a file (Feather) or a stream, one batch after the other.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_buffer::Buffer;
use arrow_ipc::convert::{MessageBuffer, try_fb_to_schema};
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{Message, MessageHeader};
use arrow_schema::{Fields, Schema};

use super::batches::{Batches, Columns, Opened, Packed, Unpacked};
use super::guarded::guarded;
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::arrow::Arrow;
use crate::data::source::Source;
use crate::diag::Diagnostic;

/// What one message may claim: of its description, of its body, and of what its body unpacks to.
const MOST_OF_A_DESCRIPTION: usize = 1 << 26;
const MOST_OF_A_BODY: u64 = 1 << 34;
const MOST_TIMES: u64 = 4000;
const FREE_BYTES: u64 = 1 << 26;
/// So many times four zeros may stand behind the mark of a file.
const FILLING: usize = 64;
/// So much memory is taken for bytes before they have come.
const MOST_AT_ONCE: usize = 1 << 24;
/// Rows that need no bytes at all.
const FREE_ROWS: u64 = 1 << 24;

impl FormatHalf for Arrow {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let reader = source.reader().map_err(unreadable)?;
        let mut messages = Messages { reader, schema: None, dictionaries: Arc::default(), ended: false };
        let damaged = |reason: String| {
            // What begins as it should is nothing else.
            match source.ends().is_ok_and(|ends| self.recognizes(source, &ends)) {
                true => format!("it is an Arrow file that is cut short or damaged ({reason})"),
                false => source.foreign().unwrap_or_else(|| format!("it is no Arrow file ({reason})")),
            }
        };
        guarded(|| messages.begin()).map_err(damaged).map_err(unreadable)?;
        let fields: Fields = match &messages.schema {
            Some(schema) => schema.fields().clone(),
            None => return Err(unreadable("it has no columns".into())),
        };
        Ok(Box::new(Opened::new(messages, &fields, request)))
    }

    fn recognizes(&self, _source: &Source, ends: &[u8]) -> bool {
        ends.starts_with(b"ARROW1") || ends.starts_with(&[0xff, 0xff, 0xff, 0xff])
    }
}

/// The messages of a stream. A file is a stream between its marks: what stands behind it says only where its batches lie.
struct Messages {
    reader: Box<dyn Read + Send>,
    schema: Option<Arc<Schema>>,
    /// What keys of the batches that follow stand for, by number.
    dictionaries: Arc<HashMap<i64, ArrayRef>>,
    ended: bool,
}

/// A batch as it lies in the file, packed or not: whoever takes it apart may do so while the next ones are read.
struct Body {
    message: MessageBuffer,
    body: Buffer,
    schema: Arc<Schema>,
    dictionaries: Arc<HashMap<i64, ArrayRef>>,
}

impl Body {
    fn read(&self) -> Result<Unpacked, String> {
        let message = self.message.as_ref();
        let batch = message.header_as_record_batch().ok_or("a batch is none")?;
        let schema = self.schema.clone();
        let read = read_record_batch(&self.body, batch, schema, &self.dictionaries, None, &message.version());
        let batch = read.map_err(|error| error.to_string())?;
        Ok(Unpacked { rows: batch.num_rows(), batches: vec![(batch, 0)] })
    }
}

impl Messages {
    /// Reads on until the columns are known.
    fn begin(&mut self) -> Result<(), String> {
        let mut mark = self.exactly(4)?;
        if mark == b"ARRO" {
            if self.exactly(4)? != b"W1\0\0" {
                return Err("its mark is broken".into());
            }
            // Behind its mark some writers fill up with zeros.
            mark = self.exactly(4)?;
            for _ in 0..FILLING {
                if mark == [0; 4] {
                    mark = self.exactly(4)?;
                }
            }
        }
        while self.schema.is_none() && !self.ended {
            if self.message(std::mem::take(&mut mark))?.is_some() {
                return Err("a batch comes before its columns".into());
            }
        }
        Ok(())
    }

    /// Reads one message, and gives the batch that it is, if it is one; `mark` are its first four bytes, if they have been read.
    fn message(&mut self, mark: Vec<u8>) -> Result<Option<Body>, String> {
        let mut length = if mark.is_empty() { self.exactly(4)? } else { mark };
        // Streams of old begin with the length alone.
        if length == [0xff; 4] {
            length = self.exactly(4)?;
        }
        let length = length.first_chunk::<4>().map_or(0, |length| i32::from_le_bytes(*length));
        if length == 0 {
            self.ended = true;
            return Ok(None);
        }
        let length = usize::try_from(length).ok().filter(|length| *length <= MOST_OF_A_DESCRIPTION);
        let length = length.ok_or("the description of a batch claims an impossible length")?;
        let description = Buffer::from_vec(self.exactly(length)?);
        let message = MessageBuffer::try_new(description).map_err(|error| error.to_string())?;
        let body_length = u64::try_from(message.as_ref().bodyLength()).ok().filter(|length| *length <= MOST_OF_A_BODY);
        let body_length = body_length.ok_or("a batch claims an impossible length")? as usize;
        let body = self.exactly(body_length)?;
        possible(&message.as_ref(), &body)?;
        self.take(message, Buffer::from_vec(body))
    }

    /// Learns what a message says.
    fn take(&mut self, message: MessageBuffer, body: Buffer) -> Result<Option<Body>, String> {
        let said = message.as_ref();
        let without = "a batch comes before its columns";
        match said.header_type() {
            MessageHeader::Schema if self.schema.is_some() => Err("it names its columns twice".into()),
            MessageHeader::Schema => {
                let schema = said.header_as_schema().ok_or("its columns are none")?;
                self.schema = Some(Arc::new(try_fb_to_schema(schema).map_err(|error| error.to_string())?));
                Ok(None)
            }
            MessageHeader::DictionaryBatch => {
                let (schema, batch) = (self.schema.as_deref().ok_or(without)?, said.header_as_dictionary_batch());
                let batch = batch.ok_or("a dictionary is none")?;
                // Batches that are still to be taken apart keep those that they were written with.
                let dictionaries = Arc::make_mut(&mut self.dictionaries);
                read_dictionary(&body, batch, schema, dictionaries, &said.version())
                    .map_err(|error| error.to_string())?;
                Ok(None)
            }
            MessageHeader::RecordBatch => {
                let schema = self.schema.clone().ok_or(without)?;
                Ok(Some(Body { message, body, schema, dictionaries: self.dictionaries.clone() }))
            }
            MessageHeader::NONE => Ok(None),
            other => Err(format!("it holds a message that is no table ({other:?})")),
        }
    }

    /// So many bytes; memory is taken as they come, whatever is claimed.
    fn exactly(&mut self, count: usize) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::with_capacity(count.min(MOST_AT_ONCE));
        self.reader.by_ref().take(count as u64).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() < count { Err("it ends before it should".into()) } else { Ok(bytes) }
    }
}

impl Batches for Messages {
    fn next(&mut self, _columns: &Columns) -> Result<Option<Packed>, String> {
        while !self.ended {
            if let Some(batch) = self.message(Vec::new())? {
                let said = batch.message.as_ref();
                let rows = said.header_as_record_batch().map_or(0, |batch| batch.length());
                let rows = usize::try_from(rows).map_err(|_| "a batch claims to have no number of rows")?;
                return Ok(Some(Packed { rows, unpack: Box::new(move || batch.read()) }));
            }
        }
        Ok(None)
    }
}

/// Whether a body can hold what its description claims.
fn possible(message: &Message<'_>, body: &[u8]) -> Result<(), String> {
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data()),
        _ => None,
    };
    let Some(batch) = batch else { return Ok(()) };
    let size = body.len() as u64;
    let rows =
        u64::try_from(batch.length()).ok().filter(|rows| *rows <= size.saturating_mul(MOST_TIMES).max(FREE_ROWS));
    if rows.is_none() {
        return Err(format!("a batch claims to have {} rows, which its {size} bytes cannot hold", batch.length()));
    }
    let mut total = 0u64;
    for buffer in batch.buffers().into_iter().flatten() {
        let (from, length) = (u64::try_from(buffer.offset()), u64::try_from(buffer.length()));
        let end = from.ok().zip(length.ok()).and_then(|(from, length)| from.checked_add(length));
        let Some(end) = end.filter(|end| *end <= size) else {
            return Err("a column of a batch lies outside of it".into());
        };
        if batch.compression().is_some() && buffer.length() >= 8 {
            let from = buffer.offset() as usize;
            let claimed = body[from..end as usize].first_chunk::<8>().map_or(0, |length| i64::from_le_bytes(*length));
            // -1 says that it is not packed after all.
            total = total.saturating_add(u64::try_from(claimed).unwrap_or(0));
        }
    }
    if total > size.saturating_mul(MOST_TIMES).max(FREE_BYTES) {
        return Err(format!("a batch of {size} bytes claims to unpack to {total}"));
    }
    Ok(())
}
