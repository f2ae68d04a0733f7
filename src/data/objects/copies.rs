//! Copies of objects in the cache: a folder for each address and what the store says of its objects, in which they lie under their keys.
//!
//! An object whose ETag and size are those of a copy is not fetched again: neither in another run, nor when others of the address have
//! changed, of which there is a folder of their own then that shares it. A folder has its name when it is whole. Until then it is one of
//! beginnings, gone on with by whoever wants it next.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::TryStreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use object_store::{Error, GetOptions, GetRange};

use super::Trouble;
use super::listing::{Object, ancestors, parsed, wait};
use super::stores::Opened;
use super::trouble;
use crate::catalog::addresses::Address;
use crate::data::cache;
use crate::data::cache::entries::{self, PART};
use crate::data::fetch::{broke_off, cannot_keep};
use crate::data::source::sha256;

/// So many objects are fetched at once.
pub const AT_ONCE: usize = 8;

/// What is in a folder: a line for each object, and beside that the objects themselves.
const CONTENTS: &str = "contents";
const OBJECTS: &str = "objects";

/// Of an object that is not whole yet.
const BEGUN: &str = "~begun";

/// The folder in which the objects of an address lie, fetched if they do not yet.
///
/// # Errors
/// If they cannot be had; what has come is kept.
pub fn copy(cache: &Path, store: &Opened, address: &str, objects: &[Object]) -> Result<PathBuf, Trouble> {
    let kept = |error: std::io::Error| Trouble::new(cannot_keep(cache, &error));
    let contents: String = objects.iter().map(line).collect();
    let hash = |text: &str| sha256(text.as_bytes())[..24].to_string();
    let of_address = hash(&format!("{} {address}", store.place));
    let folder = cache.join(format!("{of_address}-{}", hash(&contents)));
    std::fs::create_dir_all(cache).map_err(kept)?;
    let _one = match entries::making(&folder) {
        // Some file systems of a network have no locks.
        Err(error) if error.kind() != std::io::ErrorKind::Unsupported => return Err(kept(error)),
        one => one.ok(),
    };
    let lie = folder.join(OBJECTS);
    if !is_whole(&lie, objects) {
        let part = folder.with_extension(PART);
        std::fs::create_dir_all(part.join(OBJECTS)).map_err(kept)?;
        let copying = Copying { cache, store, address: Address::of(address), part: part.join(OBJECTS) };
        copying.all(objects, &before(cache, &of_address))?;
        std::fs::write(part.join(CONTENTS), contents).map_err(kept)?;
        // One that is there is not whole.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::rename(&part, &folder).map_err(kept)?;
    }
    entries::using(&folder);
    cache::keep_within_bound();
    Ok(lie)
}

fn line(object: &Object) -> String {
    format!("{} {} {}\n", object.tag, object.size, object.key)
}

fn is_whole(folder: &Path, objects: &[Object]) -> bool {
    folder.is_dir() && objects.iter().all(|object| length(&folder.join(&object.key)) == Some(object.size))
}

fn length(path: &Path) -> Option<u64> {
    path.metadata().ok().filter(std::fs::Metadata::is_file).map(|about| about.len())
}

/// The folders of an address as it was before, and the lines of what is in them.
fn before(cache: &Path, of_address: &str) -> Vec<(PathBuf, HashSet<String>)> {
    let inside = std::fs::read_dir(cache).into_iter().flatten().flatten().map(|entry| entry.path());
    let same = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with(of_address) && !name.contains('.')
    };
    let with_lines = |path: PathBuf| {
        let contents = std::fs::read_to_string(path.join(CONTENTS)).ok()?;
        Some((path.join(OBJECTS), contents.split_inclusive('\n').map(String::from).collect()))
    };
    inside.filter(same).filter_map(with_lines).collect()
}

struct Copying<'a> {
    cache: &'a Path,
    store: &'a Opened,
    address: Option<Address<'a>>,
    /// Where the objects come to lie.
    part: PathBuf,
}

