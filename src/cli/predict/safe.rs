//! Where predictions may not go: over the rows they are for, and over what a run is made of. Not even with `--force`.

use std::path::{Path, PathBuf};

use crate::cli::kept::Kept;
use crate::cli::stopped::Stopped;
use crate::data::{Overrides, files};
use crate::pipeline::SplitMethod;

/// # Errors
/// If the file is one that must stay, in whatever way it is named.
pub fn may_write(out: &Path, kept: &Kept, overrides: &Overrides) -> Result<(), Stopped> {
    let refuse = |what: String| {
        let message = format!("`{}` is {what}: predictions would take its place", out.display());
        Err(Stopped::Message(message, Some("choose another name for `--out`".into())))
    };
    for (path, other) in overrides.files.iter().flat_map(|(data, given)| given.iter().map(move |path| (path, *data))) {
        let format = overrides.formats.get(&other).unwrap_or(&kept.pipeline.data[other].format);
        // What cannot be listed is said when it is read.
        let read = files::expand(Path::new(""), &path.to_string_lossy(), format).unwrap_or_default();
        if read.iter().any(|read| same_file(read, out)) {
            return refuse("a file that is predicted for (`--data`)".into());
        }
    }
    let folder = &kept.pipeline.folder;
    for set in &kept.pipeline.data {
        let mut paths = set.format.paths();
        if let SplitMethod::Files { valid, test } = &set.split.method {
            paths.extend(valid.iter().chain(test).map(String::as_str));
        }
        let read = paths.iter().flat_map(|path| files::expand(folder, path, &set.format).unwrap_or_default());
        if read.into_iter().any(|read| same_file(&read, out)) {
            return refuse(format!("the data that the run was trained on (`{}`)", set.name));
        }
    }
    let spec = std::iter::once(&kept.manifest.spec).chain(kept.manifest.imports.keys());
    if spec.into_iter().any(|file| same_file(file, out)) {
        return refuse("the spec of the run".into());
    }
    if kept.run.files().iter().any(|file| same_file(file, out)) {
        return refuse("a file of the run itself".into());
    }
    Ok(())
}

/// Whether two paths lead to one file, by links of whatever kind or none. A file that is not there yet is compared by the
/// place where it would be.
fn same_file(one: &Path, other: &Path) -> bool {
    match (identity(one), identity(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => place(one).is_some_and(|one| Some(one) == place(other)),
        _ => false,
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

/// Where a file would be: its folder without links, and its name.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?))
}
