//! Looks up every name of a program where the language looks for it.

use std::collections::{HashMap, HashSet};

use super::Target;
use super::columns::declared;
use super::definitions::line;
use crate::catalog::reference::EntryPage;
use crate::check::resolve::program::{DeclEntry, DeclId, Program};
use crate::source::Span;
use crate::syntax::tree::{Block, Call, Decl, EntryKind, Expr, ExprKind, Field, Ident, Keyword, MembersKind, Path};

/// Every name that is read, with what it stands for, in no order.
pub(super) fn walk<'a>(program: &'a Program, pages: &[EntryPage]) -> Vec<(Span, Target)> {
    let mut entries: HashMap<&'static str, HashSet<&'static str>> = HashMap::new();
    for page in pages {
        entries.entry(page.folder).or_default().insert(page.name);
    }
    let of_data = |(index, entry): (usize, &'a DeclEntry)| {
        (entry.decl.keyword == Keyword::Data).then(|| (DeclId(index), declared(&entry.decl)))
    };
    let columns = program.decls.iter().enumerate().filter_map(of_data).collect();
    let mut walk = Walk { program, entries, columns, found: Vec::new() };
    for module in &program.modules {
        for (span, id) in &module.imports {
            walk.found.push((*span, Target::Declaration(*id)));
        }
    }
    let families: HashSet<Span> =
        program.decls.iter().filter(|entry| entry.decl.members.is_some()).map(|entry| entry.decl.span).collect();
    for (index, entry) in program.decls.iter().enumerate() {
        // A member of a family is a copy of what the family says.
        if entry.decl.members.is_some() || !families.contains(&entry.decl.span) {
            walk.declaration(DeclId(index));
        }
    }
    walk.found
}

pub(super) struct Walk<'a> {
    pub program: &'a Program,
    /// The names of each folder of the catalog.
    entries: HashMap<&'static str, HashSet<&'static str>>,
    /// The columns that each data set declares, those of its joined tables with these in front.
    pub columns: HashMap<DeclId, HashSet<String>>,
    pub found: Vec<(Span, Target)>,
}

/// Where a name stands, and so what it may mean.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub module: usize,
    pub id: DeclId,
    pub decl: &'a Decl,
    /// The folders of the catalog that a call may name, most likely first.
    pub folders: &'a [&'static str],
    /// The data set whose columns are named alone.
    pub columns_of: Option<DeclId>,
}

/// What a field's value may name.
fn folders(keyword: Keyword, field: &str) -> &'static [&'static str] {
    match (keyword, field) {
        (_, "target") => &["steps"],
        (_, "loss") => &["losses"],
        (_, "predict") => &["decoders"],
        (_, "metrics" | "select" | "gain") => &["metrics"],
        (_, "where") => &["functions"],
        (Keyword::Train, "optimizer") => &["optimizers"],
        (Keyword::Train, "schedule") => &["schedules"],
        (Keyword::Train, "average") => &["averaging"],
        (Keyword::Train, "sampling") => &["sampling"],
        (Keyword::Task | Keyword::Block | Keyword::Shared, _) => &["layers"],
        _ => &[],
    }
}

impl<'a> Walk<'a> {
    fn declaration(&mut self, id: DeclId) {
        let entry = &self.program.decls[id.0];
        let decl: &'a Decl = &entry.decl;
        let scope = Scope { module: entry.module, id, decl, folders: &[], columns_of: None };
        let layers = Scope { folders: &["layers", "sharing"], ..scope };
        for parameter in decl.params.iter().flatten() {
            self.values(parameter.default.as_ref(), scope);
        }
        match decl.keyword {
            Keyword::Data => {
                self.stages(decl.kind.as_ref(), Scope { folders: &["formats"], ..scope });
                self.data(id, decl, scope);
                return;
            }
            Keyword::Input => self.flows(decl.from.as_ref(), Scope { folders: &["steps", "layers"], ..scope }),
            Keyword::Task | Keyword::Instance => {
                self.stages(decl.kind.as_ref(), scope);
                self.flows(decl.from.as_ref(), layers);
            }
            _ => {
                self.values(decl.kind.as_ref().filter(|_| decl.keyword != Keyword::Param), scope);
                self.flows(decl.from.as_ref(), layers);
            }
        }
        self.flows(decl.value.as_ref(), layers);
        self.values(decl.over.as_ref(), scope);
        if let Some(call) = &decl.by {
            self.call(call, Scope { folders: &["balancers", "sharing"], ..scope });
        }
        if let Some(members) = &decl.members {
            self.members(&members.kind, scope);
        }
        if let Some(block) = &decl.block {
            self.block(block, scope);
        }
    }

