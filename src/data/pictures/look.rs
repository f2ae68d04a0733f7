//! The pictures and sounds of a table before anything is made of them: every one is read and decoded once, so that what is broken is said at the
//! start, with its rows, and so that the identity of a run covers what the files hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};

use super::column::{Held, held, read};
use super::lying::Shape;
use super::{clip_of, file_bytes, lying};
use crate::catalog::kinds::audio::Audio;
use crate::catalog::kinds::image::{Broken, Image};
use crate::catalog::kinds::video::{Short, Video};
use crate::catalog::kinds::{self, KindDef, Media};
use crate::data::masks::size_of;
use crate::data::parallel::in_order;
use crate::data::problems::{Places, count, shown};
use crate::data::sounds;
use crate::data::source::sha256;
use crate::data::table::{FileSeen, Lengths, Table};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::diag::near::near;
use crate::pipeline::{Column, DataSet, Origin, Part};
use crate::source::DiskLoader;

/// So many rows are looked at before what was found is put together.
const CHUNK: usize = 4096;

/// What is said of a path that leads to none.
const NO_FILE: &str = "is no file";

/// Looks at the pictures and sounds of a table. Rows of which one is broken are left out where the spec says so.
pub fn look(set: &DataSet, table: &mut Table) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut skipped: BTreeMap<usize, String> = BTreeMap::new();
    // Those of the one column of pictures, in which boxes lie.
    let (mut pictures, mut sizes) = (0, Vec::new());
    let mut mask_sizes: BTreeMap<usize, Vec<Option<(usize, usize)>>> = BTreeMap::new();
    // Those of the one column of clips, in which tracks lie.
    let mut clips: Vec<(Video, Vec<Option<Shape>>)> = Vec::new();
    for (index, column) in set.columns.iter().enumerate() {
        // Those of a table that is joined have been looked at there.
        if matches!(column.origin, Origin::Joined { .. }) {
            continue;
        }
        if let KindDef::Mask(kind) = &column.kind {
            // Masks have been looked at as cells.
            let seen = table.column(index).map(masks).unwrap_or_default();
            note(set, column, seen.files, &seen.sums, table);
            // Arrays that were made larger or smaller do not say what they were.
            if kind.read_at().is_none() || seen.files > 0 {
                mask_sizes.insert(index, seen.sizes);
            }
        }
        let (found, broken_rows) = match &column.kind {
            KindDef::Image(image) => {
                (looked_at(&|array, row| one_picture(image, array, row), index, table), image.broken)
            }
            KindDef::Video(video) => (looked_at(&|array, row| one_clip(video, array, row), index, table), video.broken),
            KindDef::Audio(audio) => {
                (looked_at(&|array, row| one_sound(audio, array, row), index, table), audio.broken)
            }
            _ => continue,
        };
        let Some(found) = found else { continue };
        if let KindDef::Video(video) = &column.kind {
            clips.push((video.clone(), found.shapes.clone()));
            if video.short == Short::Pad {
                let read = found.shapes.iter().flatten().map(|shape| shape.frames.min(video.frames));
                table.clips.insert(index, Lengths::of(read));
            }
        }
        if matches!(column.kind, KindDef::Audio(_)) {
            table.sounds.insert(index, Lengths::of(found.shapes.iter().flatten().map(|shape| shape.frames)));
        }
        if matches!(column.kind, KindDef::Image(_)) {
            pictures += 1;
            let noted = column.source.trim() == "path";
            sizes = found.shapes.iter().map(|shape| shape.map(|shape| shape.size)).collect();
            if let Some(told) = lying::look_at_sizes(column, &sizes, table).filter(|_| noted) {
                table.told.push(told);
            }
        }
        if found.files + found.broken.len() == 0 {
            continue;
        }
        note(set, column, found.files, &found.sums, table);
        if broken_rows == Broken::Skip {
            let said = |(row, (what, _)): (usize, (String, _))| (row, format!("`{}` {what}", column.source));
            skipped.extend(found.broken.into_iter().map(said));
        } else if !found.broken.is_empty() {
            let present = table.rows - table.missing(index);
            problems.push(broken(column, found.broken, (present, table.column(index)), table));
        }
    }
    // Where there are several, nobody has said in which of them.
    let sizes = if pictures == 1 { sizes } else { Vec::new() };
    let own = |column: &Column| !matches!(column.origin, Origin::Joined { .. });
    for (index, column) in set.columns.iter().enumerate().filter(|(_, column)| own(column)) {
        match (&column.kind, clips.as_slice()) {
            (KindDef::Boxes(kind), _) => {
                let tiny = lying::look_at_unit(column, kind, index, table);
                table.told.extend(tiny);
                problems.extend(lying::look(column, kind, index, &sizes, table));
            }
            (KindDef::Instances(_), _) => {
                problems.extend(lying::look_at_things(column, index, &sizes, table));
                note_cells(set, column, index, table);
            }
            (KindDef::Mask(_), _) => {
                let masks = mask_sizes.remove(&index).unwrap_or_default();
                problems.extend(lying::look_at_masks(column, index, &masks, &sizes, table));
            }
            (KindDef::Keypoints(_), _) => problems.extend(lying::look_at_points(column, index, &sizes, table)),
            (KindDef::Tracks(_), clips) => {
                if let [(video, shapes)] = clips {
                    problems.extend(lying::look_at_tracks(column, index, video, shapes, table));
                }
                note_cells(set, column, index, table);
            }
            _ => {}
        }
    }
    if !skipped.is_empty() {
        let rows: Vec<usize> = skipped.keys().copied().collect();
        table.left_out = skipped.into_iter().map(|(row, what)| format!("{}: {what}", table.place(row))).collect();
        if let Err(reason) = table.leave_out(&rows) {
            let message = format!("rows of `{}` cannot be left out: {reason}", set.name);
            problems.push(Diagnostic::new(&codes::UNREADABLE_DATA, set.span, message).here("this table"));
        }
    }
    problems
}

