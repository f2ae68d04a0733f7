//! In which order declarations are elaborated.
//!
//! Reading a name elaborates its declaration on demand. So that a long row of declarations, each reading one further
//! down in the file, needs no deep recursion, what a declaration reads is elaborated before it. What then still recurses
//! is a circle, or blocks inside blocks.

use std::collections::{HashMap, HashSet};

use crate::check::Checker;
use crate::check::resolve::lookup::names_in;
use crate::check::resolve::program::{DeclId, is_callable};
use crate::check::resolve::progress::Progress;
use crate::pipeline::{Owner, Task};
use crate::syntax::tree::{Block, Decl, EntryKind, Expr, Keyword};

impl Checker<'_> {
    /// Elaborates a declaration after all that it reads.
    pub(in crate::check) fn elaborate_in_order(&mut self, id: DeclId, seen: &mut HashSet<DeclId>) {
        // Depth first without recursion: a declaration, and which of its reads comes next.
        let mut stack = vec![(id, self.reads(id), 0)];
        while let Some((id, reads, next)) = stack.pop() {
            if next == 0 && !seen.insert(id) {
                continue;
            }
            match reads.get(next).copied() {
                Some(read) => {
                    stack.push((id, reads, next + 1));
                    if !seen.contains(&read) {
                        let reads = self.reads(read);
                        stack.push((read, reads, 0));
                    }
                }
                None => self.elaborate(id),
            }
        }
    }

    /// Puts the tasks in the order of the spec: one whose output another reads, say, has been elaborated before its turn.
    pub(in crate::check) fn order_tasks(&mut self, root: &[DeclId]) {
        let places: HashMap<DeclId, usize> = root.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let place = |id: &DeclId| places.get(id).copied().unwrap_or(usize::MAX);
        let mut elaborated: Vec<(usize, usize, DeclId)> = self
            .declared
            .tasks_of
            .iter()
            .filter_map(|(id, progress)| match progress {
                Progress::Done(Some(index)) => Some((place(id), *index, *id)),
                _ => None,
            })
            .collect();
        elaborated.sort_unstable();
        let mut new_index = vec![0; self.declared.tasks.len()];
        for (index, (_, old, id)) in elaborated.iter().enumerate() {
            new_index[*old] = index;
            self.declared.tasks_of.insert(*id, Progress::Done(Some(index)));
        }
        let mut tasks: Vec<(usize, Task)> =
            new_index.iter().copied().zip(std::mem::take(&mut self.declared.tasks)).collect();
        tasks.sort_by_key(|(index, _)| *index);
        self.declared.tasks = tasks.into_iter().map(|(_, task)| task).collect();
        for node in &mut self.flowing.nodes {
            if let Owner::Task(owner) = &mut node.owner
                && let Some(index) = new_index.get(*owner)
            {
                *owner = *index;
            }
        }
    }

    fn elaborate(&mut self, id: DeclId) {
        let decl = self.decl(id);
        match decl.keyword {
            Keyword::Param => self.param_decl(id),
            Keyword::Data => {
                self.data_decl(id);
            }
            Keyword::Input | Keyword::Let => {
                self.node_decl(id);
            }
            Keyword::Shared => {
                self.shared_decl(id);
            }
            Keyword::Task if !is_callable(&decl) => {
                self.task_decl(id);
            }
            _ => {}
        }
    }

    /// The declarations that the expressions of one name, in the order of the file.
    fn reads(&self, id: DeclId) -> Vec<DeclId> {
        let module = &self.names.program.modules[self.module_of(id)];
        let decl = &self.names.program.decls[id.0].decl;
        let mut found = Vec::new();
        let keyword = |id: &DeclId| self.names.program.decls[id.0].decl.keyword;
        // A column, a word or a class may be called as a task is: what cannot read one does not name one.
        let reads = |other: &&DeclId| match decl.keyword {
            Keyword::Data | Keyword::Param => keyword(other) == Keyword::Param,
            Keyword::Input => matches!(keyword(other), Keyword::Param | Keyword::Data | Keyword::Instance),
            _ => true,
        };
        for expr in expressions(decl) {
            let start = found.len();
            names_in(expr, &mut |name| {
                found.extend(module.values.get(name).filter(reads));
                found.extend(module.callables.get(name));
            });
            // The walk goes from the end of an expression to its start.
            found[start..].reverse();
        }
        found
    }
}

/// Every expression of a declaration.
fn expressions(decl: &Decl) -> Vec<&Expr> {
    let mut found: Vec<&Expr> = [&decl.kind, &decl.from, &decl.value, &decl.over].into_iter().flatten().collect();
    found.extend(decl.params.iter().flatten().filter_map(|parameter| parameter.default.as_ref()));
    found.extend(decl.by.iter().flat_map(|call| call.args.iter().map(|arg| &arg.value)));
    let mut blocks: Vec<&Block> = decl.block.iter().collect();
    while let Some(block) = blocks.pop() {
        for entry in &block.entries {
            match &entry.kind {
                EntryKind::Assign { value, .. } => found.push(value),
                EntryKind::Join(join) => {
                    found.push(&join.format);
                    blocks.extend(&join.block);
                }
                EntryKind::Field(field) => {
                    found.extend(field.value.iter().chain(&field.derived));
                    blocks.extend(&field.block);
                }
            }
        }
    }
    found
}
