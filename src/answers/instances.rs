//! `instances`: any number of things in a picture, each of a class and with its pixels.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::found::{self, annotation, are_starts, bbox, class_of, number, sure};
use super::masks::{self, Thing, masks};
use super::outline::{Outline, Runs};
use super::panoptic::{Frequencies, Panoptic};
use super::{
    About, AnswerHalf, Blind, Boxes, Cell, CellType, Column, Exchange, FileCells, Labels, Learn, Located, Prediction,
    ReadAnswers, Written, WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::instances;
use crate::catalog::classes::Classes;

/// The things of each row: their classes and bounds, and beside each its pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Instances {
    pub boxes: Boxes,
    pub outlines: Vec<Outline>,
}

impl Instances {
    pub fn push(&mut self, row: impl IntoIterator<Item = (Located, Outline)>) {
        let (boxes, outlines): (Vec<Located>, Vec<Outline>) = row.into_iter().unzip();
        self.boxes.push(boxes);
        self.outlines.extend(outlines);
    }

    /// The things of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (&Located, &Outline)> {
        let of_row = self.boxes.starts[row]..self.boxes.starts[row + 1];
        self.boxes.row(row).iter().zip(&self.outlines[of_row])
    }

    pub(super) fn taken(&self, row: usize) -> Vec<(Located, Outline)> {
        self.row(row).map(|(one, outline)| (*one, outline.clone())).collect()
    }

    /// Whether rows and things fit together.
    pub(super) fn is_whole(&self) -> bool {
        are_starts(&self.boxes.starts, self.outlines.len()) && self.boxes.boxes.len() == self.outlines.len()
    }
}

impl Column for Instances {
    fn kind(&self) -> AnswerDef {
        AnswerDef::Instances(instances::Instances {})
    }

    fn rows(&self) -> usize {
        self.boxes.rows()
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        let mut gathered = Instances::default();
        rows.iter().for_each(|row| gathered.push(self.taken(*row)));
        Box::new(gathered)
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Instances>() {
            Some(other) => (0..other.rows()).for_each(|row| self.push(other.taken(row))),
            None => unreachable!("columns of two forms are never one"),
        }
    }

    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        other.of::<Instances>().is_some_and(|other| self.row(row).eq(other.row(other_row)))
    }

    fn show(&self, row: usize, about: &About) -> String {
        self.boxes.show(row, about)
    }

    fn constant_words(&self) -> &'static str {
        "all rows have the same things"
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    /// By the pixels.
    fn wrong(&self, row: usize, prediction: &dyn Column) -> Option<(f64, String)> {
        let (truth, given) = masks(self, prediction.of::<Instances>()?, row);
        let plain = |things: &[Thing]| things.iter().map(|(one, _)| *one).collect::<Vec<Located>>();
        let shared = |one: usize, other: usize| given[one].1.shared(&truth[other].1);
        Some(found::off(&plain(&truth), &plain(&given), &shared).0.said(0))
    }

    fn misfit(&self, row: usize, prediction: &dyn Column, its_row: usize) -> Option<String> {
        let (height, width) = masks::size(prediction.of::<Instances>()?, its_row)?;
        let has = format!("has things in a picture of {height} × {width} pixels, and those of the label");
        if let Some((high, wide)) = masks::size(self, row) {
            return ((high, wide) != (height, width)).then(|| format!("{has} lie in one of {high} × {wide}"));
        }
        let (high, wide) = masks::reach(self.row(row).map(|(one, _)| one));
        (high > height || wide > width).then(|| format!("{has} reach to row {high} and column {wide}"))
    }

    fn save(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

impl AnswerHalf for instances::Instances {
    fn writes(&self, _prediction: &dyn Column, about: &About) -> Box<dyn Written> {
        Box::new(InstanceCell { about: about.clone() })
    }

    fn nothing(&self, _shape: &[usize]) -> Box<dyn Column> {
        Box::<Instances>::default()
    }

    fn learn(&self) -> Box<dyn Learn> {
        Box::<Learning>::default()
    }

    fn load(&self, saved: &[u8]) -> Option<Box<dyn Column>> {
        if let Some(all) = Panoptic::load(saved) {
            return Some(Box::new(all));
        }
        let all: Instances = serde_json::from_slice(saved).ok()?;
        all.is_whole().then(|| Box::new(all) as Box<dyn Column>)
    }
}

/// Learns whether there was a label, and what most of the ground is, if that is known.
#[derive(Default)]
struct Learning {
    any: bool,
    ground: Frequencies,
}

impl Learn for Learning {
    fn add(&mut self, labels: Labels<'_>) {
        self.any |= labels.rows() > 0;
        if let Labels::Other(column) = labels
            && let Some(labels) = column.of::<Panoptic>()
        {
            self.ground.add(labels);
        }
    }

    fn finish(self: Box<Self>) -> Option<Box<dyn Blind>> {
        self.any.then(|| Box::new(Nothing { ground: self.ground.most() }) as Box<dyn Blind>)
    }
}

/// No thing in any row, and one class of stuff.
#[derive(Clone, Debug)]
struct Nothing {
    ground: u16,
}

impl Blind for Nothing {
    fn answers(&self, like: Prediction<'_>, rows: usize) -> Option<Box<dyn Column>> {
        let Prediction::Other(column) = like else { return None };
        if let Some(like) = column.of::<Panoptic>() {
            return Some(Box::new(like.without_looking(self.ground)));
        }
        column.of::<Instances>()?;
        let mut none = Instances::default();
        (0..rows).for_each(|_| none.push([]));
        Some(Box::new(none))
    }

    fn words(&self) -> &'static str {
        "finding nothing in any row"
    }

    fn copy(&self) -> Box<dyn Blind> {
        Box::new(self.clone())
    }
}

