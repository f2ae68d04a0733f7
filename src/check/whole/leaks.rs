//! What flows from labels into inputs: a task that sees its own label, or another task's.
//!
//! What counts is the column of the file, not the name it was declared by. An input that leaks is one problem, however many
//! tasks read it.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::resolve::program::list;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{ColumnRef, Origin, inputs_behind};

/// More leaks than this in one spec help nobody.
const MOST_LEAKS: usize = 1000;

/// More names than this are counted.
const MOST_NAMES: usize = 6;

/// A column of an input that is the label of tasks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Read {
    /// As the input names it.
    column: ColumnRef,
    /// A task that learns it, and by which name.
    owner: usize,
    label: ColumnRef,
}

impl Checker<'_> {
    /// Reports labels that flow into what the model sees at prediction time.
    pub(in crate::check) fn label_leaks(&mut self) {
        let mut owners: BTreeMap<ColumnRef, Vec<(usize, ColumnRef)>> = BTreeMap::new();
        for (index, task) in self.declared.tasks.iter().enumerate() {
            for column in &task.label.columns {
                for base in self.behind(*column) {
                    owners.entry(base).or_default().push((index, *column));
                }
            }
        }
        let read: Vec<Vec<Read>> = self
            .declared
            .inputs
            .iter()
            .map(|input| {
                let of = |column: &ColumnRef| -> BTreeSet<Read> {
                    let owners = self.behind(*column).into_iter().filter_map(|base| owners.get(&base)).flatten();
                    owners.map(|(owner, label)| Read { column: *column, owner: *owner, label: *label }).collect()
                };
                input.columns.iter().flat_map(of).collect()
            })
            .collect();
        if read.iter().all(Vec::is_empty) {
            return;
        }
        // Which tasks see each input, and which inputs each task sees.
        let mut readers: Vec<Vec<usize>> = vec![Vec::new(); self.declared.inputs.len()];
        let mut visible: Vec<Vec<usize>> = Vec::with_capacity(self.declared.tasks.len());
        for (index, task) in self.declared.tasks.iter().enumerate() {
            let inputs: Vec<usize> = inputs_behind(&self.flowing.nodes, task).into_iter().collect();
            inputs.iter().for_each(|input| readers[*input].push(index));
            visible.push(inputs);
        }
        let mut found = Vec::new();
        for (input, reads) in read.iter().enumerate() {
            let seen: BTreeSet<usize> = readers[input].iter().copied().collect();
            let (own, others): (Vec<Read>, Vec<Read>) = reads.iter().partition(|read| seen.contains(&read.owner));
            // A label that is made of several columns is told by all of them together, and not by some.
            let (own, parts): (Vec<Read>, Vec<Read>) =
                own.into_iter().partition(|read| self.told(read.label, &visible[read.owner]));
            let leaked: BTreeSet<ColumnRef> = own.iter().map(|read| self.of_file(read.column)).collect();
            if !own.is_empty() {
                found.push(self.own_labels(input, &own, &seen));
            }
            found.extend(parts.first().map(|_| self.parts_of_labels(input, &parts)));
            // A label that one of the readers may not see is no matter of the others as well. An own label of one task that
            // others see is one cause, and has been told.
            let mut others: Vec<Read> = others;
            others.retain(|read| !leaked.contains(&self.of_file(read.column)) && self.told(read.label, &[input]));
            if !others.is_empty() && !seen.is_empty() {
                found.push(self.labels_of_others(input, &others, &seen));
            }
        }
        for diagnostic in found.into_iter().take(MOST_LEAKS) {
            self.sink.push(diagnostic);
        }
    }

    /// The columns that are read and of which one is made.
    fn behind(&self, column: ColumnRef) -> BTreeSet<ColumnRef> {
        let behind = self.declared.data[column.data].behind([column.column]);
        behind.into_iter().map(|base| ColumnRef { column: base, ..column }).collect()
    }

    /// Whether some inputs read all that a label is made of.
    fn told(&self, label: ColumnRef, inputs: &[usize]) -> bool {
        let made_of = self.behind(label);
        if made_of.len() == 1 {
            return true;
        }
        let columns = inputs.iter().flat_map(|input| &self.declared.inputs[*input].columns);
        let of_data = columns.filter(|column| column.data == label.data).map(|column| column.column);
        let read = self.declared.data[label.data].behind(of_data);
        made_of.iter().all(|base| read.contains(&base.column))
    }

    /// An input shows tasks some of the columns that their labels are made of.
    fn parts_of_labels(&self, input: usize, parts: &[Read]) -> Diagnostic {
        let (name, span) = (&self.declared.inputs[input].name, self.declared.inputs[input].span);
        let tasks: BTreeSet<usize> = parts.iter().map(|read| read.owner).collect();
        let columns = unique(parts.iter().map(|read| format!("`{}`", self.full_name(read.column))));
        let labels = unique(parts.iter().map(|read| format!("`{}`", self.full_name(read.label))));
        let message = format!(
            "{} can see a part of what {} is made of: input `{name}` reads {}",
            self.tasks_named(&tasks),
            counted(&labels),
            counted(&columns)
        );
        let mut diagnostic =
            Diagnostic::new(&codes::LABEL_PART_AS_INPUT, span, message).here(format!("reads {}", counted(&columns)));
        for task in tasks.iter().take(MOST_NAMES) {
            diagnostic = diagnostic.also(
                self.declared.tasks[*task].label.span,
                format!("the label of `{}`", self.declared.tasks[*task].name),
            );
        }
        diagnostic.help("fine if the column is known when predicting; otherwise the prediction will lack it")
    }

    fn of_file(&self, column: ColumnRef) -> ColumnRef {
        self.declared.data[column.data].of_file(column)
    }

    fn full_name(&self, column: ColumnRef) -> String {
        let set = &self.declared.data[column.data];
        format!("{}.{}", set.name, set.columns[column.column].name)
    }

    /// An input shows tasks their own labels.
    fn own_labels(&self, input: usize, own: &[Read], seen: &BTreeSet<usize>) -> Diagnostic {
        let (name, span) = (&self.declared.inputs[input].name, self.declared.inputs[input].span);
        let tasks: BTreeSet<usize> = own.iter().map(|read| read.owner).collect();
        let (who, whose) = match tasks.len() {
            1 => ("can see its own label", "it"),
            _ => ("can see their own labels", "them"),
        };
        let columns = unique(own.iter().map(|read| self.as_label(*read)));
        let short = unique(own.iter().map(|read| format!("`{}`", self.full_name(read.column))));
        let mut diagnostic = Diagnostic::new(
            &codes::LABEL_LEAK,
            span,
            format!("{} {who}: input `{name}` reads {}", self.tasks_named(&tasks), counted(&columns)),
        )
        .here(format!("reads {}", counted(&short)));
        for task in tasks.iter().take(MOST_NAMES) {
            let of =
                if tasks.len() == 1 { String::new() } else { format!(" of `{}`", self.declared.tasks[*task].name) };
            diagnostic = diagnostic.also(self.declared.tasks[*task].label.span, format!("the label{of}"));
        }
        let rest: BTreeSet<usize> = seen.difference(&tasks).copied().collect();
        if !rest.is_empty() {
            diagnostic = diagnostic.note(format!("{} can see {whose} too", self.tasks_named(&rest)));
        }
        diagnostic
            .help(format!(
                "take {} out of the input, or let the {} read something that does not depend on {}",
                counted(&short),
                if tasks.len() == 1 { "task" } else { "tasks" },
                if short.len() == 1 { "it" } else { "them" }
            ))
            .note("a model that is shown the answer learns to copy it, and fails on new data")
    }

    /// An input shows tasks the labels of others.
    fn labels_of_others(&self, input: usize, others: &[Read], seen: &BTreeSet<usize>) -> Diagnostic {
        let (name, span) = (&self.declared.inputs[input].name, self.declared.inputs[input].span);
        let readers = self.tasks_named(seen);
        let message = match others {
            [only] if self.of_file(only.column) != self.of_file(only.label) => {
                format!(
                    "{}, tells the label of task `{}` and is an input of {readers}",
                    self.as_label(*only),
                    self.declared.tasks[only.owner].name
                )
            }
            [only] => format!(
                "`{}` is the label of task `{}` and an input of {readers}",
                self.full_name(only.column),
                self.declared.tasks[only.owner].name
            ),
            many => {
                let labels: Vec<String> = many
                    .iter()
                    .map(|read| {
                        format!("`{}` of `{}`", self.full_name(read.column), self.declared.tasks[read.owner].name)
                    })
                    .collect();
                format!("input `{name}` of {readers} reads labels of other tasks: {}", counted(&labels))
            }
        };
        let mut diagnostic = Diagnostic::new(&codes::LABEL_AS_INPUT, span, message).here(match others {
            [_] => "reads another task's label",
            _ => "reads other tasks' labels",
        });
        for read in others.iter().take(MOST_NAMES) {
            let owner = &self.declared.tasks[read.owner];
            diagnostic = diagnostic.also(owner.label.span, format!("the label of `{}`", owner.name));
        }
        diagnostic.help("fine if the column is known when predicting; otherwise the prediction will lack it")
    }

    /// A column that is a label, and by which name if that is another.
    fn as_label(&self, read: Read) -> String {
        let own = self.full_name(read.column);
        if read.column == read.label {
            return format!("`{own}`");
        }
        let set = &self.declared.data[read.label.data];
        let source = &set.columns[read.label.column].source;
        let label = self.full_name(read.label);
        let made = |column: ColumnRef| matches!(set.columns[column.column].origin, Origin::Made(_));
        match (made(read.column), made(read.label)) {
            (false, true) => return format!("`{own}`, of which the label `{label}` is made"),
            (true, false) => return format!("`{own}`, which is made of the label `{label}`"),
            (true, true) => return format!("`{own}`, which is made of what the label `{label}` is made of"),
            (false, false) => {}
        }
        format!("`{own}`, which is the same column of the file as `{label}`: `{}`", source.trim())
    }

    /// "task `a`", "tasks `a`, `b` and 3 more".
    fn tasks_named(&self, tasks: &BTreeSet<usize>) -> String {
        let names: Vec<String> = tasks.iter().map(|task| format!("`{}`", self.declared.tasks[*task].name)).collect();
        format!("{} {}", if names.len() == 1 { "task" } else { "tasks" }, counted(&names))
    }
}

/// Each once, in order: a column may be the label of several tasks.
fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// The first few of several, and how many more there are.
fn counted(names: &[String]) -> String {
    match names {
        [] => list([]),
        [only] => only.clone(),
        many if many.len() > MOST_NAMES + 1 => {
            format!("{} and {} more", many[..MOST_NAMES].join(", "), many.len() - MOST_NAMES)
        }
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