impl Copying<'_> {
    fn all(&self, objects: &[Object], before: &[(PathBuf, HashSet<String>)]) -> Result<(), Trouble> {
        let above: HashSet<&str> = objects.iter().flat_map(|object| ancestors(&object.key)).collect();
        if let Some(both) = objects.iter().find(|object| above.contains(object.key.as_str())) {
            let why =
                format!("`{}` is an object in which others lie, and no file of this machine can be that", both.key);
            return Err(Trouble::new(why).help("name the objects themselves, by a pattern such as `*.csv`"));
        }
        let mut missing = Vec::new();
        for object in objects {
            let path = self.part.join(&object.key);
            if length(&path) == Some(object.size) {
                continue;
            }
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|error| Trouble::new(cannot_keep(self.cache, &error)))?;
            }
            if !shared(object, &path, before) {
                missing.push(object);
            }
        }
        let bar = ProgressBar::new(missing.iter().map(|object| object.size).sum());
        let style = ProgressStyle::with_template("{msg} {bar:24.cyan/dim} {bytes} of {total_bytes}, {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(self.address.map_or(String::new(), |address| address.bucket.to_string()));
        let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
        let has_failed =
            || failed.lock().is_ok_and(|failed: std::sync::MutexGuard<'_, Option<Trouble>>| failed.is_some());
        let work = || {
            while let Some(object) = missing.get(next.fetch_add(1, Ordering::Relaxed)).filter(|_| !has_failed()) {
                if let Err(trouble) = wait(self.one(object, &bar)).and_then(|done| done)
                    && let Ok(mut failed) = failed.lock()
                {
                    failed.get_or_insert(trouble);
                }
            }
        };
        std::thread::scope(|scope| (0..AT_ONCE.min(missing.len())).for_each(|_| _ = scope.spawn(work)));
        bar.finish_and_clear();
        failed.into_inner().ok().flatten().map_or(Ok(()), Err)
    }

    /// Fetches an object, from where a process before this one has come to.
    async fn one(&self, object: &Object, bar: &ProgressBar) -> Result<(), Trouble> {
        let path = self.part.join(&object.key);
        let mut begun = path.clone().into_os_string();
        begun.push(BEGUN);
        let begun = PathBuf::from(begun);
        let kept = |error: std::io::Error| Trouble::new(cannot_keep(self.cache, &error));
        let have = length(&begun).filter(|have| *have < object.size).unwrap_or(0);
        let options = GetOptions {
            // What has changed since it was listed is refused by the store.
            if_match: Some(object.tag.clone()).filter(|tag| tag.contains('"')),
            range: (have > 0).then_some(GetRange::Offset(have)),
            ..GetOptions::default()
        };
        let got = self
            .store
            .store
            .get_opts(&parsed(&object.key)?, options)
            .await
            .map_err(|error| self.said(object, have, &error))?;
        if got.meta.size != object.size {
            return Err(trouble::changed());
        }
        let mut file = open(&begun, have).map_err(kept)?;
        let (mut came, mut blocks) = (have, got.into_stream());
        bar.inc(have);
        while let Some(block) = blocks.try_next().await.map_err(|error| self.said(object, came, &error))? {
            file.write_all(&block).map_err(kept)?;
            came += block.len() as u64;
            bar.inc(block.len() as u64);
        }
        if came != object.size {
            return Err(self.cut(object, came, broke_off(came, Some(object.size))));
        }
        std::fs::rename(&begun, &path).map_err(kept)
    }

    fn said(&self, object: &Object, came: u64, error: &Error) -> Trouble {
        let said = self.address.and_then(|address| trouble::of(error, address));
        let trouble = said.unwrap_or_else(trouble::changed);
        if came == 0 { trouble } else { self.cut(object, came, trouble.why) }
    }

    fn cut(&self, object: &Object, came: u64, why: String) -> Trouble {
        let address = self.address.map_or_else(|| object.key.clone(), |address| address.with_key(&object.key));
        let kept = format!("the {came} bytes of `{address}` that came are kept, and gone on from the next time");
        Trouble::new(why).help(kept)
    }
}

fn open(begun: &Path, have: u64) -> std::io::Result<File> {
    OpenOptions::new().create(true).write(true).append(have > 0).truncate(have == 0).open(begun)
}

/// Takes an object out of a folder of what the address was before, if it is the same.
fn shared(object: &Object, path: &Path, before: &[(PathBuf, HashSet<String>)]) -> bool {
    let line = line(object);
    before.iter().filter(|(_, lines)| lines.contains(&line)).map(|(folder, _)| folder.join(&object.key)).any(|own| {
        let same = length(&own) == Some(object.size);
        same && (std::fs::hard_link(&own, path).is_ok() || std::fs::copy(&own, path).is_ok())
    })
}