/// Makes what the files of a column hold part of what the table is known by.
fn note(set: &DataSet, column: &Column, files: usize, sums: &str, table: &mut Table) {
    if files > 0 {
        let name = format!("{} of {}.{}", count(files, "file"), set.name, column.name);
        table.media.push(FileSeen { name, sha256: sha256(sums.as_bytes()), rows: 0..0, part: Part::Train });
    }
}

/// Makes what cells have become, which may lie in files that they name, part of what the table is known by.
fn note_cells(set: &DataSet, column: &Column, index: usize, table: &mut Table) {
    let texts = table.column(index).and_then(|texts| texts.as_string_opt::<i32>()).cloned();
    let texts = texts.iter().flat_map(|texts| texts.iter().flatten());
    let sums: String = texts.map(|text| sha256(text.as_bytes())).collect();
    let name = format!("what the cells of {}.{} name", set.name, column.name);
    table.media.push(FileSeen { name, sha256: sha256(sums.as_bytes()), rows: 0..0, part: Part::Train });
}

/// The masks of a column.
#[derive(Default)]
struct Masks {
    /// How many lie in files.
    files: usize,
    /// What these hold, row by row.
    sums: String,
    /// Height and width of each, as it is written.
    sizes: Vec<Option<(usize, usize)>>,
}

/// Looks at the masks of a column. One that has gone since its cell was read is noticed when it is read again.
fn masks(column: &ArrayRef) -> Masks {
    let Some(paths) = column.as_string_opt::<i32>() else {
        return Masks { sizes: of_arrays(column), ..Masks::default() };
    };
    let look = |row: usize| {
        let path = paths.is_valid(row).then(|| paths.value(row))?;
        Some(file_bytes(Path::new(path)).map_or(("-".into(), None), |bytes| (sha256(&bytes), size_of(&bytes))))
    };
    let seen = in_order(paths.len(), &look);
    let sum = |row: &Option<(String, _)>| format!("{}\n", row.as_ref().map_or("", |(sum, _)| sum));
    Masks {
        files: seen.iter().flatten().count(),
        sums: seen.iter().map(sum).collect(),
        sizes: seen.into_iter().map(|row| row.and_then(|(_, size)| size)).collect(),
    }
}

