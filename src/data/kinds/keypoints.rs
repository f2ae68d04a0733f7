//! `keypoints`: lists of points, or arrays. A row is kept as text: `[[[X, Y], null, …], AREA]`.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use serde_json::Value;

use super::objects::number;
use super::{Cells, KindHalf, Spelling, describe_classes, hash_texts, text_at};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::keypoints::Keypoints;
use crate::data::keypoints::{self, Kept, Placed};
use crate::data::labels::LabelColumn;
use crate::data::problems::shown;
use crate::data::values::Values;

/// In the place of a number that is none.
const UNKNOWN: f64 = f64::NEG_INFINITY;

struct PointCells {
    classes: Vec<String>,
    /// Whether cells are arrays, in which what is not known is negative.
    arrays: bool,
    texts: Vec<Option<String>>,
}

impl Cells for PointCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        let value = serde_json::from_str::<Value>(cell).map_err(|_| "no list of points".to_string());
        // Of a picture without an object nobody has said where its points are.
        if value.as_ref().is_ok_and(|value| value.as_array().is_some_and(Vec::is_empty)) {
            self.texts.push(None);
            return Ok(());
        }
        let row = value.and_then(|value| self.points(&value).map_err(|why| format!("no list of points: {why}")));
        self.texts.push(row.as_ref().ok().map(keypoints::written));
        row.map(|_| ())
    }

    fn push_missing(&mut self) {
        self.texts.push(None);
    }

    fn come_from_array(&mut self, array: bool) {
        self.arrays = array;
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(StringArray::from(std::mem::take(&mut self.texts)))
    }
}

impl PointCells {
    fn points(&self, value: &Value) -> Result<Kept, String> {
        // The objects of a picture, as COCO has them.
        if let Some([Value::Object(_), rest @ ..]) = value.as_array().map(Vec::as_slice) {
            return match rest {
                [] => self.points(&value[0]),
                _ => Err(format!("there are {} objects, and the points are of one", rest.len() + 1)),
            };
        }
        let (list, area) = match value {
            Value::Object(members) => {
                let list = members.get("keypoints").ok_or("the group has no `keypoints`")?;
                let area = members.get("area").filter(|area| !area.is_null());
                let size = |area: &Value| {
                    number(area)
                        .filter(|area| area.is_finite() && *area > 0.0)
                        .ok_or_else(|| format!("its area is {area}"))
                };
                (list, area.map(size).transpose()?)
            }
            list => (list, None),
        };
        let list = list.as_array().ok_or_else(|| format!("it is `{}`", shown(&list.to_string())))?;
        let count = self.classes.len();
        let points: Result<Vec<_>, String> = match list.first() {
            // Numbers, as COCO has them.
            Some(first) if number(first).is_some() => {
                if list.len() != 3 * count {
                    return Err(format!("{count} points have {} numbers, and there are {}", 3 * count, list.len()));
                }
                list.chunks(3).enumerate().map(|(place, three)| self.point(place, three)).collect()
            }
            _ => {
                if list.len() != count {
                    return Err(format!(
                        "{} declared, and there are {}",
                        if count == 1 { "1 point is".into() } else { format!("{count} points are") },
                        list.len()
                    ));
                }
                let one = |(place, point): (usize, &Value)| match point {
                    Value::Null => Ok(None),
                    Value::Array(numbers) => self.point(place, numbers),
                    other => Err(format!("`{}` is `{}`", self.classes[place], shown(&other.to_string()))),
                };
                list.iter().enumerate().map(one).collect()
            }
        };
        Ok(Kept { points: points?, area })
    }

    /// A point, if it is known.
    fn point(&self, place: usize, numbers: &[Value]) -> Result<Option<[f64; 2]>, String> {
        let name = &self.classes[place];
        let at = |place: usize| match numbers.get(place) {
            // What is no number in an array.
            Some(Value::Null) => Some(UNKNOWN),
            Some(value) => number(value).filter(|number| (*number as f32).is_finite()),
            None => None,
        };
        let (Some(x), Some(y), 2..=3) = (at(0), at(1), numbers.len()) else {
            return Err(format!("`{name}` has not the two numbers of its place, and perhaps whether it is known"));
        };
        let known =
            numbers.len() == 2 || at(2).ok_or_else(|| format!("`{name}` does not say whether it is known"))? > 0.0;
        // Up to a pixel beyond an edge is nothing, as on the other side.
        if !known || x == UNKNOWN || y == UNKNOWN || (self.arrays && (x < 0.0 || y < 0.0)) {
            return Ok(None);
        }
        match x > -1.0 && y > -1.0 {
            true => Ok(Some([x.max(0.0), y.max(0.0)])),
            false => Err(format!(
                "`{name}` lies outside its picture, {x} to the right and {y} down; one that is not known is `null`, or has 0 behind its place"
            )),
        }
    }
}

impl KindHalf for Keypoints {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::new(PointCells { classes: self.classes.clone(), arrays: false, texts: Vec::new() })
    }

    fn has_classes(&self) -> bool {
        true
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, classes: &[String]) -> Values {
        let rows = columns.first().map_or(0, |column| column.len());
        let all = keypoints::column((0..rows).map(|row| text_at(columns[0], row)), classes);
        Values::Keypoints(Placed::in_own_unit(all))
    }

    fn label(&self, columns: &[&ArrayRef], classes: &[String]) -> LabelColumn {
        let [column] = columns else { return LabelColumn::without_values(columns) };
        let texts = column.as_string_opt::<i32>();
        let present = (0..column.len()).map(|row| texts.is_some_and(|texts| texts.is_valid(row))).collect();
        LabelColumn::new(present, keypoints::column((0..column.len()).map(|row| text_at(column, row)), classes))
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        text_at(column, row).map(str::to_string)
    }

    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        hash_texts(column, first, hashes);
    }

    fn describe(&self, _column: &ArrayRef, classes: &[String]) -> String {
        format!("points: {}", describe_classes(classes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(arrays: bool, cell: &str) -> Result<Option<Vec<Option<[f64; 2]>>>, String> {
        let mut cells = PointCells { classes: vec!["nose".into(), "ear".into()], arrays, texts: Vec::new() };
        cells.push(cell)?;
        Ok(cells.texts[0].as_deref().map(|text| keypoints::read(text).points))
    }

    #[test]
    fn points_outside_their_picture_are_wrong_and_in_arrays_unknown() {
        assert_eq!(row(true, "[[1,2],[-1,-1]]"), Ok(Some(vec![Some([1.0, 2.0]), None])));
        assert_eq!(row(true, "[[1,2],[null,null]]"), Ok(Some(vec![Some([1.0, 2.0]), None])));
        assert_eq!(row(false, "[[1,2],[null,null]]"), Ok(Some(vec![Some([1.0, 2.0]), None])));
        assert_eq!(row(false, "[[1,-0.4],null]"), Ok(Some(vec![Some([1.0, 0.0]), None])));
        assert_eq!(row(false, "[1,2,2,-1,-1,0]"), Ok(Some(vec![Some([1.0, 2.0]), None])));
        for cell in ["[[1,2],[-1,3]]", "[1,2,2,-1,3,2]", r#"[{"keypoints": [1,2,2,-1,3,1]}]"#] {
            let said = row(false, cell).expect_err("a point outside");
            assert!(said.contains("`ear` lies outside its picture, -1 to the right and 3 down"), "{said}");
        }
    }

    #[test]
    fn no_object_is_no_label() {
        assert_eq!(row(false, "[]"), Ok(None));
        assert_eq!(row(false, "a"), Err("no list of points".into()));
    }
}
