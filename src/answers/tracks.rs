//! `tracks`: boxes in the frames of a clip, those of one thing with one number.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::found::{self, Off, are_starts, bbox, class_of, edges_of, number, some_names, sure};
use super::{
    About, AnswerHalf, Boxes, Cell, CellType, Column, Exchange, FileCells, Labels, Learn, Located, Prediction,
    ReadAnswers, Written, WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::tracks;
use crate::catalog::classes::Classes;

/// A box in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Counted from 0.
    pub frame: u32,
    /// Which thing it is, the same in all frames of a row.
    pub track: u32,
    pub at: Located,
}

/// What is seen in the clip of each row, frame by frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tracks {
    /// Row `i` has `seen[starts[i]..starts[i + 1]]`.
    pub starts: Vec<usize>,
    pub seen: Vec<Seen>,
}

impl Default for Tracks {
    fn default() -> Self {
        Self { starts: vec![0], seen: Vec::new() }
    }
}

impl Tracks {
    pub fn of_rows(rows: impl Iterator<Item = Vec<Seen>>) -> Self {
        let mut all = Self::default();
        rows.for_each(|row| all.push(row));
        all
    }

    pub fn push(&mut self, row: impl IntoIterator<Item = Seen>) {
        let start = self.seen.len();
        self.seen.extend(row);
        self.seen[start..].sort_by_key(|one| (one.frame, one.track));
        self.starts.push(self.seen.len());
    }

    pub fn row(&self, row: usize) -> &[Seen] {
        &self.seen[self.starts[row]..self.starts[row + 1]]
    }

    /// The boxes of a row in one of its frames, which any metric of boxes compares.
    pub fn boxes(&self, row: usize, frame: u32) -> Boxes {
        Boxes::of_rows(std::iter::once(
            self.row(row).iter().filter(|one| one.frame == frame).map(|one| one.at).collect(),
        ))
    }
}

impl Column for Tracks {
    fn kind(&self) -> AnswerDef {
        AnswerDef::Tracks(tracks::Tracks {})
    }

    fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        Box::new(Tracks::of_rows(rows.iter().map(|row| self.row(*row).to_vec())))
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Tracks>() {
            Some(other) => (0..other.rows()).for_each(|row| self.push(other.row(row).to_vec())),
            None => unreachable!("columns of two forms are never one"),
        }
    }

    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        other.of::<Tracks>().is_some_and(|other| self.row(row) == other.row(other_row))
    }

    fn show(&self, row: usize, about: &About) -> String {
        let mut things: Vec<(u32, u32)> = self.row(row).iter().map(|one| (one.track, one.at.class)).collect();
        things.sort_unstable();
        things.dedup();
        some_names(things.iter().map(|(_, class)| *class), about)
    }

    fn constant_words(&self) -> &'static str {
        "all rows have the same tracks"
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    /// Frame by frame; a thing is swapped where it is found under another number than before.
    fn wrong(&self, row: usize, prediction: &dyn Column) -> Option<(f64, String)> {
        let given = prediction.of::<Tracks>()?;
        let last = self.row(row).iter().chain(given.row(row)).map(|one| one.frame + 1).max().unwrap_or(0);
        let (mut all, mut swapped, mut known) = (Off::default(), 0, HashMap::new());
        for frame in 0..last {
            let of = |tracks: &Tracks| -> (Vec<u32>, Vec<Located>) {
                tracks.row(row).iter().filter(|one| one.frame == frame).map(|one| (one.track, one.at)).unzip()
            };
            let ((numbers, truth), (said, found)) = (of(self), of(given));
            let (off, pairs) = found::off(&truth, &found, &|one, other| found[one].overlap(&truth[other]));
            for (one, other) in pairs {
                let before = known.insert(numbers[other], said[one]);
                swapped += usize::from(before.is_some_and(|before| before != said[one]));
            }
            all.missed += off.missed;
            all.too_many += off.too_many;
            all.right += off.right;
            all.apart += off.apart;
        }
        Some(all.said(swapped))
    }

    fn save(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

impl AnswerHalf for tracks::Tracks {
    fn writes(&self, _prediction: &dyn Column, about: &About) -> Box<dyn Written> {
        Box::new(TrackCell { about: about.clone() })
    }

    fn nothing(&self, _shape: &[usize]) -> Box<dyn Column> {
        Box::<Tracks>::default()
    }

    fn learn(&self) -> Box<dyn Learn> {
        found::learn(|rows| Box::new(Tracks::of_rows((0..rows).map(|_| Vec::new()))))
    }

    fn load(&self, saved: &[u8]) -> Option<Box<dyn Column>> {
        let all: Tracks = serde_json::from_slice(saved).ok()?;
        are_starts(&all.starts, all.seen.len()).then(|| Box::new(all) as Box<dyn Column>)
    }
}

/// A list of objects, as `tracks` of JSON lines have it.
struct TrackCell {
    about: About,
}

#[derive(Deserialize)]
struct Object {
    frame: u32,
    track: u32,
    class: Value,
    #[serde(default = "sure")]
    score: f32,
    bbox: [f32; 4],
}

impl Written for TrackCell {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Some(all) = prediction.of::<Tracks>() else { return vec![Cell::Nothing] };
        let object = |one: &Seen| {
            let bbox = bbox(&one.at);
            let class = self.about.name(one.at.class as usize);
            json!({ "frame": one.frame, "track": one.track, "class": class, "score": number(one.at.score), "bbox": bbox })
        };
        vec![Cell::Text(Value::Array(all.row(row).iter().map(object).collect()).to_string())]
    }

    fn exchange(&self) -> Option<Exchange> {
        Some(Exchange::Mot)
    }

    fn text(&self, prediction: &dyn Column, row: usize) -> String {
        let Some(all) = prediction.of::<Tracks>() else { return String::new() };
        let line = |one: &Seen| {
            // Frames, tracks, pixels and classes are counted from 1.
            let ([left, top, width, height], score) = (bbox(&one.at), number(one.at.score));
            let (frame, track, class) = (one.frame + 1, one.track + 1, one.at.class + 1);
            format!("{frame},{track},{},{},{width},{height},{score},{class},-1\n", left + 1.0, top + 1.0)
        };
        all.row(row).iter().map(line).collect()
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let Some(texts) = cells.texts() else { return Ok(ReadAnswers::default()) };
        let known = Classes::new(&self.about.classes);
        let mut all = Tracks::default();
        for (row, text) in texts.iter().enumerate() {
            let wrong = |why: String| WrongCell { row, part: None, why };
            // No cell, nothing seen.
            let objects: Vec<Object> = match text {
                Some(text) => serde_json::from_str(text)
                    .map_err(|error| wrong(format!("is no list of what is seen ({error})")))?,
                None => Vec::new(),
            };
            let mut seen = Vec::new();
            for object in objects {
                let class = class_of(&object.class, &known, &self.about, row)?;
                let at = Located { score: object.score, ..Located::label(class, edges_of(object.bbox, row)?) };
                seen.push(Seen { frame: object.frame, track: object.track, at });
            }
            all.push(seen);
        }
        Ok(ReadAnswers::whole(Some(all)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::FileColumn;
    use super::*;
    use crate::answers::half;

    #[test]
    fn a_clip_is_as_wrong_as_its_frames() {
        let one = |frame, track, left: f32, score| Seen {
            frame,
            track,
            at: Located { score, ..Located::label(0, [left, 0.0, left + 4.0, 4.0]) },
        };
        let row = |seen: Vec<Seen>| Tracks::of_rows(std::iter::once(seen));
        let truth = row(vec![one(0, 7, 0.0, 1.0), one(1, 7, 4.0, 1.0), one(2, 7, 8.0, 1.0), one(0, 8, 20.0, 1.0)]);
        // Found under another number in the third frame; the other thing not surely enough, and one that is not there.
        let found = vec![
            one(0, 1, 0.0, 0.9),
            one(1, 1, 4.0, 0.9),
            one(2, 2, 8.0, 0.9),
            one(0, 3, 20.0, 0.1),
            one(2, 3, 30.0, 0.5),
        ];
        assert_eq!(truth.wrong(0, &row(found)), Some((3.0, "1 missed, 1 too many, 1 swapped".into())));
        let half = row(vec![one(0, 1, 0.8, 0.9), one(1, 1, 4.8, 0.9), one(2, 1, 8.8, 0.9), one(0, 3, 20.8, 0.9)]);
        let (wrong, words) = truth.wrong(0, &half).expect("tracks");
        assert!((wrong - 1.0 / 3.0).abs() < 1e-6 && words == "67% shared", "{wrong} {words}");
    }

    #[test]
    fn tracks_are_read_as_they_are_written() {
        let about = About { classes: vec!["cat".into(), "dog".into()], ..About::default() };
        let one = |frame, track, class| Seen { frame, track, at: Located::label(class, [1.0, 2.0, 3.5, 4.0]) };
        let mut all = Tracks::default();
        all.push([one(1, 7, 0), one(0, 7, 0), one(0, 2, 1)]);
        all.push([]);
        // Frame by frame, and track by track.
        assert_eq!(all.row(0).iter().map(|one| (one.frame, one.track)).collect::<Vec<_>>(), [(0, 2), (0, 7), (1, 7)]);
        assert_eq!(all.boxes(0, 0).row(0).len(), 2);
        assert_eq!((all.show(0, &about), all.show(1, &about)), ("dog, cat".into(), "–".into()));
        let written = half(&all.kind()).writes(&all, &about);
        let text = |row| match &written.cells(&all, row)[..] {
            [Cell::Text(text)] => Some(text.clone()),
            other => panic!("{other:?}"),
        };
        let read = |texts| written.read(&FileCells { answer: Some(FileColumn::Texts(texts)), parts: Vec::new() });
        let whole = read(vec![text(0), text(1)]).expect("tracks").whole.expect("all");
        assert!(whole.same(&all), "{whole:?}");
        assert!(half(&all.kind()).load(&all.save()).is_some_and(|loaded| loaded.same(&all)));
        assert!(read(vec![Some("[{}]".into())]).is_err());
    }
}
