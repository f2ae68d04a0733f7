//! `labels`: sets of classes; a cell is kept as text and taken apart by its separator.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};

use super::{Cells, KindHalf, Spelling, describe_classes, lists, text_at};
use crate::answers::Sets;
use crate::catalog::classes::Classes;
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::labels::Labels;
use crate::data::formats::items::{Item, item};
use crate::data::labels::LabelColumn;
use crate::data::values::Values;

/// Sets, each as its file writes it, or as a list of its classes.
struct SetCells {
    texts: Vec<Option<String>>,
    classes: Vec<String>,
    separator: String,
}

impl Cells for SetCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        self.texts.push(Some(cell.to_string()));
        Ok(())
    }

    fn push_missing(&mut self) {
        self.texts.push(None);
    }

    /// A list of classes; or of truth values, one for each declared class.
    fn push_list(&mut self, items: &ArrayRef) -> Result<(), String> {
        let all: Vec<Item<'_>> = (0..items.len()).map(|place| item(items, place)).collect();
        let truths = !all.is_empty() && all.iter().all(|item| item.number().is_some());
        let members: Vec<String> = if truths && all.len() == self.classes.len() {
            let of = self.classes.iter().zip(&all).filter(|(_, item)| item.number() != Some(0.0));
            of.map(|(class, _)| class.clone()).collect()
        } else if truths && self.classes.len() > 1 && all.iter().all(|item| matches!(item.number(), Some(0.0 | 1.0))) {
            self.push_missing();
            return Err(format!("{} truth values, and {} classes are declared", all.len(), self.classes.len()));
        } else if all.iter().any(|item| matches!(item, Item::List(_) | Item::Group(_) | Item::Bytes(_))) {
            self.push_missing();
            return Err("no list of classes".into());
        } else {
            all.iter().filter(|item| !matches!(item, Item::Missing)).map(|item| item.text().into_owned()).collect()
        };
        let plain =
            members.iter().all(|member| !member.contains(&self.separator) && !member.starts_with(['[', '(', '{']));
        self.texts.push(Some(match plain {
            true => members.join(&self.separator),
            false => serde_json::Value::from(members).to_string(),
        }));
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(StringArray::from(std::mem::take(&mut self.texts)))
    }
}

impl Labels {
    fn separator(&self) -> &str {
        if self.separator.is_empty() { "|" } else { &self.separator }
    }

    /// The classes that a cell names: by the separator, or as a list in brackets.
    fn members<'c>(&self, cell: &'c str) -> Vec<Cow<'c, str>> {
        let declared = || self.classes.iter().any(|class| class == cell.trim());
        if let Some(listed) = lists::members(cell).filter(|_| !declared()) {
            return listed;
        }
        cell.split(self.separator()).map(str::trim).filter(|member| !member.is_empty()).map(Cow::Borrowed).collect()
    }
}

impl KindHalf for Labels {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::new(SetCells { texts: Vec::new(), classes: self.classes.clone(), separator: self.separator().to_string() })
    }

    /// An empty cell is the empty set; the spellings of a missing value alone are missing.
    fn empty_is_missing(&self) -> bool {
        false
    }

    fn has_classes(&self) -> bool {
        true
    }

    fn classes_seen(&self, column: &ArrayRef, rows: &mut dyn Iterator<Item = usize>, seen: &mut BTreeSet<String>) {
        let Some(texts) = column.as_string_opt::<i32>() else { return };
        for row in rows.filter(|row| texts.is_valid(*row)) {
            for member in self.members(texts.value(row)) {
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
        LabelColumn::new(present, Sets { width: classes.len(), values })
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
        let meant: Vec<&str> =
            members.iter().map(|member| map.get(member.as_ref()).map_or(member.as_ref(), String::as_str)).collect();
        Cow::Owned(meant.join(self.separator()))
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        text_at(column, row).map(str::to_string)
    }

    fn describe(&self, _column: &ArrayRef, classes: &[String]) -> String {
        describe_classes(classes)
    }
}
