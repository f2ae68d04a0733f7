//! `tracks`: text files of MOTChallenge, lists of objects or arrays. A row is kept as text: `[["person", FRAME, TRACK, [EDGES], false], …]`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use serde_json::Value;

use super::objects::{Members, Objects, member, number, passed_over};
use super::{Cells, KindHalf, Spelling, describe_classes, hash_texts, text_at};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::tracks::Tracks;
use crate::data::labels::LabelColumn;
use crate::data::pictures::file_bytes;
use crate::data::problems::{count, shown};
use crate::data::tracks::{self, KeptSeen};
use crate::data::values::Values;

/// What has no class is one of these.
const THING: &str = "thing";

struct TrackCells {
    classes: Vec<String>,
    objects: Objects,
    folder: PathBuf,
    texts: Vec<Option<String>>,
}

impl Cells for TrackCells {
    fn folder(&mut self, folder: &Path) {
        self.folder = folder.to_path_buf();
    }

    fn push(&mut self, cell: &str) -> Result<(), String> {
        let row = match serde_json::from_str::<Value>(cell) {
            Ok(value @ (Value::Array(_) | Value::Object(_))) => match as_numbers(&value) {
                Some(frames) => self.array(&frames),
                None => self.objects.each(value, |members| self.seen(members)),
            },
            _ => self.file(cell.trim()),
        };
        let row = row.and_then(distinct).map_err(|why| format!("no list of tracks: {why}"));
        self.texts.push(row.as_ref().ok().map(|row| tracks::written(row)));
        row.map(|_| ())
    }

    fn push_missing(&mut self) {
        self.texts.push(None);
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(StringArray::from(std::mem::take(&mut self.texts)))
    }
}

/// Lists of lists of lists of numbers: frames of tracks of boxes.
fn as_numbers(value: &Value) -> Option<Vec<Vec<Vec<f64>>>> {
    let frames = value.as_array().filter(|frames| frames.first().is_some_and(Value::is_array))?;
    let numbers = |one: &Value| {
        one.as_array()?.iter().map(|one| if one.is_null() { Some(f64::NAN) } else { one.as_f64() }).collect()
    };
    let tracks = |frame: &Value| frame.as_array()?.iter().map(numbers).collect();
    frames.iter().map(tracks).collect()
}

/// A track is in one place at a time.
fn distinct(row: Vec<KeptSeen>) -> Result<Vec<KeptSeen>, String> {
    let mut places = BTreeSet::new();
    match row.iter().find(|one| !places.insert((one.frame, one.track))) {
        Some(twice) => Err(format!("track {} is twice in frame {}", twice.track, twice.frame)),
        None => Ok(row),
    }
}

fn boxed(left: f64, top: f64, width: f64, height: f64) -> Result<[f64; 4], String> {
    let edges = [left, top, left + width, top + height];
    if !edges.iter().all(|edge| (*edge as f32).is_finite()) {
        return Err("has an edge that is no number".into());
    }
    if width <= 0.0 || height <= 0.0 {
        return Err(format!("has no area: its width is {width} and its height {height}"));
    }
    Ok(edges)
}

impl TrackCells {
    /// The class of what names none.
    fn unnamed(&self) -> String {
        self.classes.first().cloned().unwrap_or_else(|| THING.to_string())
    }

    /// The class of a number, 1 for the first.
    fn numbered(&self, number: f64) -> Result<String, String> {
        if number < 1.0 || number.fract() != 0.0 || !number.is_finite() {
            return Err(format!("is of class {number}, and classes are counted from 1; -1 says nothing of the class"));
        }
        if self.classes.is_empty() {
            return Ok(number.to_string());
        }
        let known = self.classes.get(number as usize - 1).cloned();
        known.ok_or_else(|| match self.classes.len() {
            1 => format!("is of class {number}, and one is declared"),
            declared => format!("is of class {number}, and {declared} are declared"),
        })
    }

    fn array(&self, frames: &[Vec<Vec<f64>>]) -> Result<Vec<KeptSeen>, String> {
        let mut row = Vec::new();
        for (frame, tracks) in frames.iter().enumerate() {
            for (track, numbers) in tracks.iter().enumerate() {
                let [left, top, width, height] = numbers[..] else {
                    return Err(format!("a box has four numbers, and there are {}", numbers.len()));
                };
                // What is not seen is negative, or no number.
                if width.is_nan() || height.is_nan() || width < 0.0 || height < 0.0 {
                    continue;
                }
                let edges = boxed(left, top, width, height).map_err(|why| {
                    format!(
                        "track {track} in frame {frame} {why}; of one that is not seen all four numbers are negative"
                    )
                })?;
                row.push(KeptSeen {
                    class: self.unnamed(),
                    frame: frame as u32,
                    track: track as u32,
                    edges,
                    passed_over: false,
                });
            }
        }
        Ok(row)
    }

    fn seen(&self, members: &Members) -> Result<KeptSeen, String> {
        let whole = |name: &str| {
            let value = member(members, name)?;
            let found =
                number(value).filter(|found| found.fract() == 0.0 && (0.0..f64::from(u32::MAX)).contains(found));
            found
                .map(|found| found as u32)
                .ok_or_else(|| format!("has `{}` in `{name}`, which is no number from 0 on", shown(&value.to_string())))
        };
        let class = if members.contains_key("class") { self.objects.class(members)? } else { self.unnamed() };
        let four = member(members, "bbox")?
            .as_array()
            .and_then(|four| four.iter().map(Value::as_f64).collect::<Option<Vec<_>>>());
        let Some(&[left, top, width, height]) = four.as_deref() else {
            return Err("has no four numbers in `bbox`".into());
        };
        let edges = boxed(left, top, width, height)?;
        Ok(KeptSeen {
            class,
            frame: whole("frame")?,
            track: whole("track")?,
            edges,
            passed_over: passed_over(members)?,
        })
    }

