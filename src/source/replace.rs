//! Writing so that nothing is lost: beside, to the disk, then renamed into place.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Cannot, Wanted};

/// Replaces a file as a whole. A full disk or a kill leaves the old content. A link stays one, and what it leads to is
/// replaced; permissions stay.
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
    beside: PathBuf,
    path: PathBuf,
}

impl Replacing {
    /// # Errors
    /// If nothing can be written there.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        Ok(Self { file: Some(File::create(&beside)?), beside, path })
    }

    /// What was written so far, from its beginning.
    ///
    /// # Errors
    /// If the system does not give it.
    pub fn again(&self) -> io::Result<File> {
        File::open(&self.beside)
    }

    /// # Errors
    /// If the disk does not take it; the old content is then as it was.
    pub fn finish(mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let done = file.sync_all().and_then(|()| {
            if let Ok(metadata) = std::fs::metadata(&self.path) {
                std::fs::set_permissions(&self.beside, metadata.permissions())?;
            }
            std::fs::rename(&self.beside, &self.path)
        });
        if done.is_err() {
            let _ = std::fs::remove_file(&self.beside);
        }
        done
    }
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
        if self.file.take().is_some() {
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}
