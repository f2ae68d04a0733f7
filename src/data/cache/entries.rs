//! What the cache keeps: tables in `rows`, files of the network in `fetched`, those of object stores in `objects`, packs that were opened in
//! `packs`; and what goes when it is too much.
//!
//! Beside an entry stand two files to be locked. Whoever makes it locks `NAME.lock` for himself; whoever reads it locks `NAME.used` together
//! with all others, until the process ends, and when that file was written last is when the entry was used last. What goes first is what was
//! used longest ago. What anybody has locked stays, and so do the locks themselves, for another process may be about to take them.

use std::fs::{DirEntry, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

pub const ROWS: &str = "rows";
pub const FETCHED: &str = "fetched";
pub const OBJECTS: &str = "objects";
pub const PACKS: &str = "packs";
/// What the name of a folder begins with that a process has for itself. It is no entry.
pub const SCRATCH: &str = "scratch-";

const LOCK: &str = "lock";
const USED: &str = "used";

/// Of an entry that is still being made: the beginning of a file.
pub const PART: &str = "part";

/// A table, a file of the network, or what was in a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    path: PathBuf,
    pub bytes: u64,
    used: SystemTime,
    /// Which of them, in words.
    pub what: &'static str,
}

/// The folders, and what each keeps.
pub const SORTS: [(&str, &str); 4] =
    [(ROWS, "table"), (FETCHED, "fetched file"), (OBJECTS, "fetched folder"), (PACKS, "opened pack")];

/// All entries, those that were used longest ago first.
pub fn entries(cache: &Path) -> Vec<Entry> {
    let of = |(folder, what): (&str, &'static str)| {
        let inside = std::fs::read_dir(cache.join(folder)).into_iter().flatten().flatten();
        inside.filter_map(move |entry| Entry::of(entry.path(), what))
    };
    let mut entries: Vec<Entry> = SORTS.into_iter().flat_map(of).collect();
    entries.sort_by(|one, other| (one.used, &one.path).cmp(&(other.used, &other.path)));
    entries
}

/// Says that an entry is read, from now until the process ends: it is not taken away meanwhile.
pub fn using(entry: &Path) {
    static LOCKED: Mutex<Vec<(PathBuf, File)>> = Mutex::new(Vec::new());
    let path = entry.with_extension(USED);
    let mut locked = LOCKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, file)) = locked.iter().find(|(known, _)| *known == path) {
        let _ = file.set_modified(SystemTime::now());
        return;
    }
    // Where nothing can be written or locked, an entry may go while it is read; then it is made anew.
    let Ok(file) = lock_file(&path) else { return };
    let _ = file.set_modified(SystemTime::now());
    if file.lock_shared().is_ok() {
        locked.push((path, file));
    }
}

/// Takes entries away, those first that were used longest ago, until the others have no more than so many bytes together. Those that
/// went.
pub fn keep_within(cache: &Path, bound: u64) -> Vec<Entry> {
    let all = entries(cache);
    let mut bytes: u64 = all.iter().map(|entry| entry.bytes).sum();
    let mut gone = Vec::new();
    for entry in all {
        if bytes <= bound {
            break;
        }
        if entry.take_away() {
            bytes -= entry.bytes;
            gone.push(entry);
        }
    }
    gone
}

/// Says that an entry is being made, until what is given back goes.
///
/// # Errors
/// If nothing can be locked there.
pub fn making(entry: &Path) -> std::io::Result<File> {
    let file = lock_file(&entry.with_extension(LOCK))?;
    file.lock()?;
    Ok(file)
}

fn lock_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).write(true).truncate(false).open(path)
}

impl Entry {
    /// `None` for what is no entry: locks, and what processes have for themselves.
    fn of(path: PathBuf, what: &'static str) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let part = path.extension().is_some_and(|ending| ending == PART);
        if name.starts_with(SCRATCH) || (path.extension().is_some() && !part) {
            return None;
        }
        let about = path.metadata().ok()?;
        let bytes = if about.is_dir() { bytes_in(&path) } else { about.len() };
        let changed = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let used = path.with_extension(USED).metadata().and_then(|used| used.modified()).unwrap_or(changed);
        Some(Self { bytes, used: used.max(changed), what, path })
    }