    /// The columns or the class column that a family of tasks is repeated for.
    fn members(&mut self, members: &'a MembersKind, scope: Scope<'a>) {
        match members {
            MembersKind::Columns(items) => {
                let label = scope.decl.block.as_ref().and_then(|block| block.field("label"));
                let data = label.and_then(|label| self.data_of(label.value.as_ref()?.as_name()?, scope));
                let scope = Scope { columns_of: data, ..scope };
                items.iter().for_each(|item| self.column_item(item, scope));
            }
            MembersKind::Classes(column) => self.path(column, scope),
        }
    }

    pub(super) fn block(&mut self, block: &'a Block, scope: Scope<'a>) {
        for entry in &block.entries {
            match &entry.kind {
                EntryKind::Assign { value, .. } => self.flows(Some(value), Scope { folders: &["layers"], ..scope }),
                EntryKind::Field(field) => self.field(field, scope),
                EntryKind::Join(_) => {}
            }
        }
    }

    fn field(&mut self, field: &'a Field, scope: Scope<'a>) {
        // What settings are given for is named in front: a task, a node, a param.
        if matches!(scope.decl.keyword, Keyword::Weights | Keyword::Transfer | Keyword::Variant) {
            self.setting(&field.name, scope);
        }
        let inside = Scope { folders: folders(scope.decl.keyword, &field.name.name), ..scope };
        match (scope.decl.keyword, field.name.name.as_str()) {
            (_, "label" | "weight" | "where") => self.values(field.value.as_ref(), inside),
            // A head begins with a layer, or with what else it reads.
            (Keyword::Task | Keyword::Train, _) => self.stages(field.value.as_ref(), inside),
            (Keyword::Variant, _) => self.stages(
                field.value.as_ref(),
                Scope { folders: &["balancers", "sharing", "optimizers", "schedules"], ..scope },
            ),
            _ => self.flows(field.value.as_ref(), inside),
        }
        self.values(field.derived.as_ref(), inside);
        if let Some(block) = &field.block {
            // `sampling: shares { species: 70% }`.
            if (scope.decl.keyword, field.name.name.as_str()) == (Keyword::Train, "sampling") {
                block.fields().for_each(|share| self.setting(&share.name, scope));
            }
            self.block(block, scope);
        }
    }

    /// `trunk.conv2d.2`, `weights.species`, `train.batch`, `width`.
    fn setting(&mut self, name: &Ident, scope: Scope<'a>) {
        let mut start = 0;
        for part in name.name.split('.') {
            let span =
                Span { start: name.span.start + start, end: name.span.start + start + part.len() as u32, ..name.span };
            // A family is no value, and is named where all of its tasks are meant.
            let value = self.program.modules[scope.module].values.get(part).copied();
            if let Some(id) = value.or_else(|| self.family(part, scope.module)) {
                self.found.push((span, Target::Declaration(id)));
                return;
            }
            start += part.len() as u32 + 1;
        }
    }

    fn family(&self, name: &str, module: usize) -> Option<DeclId> {
        let is_it = |entry: &DeclEntry| {
            entry.module == module
                && entry.decl.members.is_some()
                && entry.decl.name.as_ref().is_some_and(|own| own.name == name)
        };
        self.program.decls.iter().position(is_it).map(DeclId)
    }

    // ---------------------------------------------------------------------------------- expressions

    /// An expression whose first member is a value, and the others of a chain are layers or steps.
    pub(super) fn flows(&mut self, expr: Option<&'a Expr>, scope: Scope<'a>) {
        let Some(expr) = expr else { return };
        match &expr.kind {
            ExprKind::Paren(inner) => self.flows(Some(inner), scope),
            ExprKind::Chain(stages) => {
                self.flows(stages.first(), scope);
                stages.iter().skip(1).for_each(|stage| self.stages(Some(stage), scope));
            }
            _ => self.values(Some(expr), scope),
        }
    }

    /// An expression of calls: each member of a chain or a list is one.
    pub(super) fn stages(&mut self, expr: Option<&'a Expr>, scope: Scope<'a>) {
        let Some(expr) = expr else { return };
        match &expr.kind {
            ExprKind::Paren(inner) => self.stages(Some(inner), scope),
            ExprKind::Chain(stages) => stages.iter().for_each(|stage| self.stages(Some(stage), scope)),
            ExprKind::List(items) => items.iter().for_each(|item| self.stages(Some(item), scope)),
            ExprKind::Binary { .. } => expr.parts().for_each(|part| self.stages(Some(part), scope)),
            ExprKind::Path(path) => match path.single().filter(|name| self.callee(name, scope)) {
                Some(_) => {}
                None => self.path(path, scope),
            },
            // `number[8, 8]`.
            ExprKind::Index { base, items } if base.as_name().is_some_and(|name| self.entry(name, scope).is_some()) => {
                self.stages(Some(base), scope);
                items.iter().for_each(|item| self.values(Some(item), scope));
            }
            _ => self.values(Some(expr), scope),
        }
    }

