//! A file of a data set: its bytes from the beginning or from any place, unpacked if they are packed, its hash as it lies on
//! disk, and whether it is still what it was when it was opened.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::files;
use super::foreign;
use super::spooled::Spooled;
use super::store;
use crate::diag::near::not_there;
use crate::source::DiskLoader;

/// The path that stands for what is piped into the program; a file of this name is `./-`.
pub const STANDARD_INPUT: &str = "-";

/// What is packed may unpack to so many times its size, and to so many bytes whatever its size: more is a bomb.
pub const MOST_TIMES: u64 = 1000;
pub const FREE_BYTES: u64 = 64 << 20;

/// How much of the beginning and of the end of a file tells what it is.
const ENDS: usize = 65_536;

/// An opened file, folder or stream.
pub struct Source {
    place: Place,
    /// What people call it.
    name: String,
    /// What it was when it was opened.
    stamp: Option<Stamp>,
    /// Computed beside the reading.
    hashing: OnceLock<Mutex<Option<JoinHandle<io::Result<String>>>>>,
    hashed: OnceLock<Result<String, String>>,
}

enum Place {
    Path(PathBuf),
    /// What was piped in, which comes only once.
    Spooled(Spooled),
}

/// What changes when a file is written to.
#[derive(PartialEq)]
struct Stamp {
    length: u64,
    changed: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), changed: metadata.modified().ok() }
    }
}