    /// Whether it is gone. It stays while anybody makes or reads it.
    fn take_away(&self) -> bool {
        let own = |ending: &str| {
            let path = self.path.with_extension(ending);
            lock_file(&path).ok().filter(|file| file.try_lock().is_ok())
        };
        let (Some(_making), Some(_using)) = (own(LOCK), own(USED)) else { return false };
        match self.path.is_dir() {
            true => std::fs::remove_dir_all(&self.path).is_ok(),
            false => std::fs::remove_file(&self.path).is_ok(),
        }
    }
}

/// What the files in a folder, and in those below it, have together.
fn bytes_in(folder: &Path) -> u64 {
    let inside = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let of = |file: DirEntry| match file.metadata() {
        Ok(about) if about.is_dir() => bytes_in(&file.path()),
        about => about.map_or(0, |about| about.len()),
    };
    inside.map(of).sum()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    struct Cache(tempfile::TempDir);

    impl Cache {
        fn new() -> Self {
            let cache = tempfile::tempdir().expect("a folder");
            [ROWS, FETCHED].iter().for_each(|folder| std::fs::create_dir(cache.path().join(folder)).expect("a folder"));
            Self(cache)
        }

        /// A table or a file of so many bytes that was used so many hours ago.
        fn entry(&self, name: &str, bytes: usize, hours: u64) -> PathBuf {
            let path = self.0.path().join(name);
            let file = match name.starts_with(ROWS) {
                true => path.join("content"),
                false => path.clone(),
            };
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
            std::fs::write(&file, vec![0; bytes]).expect("it can be written");
            let used = SystemTime::now() - Duration::from_secs(hours * 3600);
            for path in [&path, &path.with_extension(USED)] {
                if !path.exists() {
                    std::fs::write(path, "").expect("it can be written");
                }
                File::open(path).and_then(|file| file.set_modified(used)).expect("its time can be set");
            }
            path
        }

        fn names(&self) -> Vec<String> {
            let name = |entry: &Entry| entry.path.file_name().map(|name| name.to_string_lossy().into_owned());
            entries(self.0.path()).iter().filter_map(name).collect()
        }
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let cache = Cache::new();
        cache.entry("rows/a", 100, 4);
        cache.entry("fetched/b", 100, 3);
        cache.entry("rows/c", 100, 2);
        cache.entry("fetched/d.part", 100, 1);
        std::fs::create_dir(cache.0.path().join("rows/scratch-1-0")).expect("a folder");
        std::fs::write(cache.0.path().join("rows/scratch-1-0/column"), [0; 5000]).expect("it can be written");
        assert_eq!(cache.names(), ["a", "b", "c", "d.part"]);
        assert_eq!(keep_within(cache.0.path(), 400), []);
        assert_eq!(keep_within(cache.0.path(), 399).len(), 1);
        assert_eq!(cache.names(), ["b", "c", "d.part"]);
        // One that is used again has its turn later.
        using(&cache.0.path().join("fetched/b"));
        assert_eq!(cache.names(), ["c", "d.part", "b"]);
        assert_eq!(keep_within(cache.0.path(), 100).len(), 2);
        assert_eq!(cache.names(), ["b"]);
        assert!(cache.0.path().join("rows/scratch-1-0/column").exists());
        assert_eq!(keep_within(Path::new("no/such/folder"), 0), []);
    }

    #[test]
    fn what_is_made_or_read_stays() {
        let cache = Cache::new();
        let (made, read) = (cache.entry("rows/made", 100, 3), cache.entry("rows/read", 100, 2));
        cache.entry("rows/free", 100, 1);
        let making = File::create(made.with_extension(LOCK)).expect("a lock");
        making.lock().expect("it is locked");
        using(&read);
        assert_eq!(keep_within(cache.0.path(), 0).len(), 1);
        assert_eq!(cache.names(), ["made", "read"]);
        drop(making);
        assert_eq!(keep_within(cache.0.path(), 0).len(), 1);
        assert_eq!(cache.names(), ["read"]);
    }
}
