//! `boxes`: any number of boxes in a picture, each of a class. Predictions say of each how sure they are.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::found::{self, annotation, are_starts, bbox, class_of, edges_of, number, some_names, sure, without_size};
use super::{
    About, AnswerHalf, Cell, CellType, Column, Exchange, FileCells, Labels, Learn, Prediction, ReadAnswers, Written,
    WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::boxes;
use crate::catalog::classes::Classes;

/// A box, and what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Located {
    pub class: u32,
    /// How sure a prediction is; 1 of a label.
    pub score: f32,
    /// The left, the upper, the right and the lower edge, in the unit of the label.
    pub edges: [f32; 4],
    /// Whether a label says that whoever finds it is neither right nor wrong.
    pub passed_over: bool,
}

impl Located {
    /// What a label says.
    pub fn label(class: u32, edges: [f32; 4]) -> Self {
        Self { class, score: 1.0, edges, passed_over: false }
    }

    pub fn width(&self) -> f32 {
        self.edges[2] - self.edges[0]
    }

    pub fn height(&self) -> f32 {
        self.edges[3] - self.edges[1]
    }

    pub fn area(&self) -> f64 {
        let [left, top, right, bottom] = self.edges.map(f64::from);
        (right - left).max(0.0) * (bottom - top).max(0.0)
    }

    /// The area that two boxes share.
    fn shared(&self, other: &Located) -> f64 {
        let (one, other) = (self.edges.map(f64::from), other.edges.map(f64::from));
        let along = |low: usize, high: usize| (one[high].min(other[high]) - one[low].max(other[low])).max(0.0);
        along(0, 2) * along(1, 3)
    }

    /// The area that two boxes share, of that which either has (Jaccard 1912).
    pub fn overlap(&self, other: &Located) -> f64 {
        let both = self.shared(other);
        let either = self.area() + other.area() - both;
        if either > 0.0 { both / either } else { 0.0 }
    }

    /// How much of it lies in another.
    pub fn inside(&self, other: &Located) -> f64 {
        if self.area() > 0.0 { self.shared(other) / self.area() } else { 0.0 }
    }
}

/// The boxes of each row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boxes {
    /// Row `i` has `boxes[starts[i]..starts[i + 1]]`.
    pub starts: Vec<usize>,
    pub boxes: Vec<Located>,
}

impl Default for Boxes {
    fn default() -> Self {
        Self { starts: vec![0], boxes: Vec::new() }
    }
}

impl Boxes {
    pub fn of_rows(rows: impl Iterator<Item = Vec<Located>>) -> Self {
        let mut all = Self::default();
        rows.for_each(|row| all.push(row));
        all
    }

    pub fn push(&mut self, row: impl IntoIterator<Item = Located>) {
        self.boxes.extend(row);
        self.starts.push(self.boxes.len());
    }

    pub fn row(&self, row: usize) -> &[Located] {
        &self.boxes[self.starts[row]..self.starts[row + 1]]
    }
}

impl Column for Boxes {
    fn kind(&self) -> AnswerDef {
        AnswerDef::Boxes(boxes::Boxes {})
    }

    fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        Box::new(Boxes::of_rows(rows.iter().map(|row| self.row(*row).to_vec())))
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Boxes>() {
            Some(other) => (0..other.rows()).for_each(|row| self.push(other.row(row).to_vec())),
            None => unreachable!("columns of two forms are never one"),
        }
    }

    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        other.of::<Boxes>().is_some_and(|other| self.row(row) == other.row(other_row))
    }

    fn show(&self, row: usize, about: &About) -> String {
        some_names(self.row(row).iter().map(|one| one.class), about)
    }

    fn constant_words(&self) -> &'static str {
        "all rows have the same boxes"
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    fn wrong(&self, row: usize, prediction: &dyn Column) -> Option<(f64, String)> {
        let (truth, given) = (self.row(row), prediction.of::<Boxes>()?.row(row));
        Some(found::off(truth, given, &|one, other| given[one].overlap(&truth[other])).0.said(0))
    }

    fn save(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

impl AnswerHalf for boxes::Boxes {
    fn writes(&self, _prediction: &dyn Column, about: &About) -> Box<dyn Written> {
        Box::new(BoxCell { about: about.clone() })
    }

    fn nothing(&self, _shape: &[usize]) -> Box<dyn Column> {
        Box::<Boxes>::default()
    }

    fn learn(&self) -> Box<dyn Learn> {
        found::learn(|rows| Box::new(Boxes::of_rows((0..rows).map(|_| Vec::new()))))
    }

    fn load(&self, saved: &[u8]) -> Option<Box<dyn Column>> {
        let boxes: Boxes = serde_json::from_slice(saved).ok()?;
        are_starts(&boxes.starts, boxes.boxes.len()).then(|| Box::new(boxes) as Box<dyn Column>)
    }
}

/// A list of objects, as `boxes` of JSON lines have it.
struct BoxCell {
    about: About,
}

impl Written for BoxCell {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Some(boxes) = prediction.of::<Boxes>() else { return vec![Cell::Nothing] };
        let mut found = boxes.row(row).to_vec();
        found.sort_by(|one, other| other.score.total_cmp(&one.score));
        let object = |one: &Located| json!({ "class": self.about.name(one.class as usize), "score": number(one.score), "bbox": bbox(one) });
        vec![Cell::Text(Value::Array(found.iter().map(object).collect()).to_string())]
    }

    fn exchange(&self) -> Option<Exchange> {
        Some(Exchange::Coco(self.about.classes.clone()))
    }

    fn annotations(&self, prediction: &dyn Column, row: usize) -> Vec<Map<String, Value>> {
        let boxes = prediction.of::<Boxes>();
        boxes.map(|boxes| boxes.row(row).iter().map(annotation).collect()).unwrap_or_default()
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let Some(texts) = cells.texts() else { return Ok(ReadAnswers::default()) };
        let known = Classes::new(&self.about.classes);
        let mut boxes = Boxes::default();
        for (row, text) in texts.iter().enumerate() {
            let wrong = |why: String| WrongCell { row, part: None, why };
            // No cell, no box.
            let Some(text) = text else {
                boxes.push([]);
                continue;
            };
            let objects: Vec<Object> = serde_json::from_str(text).map_err(|error| {
                let form = "[{\"class\": \"a\", \"score\": 0.9, \"bbox\": [left, top, width, height]}, …]";
                wrong(format!("is no list of boxes, `{form}` ({error})"))
            })?;
            let mut found = Vec::new();
            for object in objects {
                let class = class_of(&object.class, &known, &self.about, row)?;
                let edges = edges_of(object.bbox, row)?;
                if !object.score.is_finite() {
                    return Err(without_size(row));
                }
                found.push(Located { score: object.score, ..Located::label(class, edges) });
            }
            boxes.push(found);
        }
        Ok(ReadAnswers::whole(Some(boxes)))
    }
}

#[derive(Deserialize)]
struct Object {
    class: Value,
    #[serde(default = "sure")]
    score: f32,
    bbox: [f32; 4],
}

#[cfg(test)]
mod tests {
    use super::super::FileColumn;
    use super::*;
    use crate::answers::half;

    #[test]
    fn boxes_are_read_as_they_are_written() {
        let about = About { classes: vec!["cat".into(), "dog".into()], ..About::default() };
        let mut boxes = Boxes::default();
        let dog = Located { score: 0.25, ..Located::label(1, [1.5, 2.0, 4.0, 8.25]) };
        boxes.push([dog, Located { score: 0.9, ..Located::label(0, [0.0, 0.0, 1.0, 1.0]) }]);
        boxes.push([]);
        let written = half(&boxes.kind()).writes(&boxes, &about);
        let texts: Vec<Option<String>> = (0..2)
            .map(|row| match &written.cells(&boxes, row)[..] {
                [Cell::Text(text)] => Some(text.clone()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(
            texts[0].as_deref().is_some_and(|text| text.starts_with(r#"[{"class":"cat","score":0.9,"#)),
            "{texts:?}"
        );
        let read = |texts: Vec<Option<String>>| {
            written.read(&FileCells { answer: Some(FileColumn::Texts(texts)), parts: Vec::new() })
        };
        let whole = read(texts).expect("boxes").whole.expect("all");
        // The surest first.
        boxes.boxes.swap(0, 1);
        assert!(whole.same(&boxes), "{whole:?}");
        assert!(half(&boxes.kind()).load(&boxes.save()).is_some_and(|loaded| loaded.same(&boxes)));
        let wrong = read(vec![None, Some(r#"[{"class":"cow","bbox":[1,2,3,4]}]"#.into())]).expect_err("no class");
        assert_eq!((wrong.row, wrong.why.contains("none of the classes")), (1, true));
        assert!(read(vec![Some("cat".into())]).is_err());
    }

    #[test]
    fn overlap_is_the_share_of_the_area() {
        let one = Located::label(0, [0.0, 0.0, 2.0, 2.0]);
        let other = Located::label(0, [1.0, 0.0, 3.0, 2.0]);
        // 2 of 6.
        assert_eq!((one.overlap(&other), one.overlap(&one)), (1.0 / 3.0, 1.0));
        assert_eq!(one.overlap(&Located::label(0, [2.0, 0.0, 3.0, 1.0])), 0.0);
    }
}
