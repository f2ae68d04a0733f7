//! `category`: a dictionary column; classes become indices.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};

use super::{Cells, KindHalf, Spelling, describe_classes, dictionary, hash_of_text, number};
use crate::answers;
use crate::catalog::classes::{self, Classes};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::category::Category;
use crate::data::formats::mixed;
use crate::data::labels::LabelColumn;
use crate::data::values::Values;

#[derive(Default)]
struct CategoryCells {
    known: HashMap<String, i32>,
    classes: Vec<String>,
    keys: Vec<Option<i32>>,
}

impl Cells for CategoryCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        let key = match self.known.get(cell) {
            Some(key) => *key,
            None => {
                let key = self.classes.len() as i32;
                self.known.insert(cell.to_string(), key);
                self.classes.push(cell.to_string());
                key
            }
        };
        self.keys.push(Some(key));
        Ok(())
    }

    fn push_missing(&mut self) {
        self.keys.push(None);
    }

    fn finish(&mut self) -> ArrayRef {
        let keys = Int32Array::from(std::mem::take(&mut self.keys));
        let classes = StringArray::from_iter_values(&self.classes);
        Arc::new(DictionaryArray::new(keys, Arc::new(classes)))
    }
}

/// Numbers that are cut into classes.
struct CutCells {
    cells: CategoryCells,
    cut: Vec<f64>,
    classes: Vec<String>,
    spelling: Spelling,
}

impl Cells for CutCells {
    /// Takes a number, or a class by its name.
    fn push(&mut self, cell: &str) -> Result<(), String> {
        if self.classes.iter().any(|class| class == cell) {
            return self.cells.push(cell);
        }
        match number::read(cell.trim(), self.spelling) {
            Ok(value) => {
                let place = self.cut.partition_point(|cut| *cut <= value);
                self.cells.push(self.classes.get(place).map_or("", String::as_str))
            }
            Err(reason) => {
                self.cells.push_missing();
                Err(reason)
            }
        }
    }

    fn push_missing(&mut self) {
        self.cells.push_missing();
    }

    fn finish(&mut self) -> ArrayRef {
        self.cells.finish()
    }
}

impl KindHalf for Category {
    fn cells(&self, spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        let cells = CategoryCells::default();
        if self.cut.is_empty() {
            return Box::new(cells);
        }
        Box::new(CutCells { cells, cut: self.cut.clone(), classes: self.classes.clone(), spelling })
    }

    fn has_classes(&self) -> bool {
        true
    }

    fn classes_seen(&self, column: &ArrayRef, rows: &mut dyn Iterator<Item = usize>, seen: &mut BTreeSet<String>) {
        let Some((keys, classes)) = dictionary(column) else { return };
        let mut present = vec![false; classes.len()];
        for row in rows {
            if keys.is_valid(row) {
                present[keys.value(row) as usize] = true;
            }
        }
        seen.extend(
            present.iter().enumerate().filter(|(_, present)| **present).map(|(key, _)| classes.value(key).to_string()),
        );
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], reading: Reading, classes: &[String]) -> Values {
        let count = classes.len() as i64;
        let (unknown, missing, size) = match reading {
            Reading::Input => (count, count + 1, classes.len() + 2),
            // A label of an unknown class has been reported before.
            Reading::Label => (-1, -1, classes.len()),
        };
        let rows = columns.first().map_or(0, |column| column.len());
        let mut codes = vec![missing; rows];
        if let Some((keys, codes_of)) = columns.first().and_then(|column| coded(column, classes)) {
            for (row, code) in codes.iter_mut().enumerate().filter(|(row, _)| keys.is_valid(*row)) {
                *code = codes_of[keys.value(row) as usize].unwrap_or(unknown);
            }
        }
        Values::Category { classes: classes.to_vec(), size, codes }
    }

    fn label(&self, columns: &[&ArrayRef], classes: &[String]) -> LabelColumn {
        let Values::Category { codes, .. } = self.values(columns, &[], Reading::Label, classes) else {
            return LabelColumn::absent(0);
        };
        let values = codes.iter().map(|code| (*code).max(0) as u32).collect();
        let present = codes.iter().map(|code| *code >= 0).collect();
        LabelColumn::new(present, answers::Classes { classes: classes.len(), values })
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        let (keys, classes) = dictionary(column)?;
        keys.is_valid(row).then(|| classes.value(keys.value(row) as usize).to_string())
    }

    fn says(&self, column: &ArrayRef, row: usize, written: &str) -> Option<bool> {
        let (keys, texts) = dictionary(column)?;
        let text = keys.is_valid(row).then(|| texts.value(keys.value(row) as usize))?;
        Some(classes::same(text, written, texts.iter().flatten()))
    }

    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        let Some((keys, texts)) = dictionary(column) else { return };
        let of_text = |text: Option<&str>| {
            let meant = |text: &str| match classes::as_number(text) {
                Some((number, zeros)) => format!("{zeros} {number}"),
                None => text.to_string(),
            };
            hash_of_text(text.map(meant).as_deref())
        };
        let (none, of_class): (u64, Vec<u64>) = (of_text(None), texts.iter().map(of_text).collect());
        for (row, hash) in hashes.iter_mut().enumerate() {
            let row = first + row;
            let own = if keys.is_valid(row) { of_class[keys.value(row) as usize] } else { none };
            *hash = mixed(*hash, own);
        }
    }

    fn describe(&self, _column: &ArrayRef, classes: &[String]) -> String {
        describe_classes(classes)
    }
}

/// The keys of a column, and for each key its index among the classes.
fn coded<'a>(column: &'a ArrayRef, classes: &[String]) -> Option<(&'a Int32Array, Vec<Option<i64>>)> {
    let (keys, texts) = dictionary(column)?;
    let known = Classes::new(classes);
    Some((keys, (0..texts.len()).map(|key| known.index(texts.value(key)).map(|class| class as i64)).collect()))
}
