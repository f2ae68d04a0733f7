//! `boxes`: lists of objects, each with a class and the edges of a box. A row is kept as text: `[["cat", left, top, right, bottom], …]`.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use serde_json::Value;

use super::objects::{Members, Objects, member, number, passed_over};
use super::{Cells, KindHalf, Spelling, describe_classes, hash_texts, text_at};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::boxes::{Boxes, Form};
use crate::data::boxes::{self, Kept};
use crate::data::labels::LabelColumn;
use crate::data::values::Values;

struct BoxCells {
    kind: Boxes,
    objects: Objects,
    texts: Vec<Option<String>>,
}

impl Cells for BoxCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        let row = self.row(cell);
        self.texts.push(row.as_ref().ok().map(|row| boxes::written(row)));
        row.map(|_| ()).map_err(|reason| format!("no list of boxes: {reason}"))
    }

    fn push_missing(&mut self) {
        self.texts.push(None);
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(StringArray::from(std::mem::take(&mut self.texts)))
    }
}

impl BoxCells {
    fn row(&self, cell: &str) -> Result<Vec<Kept>, String> {
        let value: Value = serde_json::from_str(cell).map_err(|_| {
            let (class, at) = (&self.kind.class, self.kind.at.join("\", \""));
            format!("one is `[{{\"{class}\": …, \"{at}\": …}}, …]`")
        })?;
        self.objects.each(value, |members| {
            let class = self.objects.class(members)?;
            Ok(Kept { class, edges: self.edges(members)?, passed_over: passed_over(members)? })
        })
    }

    fn edges(&self, members: &Members) -> Result<[f64; 4], String> {
        let numbers = match self.kind.at.as_slice() {
            [only] => {
                let Value::Array(four) = member(members, only)? else {
                    return Err(format!("has no list of four numbers in `{only}`"));
                };
                four.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>()
            }
            names => names.iter().map(|name| Ok(number(member(members, name)?))).collect::<Result<_, String>>()?,
        };
        let Some(&[first, second, third, fourth]) = numbers.as_deref() else {
            return Err(format!("has no four numbers in `{}`", self.kind.at.join("`, `")));
        };
        let edges = match self.kind.form {
            Form::Xywh => [first, second, first + third, second + fourth],
            Form::Xyxy => [first, second, third, fourth],
            Form::Center => [first - third / 2.0, second - fourth / 2.0, first + third / 2.0, second + fourth / 2.0],
        };
        match edges.iter().all(|edge| (*edge as f32).is_finite()) {
            true => Ok(edges),
            false => Err("has an edge that is no number".into()),
        }
    }
}

impl KindHalf for Boxes {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        let objects = Objects::new(&self.classes, &self.class);
        Box::new(BoxCells { kind: self.clone(), objects, texts: Vec::new() })
    }

    fn has_classes(&self) -> bool {
        true
    }

    fn classes_seen(&self, column: &ArrayRef, rows: &mut dyn Iterator<Item = usize>, seen: &mut BTreeSet<String>) {
        for row in rows {
            let kept = text_at(column, row).map(boxes::read).unwrap_or_default();
            seen.extend(kept.into_iter().map(|one| one.class));
        }
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, classes: &[String]) -> Values {
        let rows = columns.first().map_or(0, |column| column.len());
        let of_row = |row| columns.first().and_then(|column| text_at(column, row)).map(boxes::read).unwrap_or_default();
        Values::Boxes(boxes::Placed::in_own_unit((0..rows).map(of_row), classes))
    }

    fn label(&self, columns: &[&ArrayRef], classes: &[String]) -> LabelColumn {
        let [column] = columns else { return LabelColumn::without_values(columns) };
        let texts = column.as_string_opt::<i32>();
        let present = (0..column.len()).map(|row| texts.is_some_and(|texts| texts.is_valid(row))).collect();
        let rows = (0..column.len()).map(|row| text_at(column, row).map(boxes::read).unwrap_or_default());
        LabelColumn::new(present, boxes::Placed::in_own_unit(rows, classes).boxes)
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        text_at(column, row).map(str::to_string)
    }

    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        hash_texts(column, first, hashes);
    }

    fn describe(&self, column: &ArrayRef, classes: &[String]) -> String {
        let count = |row| text_at(column, row).map_or(0, |text| boxes::read(text).len());
        let all: usize = (0..column.len()).map(count).sum();
        format!("{}: {}", boxes::count_of(all), describe_classes(classes))
    }
}
