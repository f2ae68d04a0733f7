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
        false => {
            let said = without_addresses(String::from_utf8_lossy(&output.stderr).trim());
            Err(format!("`ffmpeg` says: {}", shown_long(&said)))
        }
    }
}

/// What it says without the places in its memory, ` @ 0x5607d71268c0`, which are others each time.
fn without_addresses(said: &str) -> String {
    let mut pieces = said.split(" @ 0x");
    let first = pieces.next().unwrap_or_default().to_string();
    pieces.fold(first, |text, piece| text + piece.trim_start_matches(|sign: char| sign.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::without_addresses;

    #[test]
    fn places_in_memory_are_not_said() {
        let said = "[yuv4mpegpipe @ 0x5607d71268c0] Header too large.\n[in#0 @ 0xab] Error";
        assert_eq!(without_addresses(said), "[yuv4mpegpipe] Header too large.\n[in#0] Error");
        assert_eq!(without_addresses("Invalid data"), "Invalid data");
    }
}
