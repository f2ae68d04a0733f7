//! Which file was most likely meant by a path that leads to none.

use std::path::{Path, PathBuf};

use super::suggest;
use crate::source::Loader;

/// Endings that people leave out.
const ENDINGS: [&str; 6] = ["mtl", "csv", "csv.gz", "tsv", "npz", "safetensors"];

/// The file or folder that was most likely meant: of the same name with an ending, with another ending, of a similar name, or
/// of the same name in a folder below or above.
pub fn near(path: &Path, loader: &dyn Loader) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut with_ending = ENDINGS.iter().map(|ending| folder.join(format!("{name}.{ending}")));
    if let Some(found) = with_ending.find(|candidate| loader.is_file(candidate)) {
        return Some(found);
    }
    // What is called so itself leads to no file, such as a link to one that has gone.
    let names: Vec<String> = loader.names(folder).into_iter().filter(|other| other != name).collect();
    let stem = |name: &str| name.split('.').next().unwrap_or(name).to_lowercase();
    let same = names.iter().find(|other| other.eq_ignore_ascii_case(name));
    let ending = || names.iter().find(|other| name.contains('.') && other.contains('.') && stem(other) == stem(name));
    let close = || suggest::closest(name, names.iter().map(String::as_str));
    if let Some(found) = same.or_else(ending).map(String::as_str).or_else(close) {
        return Some(folder.join(found));
    }
    let below = names.iter().map(|other| folder.join(other).join(name));
    // A folder that is called a little otherwise, with the file in it.
    let grand = folder.parent().unwrap_or(Path::new(""));
    let cousin = folder.file_name().and_then(|own| own.to_str()).and_then(|own| {
        let folders = loader.names(grand);
        let close = suggest::closest(own, folders.iter().map(String::as_str))?;
        Some(grand.join(close).join(name))
    });
    let above = Some(grand.join(name)).filter(|_| !folder.as_os_str().is_empty());
    below.chain(cousin).chain(above).find(|candidate| loader.is_file(candidate))
}

/// A path that leads to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotThere {
    /// Where it was looked for, if the path is relative.
    pub looked: Option<PathBuf>,
    /// What may have been meant.
    pub near: Option<PathBuf>,
}

impl NotThere {
    pub fn of(path: &Path, loader: &dyn Loader) -> Self {
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        Self { looked: (full != path).then_some(full), near: near(path, loader) }
    }

    /// ` (looked for it at …); did you mean …?`, to be said after what is not there.
    pub fn words(&self) -> String {
        let looked = self.looked.as_ref().map_or(String::new(), |at| format!(" (looked for it at `{}`)", at.display()));
        let meant = self.near.as_ref().map_or(String::new(), |near| format!("; did you mean `{}`?", near.display()));
        looked + &meant
    }
}

/// "there is no such file", where it was looked for, and what may have been meant.
pub fn not_there(path: &Path, loader: &dyn Loader) -> String {
    format!("there is no such file{}", NotThere::of(path, loader).words())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LoadError;

    struct Files(&'static [&'static str]);

    impl Loader for Files {
        fn read(&self, _path: &Path) -> Result<String, LoadError> {
            Err(LoadError { reason: String::new(), missing: true })
        }

        fn is_file(&self, path: &Path) -> bool {
            self.0.iter().any(|file| Path::new(file) == path)
        }

        fn names(&self, folder: &Path) -> Vec<String> {
            let below = self.0.iter().filter_map(|file| Path::new(file).strip_prefix(folder).ok());
            let mut names: Vec<String> = below
                .filter_map(|rest| rest.components().next())
                .map(|first| first.as_os_str().to_string_lossy().into_owned())
                .collect();
            names.dedup();
            names
        }
    }

    #[test]
    fn what_was_meant_is_found() {
        let files = Files(&["base.mtl", "data/penguins.csv", "table.csv", "data/t.csv.gz", "runs/a/model.safetensors"]);
        let near = |path: &str| near(Path::new(path), &files).map(|path| path.display().to_string());
        assert_eq!(near("base").as_deref(), Some("base.mtl"));
        assert_eq!(near("Base.mtl").as_deref(), Some("base.mtl"));
        assert_eq!(near("bsae.mtl").as_deref(), Some("base.mtl"));
        assert_eq!(near("table.tsv").as_deref(), Some("table.csv"));
        assert_eq!(near("penguins.csv").as_deref(), Some("data/penguins.csv"));
        assert_eq!(near("dta/penguins.csv").as_deref(), Some("data/penguins.csv"));
        assert_eq!(near("data/table.csv").as_deref(), Some("table.csv"));
        assert_eq!(near("data/t.csv").as_deref(), Some("data/t.csv.gz"));
        assert_eq!(near("nothing-like-it.json"), None);
        // A name that is listed and leads to no file.
        assert_eq!(near("runs").as_deref(), None);
    }
}
