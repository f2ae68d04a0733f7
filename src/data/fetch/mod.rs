//! Files that a spec names by URL: fetched once into the cache folder, under their SHA-256, and read from there ever after.
//!
//! What lies in the cache is looked at anew whenever it is read, so that a copy that was cut off or written to is fetched again.
//! Processes that want one file at once fetch it once: the others wait. A folder of copies (`MTLC_MIRROR`) is asked before the network.

mod http;

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cache::entries::{self, FETCHED, PART};
use super::cache::{self, NoCache};
use super::source::{Source, sha256};
use crate::catalog::addresses::Address;
use crate::catalog::formats::after_scheme;

pub use http::agent;
#[cfg(feature = "cloud")]
pub(super) use http::{Failure, broke_off, host, settings, unreached};

/// Where files are kept, and how long a server is waited for.
#[derive(Clone, Debug)]
pub struct Fetching {
    pub cache: PathBuf,
    /// A folder that has the files already: each by its SHA-256, or by the URL without its scheme.
    pub mirror: Option<PathBuf>,
    /// After a failure so long, then twice as long and so on.
    pub pause: Duration,
    /// How long a server may be silent.
    pub patience: Duration,
}

/// Why a file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The file is another than the one that is named.
    OtherSum { found: String, what: Option<&'static str> },
    /// To complete "cannot read URL: …".
    Unreachable(String),
}

impl Fetching {
    /// As the environment says: `MTLC_CACHE` and `MTLC_MIRROR`.
    ///
    /// # Errors
    /// If there is no place for a cache.
    pub fn of_environment() -> Result<Self, NoCache> {
        Ok(Self {
            cache: cache::folder()?.join(FETCHED),
            mirror: std::env::var_os("MTLC_MIRROR").filter(|folder| !folder.is_empty()).map(PathBuf::from),
            pause: Duration::from_millis(500),
            patience: Duration::from_secs(60),
        })
    }

    /// The file of a URL as it lies in the cache or in the mirror folder; nothing is fetched.
    pub fn found(&self, url: &str, sum: &str) -> Option<PathBuf> {
        let lower = sum.to_lowercase();
        let sum = lower.as_str();
        let own = self.cache.join(sum);
        if own.is_file() {
            entries::using(&own);
        }
        let inside = Address::of(url).map(|address| format!("{}/{}", address.bucket, address.key));
        let inside = inside.unwrap_or_else(|| after_scheme(url).to_string());
        let mirrored = self.mirror.iter().flat_map(|folder| [folder.join(sum), folder.join(&inside)]);
        std::iter::once(own).chain(mirrored).find(|path| path.is_file() && has_sum(path, sum))
    }

    /// The file of a URL that has a SHA-256, fetched if it lies nowhere yet.
    ///
    /// # Errors
    /// If it cannot be had, or what the server has is another file; nothing of that is kept.
    pub fn file(&self, url: &str, sum: &str) -> Result<PathBuf, Trouble> {
        let lower = sum.to_lowercase();
        let sum = lower.as_str();
        if let Some(path) = self.found(url, sum) {
            return Ok(path);
        }
        let _one = self.lock(sum)?;
        // Another process may have fetched it meanwhile.
        if let Some(path) = self.found(url, sum) {
            return Ok(path);
        }
        let (path, part) = (self.cache.join(sum), self.cache.join(sum).with_extension(PART));
        let begun = part.metadata().is_ok_and(|part| part.len() > 0);
        let mut found = self.download(url, &part)?;
        if found != sum && begun {
            // What was there may be of another file that the server had then.
            let _ = std::fs::remove_file(&part);
            found = self.download(url, &part)?;
        }
        if found != sum {
            let what = web_page(&part);
            let _ = std::fs::remove_file(&part);
            return Err(Trouble::OtherSum { found, what });
        }
        kept(&part, &path)?;
        Ok(path)
    }

    /// Notes that a file of this machine has a SHA-256, so that it is found by that.
    pub fn keep(&self, path: &Path, sum: &str) {
        let own = self.cache.join(sum.to_lowercase());
        if !own.exists() && std::fs::create_dir_all(&self.cache).is_ok() {
            // What cannot be shared is asked for again, and nothing is lost.
            let _ = std::fs::hard_link(path, own);
        }
    }

    /// Fetches whatever a URL names now: its SHA-256, and where it lies.
    ///
    /// # Errors
    /// If it cannot be had.
    pub fn sum_of(&self, url: &str) -> Result<(String, PathBuf), Trouble> {
        let key = format!("url-{}", &sha256(url.as_bytes())[..32]);
        let _one = self.lock(&key)?;
        let part = self.cache.join(&key).with_extension(PART);
        // Without a sum nobody could tell whether what is there is of the same file.
        let _ = std::fs::remove_file(&part);
        let sum = self.download(url, &part)?;
        let path = self.cache.join(&sum);
        kept(&part, &path)?;
        Ok((sum, path))
    }

    fn download(&self, url: &str, part: &Path) -> Result<String, Trouble> {
        http::download(url, part, self).map_err(Trouble::Unreachable)?;
        Source::open(part).and_then(Source::sha256).map_err(Trouble::Unreachable)
    }

    /// Makes the folder, and waits until no other process fetches the same.
    fn lock(&self, key: &str) -> Result<File, Trouble> {
        let said = |error: std::io::Error| Trouble::Unreachable(self.cannot_keep(&error));
        std::fs::create_dir_all(&self.cache).map_err(said)?;
        let path = self.cache.join(format!("{key}.lock"));
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(path).map_err(said)?;
        match file.lock() {
            // Some file systems of a network have no locks.
            Err(error) if error.kind() != ErrorKind::Unsupported => Err(said(error)),
            _ => Ok(file),
        }
    }

    fn cannot_keep(&self, error: &std::io::Error) -> String {
        cannot_keep(&self.cache, error)
    }
}

/// Why nothing can be kept in a folder of the cache.
pub(super) fn cannot_keep(folder: &Path, error: &std::io::Error) -> String {
    let folder = folder.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("there is no room left in the cache folder `{folder}`; make some, or name another by `MTLC_CACHE`")
        }
        _ => format!("the cache folder `{folder}` cannot be written ({error}); name another by `MTLC_CACHE`"),
    }
}

pub(super) fn has_sum(path: &Path, sum: &str) -> bool {
    Source::open(path).and_then(Source::sha256).is_ok_and(|found| found == sum)
}

/// Gives a file that is whole its name, and makes room for it.
fn kept(part: &Path, path: &Path) -> Result<(), Trouble> {
    std::fs::rename(part, path)
        .map_err(|error| Trouble::Unreachable(format!("`{}` cannot be written: {error}", path.display())))?;
    entries::using(path);
    cache::keep_within_bound();
    Ok(())
}

/// What servers send in place of what they do not have.
fn web_page(path: &Path) -> Option<&'static str> {
    let start = Source::open(path).and_then(|source| source.ends()).ok()?;
    let start = String::from_utf8_lossy(&start[..start.len().min(512)]).to_lowercase();
    (start.contains("<html") || start.contains("<!doctype")).then_some("what the server sends is a web page")
}

#[cfg(test)]
pub(super) mod loopback;
#[cfg(test)]
mod tests;
