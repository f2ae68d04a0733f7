//! Rows of new data whose class the training part did not have: counted per column, and refused if there is no other row.

use std::collections::BTreeSet;

use arrow_array::{Array, ArrayRef};
use serde::{Deserialize, Serialize};

use super::fitting::{Fitting, listed};
use super::kinds;
use super::prepare::Prepared;
use super::problems::count;
use super::reader::ClassedColumn;
use super::table::Tables;
use super::values::Values;
use crate::catalog::classes::Classes;
use crate::catalog::kinds::Reading;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Pipeline;
use crate::pipeline::{ColumnRef, Part};

/// How many unknown classes are named.
const NAMED: usize = 5;

/// What the rows of an input column hold that the model has not learnt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnseenClasses {
    /// `penguins.island`
    pub column: String,
    pub rows: usize,
    /// Rows with a class that no training row has.
    pub unknown: usize,
    /// Rows without a class.
    pub missing: usize,
    /// Rows with a class that the model has learnt.
    #[serde(skip)]
    known: usize,
    /// Some of the unknown classes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

impl UnseenClasses {
    /// In one line: "`d.code`: of 90 rows, 12 hold a class that training did not have (`x`, `y`) and 3 hold none".
    pub fn words(&self) -> String {
        let hold = |number: usize| if number == 1 { "holds" } else { "hold" };
        let mut found = Vec::new();
        if self.unknown > 0 {
            let more = if self.classes.len() == NAMED { ", …" } else { "" };
            let unknown = self.unknown;
            let classes = listed(&self.classes);
            found.push(format!("{unknown} {} a class that training did not have ({classes}{more})", hold(unknown)));
        }
        if self.missing > 0 {
            found.push(format!("{} {} none", self.missing, hold(self.missing)));
        }
        format!("`{}`: of {}, {}", self.column, count(self.rows, "row"), found.join(" and "))
    }

    fn add(&mut self, other: &UnseenClasses) {
        self.rows += other.rows;
        self.unknown += other.unknown;
        self.missing += other.missing;
        self.known += other.known;
        for class in &other.classes {
            self.name(class);
        }
    }

    fn name(&mut self, class: &str) {
        if self.classes.len() < NAMED && !self.classes.iter().any(|other| other == class) {
            self.classes.push(class.to_string());
        }
    }
}

impl Fitting<'_> {
    /// A column as an input reads it; of one with classes, what training did not have is counted, and taken for unknown.
    pub(super) fn classed(&mut self, reference: ColumnRef, array: ArrayRef) -> ClassedColumn {
        let half = kinds::half(&self.pipeline.column(reference).kind);
        if !half.has_classes() {
            return ClassedColumn { array, classes: Vec::new(), unseen: Vec::new() };
        }
        let name = self.pipeline.column_name(reference);
        let classes = self.classes.get(&reference).cloned().unwrap_or_default();
        let unseen = self.fitted.unseen.get(&name).cloned().unwrap_or_default();
        let known = Classes::new(&classes);
        let is_known = |text: &str| known.index(text).is_some_and(|class| !unseen.contains(&classes[class]));
        let empty = UnseenClasses { column: name.clone(), ..UnseenClasses::default() };
        let mut counts = [empty.clone(), empty.clone(), empty];
        let parts = &self.parts.0[reference.data];
        let size = self.limits.chunk.max(1);
        for start in (0..array.len()).step_by(size) {
            let slice = array.slice(start, size.min(array.len() - start));
            let mut values = half.values(&[&slice], &[], Reading::Input, &classes);
            values.forget(&unseen);
            for (part, counts) in Part::ALL.iter().zip(&mut counts) {
                for row in parts.of(*part).between(start..start + slice.len()) {
                    let row = row - start;
                    counts.rows += 1;
                    if slice.is_null(row) {
                        counts.missing += 1;
                        continue;
                    }
                    // Most rows hold a class that is known, which its index tells.
                    if let Values::Category { codes, .. } = &values
                        && codes[row] < classes.len() as i64
                    {
                        counts.known += 1;
                        continue;
                    }
                    let mut members = BTreeSet::new();
                    half.classes_seen(&slice, &mut std::iter::once(row), &mut members);
                    // The empty set has no class that could be unknown.
                    counts.known += usize::from(members.is_empty() || members.iter().any(|member| is_known(member)));
                    members.retain(|member| !is_known(member));
                    counts.unknown += usize::from(!members.is_empty());
                    members.iter().for_each(|member| counts.name(member));
                }
            }
        }
        self.unseen.insert(reference, counts);
        ClassedColumn { array, classes, unseen }
    }
}

impl Prepared {
    /// What the rows of some parts hold that no training row has, by column; columns with nothing to tell are left out.
    pub fn unseen_classes(&self, parts: &[Part]) -> Vec<UnseenClasses> {
        let of_parts = |counts: &[UnseenClasses; 3]| {
            let mut all = UnseenClasses { column: counts[0].column.clone(), ..UnseenClasses::default() };
            let chosen = Part::ALL.iter().zip(counts).filter(|(part, _)| parts.contains(part));
            chosen.for_each(|(_, counts)| all.add(counts));
            all
        };
        self.unseen.values().map(of_parts).filter(|all| all.unknown + all.missing > 0).collect()
    }
}

/// Columns of given files in which no row has a class that the model was trained with, and some have others.
pub fn all_unknown(pipeline: &Pipeline, tables: &Tables, prepared: &Prepared) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (reference, counts) in &prepared.unseen {
        let counts = &counts[Part::ALL.iter().position(|part| *part == Part::Test).unwrap_or(0)];
        if counts.unknown == 0 || counts.known > 0 {
            continue;
        }
        let file = tables.sets[reference.data].files.first().map_or("", |file| file.name.as_str());
        let column = pipeline.column(*reference);
        let message = format!(
            "no row of `{file}` has a class of `{}` that training had: {} {}",
            counts.column,
            if counts.rows == 1 { "its one row holds".to_string() } else { format!("its {} rows hold", counts.rows) },
            listed(&counts.classes)
        );
        let none = Vec::new();
        let known = prepared.fitted().classes.get(&counts.column).unwrap_or(&none);
        found.push(
            Diagnostic::new(&codes::UNKNOWN_CLASS, column.span, message)
                .here("its classes are those of the training part")
                .note(format!("the classes are {}", listed(known)))
                .help("write the classes as they were written for training; `--allow-unknown` answers all the same, as for an average class"),
        );
    }
    found
}
