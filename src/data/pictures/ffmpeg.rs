//! The program `ffmpeg`, which reads clips that nothing here reads.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::data::problems::shown_long;

/// A clip as Y4M.
///
/// # Errors
/// That there is no such program, or what it says.
pub fn as_y4m(file: &Path) -> Result<Vec<u8>, String> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-i"]).arg(file);
    command.args(["-f", "yuv4mpegpipe", "-pix_fmt", "yuv444p", "-"]).stdin(Stdio::null());
    let output = command.output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            "it is read by the program `ffmpeg`, which is not there; install it, or save the clip as GIF, APNG, WebP, Y4M or \
             Motion-JPEG AVI"
                .to_string()
        }
        _ => format!("the program `ffmpeg` cannot be run: {error}"),
    })?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(format!("`ffmpeg` says: {}", shown_long(String::from_utf8_lossy(&output.stderr).trim()))),
    }
}
