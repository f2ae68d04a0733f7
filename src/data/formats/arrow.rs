//! `arrow`: Arrow batches as they stand in memory, in a file (Feather) or a stream, one batch after the other.

use std::collections::VecDeque;
use std::io::Read;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::{MessageHeader, root_as_message};

use super::batches::{Batches, Columns, Opened};
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
/// Rows that need no bytes at all.
const FREE_ROWS: u64 = 1 << 24;

impl FormatHalf for Arrow {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let reader = source.reader().map_err(unreadable)?;
        let mut messages = Messages { reader, decoder: StreamDecoder::new(), decoded: VecDeque::new(), ended: false };
        let damaged = |reason: String| {
            // What begins as it should is nothing else.
            match source.ends().is_ok_and(|ends| self.recognizes(source, &ends)) {
                true => format!("it is an Arrow file that is cut short or damaged ({reason})"),
                false => source.foreign().unwrap_or_else(|| format!("it is no Arrow file ({reason})")),
            }
        };
        guarded(|| messages.schema()).map_err(damaged).map_err(unreadable)?;
        let schema = messages.decoder.schema().ok_or_else(|| unreadable("it has no columns".into()))?;
        Ok(Box::new(Opened::new(messages, schema.fields(), request)))
    }

    fn recognizes(&self, _source: &Source, ends: &[u8]) -> bool {
        ends.starts_with(b"ARROW1") || ends.starts_with(&[0xff, 0xff, 0xff, 0xff])
    }
}

/// The messages of a stream. A file is a stream between its marks: what stands behind it says only where its batches lie.
struct Messages {
    reader: Box<dyn Read + Send>,
    decoder: StreamDecoder,
    /// Batches that nobody has taken yet.
    decoded: VecDeque<RecordBatch>,
    ended: bool,
}

impl Messages {
    /// Reads on until the columns are known.
    fn schema(&mut self) -> Result<(), String> {
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
        while self.decoder.schema().is_none() && !self.ended {
            self.message(Some(std::mem::take(&mut mark)))?;
        }
        Ok(())
    }

    /// Reads one message; `mark` are its first four bytes, if they have been read.
    fn message(&mut self, mark: Option<Vec<u8>>) -> Result<(), String> {
        let mut whole = match mark.filter(|mark| !mark.is_empty()) {
            Some(mark) => mark,
            None => self.exactly(4)?,
        };
        // Streams of old begin with the length alone.
        if whole == [0xff; 4] {
            let length = self.exactly(4)?;
            whole.extend(length);
        }
        let length = whole.last_chunk::<4>().map_or(0, |length| i32::from_le_bytes(*length));
        if length == 0 {
            self.ended = true;
            return self.decode(whole);
        }
        let length = usize::try_from(length).ok().filter(|length| *length <= MOST_OF_A_DESCRIPTION);
        let length = length.ok_or("the description of a batch claims an impossible length")?;
        let description = self.exactly(length)?;
        let message = root_as_message(&description).map_err(|error| format!("{error:?}"))?;
        let body_length = u64::try_from(message.bodyLength()).ok().filter(|length| *length <= MOST_OF_A_BODY);
        let body_length = body_length.ok_or("a batch claims an impossible length")? as usize;
        let body = self.exactly(body_length)?;
        possible(&message, &body)?;
        whole.extend(&description);
        // The body begins where the library may use it in place.
        self.decode(whole)?;
        self.decode(body)
    }

    /// Hands bytes to the library, which looks at a message without a body only when the next one comes.
    fn decode(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let mut bytes = Buffer::from_vec(bytes);
        while !bytes.is_empty() {
            self.decoded.extend(self.decoder.decode(&mut bytes).map_err(|error| error.to_string())?);
        }
        Ok(())
    }

    /// So many bytes; memory is taken as they come, whatever is claimed.
    fn exactly(&mut self, count: usize) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::with_capacity(count.min(1 << 20));
        self.reader.by_ref().take(count as u64).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() < count { Err("it ends before it should".into()) } else { Ok(bytes) }
    }
}

impl Batches for Messages {
    fn next(&mut self, _columns: &Columns) -> Result<Option<RecordBatch>, String> {
        while self.decoded.is_empty() && !self.ended {
            self.message(None)?;
        }
        Ok(self.decoded.pop_front())
    }
}

/// Whether a body can hold what its description claims.
fn possible(message: &arrow_ipc::Message<'_>, body: &[u8]) -> Result<(), String> {
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
