//! The clips of a column: the frames that are read of each row.

use std::borrow::Cow;
use std::path::Path;

use arrow_array::ArrayRef;

use super::column::{self, Held};
use super::{Picture, clip, decode, file_bytes};
use crate::catalog::kinds::video::{Short, Take, Video};
use crate::data::problems::count;
use crate::data::source::sha256;

/// What was read of a row: as many frames as are wanted, or fewer where the spec says so, and a hash of what its file holds, if it is one.
pub struct Clip {
    pub frames: Vec<Picture>,
    pub sum: Option<String>,
    /// How many frames it has, as far as they were looked at.
    pub there: usize,
}

/// The clip of a row; `None` if the row has none.
///
/// # Errors
/// The file if there is one, and the reason, to complete "… cannot be decoded: …".
pub fn read(array: &ArrayRef, row: usize, kind: &Video) -> Option<Result<Clip, (Option<std::path::PathBuf>, String)>> {
    let held = column::held(array, row)?;
    let file = match &held {
        Held::File { path, folder } => Some(Path::new(folder).join(path)),
        Held::Bytes(_) => None,
    };
    // Those that a clip begins with need no more of it.
    let most = (kind.take == Take::First).then_some(kind.frames);
    let all = match (&held, &file) {
        (Held::Bytes(bytes), _) => clip::frames(bytes, None, kind.channels, most).map(|frames| (frames, None)),
        (_, Some(folder)) if folder.is_dir() => of_folder(folder, kind, most).map(|(frames, sum)| (frames, Some(sum))),
        (_, Some(file)) => file_bytes(file)
            .and_then(|bytes| Ok((clip::frames(&bytes, Some(file), kind.channels, most)?, Some(sha256(&bytes))))),
        _ => return None,
    };
    let taken = all.and_then(|(frames, sum)| Ok(Clip { there: frames.len(), frames: taken(frames, kind)?, sum }));
    Some(taken.map_err(|reason| (file, reason)))
}

/// As many frames as are wanted; of a clip that may be shorter, those that it has.
fn taken(frames: Vec<Picture>, kind: &Video) -> Result<Vec<Picture>, String> {
    let (there, wanted) = (frames.len(), kind.frames);
    if there < wanted && kind.short == Short::Error {
        let there = if there == 1 { "one frame".to_string() } else { count(there, "frame") };
        return Err(format!(
            "it has {there}, and `video({wanted})` reads {wanted}; fewer are enough by `short: pad`, or `short: repeat`"
        ));
    }
    let wanted = if kind.short == Short::Pad { wanted.min(there) } else { wanted };
    let place = |number: usize| match kind.take {
        Take::Even if there >= wanted => (2 * number + 1) * there / (2 * wanted),
        _ => number.min(there - 1),
    };
    let frames: Vec<Cow<'_, Picture>> = frames.iter().map(Cow::Borrowed).collect();
    Ok((0..wanted).map(|number| frames[place(number)].clone().into_owned()).collect())
}

/// The frames of a folder, in the order of their numbers, none of which is missing in the middle.
fn of_folder(folder: &Path, kind: &Video, most: Option<usize>) -> Result<(Vec<Picture>, String), String> {
    let entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || !path.is_file() {
            continue;
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let number = number_at_end(&stem)
            .ok_or_else(|| format!("it is a folder, and the name of `{name}` does not end in the number of a frame"))?;
        files.push((number, name, path));
    }
    files.sort();
    if let Some(pair) = files.windows(2).find(|pair| pair[1].0 != pair[0].0 + 1) {
        let (before, behind) = (&pair[0], &pair[1]);
        return Err(match before.0 == behind.0 {
            true => format!("its frame {} is there twice, as `{}` and as `{}`", before.0, before.1, behind.1),
            false => format!("its frame {} is missing, between `{}` and `{}`", before.0 + 1, before.1, behind.1),
        });
    }
    let (mut frames, mut sums) = (Vec::new(), String::new());
    for (_, name, path) in files.into_iter().take(most.unwrap_or(usize::MAX)) {
        let bytes = file_bytes(&path).map_err(|why| format!("its frame `{name}`: {why}"))?;
        sums += &format!("{}\n", sha256(&bytes));
        frames.push(decode(&bytes, kind.channels).map_err(|why| format!("its frame `{name}`: {why}"))?);
    }
    let first = frames.first().ok_or("it is a folder without frames")?;
    let size = (first.height, first.width);
    if let Some(other) = frames.iter().position(|frame| (frame.height, frame.width) != size) {
        return Err(format!("its frames differ in size: frame {} is not as large as the first", other + 1));
    }
    Ok((frames, sha256(sums.as_bytes())))
}

/// The number that a name ends in.
fn number_at_end(name: &str) -> Option<u64> {
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    name[name.len() - digits..].parse().ok()
}