/// The sizes of masks that stand in their cells, all alike.
fn of_arrays(column: &ArrayRef) -> Vec<Option<(usize, usize)>> {
    let Some(rows) = column.as_fixed_size_list_opt() else { return Vec::new() };
    let Some(pixels) = rows.values().as_fixed_size_list_opt() else { return Vec::new() };
    let size = (rows.value_length() as usize, pixels.value_length() as usize);
    (0..rows.len()).map(|row| rows.is_valid(row).then_some(size)).collect()
}

struct Looked {
    files: usize,
    /// The paths and what they hold, row by row.
    sums: String,
    /// By row, what is wrong with it, and what may have been meant.
    broken: Vec<(usize, (String, Option<String>))>,
    /// The size of each.
    shapes: Vec<Option<Shape>>,
}

/// What a row holds: a hash of its file, if it is one, and its size.
type Found = Option<Result<(Option<String>, Shape), (Option<PathBuf>, String)>>;

fn one_picture(image: &Image, array: &ArrayRef, row: usize) -> Found {
    Some(match read(array, row, image.channels)? {
        Ok((picture, read)) => {
            Ok((read.file.map(|_| sha256(&read.bytes)), Shape { size: (picture.height, picture.width), frames: 1 }))
        }
        Err(problem) => Err(problem),
    })
}

fn one_clip(video: &Video, array: &ArrayRef, row: usize) -> Found {
    Some(clip_of(array, row, video)?.map(|clip| {
        let size = clip.frames.first().map_or((0, 0), |frame| (frame.height, frame.width));
        (clip.sum, Shape { size, frames: clip.there })
    }))
}

/// Of a sound there is a length, in samples.
fn one_sound(audio: &Audio, array: &ArrayRef, row: usize) -> Found {
    let found = sounds::read(array, row, audio)?;
    Some(found.map(|(sound, sum)| (sum, Shape { size: (0, 0), frames: sound.samples.len() })))
}

fn looked_at(look: &(dyn Fn(&ArrayRef, usize) -> Found + Sync), index: usize, table: &Table) -> Option<Looked> {
    let column = table.column(index)?;
    let (mut files, mut sums, mut broken) = (0, String::new(), Vec::new());
    let mut shapes = Vec::with_capacity(table.rows);
    for start in (0..table.rows).step_by(CHUNK) {
        let one = |place: usize| look(column, start + place);
        for (place, found) in in_order(CHUNK.min(table.rows - start), &one).into_iter().enumerate() {
            let written = || super::shown(column, start + place).unwrap_or_default();
            shapes.push(found.as_ref().and_then(|found| found.as_ref().ok()).map(|(_, shape)| *shape));
            match found {
                None | Some(Ok((None, _))) => {}
                Some(Ok((Some(sum), _))) => {
                    files += 1;
                    sums += &format!("{}\0{sum}\n", written());
                }
                Some(Err((file, reason))) => {
                    sums += &format!("{}\0-\n", written());
                    let missing = file.as_ref().is_some_and(|file| !file.exists());
                    let meant = file.filter(|_| missing).and_then(|file| meant(&file));
                    let what = if missing { NO_FILE.into() } else { format!("cannot be decoded: {reason}") };
                    let written = match held(column, start + place) {
                        Some(Held::Bytes(bytes)) => format!("has {} bytes", bytes.len()),
                        _ => format!("is `{}`", shown(&written())),
                    };
                    broken.push((start + place, (format!("{written}, which {what}"), meant)));
                }
            }
        }
    }
    Some(Looked { files, sums, broken, shapes })
}

/// A file with nearly this name.
fn meant(file: &Path) -> Option<String> {
    near(file, &DiskLoader::default()).map(|near| near.display().to_string())
}

