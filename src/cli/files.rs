//! From the paths on the command line to `.mtl` files: files, folders and globs, sorted.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use crate::source::DiskLoader;

/// The files that the arguments name, each once; `Err` says which argument names nothing.
pub fn collect(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for argument in arguments {
        let text = argument.to_string_lossy();
        if argument.is_dir() {
            let found = walk(argument, &|path| path.extension().is_some_and(|extension| extension == "mtl"));
            if found.is_empty() {
                return Err(format!("there is no .mtl file in `{text}`"));
            }
            files.extend(found);
        } else if argument.exists() {
            files.push(argument.clone());
        } else if text.contains(['*', '?', '[', '{']) {
            files.extend(glob(&text)?);
        } else {
            return Err(super::given::nothing_there(argument, &DiskLoader::default()));
        }
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|file| seen.insert(std::fs::canonicalize(file).unwrap_or_else(|_| file.clone())));
    Ok(files)
}

fn glob(pattern: &str) -> Result<Vec<PathBuf>, String> {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let matcher = GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| format!("`{pattern}` is no pattern: {}", error.kind()))?
        .compile_matcher();
    // Only the folder before the first wildcard needs to be walked.
    let fixed: PathBuf = Path::new(pattern)
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    let start = if fixed.as_os_str().is_empty() { Path::new(".").to_path_buf() } else { fixed };
    let found = walk(&start, &|path| matcher.is_match(path.strip_prefix("./").unwrap_or(path)));
    if found.is_empty() { Err(format!("no file matches `{pattern}`")) } else { Ok(found) }
}

/// Files below a folder, without what git ignores and hidden folders, in sorted order.
fn walk(folder: &Path, keep: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ignore::WalkBuilder::new(folder)
        .require_git(false)
        .build()
        .flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .map(|path| path.strip_prefix("./").map(Path::to_path_buf).unwrap_or(path))
        .filter(|path| keep(path))
        .collect();
    files.sort();
    files
}
