//! Sounds of rows: their samples, and the series of numbers that steps make of them. What is done to every sample stands in `crates/sound`.

mod values;

pub use values::{Series, Sound, Sounds};

use std::path::PathBuf;

use arrow_array::ArrayRef;
use mtlc_sound::{Wanted, decode};

use super::formats::guarded::guarded;
use super::pictures::read_bytes;
use super::source::sha256;
use crate::catalog::kinds::audio::{Audio, Long};

/// The sound of a row, and a hash of its file, if it is one; `None` if the row has none.
///
/// # Errors
/// The file if there is one, and the reason, to complete "… cannot be decoded: …".
pub(super) fn read(
    column: &ArrayRef,
    row: usize,
    kind: &Audio,
) -> Option<Result<(Sound, Option<String>), (Option<PathBuf>, String)>> {
    let wanted = Wanted { rate: kind.rate, longest: kind.longest, cut: kind.long == Long::Cut };
    Some(match read_bytes(column, row)? {
        Ok(read) => match guarded(|| decode(&read.bytes, &wanted)) {
            Ok(samples) => Ok((Sound { samples }, read.file.map(|_| sha256(&read.bytes)))),
            Err(reason) => Err((read.file, reason)),
        },
        Err((file, reason)) => Err((Some(file), reason)),
    })
}