impl Source {
    /// Opens a file or a folder; the reason if it cannot be had, to complete "cannot read FILE: …".
    pub fn open(path: &Path) -> Result<Self, String> {
        let cannot = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => not_there(path, &DiskLoader::default()),
            io::ErrorKind::PermissionDenied => "permission denied".to_string(),
            _ => error.to_string(),
        };
        let metadata = std::fs::metadata(path).map_err(cannot)?;
        if metadata.is_file() {
            File::open(path).map_err(cannot)?;
        }
        if is_pipe(&metadata) {
            return Self::of_stream(File::open(path).map_err(cannot)?);
        }
        let place = Place::Path(path.to_path_buf());
        Ok(Self {
            place,
            name: path.display().to_string(),
            stamp: metadata.is_file().then(|| Stamp::of(&metadata)),
            hashing: OnceLock::new(),
            hashed: OnceLock::new(),
        })
    }

    /// Reads what is piped into the program, to its end.
    pub fn standard_input() -> Result<Self, String> {
        Self::of_stream(io::stdin().lock())
    }

    /// Bytes that are in memory.
    pub fn at_hand(bytes: Arc<[u8]>) -> Self {
        let place = Place::Spooled(Spooled::at_hand(bytes));
        Self { place, name: "FILE".into(), stamp: None, hashing: OnceLock::new(), hashed: OnceLock::new() }
    }

    /// Reads a stream to its end.
    pub fn of_stream(stream: impl Read) -> Result<Self, String> {
        let place = Place::Spooled(Spooled::of(stream, store::memory())?);
        Ok(Self { place, name: "FILE".into(), stamp: None, hashing: OnceLock::new(), hashed: OnceLock::new() })
    }

    /// As it is called where it is asked for, which is what messages say.
    pub fn called(self, name: &str) -> Self {
        Self { name: name.to_string(), ..self }
    }

    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Path(path) if path.is_dir() => Some(path),
            _ => None,
        }
    }

    /// Begins to hash in a thread of its own, since most of the time of that is spent beside the reading.
    pub fn hash(&self) {
        self.hashing.get_or_init(|| {
            Mutex::new(Some(match &self.place {
                Place::Path(path) => {
                    let path = path.clone();
                    std::thread::spawn(move || hash_of_path(&path))
                }
                Place::Spooled(spooled) => {
                    let bytes = spooled.bytes().from(0);
                    std::thread::spawn(move || Ok(hexadecimal(&hash_of(bytes)?.finalize())))
                }
            }))
        });
    }

    /// The SHA-256 of it as it lies on disk, in hexadecimal.
    pub fn hashed(&self) -> Result<String, String> {
        self.hash();
        let join = || {
            let handle = self.hashing.get().and_then(|handle| handle.lock().ok()?.take());
            match handle.map(JoinHandle::join) {
                Some(Ok(hash)) => hash.map_err(|error| error.to_string()),
                _ => Err("it could not be hashed".into()),
            }
        };
        self.hashed.get_or_init(join).clone()
    }

    /// The same; the reason if it is no longer what it was when it was opened.
    pub fn sha256(self) -> Result<String, String> {
        let hash = self.hashed()?;
        self.unchanged()?;
        Ok(hash)
    }

    /// How long it is, if it is a file.
    pub fn file_length(&self) -> Option<u64> {
        matches!(self.place, Place::Path(_)).then_some(self.stamp.as_ref()?.length)
    }

    /// The reason if it was written to, or replaced, since it was opened.
    pub fn unchanged(&self) -> Result<(), String> {
        match (&self.place, &self.stamp) {
            (Place::Path(path), Some(stamp)) => match std::fs::metadata(path) {
                Ok(now) if Stamp::of(&now) == *stamp => Ok(()),
                _ => Err("it changed while it was read; start anew when nothing writes to it".into()),
            },
            _ => Ok(()),
        }
    }

    fn length(&self) -> u64 {
        match (&self.place, &self.stamp) {
            (Place::Spooled(spooled), _) => spooled.bytes().length(),
            (_, stamp) => stamp.as_ref().map_or(0, |stamp| stamp.length),
        }
    }

    fn packed(&self) -> Result<Box<dyn Read + Send>, String> {
        Ok(match &self.place {
            Place::Path(path) if path.is_dir() => return Err("it is a folder".into()),
            Place::Path(path) => Box::new(File::open(path).map_err(|error| error.to_string())?),
            Place::Spooled(spooled) => spooled.bytes().from(0),
        })
    }

    /// What it begins with, as it lies on disk.
    fn begins(&self) -> Result<Vec<u8>, String> {
        let mut magic = Vec::new();
        self.packed()?.take(4).read_to_end(&mut magic).map_err(|error| error.to_string())?;
        Ok(magic)
    }

    /// Whether it is packed as a whole.
    pub fn is_packed(&self) -> Result<bool, String> {
        Ok(packing(&self.begins()?).is_some())
    }

    /// The bytes from the first to the last; what is packed by gzip or zstd is unpacked, whatever its name says.
    pub fn reader(&self) -> Result<Box<dyn Read + Send>, String> {
        let Some(packing) = packing(&self.begins()?) else { return self.packed() };
        let packed = BufReader::with_capacity(ENDS, self.packed()?);
        let inner: Box<dyn Read + Send> = match packing {
            Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
            Packing::Zstd => {
                Box::new(zstd::stream::read::Decoder::with_buffer(packed).map_err(|error| error.to_string())?)
            }
        };
        let most = self.length().saturating_mul(MOST_TIMES).max(FREE_BYTES);
        Ok(Box::new(Unpacked { inner, packing, bytes: 0, most }))
    }

    /// All bytes, unpacked.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        self.reader()?.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    /// Bytes at any place, as they lie on disk.
    pub fn random(&self) -> Result<Random, String> {
        match &self.place {
            Place::Path(path) if path.is_dir() => Err("it is a folder".into()),
            Place::Path(path) => File::open(path)
                .map(|file| Random::File(Arc::new(file), self.length()))
                .map_err(|error| error.to_string()),
            Place::Spooled(spooled) => Ok(spooled.bytes().clone()),
        }
    }

    /// How it begins and how it ends, which tells what it is; of what is packed, how it begins unpacked.
    pub fn ends(&self) -> Result<Vec<u8>, String> {
        let mut ends = Vec::new();
        let mut reader = self.reader()?;
        reader.by_ref().take(ENDS as u64).read_to_end(&mut ends).map_err(|error| error.to_string())?;
        let length = self.length();
        if length > ENDS as u64 {
            let from = (length - ENDS as u64).max(ENDS as u64);
            self.random()?.from(from).read_to_end(&mut ends).map_err(|error| error.to_string())?;
        }
        Ok(ends)
    }

    /// What it is, if it is something else than the format that was asked for, to complete "cannot read FILE: …".
    pub fn foreign(&self) -> Option<String> {
        foreign::kind(&self.ends().ok()?).map(|said| foreign::named(&said, &self.name))
    }
}

/// Whether it gives its bytes only once, as `<(zcat table.csv.gz)` of a shell does.
#[cfg(unix)]
fn is_pipe(metadata: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_metadata: &Metadata) -> bool {
    false
}

/// Bytes at any place of a file.
#[derive(Clone)]
pub enum Random {
    File(Arc<File>, u64),
    Memory(Arc<[u8]>),
}

