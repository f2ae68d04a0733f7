//! Columns of paths: those of pictures, of sounds, and of other files.

use super::columns::{Guessed, Kind};
use super::profile::{ColumnProfile, Profile};

const PICTURES: [&str; 12] =
    [".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".pnm", ".pgm", ".ppm", ".pbm"];

const SOUNDS: [&str; 7] = [".wav", ".wave", ".flac", ".ogg", ".mp3", ".aif", ".aiff"];

/// Takes texts for pictures, or sounds, that end as their files do. The path of any other file of a folder is no input: it names its class.
pub fn mark(table: &Profile, columns: &mut [Guessed]) {
    let of_folder = table.columns.len() == 2 && table.columns[0].header == "path" && table.columns[1].header == "class";
    for (index, (profile, column)) in table.columns.iter().zip(columns).enumerate() {
        if !matches!(column.kind, Kind::Text | Kind::Id) || !column.declared {
            continue;
        }
        if end_in(profile, &SOUNDS) {
            column.kind = Kind::Audio;
            column.why = "paths of sounds".into();
            column.unread = (column.missing > 0).then(|| "some rows have no sound".into());
            (column.note, column.group) = (None, false);
        } else if end_in(profile, &PICTURES) {
            column.kind = Kind::Image;
            column.why = "paths of pictures".into();
            column.unread = (column.missing > 0).then(|| "some rows have no picture".into());
            (column.note, column.group) = (None, false);
        } else if of_folder && index == 0 {
            column.kind = Kind::Id;
            column.why = "the path of the file".into();
            column.unread = Some("it names its class".into());
        }
    }
}

fn end_in(column: &ColumnProfile, endings: &[&str]) -> bool {
    let ends = |value: &String| {
        let value = value.to_lowercase();
        endings.iter().any(|ending| value.ends_with(ending))
    };
    !column.distinct.is_empty() && column.distinct.keys().all(ends)
}
