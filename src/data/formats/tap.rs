//! Bytes on their way to a reader of records, kept until the record that they belong to has been dealt with, and read one
//! block ahead, so that it is known where the last record ends.

use std::io::{self, Read};

const BLOCK: usize = 65_536;
/// A row that is longer is no row: it would not fit into memory with its neighbours.
const MOST_OF_A_ROW: usize = 1 << 30;

pub struct Tap<R> {
    inner: R,
    /// What has been read and not been forgotten, and the place of its first byte.
    window: Vec<u8>,
    start: usize,
    /// How many bytes the reader has been given.
    given: usize,
    pub ended: bool,
    /// Whether a backslash has stood before this quote anywhere.
    quote: Option<u8>,
    pub escaped: bool,
}

impl<R: Read> Tap<R> {
    pub fn new(inner: R, quote: Option<u8>) -> Self {
        Self { inner, window: Vec::new(), start: 0, given: 0, ended: false, quote, escaped: false }
    }

    /// Where what has been read ends.
    pub fn end(&self) -> usize {
        self.start + self.window.len()
    }

    /// The bytes from a place on, as far as they have been read.
    pub fn from(&self, place: usize) -> &[u8] {
        &self.window[place.saturating_sub(self.start).min(self.window.len())..]
    }

    /// Nobody asks for bytes before a place any more.
    pub fn forget(&mut self, place: usize) {
        let before = place.saturating_sub(self.start).min(self.window.len());
        if before >= 4 * BLOCK {
            self.window.drain(..before);
            self.start += before;
        }
    }

    fn more(&mut self) -> io::Result<()> {
        let before = self.window.len();
        if before > MOST_OF_A_ROW {
            return Err(io::Error::other("a row of it is longer than a gigabyte"));
        }
        self.inner.by_ref().take(BLOCK as u64).read_to_end(&mut self.window)?;
        self.ended = self.window.len() == before;
        if let Some(quote) = self.quote.filter(|_| !self.escaped) {
            let from = before.saturating_sub(1);
            let mut rest = &self.window[from..];
            while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
                if rest.get(at + 1) == Some(&quote) {
                    self.escaped = true;
                    break;
                }
                rest = &rest[at + 1..];
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // One more byte than is asked for.
        while !self.ended && self.end() - self.given <= buffer.len() {
            self.more()?;
        }
        let from = self.given - self.start;
        let count = buffer.len().min(self.window.len() - from);
        buffer[..count].copy_from_slice(&self.window[from..from + count]);
        self.given += count;
        Ok(count)
    }
}
