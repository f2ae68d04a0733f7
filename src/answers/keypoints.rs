//! `keypoints`: named points of one thing in a picture.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::found::{self, number};
use super::{
    About, AnswerHalf, Cell, CellType, Column, Exchange, FileCells, Labels, Learn, Prediction, ReadAnswers, Written,
    WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::keypoints;

/// A point of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// How far to the right and how far down, in pixels.
    pub at: [f32; 2],
    /// How sure a prediction is; of a label 1, or 0 if the point is not known.
    pub score: f32,
}

impl Point {
    /// One of which a label says nothing.
    pub const UNKNOWN: Point = Point { at: [0.0, 0.0], score: 0.0 };

    pub fn is_known(&self) -> bool {
        self.score > 0.0
    }
}

/// The points of each row, as many in each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Keypoints {
    /// Of each point the one that it is where a picture is mirrored.
    pub mirrors: Vec<usize>,
    pub points: Vec<Point>,
    /// The area of the thing of each row, if it is said.
    pub areas: Vec<Option<f32>>,
}

impl Keypoints {
    /// Without rows.
    pub fn of(mirrors: Vec<usize>) -> Self {
        Self { mirrors, ..Self::default() }
    }

    pub fn push(&mut self, row: &[Point], area: Option<f32>) {
        self.points.extend_from_slice(row);
        self.areas.push(area);
    }

    pub fn row(&self, row: usize) -> &[Point] {
        &self.points[row * self.mirrors.len()..][..self.mirrors.len()]
    }

    pub fn taken(&self, rows: &[usize]) -> Self {
        let mut taken = Self::of(self.mirrors.clone());
        rows.iter().for_each(|row| taken.push(self.row(*row), self.areas[*row]));
        taken
    }

    /// Left, upper, right and lower edge of the points that are known.
    pub fn bounds(&self, row: usize) -> Option<[f64; 4]> {
        let known = self.row(row).iter().filter(|point| point.is_known()).map(|point| point.at.map(f64::from));
        known.fold(None, |bounds, [x, y]| {
            let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
            Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
        })
    }
}

impl Column for Keypoints {
    fn kind(&self) -> AnswerDef {
        AnswerDef::Keypoints(keypoints::Keypoints {})
    }

