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

struct PointCells {
    classes: Vec<String>,
    texts: Vec<Option<String>>,
}

impl Cells for PointCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        let value = serde_json::from_str::<Value>(cell).map_err(|_| format!("`{}` is no list of points", shown(cell)));
        let row = value.and_then(|value| self.points(&value).map_err(|why| format!("no list of points: {why}")));
        self.texts.push(row.as_ref().ok().map(keypoints::written));
        row.map(|_| ())
    }

    fn push_missing(&mut self) {
        self.texts.push(None);
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
            Some(Value::Null) => Some(-1.0),
            Some(value) => number(value).filter(|number| (*number as f32).is_finite()),
            None => None,
        };
        let (Some(x), Some(y), 2..=3) = (at(0), at(1), numbers.len()) else {
            return Err(format!("`{name}` has not the two numbers of its place, and perhaps whether it is known"));
        };
        let known =
            numbers.len() == 2 || at(2).ok_or_else(|| format!("`{name}` does not say whether it is known"))? > 0.0;
        Ok(Some([x, y]).filter(|_| known && x >= 0.0 && y >= 0.0))
    }
}

impl KindHalf for Keypoints {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::new(PointCells { classes: self.classes.clone(), texts: Vec::new() })
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
