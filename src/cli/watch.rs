//! Files that are looked at until one of them changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::check::facts::FactsFile;

/// How often is looked.
const PAUSE: Duration = Duration::from_millis(200);

/// When a file was changed last, and how large it is; `None` if there is none.
type State = Option<(SystemTime, u64)>;

/// What was read, with its folders, in which other files may come: each as it was before it was read, so that no change is missed.
#[derive(Default)]
pub struct Seen {
    paths: BTreeMap<PathBuf, State>,
}

impl Seen {
    pub fn add(&mut self, path: &Path) {
        if path.extension().is_some_and(|ending| ending == "mtl") {
            self.keep(FactsFile::path_of(path));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        self.keep(folder.unwrap_or(Path::new(".")).to_path_buf());
        self.keep(path.to_path_buf());
    }

    fn keep(&mut self, path: PathBuf) {
        self.paths.entry(path).or_insert_with_key(|path| state(path));
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The same files and folders, as they are now.
    pub fn now(&self) -> Self {
        Self { paths: self.paths.keys().map(|path| (path.clone(), state(path))).collect() }
    }

    /// Comes back when something has changed, and nothing does any more: who saves writes in several steps.
    pub fn until_changed(&self) {
        let mut last = self.paths.clone();
        loop {
            std::thread::sleep(PAUSE);
            let now = self.now().paths;
            if now != self.paths && now == last {
                return;
            }
            last = now;
        }
    }
}

fn state(path: &Path) -> State {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_is_waited_for() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        let spec = folder.join("table.mtl");
        std::fs::write(&spec, "task").expect("it can be written");
        let mut seen = Seen::default();
        seen.add(&spec);
        std::fs::remove_file(&spec).expect("it was there");
        let gone = seen.now();
        assert!(!gone.is_empty() && gone.paths.keys().eq(seen.paths.keys()));
        assert_ne!(gone.paths[&spec], seen.paths[&spec]);
        std::fs::write(&spec, "task").expect("it can be written");
        // It comes back at once: what was seen is that there was none.
        gone.until_changed();
    }
}
