//! Files that are looked at until one of them changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::check::facts::FactsFile;

/// How often is looked.
const PAUSE: Duration = Duration::from_millis(200);

/// What was read, with its folders, in which other files may come.
#[derive(Default)]
pub struct Seen {
    paths: BTreeSet<PathBuf>,
}

impl Seen {
    pub fn add(&mut self, path: &Path) {
        if path.extension().is_some_and(|ending| ending == "mtl") {
            self.paths.insert(FactsFile::path_of(path));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        self.paths.insert(folder.unwrap_or(Path::new(".")).to_path_buf());
        self.paths.insert(path.to_path_buf());
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Comes back when something has changed, and nothing does any more: who saves writes in several steps.
    pub fn until_changed(&self) {
        let before = self.state();
        let mut last = before.clone();
        loop {
            std::thread::sleep(PAUSE);
            let now = self.state();
            if now != before && now == last {
                return;
            }
            last = now;
        }
    }

    fn state(&self) -> Vec<Option<(SystemTime, u64)>> {
        let of = |path: &PathBuf| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        self.paths.iter().map(of).collect()
    }
}
