//! The arrays of a file: one, or an archive of them, each of which is read by itself, some rows at a time.

use std::io::{self, BufReader, Read};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::array::{ArrayHead, HostArray};
use crate::data::foreign;
use crate::data::source::{At, Random, Source};
use crate::data::spooled::Spooled;
use crate::data::store;

/// How much is read at a time from an archive's own index.
const BLOCK: usize = 1 << 16;
/// How much room is made for rows before they have come.
const AT_ONCE: usize = 1 << 20;

/// A file of arrays.
pub struct Archive<'s> {
    source: &'s Source,
    /// `None` for a lone `.npy`, which answers to any name.
    zip: Option<Zip>,
    pub names: Vec<String>,
}

struct Zip {
    index: ZipArchive<BufReader<At>>,
    bytes: Random,
    /// What was packed as a whole lies unpacked for as long as it is read.
    _spooled: Option<Spooled>,
}

impl<'s> Archive<'s> {
    pub fn open(source: &'s Source) -> Result<Self, String> {
        let mut begins = Vec::new();
        source.reader()?.take(6).read_to_end(&mut begins).map_err(|error| error.to_string())?;
        if begins == b"\x93NUMPY" {
            return Ok(Self { source, zip: None, names: Vec::new() });
        }
        // An archive that is packed once more has no places to go to.
        let spooled = match source.is_packed()? {
            true => Some(Spooled::of(source.reader()?, store::memory())?),
            false => None,
        };
        let bytes = match &spooled {
            Some(spooled) => spooled.bytes().clone(),
            None => source.random()?,
        };
        let index = ZipArchive::new(BufReader::with_capacity(BLOCK, bytes.at(0))).map_err(|error| {
            let arrays = source.ends().is_ok_and(|ends| foreign::is_arrays(&ends));
            let other = source.foreign().filter(|_| !arrays);
            other.unwrap_or_else(|| format!("it is no npz archive, or damaged ({error})"))
        })?;
        let mut names: Vec<String> =
            index.file_names().filter_map(npyz::npz::array_name_from_file_name).map(str::to_string).collect();
        names.sort();
        Ok(Self { source, zip: Some(Zip { index, bytes, _spooled: spooled }), names })
    }

    /// An array, from its first row on; `None` if there is none of this name.
    pub fn array(&mut self, name: &str) -> Option<Result<Rows, String>> {
        let Some(zip) = &mut self.zip else {
            return Some(self.source.reader().and_then(Rows::of));
        };
        if !self.names.iter().any(|other| other == name) {
            return None;
        }
        Some(zip.entry(&npyz::npz::file_name_from_array_name(name)).and_then(Rows::of))
    }
}

impl Zip {
    /// The bytes of an entry, unpacked.
    fn entry(&mut self, name: &str) -> Result<Box<dyn Read + Send>, String> {
        let entry = self.index.by_name(name).map_err(|error| match error {
            ZipError::UnsupportedArchive(how) => {
                format!("is packed in a way that is not read ({how}); `numpy.savez_compressed` packs it as it is read")
            }
            error => format!("is damaged: {error}"),
        })?;
        let packed = self.bytes.from(entry.data_start()).take(entry.compressed_size());
        let inner: Box<dyn Read + Send> = match entry.compression() {
            CompressionMethod::Stored => Box::new(packed),
            // What is packed otherwise has been refused.
            _ => Box::new(DeflateDecoder::new(packed)),
        };
        Ok(Box::new(Checked { inner, sum: Crc::new(), wanted: entry.crc32() }))
    }
}

/// Compares the checksum at the end.
struct Checked<R> {
    inner: R,
    sum: Crc,
    wanted: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sum.update(&buffer[..read]);
        match read == 0 && !buffer.is_empty() && self.sum.sum() != self.wanted {
            true => Err(io::Error::other("its checksum is another")),
            false => Ok(read),
        }
    }
}

/// The rows of an array, one after the other.
pub struct Rows {
    pub head: ArrayHead,
    bytes: Bytes,
    /// How many rows have been read.
    read: usize,
}

enum Bytes {
    /// Row after row.
    InOrder(Box<dyn Read + Send>),
    /// All of the first item of a row, for every row, then all of the second, and so on.
    ColumnsFirst(Spooled),
}

impl Rows {
    fn of(mut stream: Box<dyn Read + Send>) -> Result<Self, String> {
        let head = ArrayHead::read(&mut stream)?;
        let bytes = match head.columns_first {
            true => Bytes::ColumnsFirst(
                Spooled::of(stream, store::memory()).map_err(|error| format!("cannot be read: {error}"))?,
            ),
            false => Bytes::InOrder(stream),
        };
        Ok(Self { head, bytes, read: 0 })
    }

    /// The next rows, as many as there are and as are wanted.
    pub fn next(&mut self, most: usize) -> Result<HostArray, String> {
        let damaged = |error: io::Error| format!("is damaged: {error}");
        let rows = most.min(self.head.rows() - self.read);
        let all = rows * self.head.row_bytes();
        // No more than comes, whatever is claimed.
        let mut bytes = Vec::with_capacity(all.min(AT_ONCE));
        let came = match &mut self.bytes {
            Bytes::InOrder(stream) => {
                stream.by_ref().take(all as u64).read_to_end(&mut bytes).map_err(damaged)?;
                self.read * self.head.row_bytes() + bytes.len()
            }
            Bytes::ColumnsFirst(spooled) => {
                let came = spooled.bytes().length() as usize;
                if came >= self.head.rows() * self.head.row_bytes() {
                    gathered(&self.head, spooled.bytes(), self.read..self.read + rows, &mut bytes).map_err(damaged)?;
                }
                came
            }
        };
        if bytes.len() < all {
            return Err(format!("is cut short: {came} of {} bytes", self.head.rows() * self.head.row_bytes()));
        }
        self.read += rows;
        if self.read == self.head.rows()
            && let Bytes::InOrder(stream) = &mut self.bytes
        {
            // At its end the checksum is compared.
            io::copy(stream, &mut io::sink()).map_err(damaged)?;
        }
        Ok(self.head.of(rows, bytes))
    }
}

/// Some rows of an array whose first axis runs fastest.
fn gathered(head: &ArrayHead, bytes: &Random, rows: std::ops::Range<usize>, out: &mut Vec<u8>) -> io::Result<()> {
    let (size, width) = (head.item_bytes(), head.row_bytes());
    out.resize(rows.len() * width, 0);
    let mut column = vec![0; rows.len() * size];
    // The places of an item in the order of the file, and in that of a row.
    let inner = &head.shape[1..];
    let mut place = vec![0; inner.len()];
    for item in 0..head.items_of_a_row() {
        bytes.from(((item * head.rows() + rows.start) * size) as u64).read_exact(&mut column)?;
        let at = place.iter().zip(inner).fold(0, |at, (place, size)| at * size + place) * size;
        for (row, value) in column.chunks_exact(size.max(1)).enumerate() {
            out[row * width + at..][..size].copy_from_slice(value);
        }
        for (place, size) in place.iter_mut().zip(inner) {
            *place += 1;
            if *place < *size {
                break;
            }
            *place = 0;
        }
    }
    Ok(())
}
