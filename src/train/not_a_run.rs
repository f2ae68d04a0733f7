//! Why a path leads to no run directory, and what to give instead.

use std::path::{Path, PathBuf};

use crate::diag::near::near;
use crate::source::DiskLoader;

/// In one line.
pub fn not_a_run(path: &Path) -> String {
    let shown = path.display();
    if path.is_dir() {
        let message = format!("`{shown}` is no run directory: it has no run.json");
        return match last_run(path) {
            Some(run) => format!("{message}; did you mean `{}`?", run.display()),
            None => message,
        };
    }
    if path.is_file() {
        // A file of the run, or the spec of one.
        if let Some(folder) = path.parent().filter(|folder| folder.join("run.json").exists()) {
            return format!("`{shown}` is a file; give its run directory, `{}`", folder.display());
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        return match (ending, path.file_stem().and_then(|stem| last_run(&Path::new("runs").join(stem)))) {
            ("mtl", Some(run)) => {
                format!("`{shown}` is a spec, and a run directory is expected; its last run is `{}`", run.display())
            }
            ("mtl", None) => format!(
                "`{shown}` is a spec, and a run directory is expected; train it first with `mtlc run {shown}`, which names its directory"
            ),
            _ => format!("`{shown}` is a file, and a run directory is expected"),
        };
    }
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let looked = if full == path { String::new() } else { format!(" (looked for it at `{}`)", full.display()) };
    let meant = near(path, &DiskLoader::default()).map(|near| last_run(&near).unwrap_or(near));
    match meant {
        Some(near) => format!("there is no run directory `{shown}`{looked}; did you mean `{}`?", near.display()),
        None => format!("there is no run directory `{shown}`{looked}"),
    }
}

/// The last run in a folder of runs, which are named by their time.
fn last_run(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.flatten().map(|entry| entry.path()).filter(|path| path.join("run.json").exists()).max()
}
