//! `yolo`: pictures in a folder, and the boxes of each in a text file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::listed::Listed;
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::yolo::Yolo;
use crate::catalog::kinds::KindDef;
use crate::catalog::kinds::boxes::{Boxes, Form};
use crate::data::files::walk;
use crate::data::notes::{Objects, RowNote};
use crate::data::pictures::{file_bytes, upright_size};
use crate::data::problems::{Places, shown};
use crate::data::source::Source;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Column;

/// How the names of pictures end.
pub const PICTURES: [&str; 11] = ["png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff", "ppm", "pgm", "pnm"];
/// The column of what stands in a picture.
const OBJECTS: &str = "objects";

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
        let misread: Vec<Diagnostic> = objects_of(request).filter_map(misread).collect();
        if !misread.is_empty() {
            return Err(misread);
        }
        let files = walk(folder);
        let mut pictures: Vec<(String, PathBuf)> = Vec::new();
        for file in files.iter().filter(|file| is_picture(file)) {
            pictures.push((below(folder, file).map_err(unreadable)?, file.clone()));
        }
        if pictures.is_empty() {
            return Err(unreadable(format!("it has no pictures: no file ends in `.{}`", PICTURES.join("`, `."))));
        }
        pictures.sort_unstable();
        // Outlines are measured in pixels, whoever has written them.
        let in_pixels = objects_of(request).any(|column| matches!(column.kind, KindDef::Instances(_)));
        let (mut wrong, mut texts) = (Places::default(), BTreeSet::new());
        let (mut objects, mut notes) = (Vec::with_capacity(pictures.len()), Vec::with_capacity(pictures.len()));
        for (path, picture) in &pictures {
            let text = labels_of(folder, picture);
            let name = below(folder, &text).map_err(unreadable)?;
            let lines = match std::fs::read_to_string(&text) {
                Ok(lines) => lines,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                Err(error) => return Err(unreadable(format!("`{name}`: {error}"))),
            };
            let (found, numbers) = objects_in(&lines, &name, &mut wrong);
            let scale = match in_pixels && found.iter().any(|object| !object.corners.is_empty()) {
                true => {
                    match file_bytes(picture).and_then(|bytes| upright_size(&bytes)) {
                        Ok((height, width)) => Some([width as f64, height as f64]),
                        Err(why) => {
                            wrong.add(|| format!("`{name}` has polygons, which are shares of `{path}`, and that cannot be decoded: {why}"));
                            None
                        }
                    }
                }
                false => None,
            };
            let found: Vec<String> = found.iter().map(|object| object.written(scale)).collect();
            objects.push(Some(format!("[{}]", found.join(","))));
            notes.push(RowNote {
                name: format!("`{}`", shown(path)),
                size: None,
                objects: Objects::Lines(name, numbers),
            });
            texts.insert(text);
        }
        if !wrong.is_empty() {
            return Err(vec![
                wrong_texts(request, &wrong)
                    .help("a line is the number of a class, then the middle, width and height: `0 0.5 0.5 0.2 0.3`"),
            ]);
        }
        let alone = without_picture(folder, files.iter().filter(|file| !texts.contains(*file)));
        if !alone.is_empty() {
            return Err(vec![wrong_texts(request, &alone).help(
                "put the picture there, or take the text out of the folder; of `images/a.png` the text is `labels/a.txt`, of all others it lies beside them",
            )]);
        }
        let paths = pictures.into_iter().map(|(path, _)| Some(path)).collect();
        Ok(Box::new(Listed::new(vec![("path", paths), (OBJECTS, objects)], notes, Vec::new())))
    }
}

/// What is wrong with texts of a folder.
fn wrong_texts(request: &Request<'_>, wrong: &Places) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::WRONG_VALUE, request.set.path_span, wrong.first().to_string());
    wrong.note_rest(diagnostic.here("its texts"))
}

/// The columns that read what stands in the pictures.
fn objects_of<'r>(request: &'r Request<'_>) -> impl Iterator<Item = &'r Column> {
    let read = request.set.columns.iter().zip(request.wanted).filter(|(_, wanted)| **wanted);
    read.map(|(column, _)| column).filter(|column| column.source.trim() == OBJECTS)
}

/// A column of boxes that are said to be measured otherwise than they are.
fn misread(column: &Column) -> Option<Diagnostic> {
    let KindDef::Boxes(Boxes { classes, form, relative, .. }) = &column.kind else { return None };
    if *form == Form::Center && *relative {
        return None;
    }
    let classes: String = classes.iter().map(|class| format!("{class:?}, ")).collect();
    let named = if column.source.trim() == column.name { String::new() } else { format!(" as {OBJECTS:?}") };
    let message = format!(
        "`{}` is read as boxes in another unit than YOLO has: the middle, width and height, as shares of the picture",
        column.name
    );
    Some(
        Diagnostic::new(&codes::WRONG_VALUE, column.span, message)
            .here(if *relative { "says another form" } else { "says pixels" })
            .help(format!("write `{}: boxes({classes}form: center, relative: true){named}`", column.name)),
    )
}

