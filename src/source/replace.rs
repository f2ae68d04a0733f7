//! Writing so that nothing is lost: beside, to the disk, then renamed into place.

use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Replaces a file as a whole. A full disk or a kill leaves the old content. A link stays one, and what it leads to is
/// replaced; permissions stay.
///
/// # Errors
/// In one line, with the file's name.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let told = path;
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = write(&beside, bytes).and_then(|()| {
        if let Ok(metadata) = std::fs::metadata(path) {
            std::fs::set_permissions(&beside, metadata.permissions())?;
        }
        std::fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.map_err(|error| format!("cannot write `{}`: {error}", told.display()))
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
