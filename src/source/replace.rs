//! Writing so that nothing is lost: beside, to the disk, then renamed into place.

use std::fs::{File, FileType};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::own::own_place_beside;
use super::{Cannot, Wanted};

/// Replaces a file as a whole. A full disk or a kill leaves the old content. A link stays one, and what it leads to is
/// replaced; permissions stay. A device or a pipe stays what it is, and is written to.
///
/// # Errors
/// If the system does not take it.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Cannot> {
    let written = Replacing::begin(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.finish()));
    written.map_err(Cannot::of(Wanted::Write, path))
}

/// A file that is being written and takes the place of another when it is [finished](Replacing::finish); dropped before, it was
/// never there.
#[derive(Debug)]
pub struct Replacing {
    file: Option<File>,
    /// Where it is written until it is finished; `None` where a device or a pipe takes it as it comes.
    beside: Option<PathBuf>,
    path: PathBuf,
}

impl Replacing {
    /// # Errors
    /// If nothing can be written there, or what is there is no file.
    pub fn begin(path: &Path) -> io::Result<Self> {
        if takes_a_stream(path)? {
            let file = File::options().write(true).open(path)?;
            return Ok(Self { file: Some(file), beside: None, path: path.to_path_buf() });
        }
        let path = leads_to(path);
        let beside = own_place_beside(&path);
        Ok(Self { file: Some(File::create(&beside)?), beside: Some(beside), path })
    }

    /// What was written so far, from its beginning.
    ///
    /// # Errors
    /// If the system does not give it: what a device or a pipe has taken is gone.
    pub fn again(&self) -> io::Result<File> {
        match &self.beside {
            Some(beside) => File::open(beside),
            None => Err(io::Error::new(ErrorKind::Unsupported, "what it has taken cannot be read again")),
        }
    }

    /// # Errors
    /// If the disk does not take it; the old content is then as it was.
    pub fn finish(mut self) -> io::Result<()> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let Some(beside) = &self.beside else { return file.flush() };
        let done = file.sync_all().and_then(|()| {
            if let Ok(metadata) = std::fs::metadata(&self.path) {
                std::fs::set_permissions(beside, metadata.permissions())?;
            }
            std::fs::rename(beside, &self.path)
        });
        if done.is_err() {
            let _ = std::fs::remove_file(beside);
        }
        done
    }
}

/// Whether what is there is written to as it is, and has no place that another could take.
///
/// # Errors
/// If it can neither be replaced nor be written to.
fn takes_a_stream(path: &Path) -> io::Result<bool> {
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(false) };
    let kind = metadata.file_type();
    match kind.is_file() {
        true => Ok(false),
        false if is_stream(kind) => Ok(true),
        false if kind.is_dir() => Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder")),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "it is no file, but a socket or a disk")),
    }
}

#[cfg(unix)]
fn is_stream(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_char_device() || kind.is_fifo()
}

#[cfg(not(unix))]
fn is_stream(_: FileType) -> bool {
    false
}

/// The file that links lead to, though there may be none yet.
fn leads_to(path: &Path) -> PathBuf {
    /// More are a circle.
    const MOST_LINKS: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        if let Ok(there) = std::fs::canonicalize(&path) {
            return there;
        }
        let Ok(next) = std::fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    path
}

impl Write for Replacing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// For archives, which go back to write how long an entry has become.
impl Seek for Replacing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.as_mut().map_or(Ok(0), |file| file.seek(to))
    }
}

impl Drop for Replacing {
    fn drop(&mut self) {
        if let (Some(_), Some(beside)) = (self.file.take(), &self.beside) {
            let _ = std::fs::remove_file(beside);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn what_is_no_file_stays_what_it_is() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        std::fs::create_dir_all(folder.join("inside")).expect("a folder");
        let socket = folder.join("socket");
        let _listener = UnixListener::bind(&socket).expect("a socket");
        for there in [&socket, &folder.join("inside")] {
            let before = std::fs::metadata(there).expect("it is there").file_type();
            assert!(replace(there, b"new").is_err(), "{}", there.display());
            assert_eq!(std::fs::metadata(there).expect("it is there still").file_type(), before);
        }
        assert!(takes_a_stream(Path::new("/dev/null")).expect("a device"), "it is written to, and not replaced");
        // A link stays one, though what it leads to is not there yet.
        symlink("new", folder.join("link")).expect("a link");
        replace(&folder.join("link"), b"new").expect("it can be written");
        assert!(folder.join("link").is_symlink());
        assert_eq!(std::fs::read(folder.join("new")).expect("a file"), b"new");
    }
}