/// Texts that have objects and are of no picture. What has none, such as the names of classes, is no such text.
fn without_picture<'f>(folder: &Path, files: impl Iterator<Item = &'f PathBuf>) -> Places {
    let mut alone = Places::default();
    let is_text = |file: &Path| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
    let mut texts: Vec<&PathBuf> = files.filter(|file| is_text(file)).collect();
    texts.sort_unstable();
    for file in texts {
        let Ok(lines) = std::fs::read_to_string(file) else { continue };
        let (name, mut wrong) = (file.strip_prefix(folder).unwrap_or(file).display().to_string(), Places::default());
        let (found, _) = objects_in(&lines, &name, &mut wrong);
        if !found.is_empty() && wrong.is_empty() {
            alone.add(|| format!("`{name}` has boxes, and there is no picture that it is of"));
        }
    }
    alone
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

/// The objects of a text, and the line of each.
fn objects_in(text: &str, name: &str, wrong: &mut Places) -> (Vec<Object>, Vec<u32>) {
    let (mut objects, mut numbers) = (Vec::new(), Vec::new());
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        match object(line) {
            Ok(object) => {
                objects.push(object);
                numbers.push(number as u32 + 1);
            }
            Err(reason) => wrong.add(|| format!("`{name}`, line {}: `{}` {reason}", number + 1, shown(line))),
        }
    }
    (objects, numbers)
}

/// What a line says, in shares of width and height.
struct Object {
    class: u32,
    bbox: [f64; 4],
    /// Of a polygon, how far to the right and down each corner is, in turn.
    corners: Vec<f64>,
}

impl Object {
    /// As other formats have it; corners by so many pixels of width and height, if they are asked for.
    fn written(&self, scale: Option<[f64; 2]>) -> String {
        let Self { class, bbox, corners } = self;
        if corners.is_empty() {
            return format!("{{\"class\":{class},\"bbox\":{bbox:?}}}");
        }
        let by = scale.unwrap_or([1.0; 2]);
        let corners: Vec<f64> = corners.iter().zip(by.iter().cycle()).map(|(corner, by)| corner * by).collect();
        format!("{{\"class\":{class},\"bbox\":{bbox:?},\"segmentation\":[{corners:?}]}}")
    }
}

fn object(line: &str) -> Result<Object, String> {
    let mut words = line.split_whitespace();
    let class = words.next().and_then(|word| word.parse::<u32>().ok()).ok_or("begins with no number of a class")?;
    let numbers: Option<Vec<f64>> = words.map(|word| word.parse().ok().filter(|one: &f64| one.is_finite())).collect();
    let numbers = numbers.ok_or("has a word that is no number")?;
    match *numbers.as_slice() {
        [x, y, width, height] => Ok(Object { class, bbox: [x, y, width, height], corners: Vec::new() }),
        // The middle and the size of what the corners reach.
        ref corners if corners.len() >= 6 && corners.len().is_multiple_of(2) => {
            let edge = |axis: usize, pick: fn(f64, f64) -> f64| {
                corners.iter().copied().skip(axis).step_by(2).reduce(pick).unwrap_or_default()
            };
            let (left, right) = (edge(0, f64::min), edge(0, f64::max));
            let (top, bottom) = (edge(1, f64::min), edge(1, f64::max));
            let bbox = [(left + right) / 2.0, (top + bottom) / 2.0, right - left, bottom - top];
            Ok(Object { class, bbox, corners: corners.to_vec() })
        }
        ref other => {
            Err(format!("has {} numbers behind the class, and a box has four, a polygon six or more", other.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polygons_are_taken_to_pixels() {
        let polygon = object("3 0.25 0.5 0.75 0.5 0.5 1.0").expect("a polygon");
        assert_eq!(
            polygon.written(None),
            r#"{"class":3,"bbox":[0.5, 0.75, 0.5, 0.5],"segmentation":[[0.25, 0.5, 0.75, 0.5, 0.5, 1.0]]}"#
        );
        let scaled = polygon.written(Some([40.0, 20.0]));
        assert!(
            scaled.ends_with(r#""bbox":[0.5, 0.75, 0.5, 0.5],"segmentation":[[10.0, 10.0, 30.0, 10.0, 20.0, 20.0]]}"#),
            "{scaled}"
        );
    }

    #[test]
    fn lines_are_counted_with_those_that_are_empty() {
        let mut wrong = Places::default();
        let (objects, lines) =
            objects_in("\u{feff}0 0.5 0.5 0.1 0.1\n\n1 0.5 0.5 0.1 0.1\ncat 1 1 1 1\n", "a.txt", &mut wrong);
        assert_eq!((objects.len(), lines), (2, vec![1, 3]));
        assert_eq!(
            (wrong.count(), wrong.first()),
            (1, "`a.txt`, line 4: `cat 1 1 1 1` begins with no number of a class")
        );
    }
}
