//! Rows of one width, one after the other in a file, read by their numbers.

use std::fs::File;
use std::io::{BufWriter, Write};

use super::folder::{Scratch, cannot};

/// Writes rows, in their order.
pub struct RowWriter {
    scratch: Scratch,
    writer: BufWriter<File>,
    width: usize,
    buffer: Vec<u8>,
}

/// Rows on disk, as long as the process lives.
#[derive(Debug)]
pub struct RowFile {
    file: File,
    /// Bytes per row.
    width: usize,
    _scratch: Scratch,
}

impl RowWriter {
    /// For rows of so many bytes.
    pub fn new(width: usize) -> Result<Self, String> {
        let scratch = Scratch::new()?;
        let writer = BufWriter::with_capacity(1 << 20, scratch.file("rows")?);
        Ok(Self { scratch, writer, width, buffer: Vec::new() })
    }

    /// Adds numbers of whole rows.
    pub fn push<T: Copy, const N: usize>(&mut self, numbers: &[T], bytes: impl Fn(T) -> [u8; N]) -> Result<(), String> {
        self.buffer.clear();
        numbers.iter().for_each(|number| self.buffer.extend_from_slice(&bytes(*number)));
        self.writer.write_all(&self.buffer).map_err(|error| cannot(self.scratch.path(), &error))
    }

    pub fn finish(self) -> Result<RowFile, String> {
        let Self { scratch, writer, width, .. } = self;
        let file = writer.into_inner().map_err(|error| cannot(scratch.path(), error.error()))?;
        Ok(RowFile { file, width, _scratch: scratch })
    }
}

impl RowFile {
    /// How many bytes all rows have.
    pub fn bytes(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }

    /// The bytes of a row.
    pub fn read(&self, row: usize, bytes: &mut [u8]) -> Result<(), String> {
        read_at(&self.file, bytes, row as u64 * self.width as u64)
            .map_err(|error| format!("prepared rows in the cache cannot be read any more: {error}"))
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    let mut done = 0;
    while done < bytes.len() {
        match std::os::windows::fs::FileExt::seek_read(file, &mut bytes[done..], at + done as u64)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(())
}
