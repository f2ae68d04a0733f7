//! Which classes the columns have: declared, saved with a model, or seen in the training part.

use std::collections::{BTreeMap, BTreeSet};

use super::fitting::{Fitting, another_spec};
use super::kinds;
use crate::check::pipeline::{ColumnRef, Part};

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
                let train = self.parts.0[reference.data].of(Part::Train);
                kinds::half(&self.pipeline.column(*reference).kind).classes_seen(array, train, &mut found);
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
                (None, None) => kinds::sort_classes(found),
                (Some(saved), None) => match saved.classes.get(&name) {
                    Some(classes) => classes.clone(),
                    None => {
                        self.problems.push(another_spec(column.span, &format!("the classes of `{name}`")));
                        continue;
                    }
                },
            };
            self.facts.insert(format!("classes({name})").into(), classes.len() as i64);
            self.fitted.classes.insert(name, classes.clone());
            self.classes.insert(reference, classes);
        }
    }
}
