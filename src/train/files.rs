//! Writing so that nothing is lost: beside, to the disk, then renamed into place.

use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Replaces a file as a whole. A full disk or a kill leaves the old content.
///
/// # Errors
/// In one line, with the file's name.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}
