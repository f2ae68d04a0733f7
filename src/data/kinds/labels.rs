//! `labels`: sets of classes; a cell is kept as text and taken apart by its separator.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};

use super::{Cells, KindHalf, Spelling, TextCells, describe_classes, lists, text_at};
use crate::catalog::classes::Classes;
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::labels::Labels;
use crate::data::formats::array::HostArray;
use crate::data::labels::{LabelColumn, LabelValues};
use crate::data::values::Values;

impl Labels {
    /// The classes that a cell names: by the separator, or as a list in brackets.
    fn members<'c>(&self, cell: &'c str) -> Vec<Cow<'c, str>> {
        let declared = || self.classes.iter().any(|class| class == cell.trim());
        if let Some(listed) = lists::members(cell).filter(|_| !declared()) {
            return listed;
        }
        let separator = if self.separator.is_empty() { "|" } else { self.separator.as_str() };
        cell.split(separator).map(str::trim).filter(|member| !member.is_empty()).map(Cow::Borrowed).collect()
    }
}

impl KindHalf for Labels {
    fn cells(&self, _spelling: Spelling) -> Box<dyn Cells> {
        Box::<TextCells>::default()
    }

    /// An empty cell is the empty set; the spellings of a missing value alone are missing.
    fn empty_is_missing(&self) -> bool {
        false
    }

    /// Truth values per class, for declared classes; or texts.
    fn column_of_array(&self, array: &HostArray, _shape: &[usize], missing: &[String]) -> Result<ArrayRef, String> {
        let separator = if self.separator.is_empty() { "|" } else { self.separator.as_str() };
        match array.shape.as_slice() {
            [rows] => {
                let texts = (0..*rows).map(|row| Some(array.text(row)).filter(|text| !missing.contains(text)));
                Ok(Arc::new(StringArray::from(texts.collect::<Vec<_>>())))
            }
            [rows, width] if *width == self.classes.len() => {
                let cells = (0..*rows).map(|row| {
                    let members =
                        (0..*width).filter(|class| array.number(row * width + class).is_some_and(|n| n != 0.0));
                    members.map(|class| self.classes[class].as_str()).collect::<Vec<_>>().join(separator)
                });
                Ok(Arc::new(StringArray::from(cells.collect::<Vec<_>>())))
            }
            _ => Err(format!(
                "has the shape {}, and a set of labels needs one text per row, or one truth value per declared class",
                array.show_shape()
            )),
        }
    }

    fn has_classes(&self) -> bool {
        true
    }

    fn classes_seen(&self, column: &ArrayRef, rows: &[usize], seen: &mut BTreeSet<String>) {
        let Some(texts) = column.as_string_opt::<i32>() else { return };
        for row in rows.iter().filter(|row| texts.is_valid(**row)) {
            for member in self.members(texts.value(*row)) {
                if !seen.contains(member.as_ref()) {
                    seen.insert(member.into_owned());
                }
            }
        }
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, classes: &[String]) -> Values {
        let known = Classes::new(classes);
        let rows = columns.first().map_or(0, |column| column.len());
        let mut members = vec![false; rows * classes.len()];
        if let Some(texts) = columns.first().and_then(|column| column.as_string_opt::<i32>()) {
            for row in (0..rows).filter(|row| texts.is_valid(*row)) {
                for member in self.members(texts.value(row)) {
                    if let Some(class) = known.index(member.as_ref()) {
                        members[row * classes.len() + class] = true;
                    }
                }
            }
        }
        Values::Sets { classes: classes.to_vec(), members }
    }

    fn label(&self, columns: &[&ArrayRef], classes: &[String]) -> LabelColumn {
        let present =
            columns.first().map_or(Vec::new(), |column| (0..column.len()).map(|row| column.is_valid(row)).collect());
        let values = match self.values(columns, &[], Reading::Label, classes) {
            Values::Sets { members, .. } => members,
            _ => Vec::new(),
        };
        LabelColumn { present, values: LabelValues::Sets { width: classes.len(), values } }
    }

    /// Each class of a cell by itself.
    fn meaning<'c>(&self, cell: &'c str, map: &BTreeMap<String, String>) -> Cow<'c, str> {
        if let Some(whole) = map.get(cell) {
            return Cow::Owned(whole.clone());
        }
        let members = self.members(cell);
        if !members.iter().any(|member| map.contains_key(member.as_ref())) {
            return Cow::Borrowed(cell);
        }
        let separator = if self.separator.is_empty() { "|" } else { self.separator.as_str() };
        let meant: Vec<&str> =
            members.iter().map(|member| map.get(member.as_ref()).map_or(member.as_ref(), String::as_str)).collect();
        Cow::Owned(meant.join(separator))
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        text_at(column, row)
    }

    fn describe(&self, _column: &ArrayRef, classes: &[String]) -> String {
        describe_classes(classes)
    }
}