/// A list of objects, as COCO has them.
struct InstanceCell {
    about: About,
}

#[derive(Deserialize)]
struct Object {
    class: Value,
    #[serde(default = "sure")]
    score: f32,
    segmentation: Counted,
}

#[derive(Deserialize)]
struct Counted {
    size: [usize; 2],
    counts: Vec<u32>,
}

/// Polygons, or run lengths down the columns.
fn segmentation(outline: &Outline) -> Value {
    match outline {
        Outline::Runs(runs) => json!({ "size": [runs.height, runs.width], "counts": runs.counts }),
        Outline::Polygons(polygons) => json!(polygons.iter().map(|one| one.concat()).collect::<Vec<_>>()),
    }
}

impl Written for InstanceCell {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Some(all) = prediction.of::<Instances>() else { return vec![Cell::Nothing] };
        let mut found: Vec<(&Located, &Outline)> = all.row(row).collect();
        found.sort_by(|one, other| other.0.score.total_cmp(&one.0.score));
        let object = |(one, outline): &(&Located, &Outline)| {
            json!({
                "class": self.about.name(one.class as usize), "score": number(one.score), "bbox": bbox(one),
                "segmentation": segmentation(outline),
            })
        };
        vec![Cell::Text(Value::Array(found.iter().map(object).collect()).to_string())]
    }

    fn exchange(&self) -> Option<Exchange> {
        Some(Exchange::Coco(self.about.classes.clone()))
    }

    fn annotations(&self, prediction: &dyn Column, row: usize) -> Vec<Map<String, Value>> {
        let Some(all) = prediction.of::<Instances>() else { return Vec::new() };
        let of = |(one, outline): (&Located, &Outline)| {
            let mut members = annotation(one);
            if let Outline::Runs(runs) = outline {
                // The pixels of the thing: every second run.
                members.insert("area".into(), runs.counts.iter().skip(1).step_by(2).sum::<u32>().into());
            }
            members.insert("segmentation".into(), segmentation(outline));
            members
        };
        all.row(row).map(of).collect()
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let Some(texts) = cells.texts() else { return Ok(ReadAnswers::default()) };
        let mut all = Instances::default();
        let known = Classes::new(&self.about.classes);
        for (row, text) in texts.iter().enumerate() {
            let wrong = |why: String| WrongCell { row, part: None, why };
            let mut found = Vec::new();
            // No cell, no thing.
            let objects: Vec<Object> = match text {
                Some(text) => {
                    serde_json::from_str(text).map_err(|error| wrong(format!("is no list of things ({error})")))?
                }
                None => Vec::new(),
            };
            for object in objects {
                let class = class_of(&object.class, &known, &self.about, row)?;
                let [height, width] = object.segmentation.size;
                let runs = Runs { height, width, counts: object.segmentation.counts };
                if let Some((_, Outline::Runs(Runs { height: high, width: wide, .. }))) = found.first()
                    && (*high, *wide) != (height, width)
                {
                    return Err(wrong(format!(
                        "has things in pictures of two sizes, {high} × {wide} and {height} × {width} pixels"
                    )));
                }
                if !runs.is_whole() {
                    return Err(wrong(format!("has runs that are not {height} × {width} pixels together")));
                }
                let outline = Outline::Runs(runs);
                let edges = outline.edges().unwrap_or_default();
                found.push((Located { score: object.score, ..Located::label(class, edges) }, outline));
            }
            all.push(found);
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
    fn things_are_read_as_they_are_written() {
        let about = About { classes: vec!["cat".into(), "dog".into()], ..About::default() };
        let mut all = Instances::default();
        let runs = Runs { height: 2, width: 3, counts: vec![1, 2, 3] };
        let outline = Outline::Runs(runs);
        let one = Located { score: 0.5, ..Located::label(1, outline.edges().expect("pixels")) };
        assert_eq!(one.edges, [0.0, 0.0, 2.0, 2.0]);
        all.push([(one, outline)]);
        all.push([]);
        let written = half(&all.kind()).writes(&all, &about);
        let text = |row| match &written.cells(&all, row)[..] {
            [Cell::Text(text)] => Some(text.clone()),
            other => panic!("{other:?}"),
        };
        let read = |texts| written.read(&FileCells { answer: Some(FileColumn::Texts(texts)), parts: Vec::new() });
        let whole = read(vec![text(0), text(1)]).expect("things").whole.expect("all");
        assert!(whole.same(&all), "{whole:?}");
        assert!(half(&all.kind()).load(&all.save()).is_some_and(|loaded| loaded.same(&all)));
        let short = text(0).map(|text| text.replace("[2,3]", "[2,4]"));
        assert!(read(vec![short]).expect_err("too few").why.contains("not 2 × 4 pixels together"));
        // Whole in itself, and of another picture than the thing before it or than the label.
        let wider = text(0).map(|text| text.replace("[2,3]", "[2,4]").replace("[1,2,3]", "[1,2,5]"));
        let both = text(0).zip(wider.clone()).map(|(one, other)| format!("{},{}", &one[..one.len() - 1], &other[1..]));
        let two = read(vec![both]).expect_err("two sizes").why;
        assert_eq!(two, "has things in pictures of two sizes, 2 × 3 and 2 × 4 pixels");
        let wider = read(vec![wider]).expect("things").whole.expect("all");
        assert_eq!(all.misfit(0, whole.as_ref(), 0), None);
        let why = "has things in a picture of 2 × 4 pixels, and those of the label lie in one of 2 × 3";
        assert_eq!(all.misfit(0, wider.as_ref(), 0).as_deref(), Some(why));
        // No thing says no size.
        assert_eq!((all.misfit(1, wider.as_ref(), 0), all.misfit(0, whole.as_ref(), 1)), (None, None));
        let mut polygons = Instances::default();
        let corners = vec![[0.0, 0.0], [5.0, 0.0], [5.0, 2.0]];
        polygons.push([(Located::label(0, [0.0, 0.0, 5.0, 2.0]), Outline::Polygons(vec![corners]))]);
        let why = "has things in a picture of 2 × 4 pixels, and those of the label reach to row 2 and column 5";
        assert_eq!(polygons.misfit(0, wider.as_ref(), 0).as_deref(), Some(why));
    }
}