fn broken(
    column: &Column,
    broken: Vec<(usize, (String, Option<String>))>,
    (present, array): (usize, Option<&ArrayRef>),
    table: &Table,
) -> Diagnostic {
    let mut places = Places::default();
    let meant = broken.iter().find_map(|(_, (_, meant))| meant.clone());
    let number = broken.len();
    let is_file = |row: usize| array.is_some_and(|array| matches!(held(array, row), Some(Held::File { .. })));
    let files = broken.iter().any(|(row, _)| is_file(*row));
    let astray = broken.iter().any(|(_, (what, _))| what.ends_with(NO_FILE));
    for (row, (what, _)) in broken {
        places.add(|| format!("{}: `{}` {what}", table.place(row), column.source));
    }
    let (code, here) = match column.kind.media() {
        Some(Media::Sounds) => (&codes::BROKEN_SOUND, "its sounds must be there, and whole"),
        _ => (&codes::BROKEN_PICTURE, "its pictures must be there, and whole"),
    };
    let diagnostic = Diagnostic::new(code, column.span, places.first().to_string()).here(here);
    let diagnostic = places.note_rest(diagnostic);
    match meant {
        Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
        // Whoever has sent bytes knows which, and of files that are all there what is wrong is said.
        None if number == present && !(files && astray) => diagnostic,
        None if number == present => diagnostic.help("paths are relative to the folder of the table"),
        None => {
            let kind = skipping(&column.kind);
            diagnostic.help(format!("mend these files, or leave their rows out: `{}: {kind}`", column.name))
        }
    }
}

/// A kind as it is written, with all that it says, which also leaves broken rows out.
fn skipping(kind: &KindDef) -> String {
    let positional = kinds::find(kind.name()).map_or_else(Vec::new, |entry| (entry.params)());
    let alone = |name: &str| positional.iter().any(|spec| spec.name == name && spec.positional);
    let said = kind.unusual().into_iter().filter(|(name, _)| *name != "broken");
    let written = said.map(|(name, value)| match alone(name) {
        true => value.show(),
        false => format!("{name}: {}", value.show()),
    });
    let all: Vec<String> = written.chain(std::iter::once("broken: skip".to_string())).collect();
    format!("{}({})", kind.name(), all.join(", "))
}

/// What the rows of a data set are left out for, if it is broken, and the column that says so.
fn leaves_out(set: &DataSet) -> Option<(&Column, Media)> {
    let skips = |column: &&Column| match &column.kind {
        KindDef::Image(image) => image.broken == Broken::Skip,
        KindDef::Video(video) => video.broken == Broken::Skip,
        KindDef::Audio(audio) => audio.broken == Broken::Skip,
        _ => false,
    };
    let column = set.columns.iter().find(skips)?;
    Some((column, column.kind.media()?))
}

/// What is broken of the rows that are left out of a data set: "pictures".
pub fn left_out_for(set: &DataSet) -> &'static str {
    leaves_out(set).map_or("files", |(_, media)| media.words())
}

/// Rows that were left out, each with why, since their pictures or sounds are broken.
pub fn left_out(set: &DataSet, rows: &[String]) -> Option<Diagnostic> {
    let (column, media) = leaves_out(set)?;
    if rows.is_empty() {
        return None;
    }
    let mut places = Places::default();
    rows.iter().for_each(|place| places.add(|| place.clone()));
    let (rows, what) = (count(rows.len(), "row"), media.words());
    let message = format!("{rows} of `{}` left out, for broken {what} ({})", set.name, places.first());
    let code = if media == Media::Sounds { &codes::SKIPPED_SOUND } else { &codes::SKIPPED_PICTURE };
    let diagnostic = Diagnostic::new(code, column.span, message).here("says to skip them");
    Some(places.note_rest(diagnostic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ArgValue, Args};

    #[test]
    fn what_is_to_be_written_says_all_that_was_said() {
        let word = |word: &str| ArgValue::Word(word.into());
        for (name, values, written) in [
            (
                "video",
                vec![("frames", ArgValue::Integer(5)), ("channels", word("gray")), ("take", word("first"))],
                "video(5, gray, take: first, broken: skip)",
            ),
            (
                "video",
                vec![("frames", ArgValue::Integer(8)), ("short", word("pad"))],
                "video(8, short: pad, broken: skip)",
            ),
            ("image", vec![], "image(broken: skip)"),
            (
                "audio",
                vec![("rate", ArgValue::Integer(8000)), ("long", word("cut"))],
                "audio(8000, long: cut, broken: skip)",
            ),
        ] {
            let kind = kinds::find(name).and_then(|entry| (entry.from_args)(&Args { values })).expect("arguments");
            assert_eq!(skipping(&kind), written);
        }
    }
}
