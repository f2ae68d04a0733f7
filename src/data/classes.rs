//! Which classes the columns have: declared, saved with a model, or seen in the training part.

use std::collections::{BTreeMap, BTreeSet};

use super::fitting::{Fitting, another_spec};
use super::kinds;
use super::row_set::RowSet;
use super::store;
use crate::catalog::classes::Classes;
use crate::pipeline::ColumnRef;

impl Fitting<'_> {
    /// The classes of every column that has some: declared, saved, or seen in train. Columns that an input stacks share theirs.
    pub(super) fn learn_classes(&mut self) {
        let mut columns: Vec<ColumnRef> = Vec::new();
        for (data, set) in self.pipeline.data.iter().enumerate() {
            columns.extend((0..set.columns.len()).map(|column| ColumnRef { data, column }));
        }
        columns.retain(|column| kinds::half(&self.pipeline.column(*column).kind).has_classes());
        let mut seen: BTreeMap<ColumnRef, BTreeSet<String>> = BTreeMap::new();
        for reference in &columns {
            let mut found = BTreeSet::new();
            if let (None, Some(array)) = (&self.saved, self.column(*reference)) {
                let half = kinds::half(&self.pipeline.column(*reference).kind);
                for rows in self.rows_that_name_classes(*reference).chunks(self.limits.chunk) {
                    half.classes_seen(array, &mut rows.into_iter(), &mut found);
                    store::release();
                }
            }
            seen.insert(*reference, found);
        }
        for input in self.pipeline.inputs.iter().filter(|input| input.rows.len() > 1) {
            // Of each data set the same number of columns, which are stacked one by one.
            let width = input.columns.len() / input.rows.len();
            for place in 0..width {
                let stacked = || input.columns.iter().skip(place).step_by(width);
                let together: BTreeSet<String> =
                    stacked().filter_map(|column| seen.get(column)).flatten().cloned().collect();
                for column in stacked() {
                    if let Some(own) = seen.get_mut(column) {
                        own.clone_from(&together);
                    }
                }
            }
        }
        for (reference, found) in seen {
            let column = self.pipeline.column(reference);
            let name = self.pipeline.column_name(reference);
            let classes = match (&self.saved, column.kind.declared_classes()) {
                (_, Some(declared)) => declared.to_vec(),
                (None, None) => kinds::sort_classes(found.clone()),
                (Some(saved), None) => match saved.classes.get(&name) {
                    Some(classes) => classes.clone(),
                    None => {
                        self.problems.push(another_spec(column.span, &format!("the classes of `{name}`")));
                        continue;
                    }
                },
            };
            let unseen = match &self.saved {
                Some(saved) => saved.unseen.get(&name).cloned().unwrap_or_default(),
                None => without_rows(&classes, &found),
            };
            if !unseen.is_empty() {
                self.fitted.unseen.insert(name.clone(), unseen);
            }
            self.facts.insert(format!("classes({name})").into(), classes.len() as i64);
            self.fitted.classes.insert(name, classes.clone());
            self.classes.insert(reference, classes);
        }
    }

    /// The training rows whose classes a column has. Of a label that is nothing else, those that its tasks are about: a class
    /// that every `where` excludes is none.
    fn rows_that_name_classes(&self, column: ColumnRef) -> RowSet {
        let train = &self.parts.0[column.data].train;
        // What a `where` compares names no class by that: the label itself may be what it excludes by.
        let is_input = self.pipeline.inputs.iter().any(|input| input.columns.contains(&column));
        let tasks: Vec<_> = self.pipeline.tasks.iter().filter(|task| task.label.columns.contains(&column)).collect();
        if is_input || tasks.is_empty() {
            return train.clone();
        }
        match tasks.iter().map(|task| self.sample_space(task)).collect::<Option<Vec<Vec<bool>>>>() {
            Some(spaces) => train.iter().filter(|row| spaces.iter().any(|space| space[*row])).collect(),
            None => train.clone(),
        }
    }
}

/// The classes that none of the texts seen names.
pub(super) fn without_rows(classes: &[String], seen: &BTreeSet<String>) -> Vec<String> {
    let known = Classes::new(classes);
    let found: BTreeSet<usize> = seen.iter().filter_map(|text| known.index(text)).collect();
    classes.iter().enumerate().filter(|(index, _)| !found.contains(index)).map(|(_, class)| class.clone()).collect()
}