impl Random {
    pub fn length(&self) -> u64 {
        match self {
            Random::File(_, length) => *length,
            Random::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// The bytes from `start` on, to the end.
    pub fn from(&self, start: u64) -> Box<dyn Read + Send> {
        Box::new(self.at(start))
    }

    /// The same, for whoever goes to and fro.
    pub fn at(&self, start: u64) -> At {
        At { bytes: self.clone(), at: start }
    }
}

/// Reads on from a place without moving a place that others share.
pub struct At {
    bytes: Random,
    at: u64,
}

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.length().saturating_sub(self.at);
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = match &self.bytes {
            Random::File(file, _) => read_at(file, &mut buffer[..most], self.at)?,
            Random::Memory(bytes) => {
                // Within the bytes, unless there is nothing left to read.
                let from = (self.at as usize).min(bytes.len());
                buffer[..most].copy_from_slice(&bytes[from..from + most]);
                most
            }
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for At {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.bytes.length().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// What a file is packed by as a whole.
#[derive(Clone, Copy)]
enum Packing {
    Gzip,
    Zstd,
}

/// By how it begins.
fn packing(begins: &[u8]) -> Option<Packing> {
    match begins {
        [0x1f, 0x8b, ..] => Some(Packing::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd] => Some(Packing::Zstd),
        _ => None,
    }
}

impl std::fmt::Display for Packing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
        })
    }
}

/// What comes out of a packed file: no more than it may.
struct Unpacked {
    inner: Box<dyn Read + Send>,
    packing: Packing,
    bytes: u64,
    most: u64,
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (packing, bytes) = (self.packing, self.bytes);
        let read = self.inner.read(buffer).map_err(|_| {
            let reason = format!("it begins as {packing} and is damaged or cut short after {bytes} unpacked bytes");
            io::Error::other(reason)
        })?;
        self.bytes += read as u64;
        if self.bytes > self.most {
            let reason = format!(
                "it unpacks to more than {MOST_TIMES} times its size, as no table does; if it is one, unpack it first"
            );
            return Err(io::Error::other(reason));
        }
        Ok(read)
    }
}

/// In hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

pub fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a file; of a folder, that of its files and of their names.
fn hash_of_path(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    if path.is_dir() {
        for file in files::walk(path) {
            let name = file.strip_prefix(path).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name.as_bytes());
            hash.update(hash_of_path(&file)?.as_bytes());
        }
    } else {
        hash = hash_of(File::open(path)?)?;
    }
    Ok(hexadecimal(&hash.finalize()))
}

fn hash_of(mut stream: impl Read) -> io::Result<Sha256> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; ENDS];
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok(hash),
            read => hash.update(&buffer[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).and_then(|()| packed.finish()).unwrap_or_default()
    }

    #[test]
    fn bombs_are_no_tables() {
        let zeros = vec![0; FREE_BYTES as usize + 100_000];
        for packed in [zstd::encode_all(zeros.as_slice(), 1).unwrap_or_default(), gzip(&zeros)] {
            let Ok(source) = Source::of_stream(packed.as_slice()) else { panic!("it is kept") };
            let read = source.reader().map(|mut reader| io::copy(&mut reader, &mut io::sink()));
            // gzip stays within a thousand times here: only what may be unpacked anyway is counted.
            let refused = matches!(read, Ok(Err(ref error)) if error.to_string().contains("1000 times its size"));
            let most = source.length() * MOST_TIMES;
            assert_eq!(refused, most.max(FREE_BYTES) < zeros.len() as u64);
        }
        let small = Source::of_stream(gzip(b"a,b\n").as_slice()).and_then(|source| source.bytes());
        assert_eq!(small, Ok(b"a,b\n".to_vec()));
    }

    #[test]
    fn a_file_that_changes_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("source");
        let write = |text: &str| std::fs::write(&path, text).map_err(|error| error.to_string());
        assert_eq!(write("one"), Ok(()));
        let hash = Source::open(&path).and_then(Source::sha256);
        assert_eq!(hash.as_deref(), Ok(sha256(b"one").as_str()));
        let source = Source::open(&path);
        assert_eq!(write("longer"), Ok(()));
        let said = source.and_then(Source::sha256);
        assert!(said.is_err_and(|reason| reason.contains("changed while it was read")));
        let gone = Source::open(&path);
        let _ = std::fs::remove_file(&path);
        assert!(gone.is_ok_and(|gone| gone.unchanged().is_err()));
    }
}