    fn rows(&self) -> usize {
        self.areas.len()
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        Box::new(self.taken(rows))
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Keypoints>() {
            Some(other) => {
                if self.areas.is_empty() {
                    self.mirrors.clone_from(&other.mirrors);
                }
                (0..other.areas.len()).for_each(|row| self.push(other.row(row), other.areas[row]));
            }
            None => unreachable!("columns of two forms are never one"),
        }
    }

    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        other.of::<Keypoints>().is_some_and(|other| self.row(row) == other.row(other_row))
    }

    fn show(&self, row: usize, about: &About) -> String {
        let known = self.row(row).iter().enumerate().filter(|(_, point)| point.is_known());
        let one =
            |(place, point): (usize, &Point)| format!("{} {:.0}, {:.0}", about.name(place), point.at[0], point.at[1]);
        let shown: Vec<String> = known.map(one).collect();
        if shown.is_empty() { "–".into() } else { shown.join("; ") }
    }

    fn constant_words(&self) -> &'static str {
        "all rows have the same points"
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    /// By the mean distance of the points that are known.
    fn wrong(&self, row: usize, prediction: &dyn Column) -> Option<(f64, String)> {
        let given = prediction.of::<Keypoints>()?;
        let away = |(one, other): (&Point, &Point)| {
            f64::from(one.at[0] - other.at[0]).hypot(f64::from(one.at[1] - other.at[1]))
        };
        let known = self.row(row).iter().zip(given.row(row)).filter(|(one, _)| one.is_known());
        let away: Vec<f64> = known.map(away).collect();
        let mean = away.iter().sum::<f64>() / away.len().max(1) as f64;
        Some((mean, format!("{mean:.1} pixels off")))
    }

    fn save(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

impl AnswerHalf for keypoints::Keypoints {
    fn writes(&self, _prediction: &dyn Column, about: &About) -> Box<dyn Written> {
        Box::new(PointCell { about: about.clone() })
    }

    fn nothing(&self, _shape: &[usize]) -> Box<dyn Column> {
        Box::<Keypoints>::default()
    }

    fn learn(&self) -> Box<dyn Learn> {
        found::learn(|rows| {
            let mut none = Keypoints::default();
            (0..rows).for_each(|_| none.push(&[], None));
            Box::new(none)
        })
    }

    fn load(&self, saved: &[u8]) -> Option<Box<dyn Column>> {
        let all: Keypoints = serde_json::from_slice(saved).ok()?;
        (all.points.len() == all.areas.len() * all.mirrors.len()).then(|| Box::new(all) as Box<dyn Column>)
    }
}

/// A group of points by their names.
struct PointCell {
    about: About,
}

impl Written for PointCell {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Some(all) = prediction.of::<Keypoints>() else { return vec![Cell::Nothing] };
        let one = |(place, point): (usize, &Point)| {
            let [x, y] = point.at.map(number);
            (self.about.name(place), json!([x, y, number(point.score)]))
        };
        let members: Map<String, Value> = all.row(row).iter().enumerate().map(one).collect();
        vec![Cell::Text(Value::Object(members).to_string())]
    }

    fn exchange(&self) -> Option<Exchange> {
        Some(Exchange::CocoPoints(self.about.classes.clone()))
    }

    fn annotations(&self, prediction: &dyn Column, row: usize) -> Vec<Map<String, Value>> {
        let Some(all) = prediction.of::<Keypoints>() else { return Vec::new() };
        let Some([left, top, right, bottom]) = all.bounds(row) else { return Vec::new() };
        let known: Vec<&Point> = all.row(row).iter().filter(|point| point.is_known()).collect();
        let score = known.iter().map(|point| point.score).sum::<f32>() / known.len() as f32;
        let three = |point: &Point| match point.is_known() {
            true => [number(point.at[0]), number(point.at[1]), 2.0],
            false => [0.0; 3],
        };
        let keypoints: Vec<f64> = all.row(row).iter().flat_map(three).collect();
        let (width, height) = (right - left, bottom - top);
        let members = json!({
            "category_id": 1, "bbox": [left, top, width, height], "area": width * height, "iscrowd": 0,
            "num_keypoints": known.len(), "keypoints": keypoints, "score": number(score),
        });
        members.as_object().cloned().into_iter().collect()
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let Some(texts) = cells.texts() else { return Ok(ReadAnswers::default()) };
        let mut all = Keypoints::of((0..self.about.classes.len()).collect());
        for (row, text) in texts.iter().enumerate() {
            let wrong = |why: String| WrongCell { row, part: None, why };
            // No cell, no points.
            let members: Map<String, Value> = match text {
                Some(text) => {
                    serde_json::from_str(text).map_err(|error| wrong(format!("is no group of points ({error})")))?
                }
                None => Map::new(),
            };
            let point = |name: &String| match members.get(name) {
                None | Some(Value::Null) => Ok(Point::UNKNOWN),
                Some(point) => {
                    let numbers: Option<Vec<f64>> =
                        point.as_array().and_then(|numbers| numbers.iter().map(Value::as_f64).collect());
                    match numbers.as_deref() {
                        Some([x, y, rest @ ..]) if rest.len() < 2 => {
                            let score = rest.first().copied().unwrap_or(1.0) as f32;
                            Ok(Point { at: [*x as f32, *y as f32], score })
                        }
                        _ => Err(wrong(format!("has no two numbers for `{name}`"))),
                    }
                }
            };
            let points: Vec<Point> = self.about.classes.iter().map(point).collect::<Result<_, _>>()?;
            all.push(&points, None);
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
    fn points_are_read_as_they_are_written() {
        let about = About { classes: vec!["nose".into(), "tail".into()], ..About::default() };
        let mut all = Keypoints::of(vec![0, 1]);
        let tail = Point { at: [3.25, 4.0], score: 0.5 };
        all.push(&[Point::UNKNOWN, tail], None);
        all.push(&[Point { at: [1.0, 2.0], score: 1.0 }, Point { at: [4.0, 8.0], score: 1.0 }], None);
        assert_eq!((all.show(0, &about), all.bounds(1)), ("tail 3, 4".into(), Some([1.0, 2.0, 4.0, 8.0])));
        let written = half(&all.kind()).writes(&all, &about);
        let text = |row| match &written.cells(&all, row)[..] {
            [Cell::Text(text)] => Some(text.clone()),
            other => panic!("{other:?}"),
        };
        let read = |texts| written.read(&FileCells { answer: Some(FileColumn::Texts(texts)), parts: Vec::new() });
        let whole = read(vec![text(0), text(1)]).expect("points").whole.expect("all");
        assert!(whole.same(&all), "{whole:?}");
        assert!(half(&all.kind()).load(&all.save()).is_some_and(|loaded| loaded.same(&all)));
        assert!(read(vec![Some(r#"{"tail": 3}"#.into())]).is_err());
        // Of what is known, 3, 4 away.
        let mut given = Keypoints::of(vec![0, 1]);
        given.push(&[Point { at: [9.0, 9.0], score: 1.0 }, Point { at: [6.25, 8.0], score: 1.0 }], None);
        assert_eq!(all.wrong(0, &given), Some((5.0, "5.0 pixels off".into())));
    }
}
