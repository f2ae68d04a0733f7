//! Names of columns: those that a data set declares, makes and splits by, and those that are read from it.

use std::collections::HashSet;

use super::Target;
use super::definitions::{columns, columns_in};
use super::walk::{Scope, Walk};
use crate::check::resolve::program::DeclId;
use crate::syntax::tree::{Block, Decl, EntryKind, Expr, ExprKind, Path};

/// The names of the columns that a data set declares: its own, and those of the tables that it joins, with these in front.
pub(super) fn declared(decl: &Decl) -> HashSet<String> {
    let mut names: HashSet<String> = columns(decl).map(|(name, _)| name).collect();
    for entry in decl.block.iter().flat_map(|block| &block.entries) {
        if let EntryKind::Join(join) = &entry.kind {
            names.extend(columns_in(join.block.as_ref()).map(|(column, _)| format!("{}.{column}", join.name.name)));
        }
    }
    names
}

impl<'a> Walk<'a> {
    pub(super) fn data(&mut self, id: DeclId, decl: &'a Decl, scope: Scope<'a>) {
        let own = Scope { columns_of: Some(id), ..scope };
        for entry in decl.block.iter().flat_map(|block| &block.entries) {
            match &entry.kind {
                EntryKind::Join(join) => {
                    self.stages(Some(&join.format), Scope { folders: &["formats"], ..scope });
                    let keys = join.keys.iter().map(|key| (key.name.span, Target::Column(id, key.name.name.clone())));
                    self.found.extend(keys);
                    self.kinds(join.block.as_ref(), own);
                }
                EntryKind::Field(field) if field.name.name == "columns" => self.kinds(field.block.as_ref(), own),
                EntryKind::Field(field) => {
                    self.values(field.value.as_ref(), scope);
                    if let Some(block) = &field.block {
                        self.split(block, own);
                    }
                }
                EntryKind::Assign { .. } => {}
            }
        }
    }

    /// `age: number`, `bmi: number = weight / height ^ 2`.
    fn kinds(&mut self, block: Option<&'a Block>, own: Scope<'a>) {
        for field in block.into_iter().flat_map(Block::fields) {
            self.stages(field.value.as_ref(), Scope { folders: &["kinds"], columns_of: None, ..own });
            self.values(field.derived.as_ref(), Scope { folders: &["functions"], ..own });
        }
    }

    /// `stratify: species`.
    fn split(&mut self, block: &'a Block, own: Scope<'a>) {
        for field in block.fields() {
            self.values(field.value.as_ref(), own);
            if let Some(block) = &field.block {
                self.split(block, own);
            }
        }
    }

    /// A column of a data set that is named without it; false if it has none of that name.
    pub(super) fn column(&mut self, data: DeclId, path: &Path, scope: Scope<'a>) -> bool {
        let name = path.text();
        let declared = self.columns.get(&data).is_some_and(|columns| columns.contains(&name));
        // What is read from it by name is one of its columns, declared in a range perhaps.
        let read = scope.decl.keyword != crate::syntax::tree::Keyword::Data && path.single().is_some();
        if declared || read {
            self.found.push((path.span, Target::Column(data, name)));
        }
        declared || read
    }

    /// What stands between the brackets of `penguins[…]`.
    pub(super) fn column_item(&mut self, item: &'a Expr, scope: Scope<'a>) {
        let Some(data) = scope.columns_of else { return };
        match &item.bare().kind {
            // `d[d.a]` is no way to write it, and means something all the same.
            ExprKind::Path(path) if !self.column(data, path, scope) => {
                self.path(path, Scope { columns_of: None, ..scope });
            }
            ExprKind::Range { from, to } => {
                for end in [from, to] {
                    self.found.push((end.span, Target::Column(data, end.name.clone())));
                }
            }
            ExprKind::Choice(choice) => {
                self.column_item(&choice.base, scope);
                let kinds = crate::catalog::kinds::ENTRIES.iter().map(|entry| entry.name);
                let of = choice.of.as_ref();
                if let Some((of, name)) = of.and_then(|of| Some((of, kinds.clone().find(|name| *name == of.name)?))) {
                    self.found.push((of.span, Target::Entry("kinds", name)));
                }
                choice.except.iter().for_each(|except| self.column_item(except, scope));
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.column_item(item, scope)),
            ExprKind::Path(_) => {}
            _ => self.values(Some(item), Scope { columns_of: None, ..scope }),
        }
    }
}
