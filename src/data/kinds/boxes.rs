//! `boxes`: lists of objects, each with a class and the edges of a box. A row is kept as text: `[["cat", left, top, right, bottom], …]`.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use serde_json::{Map, Value};

use super::{Cells, KindHalf, Spelling, describe_classes, hash_texts, text_at};
use crate::catalog::classes::Classes;
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::boxes::{Boxes, Form};
use crate::data::boxes::{self, Kept};
use crate::data::labels::LabelColumn;
use crate::data::problems::shown;
use crate::data::values::Values;
use crate::diag::suggest::closest;

/// Members that say of an object that nobody need find it.
const PASSED_OVER: [&str; 4] = ["iscrowd", "crowd", "difficult", "ignore"];
/// So many names are listed.
const LISTED: usize = 8;

struct BoxCells {
    kind: Boxes,
    /// Whether the classes are numbers, so that a number is a class by its name.
    numbered: bool,
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
        let objects = match value {
            Value::Array(objects) => objects,
            // A group of lists, as some programs write a list of groups.
            Value::Object(lists) => across(&lists)?,
            other => return Err(format!("it is `{}`", shown(&other.to_string()))),
        };
        let numbered = |(place, object): (usize, &Value)| {
            self.object(object).map_err(|reason| format!("object {} {reason}", place + 1))
        };
        objects.iter().enumerate().map(numbered).collect()
    }

    fn object(&self, object: &Value) -> Result<Kept, String> {
        let Value::Object(members) = object else {
            return Err(format!("is `{}`, and no group of named values", shown(&object.to_string())));
        };
        let class = self.class(members)?;
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
        if edges.iter().any(|edge| !(*edge as f32).is_finite()) {
            return Err("has an edge that is no number".into());
        }
        let says = |name: &&str| match members.get(*name) {
            Some(Value::Bool(truth)) => *truth,
            Some(other) => number(other).is_some_and(|number| number != 0.0),
            None => false,
        };
        Ok(Kept { class, edges, passed_over: PASSED_OVER.iter().any(|name| says(&name)) })
    }

    fn class(&self, members: &Map<String, Value>) -> Result<String, String> {
        let (class, is_number) = match member(members, &self.kind.class)? {
            Value::String(name) => (name.trim().to_string(), false),
            Value::Number(number) => (number.to_string(), true),
            other => return Err(format!("has the class `{}`, which is no name", shown(&other.to_string()))),
        };
        let declared = &self.kind.classes;
        if declared.is_empty() {
            return Ok(class);
        }
        if let Some(index) = Classes::new(declared).index(&class) {
            return Ok(declared[index].clone());
        }
        let index = class.parse::<usize>().ok().filter(|_| is_number && !self.numbered);
        if let Some(name) = index.and_then(|index| declared.get(index)) {
            return Ok(name.clone());
        }
        let known = declared.iter().take(LISTED).map(|class| format!("`{class}`")).collect::<Vec<_>>().join(", ");
        let more = if declared.len() > LISTED { ", …" } else { "" };
        Err(match closest(&class, declared.iter().map(String::as_str)) {
            Some(close) => format!("is of the class `{}`, which is not declared; is `{close}` meant?", shown(&class)),
            None if is_number && !self.numbered => format!(
                "is of class number {class}, and the {} classes are numbered from 0 to {}",
                declared.len(),
                declared.len() - 1
            ),
            None => format!("is of the class `{}`, which is none of those declared: {known}{more}", shown(&class)),
        })
    }
}

fn member<'m>(members: &'m Map<String, Value>, name: &str) -> Result<&'m Value, String> {
    members.get(name).filter(|value| !value.is_null()).ok_or_else(|| {
        let names = members.keys().take(LISTED).map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>();
        format!("has no `{name}`; it has {}", if names.is_empty() { "nothing".into() } else { names.join(", ") })
    })
}

/// A number, in quotes or not.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A group for each place of a group of lists.
fn across(lists: &Map<String, Value>) -> Result<Vec<Value>, String> {
    let length = |value: &Value| value.as_array().map(Vec::len);
    let Some(count) = lists.values().find_map(length) else { return Err("it is a group without lists".into()) };
    if let Some((name, _)) = lists.iter().find(|(_, value)| length(value).is_some_and(|other| other != count)) {
        return Err(format!("the lists of its members are not equally long (`{}`)", shown(name)));
    }
    let at = |place: usize| {
        let members = lists.iter().filter_map(|(name, value)| Some((name.clone(), value.get(place)?.clone())));
        Value::Object(members.collect())
    };
    Ok((0..count).map(at).collect())
}

impl KindHalf for Boxes {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        let numbered = !self.classes.is_empty() && self.classes.iter().all(|class| class.parse::<f64>().is_ok());
        Box::new(BoxCells { kind: self.clone(), numbered, texts: Vec::new() })
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
