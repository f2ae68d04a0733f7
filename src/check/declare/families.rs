//! Families of tasks: `task assay[nr_ar .. sr_p53]: …` is a task per column, `task score[by exams.school]: …` one per class.
//!
//! A family is taken apart before anything is elaborated: its members are ordinary tasks, each a copy of the declaration with
//! a label, or a `where`, of its own. What is wrong with all of them is said once.

use std::collections::HashSet;
use std::rc::Rc;

use crate::catalog::kinds::Reading;
use crate::check::resolve::env::Env;
use crate::check::resolve::program::{DeclEntry, DeclId, duplicate_name, is_callable};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{
    BinaryOp, Block, Decl, Entry, EntryKind, Expr, ExprKind, Field, Ident, Keyword, MembersKind, Path,
};

/// A family that has been taken apart.
#[derive(Clone, Debug)]
pub(in crate::check) struct Family {
    pub name: String,
    /// The names of its tasks; none if it has an error, which has been reported.
    pub members: Vec<String>,
    /// The whole declaration.
    pub span: Span,
}

/// What makes a task of a family.
struct Member {
    /// Behind the family's name.
    suffix: String,
    /// Where it is named.
    place: Span,
    label: Option<Expr>,
    condition: Option<Expr>,
}

impl Checker<'_> {
    /// Puts the members of each family in the place of its declaration.
    pub(in crate::check) fn expand_families(&mut self) {
        let root = self.names.program.modules[0].decls.clone();
        let mut decls = Vec::with_capacity(root.len());
        for id in root {
            let decl = self.decl(id);
            let (Keyword::Task, Some(name), Some(members)) = (decl.keyword, &decl.name, &decl.members) else {
                decls.push(id);
                continue;
            };
            if is_callable(&decl) {
                decls.push(id);
                continue;
            }
            // The family is no task that could be read.
            if self.names.program.modules[0].values.get(&name.name) == Some(&id) {
                self.names.program.modules[0].values.remove(&name.name);
            }
            let found = match &members.kind {
                MembersKind::Columns(items) => self.column_members(&decl, name, items, members.span),
                MembersKind::Classes(column) => self.class_members(name, column),
            };
            let mut family = Family { name: name.name.clone(), members: Vec::new(), span: decl.span };
            let mut taken = HashSet::new();
            for member in found.unwrap_or_default() {
                let mut full = format!("{}_{}", name.name, member.suffix);
                // Two classes may differ in signs alone that no name can have.
                while !taken.insert(full.clone()) {
                    full.push('_');
                }
                let values = &self.names.program.modules[0].values;
                if let Some(first) = values.get(&full) {
                    let first = self.decl(*first).name.as_ref().map_or(decl.span, |name| name.span);
                    self.sink.push(duplicate_name(&full, member.place, first));
                    continue;
                }
                let id = DeclId(self.names.program.decls.len());
                let decl = Rc::new(member_decl(&decl, full.clone(), member));
                self.names.program.decls.push(DeclEntry { module: 0, decl, used: false });
                self.names.program.modules[0].values.insert(full.clone(), id);
                decls.push(id);
                family.members.push(full);
            }
            self.declared.families.push(family);
        }
        self.names.program.modules[0].decls = decls;
    }

    /// A member per column of the data set that `label` names.
    fn column_members(&mut self, decl: &Decl, name: &Ident, items: &[Expr], place: Span) -> Option<Vec<Member>> {
        let block = decl.block.as_ref()?;
        let field = block.field("label");
        let value = field.and_then(|field| field.value.as_ref());
        let lost = self.broken_within(block.span) || value.is_some_and(|value| matches!(value.kind, ExprKind::Broken));
        let data = value.and_then(Expr::as_name).cloned();
        let Some((data, index)) = data.and_then(|data| Some((data.clone(), self.data_named(0, &data)?))) else {
            let (span, what) = match (field, value) {
                (Some(field), value) => (value.map_or(field.span, |value| value.span), "is no data set"),
                (None, _) => (decl.keyword_span.to(name.span), "no `label`"),
            };
            if !lost {
                let owner = value.and_then(|value| match &value.bare().kind {
                    ExprKind::Path(path) => path.parts.first().map(|owner| owner.name.clone()),
                    ExprKind::Index { base, .. } => base.as_name().map(|owner| owner.name.clone()),
                    _ => None,
                });
                let message = format!("the tasks `{}[…]` take their labels from the columns of a data set", name.name);
                let mut diagnostic = Diagnostic::new(&codes::WRONG_LABEL, span, message).here(what);
                let names = self.data_sets_read();
                if let [only] = items
                    && let Some(column) = only.as_name()
                    && let Some(owner) = names.iter().find(|name| self.has_classes(name, &column.name))
                {
                    let (family, column) = (&name.name, &column.name);
                    diagnostic = diagnostic.note(format!(
                        "a task per class of `{column}` is `task {family}[by {owner}.{column}]: …`, with a column as its label"
                    ));
                }
                diagnostic = match owner.filter(|owner| names.contains(owner)).or_else(|| names.first().cloned()) {
                    Some(owner) => diagnostic.help(format!(
                        "write `label: {owner}`: each task has the column that is named between the brackets"
                    )),
                    None => diagnostic.help("name the data set: `label: data`"),
                };
                self.sink.push(diagnostic);
            }
            return None;
        };
        let index = index?;
        if items.is_empty() {
            if !self.broken_within(decl.span) {
                let diagnostic =
                    Diagnostic::new(&codes::MISSING_PART, place, format!("the family `{}` has no members", name.name))
                        .here("no columns")
                        .help(format!("name the columns: `task {}[a, b]: …`", name.name));
                self.sink.push(diagnostic);
            }
            return None;
        }
        let found: Vec<_> = items.iter().map(|item| self.item_columns(index, item, Reading::Label)).collect();
        let found = found.into_iter().collect::<Option<Vec<_>>>()?;
        if !self.each_once(index, items, &found) {
            return None;
        }
        let mut members = Vec::new();
        for (item, columns) in items.iter().zip(found) {
            for column in columns {
                let column = Ident { name: self.declared.data[index].columns[column].name.clone(), span: item.span };
                let path = Path { parts: vec![data.clone(), column.clone()], span: item.span };
                members.push(Member {
                    suffix: column.name,
                    place: item.span,
                    label: Some(Expr { kind: ExprKind::Path(path), span: item.span }),
                    condition: None,
                });
            }
        }
        Some(members)
    }

    /// A member per class of a column.
    fn class_members(&mut self, name: &Ident, column: &Path) -> Option<Vec<Member>> {
        let expr = Expr { kind: ExprKind::Path(column.clone()), span: column.span };
        let read = self.columns_read(&expr, Reading::Label, &Env::of_module(0));
        let Some(read) = read else {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                column.span,
                format!("`{}` is no column of a data set", column.text()),
            )
            .here("a column with classes is expected here");
            let names = self.data_sets_read();
            let owner = names.into_iter().find(|owner| self.has_classes(owner, &column.text()));
            let full = owner.map_or("data.column".to_string(), |owner| format!("{owner}.{}", column.text()));
            let diagnostic = diagnostic.help(format!("write `task {}[by {full}]: …`", name.name));
            self.sink.push(diagnostic);
            return None;
        };
        let reference = *read?.1.first()?;
        let of = self.declared.data[reference.data].columns[reference.column].clone();
        let classes = match of.kind.declared_classes() {
            Some(classes) if of.kind.name() == "category" => classes.to_vec(),
            _ => {
                let message =
                    format!("the classes of `{}` are not written in the spec, and each is a task", column.text());
                let diagnostic = Diagnostic::new(&codes::WRONG_KIND, column.span, message)
                    .here("of unknown classes")
                    .also(of.span, format!("`{}` is declared here", of.name))
                    .help(format!(
                        "write them out: `{0}: category(\"one\", \"two\")`, or `{0}: category(1 .. 139)` if they are whole numbers",
                        of.name
                    ));
                self.sink.push(diagnostic);
                return None;
            }
        };
        let member = |class: String| {
            // A place of its own, so that the condition can be shown.
            let text = format!("{} == {class:?}", column.text());
            let length = text.len();
            let span = Span::new(self.sources.add(format!("task {}", name.name), None, text), 0, length);
            let right = Expr { kind: ExprKind::String(class.clone()), span };
            let left = Box::new(expr.clone());
            let kind = ExprKind::Binary { op: BinaryOp::Equal, op_span: span, left, right: Box::new(right) };
            Member { suffix: word_of(&class), place: column.span, label: None, condition: Some(Expr { kind, span }) }
        };
        Some(classes.into_iter().map(member).collect())
    }

    /// The names of the data sets, each of which has been elaborated, to suggest one.
    fn data_sets_read(&mut self) -> Vec<String> {
        let mut names = self.data_names(0);
        names.sort();
        for name in &names {
            let id = self.names.program.modules[0].values[name];
            self.mark_used(id);
            self.data_decl(id);
        }
        names
    }

    /// Whether a data set that has been elaborated has a column of declared classes.
    fn has_classes(&self, data: &str, column: &str) -> bool {
        let Some(index) = self.declared.data.iter().position(|set| set.name == data) else { return false };
        let column = self.declared.columns_by_name[index].get(column);
        column.is_some_and(|column| self.declared.data[index].columns[*column].kind.declared_classes().is_some())
    }

    /// The family of a task.
    pub(in crate::check) fn family_of(&self, task: &str) -> Option<String> {
        let family = self.declared.families.iter().find(|family| family.members.iter().any(|member| member == task));
        family.map(|family| family.name.clone())
    }

    /// Of problems that stand at one place of a family, keeps the first, and says how many tasks have them.
    pub(in crate::check) fn say_once_per_family(&mut self) {
        if self.declared.families.is_empty() {
            return;
        }
        let families = std::mem::take(&mut self.declared.families);
        let inside = |span: Span| {
            families
                .iter()
                .any(|one| one.span.file == span.file && one.span.start <= span.start && span.end <= one.span.end)
        };
        let mut said: Vec<(Diagnostic, usize)> = Vec::new();
        self.sink.revise(|diagnostics| {
            for diagnostic in diagnostics {
                let first = said.iter_mut().find(|(first, _)| {
                    first.code == diagnostic.code && first.span == diagnostic.span && inside(diagnostic.span)
                });
                match first {
                    Some((_, count)) => *count += 1,
                    None => said.push((diagnostic, 0)),
                }
            }
            let counted = |(diagnostic, more): (Diagnostic, usize)| match more {
                0 => diagnostic,
                1 => diagnostic.note("and so it is with another task of the family"),
                more => diagnostic.note(format!("and so it is with {more} other tasks of the family")),
            };
            said.drain(..).map(counted).collect()
        });
        self.declared.families = families;
    }
}