    /// The lines of a file of MOTChallenge.
    fn file(&self, cell: &str) -> Result<Vec<KeptSeen>, String> {
        let bytes = file_bytes(&self.folder.join(cell)).map_err(|why| format!("`{}`: {why}", shown(cell)))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| format!("`{}` is no text", shown(cell)))?;
        let lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines
            .map(|(place, line)| self.line(line).map_err(|why| format!("`{}`, line {} {why}", shown(cell), place + 1)))
            .collect()
    }

    fn line(&self, line: &str) -> Result<KeptSeen, String> {
        let numbers: Option<Vec<f64>> = line.split(',').map(|word| word.trim().parse().ok()).collect();
        let numbers = numbers.filter(|numbers| numbers.len() >= 6);
        let numbers = numbers.ok_or("has not the six numbers of `frame, track, left, top, width, height`")?;
        let whole = |place: usize, least: f64| {
            let found = Some(numbers[place])
                .filter(|found| found.fract() == 0.0 && (least..f64::from(u32::MAX)).contains(found));
            found.map(|found| found as u32)
        };
        let frame = whole(0, 1.0).ok_or("has no frame: they are counted from 1")?;
        let track = whole(1, 0.0).ok_or("has no number of a track")?;
        let class = match numbers.get(7) {
            // Which says nothing, as all numbers behind the box may.
            None | Some(-1.0) => self.unnamed(),
            Some(class) => self.numbered(*class)?,
        };
        let edges = boxed(numbers[2] - 1.0, numbers[3] - 1.0, numbers[4], numbers[5])?;
        Ok(KeptSeen { class, frame: frame - 1, track, edges, passed_over: numbers.get(6) == Some(&0.0) })
    }
}

impl KindHalf for Tracks {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        let objects = Objects::new(&self.classes, "class");
        Box::new(TrackCells { classes: self.classes.clone(), objects, folder: PathBuf::new(), texts: Vec::new() })
    }

    fn has_classes(&self) -> bool {
        true
    }

    fn classes_seen(&self, column: &ArrayRef, rows: &mut dyn Iterator<Item = usize>, seen: &mut BTreeSet<String>) {
        for row in rows {
            let kept = text_at(column, row).map(tracks::read).unwrap_or_default();
            seen.extend(kept.into_iter().map(|one| one.class));
        }
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, classes: &[String]) -> Values {
        let rows = columns.first().map_or(0, |column| column.len());
        let all = tracks::column((0..rows).map(|row| text_at(columns[0], row)), classes);
        Values::Tracks(tracks::Placed::in_own_unit(classes.len(), all))
    }

    fn label(&self, columns: &[&ArrayRef], classes: &[String]) -> LabelColumn {
        let [column] = columns else { return LabelColumn::without_values(columns) };
        let texts = column.as_string_opt::<i32>();
        let present = (0..column.len()).map(|row| texts.is_some_and(|texts| texts.is_valid(row))).collect();
        LabelColumn::new(present, tracks::column((0..column.len()).map(|row| text_at(column, row)), classes))
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        text_at(column, row).map(str::to_string)
    }

    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        hash_texts(column, first, hashes);
    }

    fn describe(&self, column: &ArrayRef, classes: &[String]) -> String {
        let of_row = |row| text_at(column, row).map(tracks::read).unwrap_or_default();
        let things = |row| of_row(row).iter().map(|one| one.track).collect::<BTreeSet<u32>>().len();
        let all: usize = (0..column.len()).map(things).sum();
        format!("{}: {}", count(all, "track"), describe_classes(classes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(classes: &[&str]) -> TrackCells {
        let classes: Vec<String> = classes.iter().map(|class| class.to_string()).collect();
        let objects = Objects::new(&classes, "class");
        TrackCells { classes, objects, folder: PathBuf::new(), texts: Vec::new() }
    }

    #[test]
    fn classes_of_lines_are_counted_from_one() {
        let class =
            |classes: &[&str], class: &str| cells(classes).line(&format!("1,1,2,3,4,5,1,{class}")).map(|one| one.class);
        assert_eq!(class(&["person", "dog"], "2"), Ok("dog".into()));
        assert_eq!(class(&["person", "dog"], "-1"), Ok("person".into()));
        assert_eq!((class(&[], "3"), class(&[], "-1")), (Ok("3".into()), Ok("thing".into())));
        for wrong in ["0", "1.7", "-2", "NaN"] {
            for classes in [&["person", "dog"][..], &[]] {
                let said = class(classes, wrong).expect_err("no class");
                assert!(said.contains("classes are counted from 1"), "{wrong}: {said}");
            }
        }
        assert_eq!(class(&["person"], "2"), Err("is of class 2, and one is declared".into()));
    }

    #[test]
    fn what_is_not_seen_in_an_array_is_negative() {
        let frames =
            |cell: &str| cells(&["a"]).array(&as_numbers(&serde_json::from_str(cell).expect("JSON")).expect("numbers"));
        let seen = frames("[[[1,2,3,4],[-1,-1,-1,-1]],[[null,null,null,null],[1,2,3,4]]]").expect("tracks");
        assert_eq!(seen.iter().map(|one| (one.frame, one.track)).collect::<Vec<_>>(), [(0, 0), (1, 1)]);
        for wrong in ["[[[1,2,3,4]],[[1,2,0,4]]]", "[[[1,2,3,4]],[[null,2,3,4]]]"] {
            let said = frames(wrong).expect_err("no box");
            assert!(said.starts_with("track 0 in frame 1 has "), "{said}");
        }
    }
}
