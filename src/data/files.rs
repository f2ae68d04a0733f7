//! From what names the data to files: a file, a folder of files, or a pattern. Several files are one table.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::catalog::formats::FormatDef;

/// Why a path names no files; to complete "cannot read PATH: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoFiles {
    /// There is no such file, and it is no pattern either.
    NotAPattern(String),
    /// Nothing matches the pattern: no file, or no folder where these are read as a whole.
    NoMatch { of_folders: bool },
    /// A folder without a file of the format; a pattern that names what is there instead.
    NotInFolder { endings: Vec<&'static str>, instead: Option<PathBuf> },
}

impl fmt::Display for NoFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoFiles::NotAPattern(error) => write!(f, "there is no such file, and as a pattern it is wrong: {error}"),
            NoFiles::NoMatch { of_folders: true } => f.write_str("no folder matches the pattern"),
            NoFiles::NoMatch { of_folders: false } => f.write_str("no file matches the pattern"),
            NoFiles::NotInFolder { endings, instead } => {
                let endings: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
                write!(f, "it is a folder without a file that ends in {}", endings.join(" or "))?;
                match instead {
                    Some(pattern) => {
                        write!(f, " (other files are read by a pattern, such as `{}`)", pattern.display())
                    }
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for NoFiles {}

/// The files that a path names, in sorted order; a path that names a file, or nothing that is there, is itself.
/// `path` is relative to `folder`, which is never read as a pattern.
///
/// # Errors
/// If a folder or a pattern has no file of the format.
pub fn expand(folder: &Path, path: &str, format: &FormatDef) -> Result<Vec<PathBuf>, NoFiles> {
    let whole = folder.join(path);
    let of_folders = format.is_of_folders();
    if whole.is_dir() && !of_folders {
        return of_folder(&whole, format);
    }
    if whole.exists() || !path.contains(WILD) {
        return Ok(vec![whole]);
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    let escaped = globset::escape(&folder.to_string_lossy());
    let matcher = matcher(&Path::new(&escaped).join(path).to_string_lossy())?;
    // Only the folder before the first wildcard needs to be walked.
    let fixed: PathBuf =
        Path::new(path).components().take_while(|part| !part.as_os_str().to_string_lossy().contains(WILD)).collect();
    let start = folder.join(fixed);
    let here = start.as_os_str().is_empty();
    let start = if here { Path::new(".") } else { &start };
    let mut files = if of_folders { folders_below(start) } else { walk(start) };
    if here {
        files.iter_mut().for_each(|file| *file = file.strip_prefix(".").map(Path::to_path_buf).unwrap_or_default());
    }
    files.retain(|file| matcher.is_match(file));
    if files.is_empty() { Err(NoFiles::NoMatch { of_folders }) } else { Ok(files) }
}

/// What tells which paths a pattern means.
pub(super) fn matcher(pattern: &str) -> Result<globset::GlobMatcher, NoFiles> {
    let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
    Ok(glob.map_err(|error| NoFiles::NotAPattern(error.kind().to_string()))?.compile_matcher())
}

/// Whether there are files of this name, or of this pattern.
pub fn are_there(path: &str, format: &FormatDef) -> bool {
    Path::new(path).exists() || (path.contains(WILD) && expand(Path::new(""), path, format).is_ok())
}

/// What makes a path a pattern, if no file is called so.
pub(super) const WILD: [char; 4] = ['*', '?', '[', '{'];

fn of_folder(folder: &Path, format: &FormatDef) -> Result<Vec<PathBuf>, NoFiles> {
    let all = walk(folder);
    let files: Vec<PathBuf> = all.iter().filter(|file| fits(file, format)).cloned().collect();
    if files.is_empty() { Err(not_in(folder, &all, format)) } else { Ok(files) }
}

/// Whether a file in a folder is one of the format, by how its name ends.
pub(super) fn fits(file: &Path, format: &FormatDef) -> bool {
    let endings = format.endings();
    let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = [".gz", ".zst"].iter().find_map(|packing| name.strip_suffix(packing)).unwrap_or(&name);
    endings.is_empty() || endings.iter().any(|ending| name.ends_with(&format!(".{ending}")))
}

/// What is said of a folder whose files are of no format.
pub(super) fn not_in(folder: &Path, all: &[PathBuf], format: &FormatDef) -> NoFiles {
    let other = all.first().and_then(|file| file.extension());
    let instead = other.map(|other| folder.join(format!("*.{}", other.to_string_lossy())));
    NoFiles::NotInFolder { endings: format.endings().to_vec(), instead }
}

/// The folders below a folder in sorted order, but hidden ones; those in a folder stand behind it.
fn folders_below(folder: &Path) -> Vec<PathBuf> {
    let hidden = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(['.', '_']);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_folder = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut folders: Vec<PathBuf> =
        entries.filter(|entry| !hidden(entry) && is_folder(entry)).map(|entry| entry.path()).collect();
    folders.sort();
    folders.into_iter().flat_map(|folder| std::iter::once(folder.clone()).chain(folders_below(&folder))).collect()
}

/// The files below a folder in sorted order, but hidden ones and those that other programs leave beside data (`_SUCCESS`).
pub fn walk(folder: &Path) -> Vec<PathBuf> {
    let beside = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(['.', '_']);
    let mut entries: Vec<std::fs::DirEntry> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| !beside(entry)).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        // A link to a file is read as one; links to folders could go in a circle.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(walk(&entry.path())),
            Ok(kind) if kind.is_file() || (kind.is_symlink() && entry.path().is_file()) => files.push(entry.path()),
            _ => {}
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::formats::csv::Csv;
    use crate::catalog::formats::folder::Folder;
    use crate::catalog::{Args, Entry};

    #[test]
    fn folders_and_patterns_are_files() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path().join("[odd]-*");
        let args = Args { values: vec![("path", crate::catalog::ArgValue::Text("x.csv".into()))] };
        let format = FormatDef::Csv(Csv::from_args(&args).expect("a format"));
        for name in ["b.csv", "a.csv.gz", "more/c.CSV", "_SUCCESS", ".hidden.csv", "notes.txt", "odd[1].csv"] {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
            std::fs::write(path, "").expect("a file can be written");
        }
        let named = |path: &str| {
            expand(&folder, path, &format).map(|files| {
                let relative = |file: &PathBuf| file.strip_prefix(&folder).map(|name| name.display().to_string());
                files.iter().map(|file| relative(file).expect("below")).collect::<Vec<_>>()
            })
        };
        assert_eq!(named("").expect("files"), ["a.csv.gz", "b.csv", "more/c.CSV", "odd[1].csv"]);
        assert_eq!(named("*.csv").expect("files"), ["b.csv", "odd[1].csv"]);
        assert_eq!(named("**/*.{csv,CSV}").expect("files"), ["b.csv", "more/c.CSV", "odd[1].csv"]);
        // A file that is there is no pattern, and what is not there is said when it is read.
        assert_eq!(named("odd[1].csv").expect("files"), ["odd[1].csv"]);
        assert_eq!(named("nosuch.csv").expect("files"), ["nosuch.csv"]);
        assert_eq!(named("nosuch*.csv"), Err(NoFiles::NoMatch { of_folders: false }));
        assert!(matches!(named("a[.csv"), Err(NoFiles::NotAPattern(_))));
        let whole = FormatDef::Folder(Folder { path: String::new(), endings: Vec::new() });
        for name in ["shots/b/test", "shots/a/train", "shots/b/train", "shots/.c/train"] {
            std::fs::create_dir_all(folder.join(name)).expect("a folder can be made");
        }
        let folders = |path: &str| {
            let found = expand(&folder, path, &whole)?;
            let relative = |file: &PathBuf| file.strip_prefix(&folder).map(|name| name.display().to_string());
            Ok::<_, NoFiles>(found.iter().map(|file| relative(file).expect("below")).collect::<Vec<_>>())
        };
        assert_eq!(folders("shots/*/train").expect("folders"), ["shots/a/train", "shots/b/train"]);
        assert_eq!(folders("shots").expect("a folder"), ["shots"]);
        assert_eq!(folders("shots/*/valid"), Err(NoFiles::NoMatch { of_folders: true }));
        std::fs::create_dir(folder.join("text")).expect("a folder can be made");
        std::fs::write(folder.join("text/a.txt"), "").expect("a file can be written");
        let reason = named("text").expect_err("no such file").to_string();
        assert!(reason.contains("ends in .csv") && reason.contains("text/*.txt"), "{reason}");
    }
}