    /// An expression that is a value: constants, columns, what flows.
    pub(super) fn values(&mut self, expr: Option<&'a Expr>, scope: Scope<'a>) {
        let Some(expr) = expr else { return };
        match &expr.kind {
            ExprKind::Path(path) => self.path(path, scope),
            ExprKind::Call(call) => self.call(call, scope),
            ExprKind::Chain(_) => self.flows(Some(expr), scope),
            ExprKind::Index { base, items } => match base.as_name().and_then(|name| self.data_of(name, scope)) {
                Some(data) => {
                    self.values(Some(base), scope);
                    let scope = Scope { columns_of: Some(data), ..scope };
                    items.iter().for_each(|item| self.column_item(item, scope));
                }
                None => expr.parts().for_each(|part| self.values(Some(part), scope)),
            },
            ExprKind::Range { .. } | ExprKind::Choice(_) => self.column_item(expr, scope),
            _ => expr.parts().for_each(|part| self.values(Some(part), scope)),
        }
    }

    pub(super) fn call(&mut self, call: &'a Call, scope: Scope<'a>) {
        if let Some(name) = call.callee.single() {
            self.callee(name, scope);
            self.argument_names(name, call, scope);
        }
        call.args.iter().for_each(|arg| self.values(Some(&arg.value), scope));
        self.stages(call.body.as_deref(), scope);
    }

    /// A block, a template, an instance, or an entry of the catalog; false if it is none of them.
    fn callee(&mut self, name: &Ident, scope: Scope<'a>) -> bool {
        let module = &self.program.modules[scope.module];
        let instance = |id: &&DeclId| self.program.decls[id.0].decl.keyword == Keyword::Instance;
        let target = match module.callables.get(&name.name) {
            Some(id) => Some(Target::Declaration(*id)),
            None => self
                .entry(name, scope)
                .or_else(|| module.values.get(&name.name).filter(instance).map(|id| Target::Declaration(*id))),
        };
        let found = target.is_some();
        self.found.extend(target.map(|target| (name.span, target)));
        found
    }

    /// `channels` of `residual(channels: 64)`, where that is a block or a template of the program.
    fn argument_names(&mut self, callee: &Ident, call: &Call, scope: Scope<'a>) {
        let Some(id) = self.program.modules[scope.module].callables.get(&callee.name).copied() else { return };
        let parameters = self.program.decls[id.0].decl.params.iter().flatten();
        for name in call.args.iter().filter_map(|arg| arg.name.as_ref()) {
            if parameters.clone().any(|parameter| parameter.name.name == name.name) {
                self.found.push((name.span, Target::Parameter(id, name.name.clone())));
            }
        }
    }

    fn entry(&self, name: &Ident, scope: Scope<'a>) -> Option<Target> {
        scope.folders.iter().find_map(|folder| {
            let known = self.entries.get(folder)?.get(name.name.as_str())?;
            Some(Target::Entry(folder, known))
        })
    }

    /// The data declaration that a name means.
    pub(super) fn data_of(&self, name: &Ident, scope: Scope<'a>) -> Option<DeclId> {
        let id = *self.program.modules[scope.module].values.get(&name.name)?;
        (self.program.decls[id.0].decl.keyword == Keyword::Data).then_some(id)
    }

    /// A dotted name: a line of a block, a parameter, a declaration and what follows of it.
    pub(super) fn path(&mut self, path: &'a Path, scope: Scope<'a>) {
        let [first, rest @ ..] = path.parts.as_slice() else { return };
        if let Some(data) = scope.columns_of
            && self.column(data, path, scope)
        {
            return;
        }
        if rest.is_empty() {
            if line_of(scope.decl, &first.name) {
                self.found.push((first.span, Target::Local(scope.id, first.name.clone())));
                return;
            }
            if scope.decl.params.iter().flatten().any(|parameter| parameter.name.name == first.name) {
                self.found.push((first.span, Target::Parameter(scope.id, first.name.clone())));
                return;
            }
        }
        let Some(id) = self.program.modules[scope.module].values.get(&first.name).copied() else { return };
        self.found.push((first.span, Target::Declaration(id)));
        let Some(last) = rest.last() else { return };
        let behind: Vec<&str> = rest.iter().map(|part| part.name.as_str()).collect();
        match self.program.decls[id.0].decl.keyword {
            Keyword::Data => {
                if let [table, _, ..] = rest {
                    self.found.push((table.span, Target::Joined(id, table.name.clone())));
                }
                self.found.push((last.span, Target::Column(id, behind.join("."))));
            }
            Keyword::Shared | Keyword::Task => self.found.push((last.span, Target::Output(id, behind.join(".")))),
            _ => {}
        }
    }
}

/// Whether a body has a line of this name.
fn line_of(decl: &Decl, name: &str) -> bool {
    let body = matches!(decl.keyword, Keyword::Block | Keyword::Shared | Keyword::Task);
    decl.block.as_ref().filter(|_| body).is_some_and(|block| line(block, name).is_some())
}
