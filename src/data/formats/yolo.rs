//! `yolo`: pictures in a folder, and the boxes of each in a text file.

use std::path::{Path, PathBuf};

use super::listed::Listed;
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::yolo::Yolo;
use crate::data::files::walk;
use crate::data::problems::{Places, shown};
use crate::data::source::Source;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

/// How the names of pictures end.
pub const PICTURES: [&str; 11] = ["png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff", "ppm", "pgm", "pnm"];

/// Whether a file is a picture, by its name.
pub fn is_picture(file: &Path) -> bool {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| PICTURES.contains(&ending.as_str()))
}

/// The path of a file from a folder on.
pub fn below(folder: &Path, file: &Path) -> Result<String, String> {
    let path = file.strip_prefix(folder).unwrap_or(file);
    let text = path.to_str().ok_or_else(|| format!("the name of `{}` is no text", path.display()))?;
    Ok(text.replace('\\', "/"))
}

impl FormatHalf for Yolo {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let Some(folder) = source.folder() else {
            return Err(unreadable("it is a file, and `yolo` reads a folder of pictures and texts".into()));
        };
        let mut pictures: Vec<(String, PathBuf)> = Vec::new();
        for file in walk(folder).into_iter().filter(|file| is_picture(file)) {
            pictures.push((below(folder, &file).map_err(unreadable)?, file));
        }
        if pictures.is_empty() {
            return Err(unreadable(format!("it has no pictures: no file ends in `.{}`", PICTURES.join("`, `."))));
        }
        pictures.sort_unstable();
        let mut wrong = Places::default();
        let mut objects = Vec::with_capacity(pictures.len());
        for (_, picture) in &pictures {
            let text = labels_of(folder, picture);
            let name = below(folder, &text).map_err(unreadable)?;
            let lines = match std::fs::read_to_string(&text) {
                Ok(lines) => lines,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                Err(error) => return Err(unreadable(format!("`{name}`: {error}"))),
            };
            let mut of_picture = Vec::new();
            for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                match object(line) {
                    Ok(object) => of_picture.push(object),
                    Err(reason) => wrong.add(|| format!("`{name}`, line {}: `{}` {reason}", number + 1, shown(line))),
                }
            }
            objects.push(Some(format!("[{}]", of_picture.join(","))));
        }
        if !wrong.is_empty() {
            let diagnostic = Diagnostic::new(&codes::WRONG_VALUE, request.set.path_span, wrong.first().to_string())
                .here("its texts");
            return Err(vec![
                wrong
                    .note_rest(diagnostic)
                    .help("a line is the number of a class, then the middle, width and height: `0 0.5 0.5 0.2 0.3`"),
            ]);
        }
        let paths = pictures.into_iter().map(|(path, _)| Some(path)).collect();
        Ok(Box::new(Listed::new(vec![("path", paths), ("objects", objects)], Vec::new())))
    }
}

/// Where the boxes of a picture are: of one in a folder `images`, in `labels` in its place, else beside it.
fn labels_of(folder: &Path, picture: &Path) -> PathBuf {
    let path = picture.strip_prefix(folder).unwrap_or(picture).with_extension("txt");
    let mut parts: Vec<_> = path.components().map(|part| part.as_os_str().to_os_string()).collect();
    if let Some(images) = parts.iter_mut().rev().find(|part| *part == "images") {
        *images = "labels".into();
    }
    folder.join(parts.into_iter().collect::<PathBuf>())
}

fn object(line: &str) -> Result<String, String> {
    let mut words = line.split_whitespace();
    let class = words.next().and_then(|word| word.parse::<u32>().ok()).ok_or("begins with no number of a class")?;
    let numbers: Option<Vec<f64>> = words.map(|word| word.parse().ok().filter(|one: &f64| one.is_finite())).collect();
    let numbers = numbers.ok_or("has a word that is no number")?;
    match numbers.as_slice() {
        [_, _, _, _] => Ok(format!("{{\"class\":{class},\"bbox\":{numbers:?}}}")),
        // The middle and the size of what the corners reach.
        corners if corners.len() >= 6 && corners.len().is_multiple_of(2) => {
            let edge = |axis: usize, pick: fn(f64, f64) -> f64| {
                corners.iter().copied().skip(axis).step_by(2).reduce(pick).unwrap_or_default()
            };
            let (left, right) = (edge(0, f64::min), edge(0, f64::max));
            let (top, bottom) = (edge(1, f64::min), edge(1, f64::max));
            let bbox = [(left + right) / 2.0, (top + bottom) / 2.0, right - left, bottom - top];
            Ok(format!("{{\"class\":{class},\"bbox\":{bbox:?},\"segmentation\":[{corners:?}]}}"))
        }
        other => {
            Err(format!("has {} numbers behind the class, and a box has four, a polygon six or more", other.len()))
        }
    }
}