/// The declaration of one member.
fn member_decl(family: &Decl, name: String, member: Member) -> Decl {
    let mut decl = family.clone();
    decl.members = None;
    decl.name = Some(Ident { name, span: member.place });
    let Some(block) = &mut decl.block else { return decl };
    if let (Some(label), Some(field)) = (member.label, field_mut(block, "label")) {
        field.value = Some(label);
    }
    if let Some(condition) = member.condition {
        let span = condition.span;
        match field_mut(block, "where") {
            Some(field) => {
                let own = field.value.take();
                let at = own.as_ref().map_or(span, |own| own.span);
                let mut all = match own {
                    Some(Expr { kind: ExprKind::List(members), .. }) => members,
                    own => own.into_iter().collect(),
                };
                all.push(condition);
                field.value = Some(Expr { kind: ExprKind::List(all), span: at });
            }
            None => {
                let name = Ident { name: "where".into(), span };
                let field = Field {
                    name,
                    to: None,
                    more: Vec::new(),
                    value: Some(condition),
                    rename: None,
                    map: None,
                    derived: None,
                    block: None,
                    span,
                };
                block.entries.push(Entry { docs: Vec::new(), kind: EntryKind::Field(field), span });
            }
        }
    }
    decl
}

fn field_mut<'b>(block: &'b mut Block, name: &str) -> Option<&'b mut Field> {
    block.entries.iter_mut().find_map(|entry| match &mut entry.kind {
        EntryKind::Field(field) if field.name.name == name => Some(field),
        _ => None,
    })
}

/// A class as the end of a name: signs that no name can have become `_`.
fn word_of(class: &str) -> String {
    let word: String = class.chars().map(|sign| if sign.is_alphanumeric() { sign } else { '_' }).collect();
    if word.is_empty() { "_".into() } else { word }
}
