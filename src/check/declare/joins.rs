//! Tables that are joined to a data set by a key: `join customers: csv("customers.csv") on customer_id { age: number }`.

use std::collections::{BTreeMap, HashMap};

use crate::catalog::functions::ValueType;
use crate::catalog::{ArgValue, formats};
use crate::check::declare::data::{same_columns, usual_split};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::duplicate_name;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Column, DataSet, Join, Origin};
use crate::source::Span;
use crate::syntax::tree::{self, Decl, EntryKind};

impl Checker<'_> {
    /// The tables that a data set joins; their columns are put behind its own, each named with its table.
    pub(in crate::check) fn joins(
        &mut self,
        decl: &Decl,
        columns: &mut Vec<Column>,
        broken: &mut Vec<String>,
        env: &Env,
    ) -> Vec<Join> {
        let mut joins: Vec<Join> = Vec::new();
        let mut names: HashMap<String, Span> = HashMap::new();
        let entries = decl.block.iter().flat_map(|block| &block.entries);
        for join in entries.filter_map(|entry| match &entry.kind {
            EntryKind::Join(join) => Some(join.as_ref()),
            _ => None,
        }) {
            if let Some(first) = names.insert(join.name.name.clone(), join.name.span) {
                self.sink.push(duplicate_name(&join.name.name, join.name.span, first));
                continue;
            }
            let Some(joined) = self.join(join, columns, broken, env) else {
                // Reading its columns is no mistake of its own.
                let fields = join.block.iter().flat_map(|block| block.fields());
                let names = fields.flat_map(|field| field.names().map(|(name, _)| &name.name));
                broken.extend(names.map(|column| format!("{}.{column}", join.name.name)));
                continue;
            };
            let key = joined.other_key;
            for (index, column) in joined.table.columns.iter().enumerate().filter(|(index, _)| *index != key) {
                columns.push(Column {
                    name: format!("{}.{}", joined.table.name, column.name),
                    origin: Origin::Joined { join: joins.len(), column: index },
                    map: BTreeMap::new(),
                    ..column.clone()
                });
            }
            joins.push(joined);
        }
        joins
    }

    fn join(&mut self, join: &tree::Join, columns: &[Column], broken: &mut Vec<String>, env: &Env) -> Option<Join> {
        let name = &join.name.name;
        let format = self.bind_in(formats::ENTRIES, "data format", &join.format, env, name);
        let missing = format.as_ref().map(|format| format.def.missing().to_vec()).unwrap_or_default();
        let outer =
            std::mem::replace(&mut self.constants.missing_of_data, missing.into_iter().map(ArgValue::Text).collect());
        let (mut lost, mut made) = (Vec::new(), Vec::new());
        let named = format.as_ref().is_none_or(|format| format.def.has_header());
        let block = join.block.as_ref();
        let mut own = block.map(|block| self.columns(block, named, &mut lost, &mut made, env)).unwrap_or_default();
        self.constants.missing_of_data = outer;
        broken.extend(lost.iter().map(|column| format!("{name}.{column}")));
        if block.is_none() {
            let diagnostic = Diagnostic::new(
                &codes::MISSING_PART,
                join.name.span,
                format!("the table `{name}` declares no columns"),
            )
            .here("no columns")
            .help(format!("list what is read of it: `join {name}: … on KEY {{ age: number }}`"));
            self.sink.push(diagnostic);
        }
        let key = self.join_key(join, columns, broken);
        let mut unknown: Vec<Option<String>> = lost.into_iter().map(Some).collect();
        unknown.extend(self.broken_within(join.span).then_some(None));
        self.make_columns((name, join.name.span), &mut own, &made, &unknown, env);
        let other_key = key.and_then(|key| self.other_key(join, &columns[key], &mut own));
        let (format, key, other_key) = (format?, key?, other_key?);
        let path_span = format.spans.get("path").copied().unwrap_or(join.format.span);
        self.format_problems(&format.def, &|param| format.spans.get(param).copied().unwrap_or(join.format.span));
        let table = DataSet {
            name: name.clone(),
            doc: String::new(),
            format: format.def,
            path_span,
            split: usual_split(join.span),
            same: same_columns(&own),
            columns: own,
            joins: Vec::new(),
            id: None,
            span: join.name.span,
        };
        let span = join.key.as_ref().map_or(join.name.span, |key| join.name.span.to(key.span));
        Some(Join { table, key, other_key, span })
    }

    /// Reports keys that are made of what is found by them.
    pub(in crate::check) fn keys_of_joins(&mut self, columns: &[Column], joins: &[Join]) {
        for join in joins {
            let (mut open, mut seen) = (vec![join.key], vec![false; columns.len()]);
            while let Some(next) = open.pop() {
                if std::mem::replace(&mut seen[next], true) {
                    continue;
                }
                if let Origin::Joined { join: other, .. } = &columns[next].origin {
                    let message = format!(
                        "`{}` is made of `{}`, which is joined itself, and cannot be what a table is joined by",
                        columns[join.key].name, columns[next].name
                    );
                    let diagnostic = Diagnostic::new(&codes::CYCLE, join.span, message)
                        .here("joined by this key")
                        .also(columns[join.key].span, "the key")
                        .help(format!("join by a column of the file, or let `{}` have it", joins[*other].table.name));
                    self.sink.push(diagnostic);
                    break;
                }
                open.extend(columns[next].made_of());
            }
        }
    }

    /// The column of the first table by which rows of the second are found.
    fn join_key(&mut self, join: &tree::Join, columns: &[Column], broken: &[String]) -> Option<usize> {
        let name = &join.name.name;
        let usable = |column: &Column| column.shape.is_empty() && column.kind.in_expressions() != ValueType::Set;
        let Some(key) = &join.key else {
            if !self.broken_within(join.span) {
                let example = columns.iter().find(|column| usable(column)).map_or("id", |column| column.name.as_str());
                let diagnostic = Diagnostic::new(
                    &codes::MISSING_PART,
                    join.name.span,
                    format!("nothing says which row of `{name}` belongs to a row"),
                )
                .here("no key")
                .help(format!(
                    "name the column that both tables have: `join {name}: {} on {example} {{ … }}`",
                    self.source_text(join.format.span)
                ));
                self.sink.push(diagnostic);
            }
            return None;
        };
        let Some(index) = columns.iter().position(|column| column.name == key.name && column.name != *name) else {
            if !broken.contains(&key.name) {
                let own = columns.iter().filter(|column| !matches!(column.origin, Origin::Joined { .. }));
                let diagnostic = Diagnostic::new(
                    &codes::UNKNOWN_NAME,
                    key.span,
                    format!("there is no column `{}` to join by", key.name),
                )
                .here("not declared in `columns`")
                .did_you_mean(&key.name, own.map(|column| column.name.as_str()));
                let diagnostic = match diagnostic.help {
                    None => diagnostic.help(format!("declare it in `columns`: `{}: category`", key.name)),
                    Some(_) => diagnostic,
                };
                self.sink.push(diagnostic);
            }
            return None;
        };
        if !usable(&columns[index]) {
            let what = if columns[index].shape.is_empty() { "a set of classes" } else { "an array" };
            let diagnostic = Diagnostic::new(
                &codes::WRONG_KIND,
                key.span,
                format!("`{}` is {what}, by which no row is found", key.name),
            )
            .here("no key")
            .also(columns[index].span, "declared here")
            .help("join by a `category`, an `id`, a `text`, a `number` or a `time`");
            self.sink.push(diagnostic);
            return None;
        }
        Some(index)
    }

    /// The key in the second table: declared there, or of the same kind as in the first.
    fn other_key(&mut self, join: &tree::Join, key: &Column, own: &mut Vec<Column>) -> Option<usize> {
        let name = join.key.as_ref()?;
        let Some(index) = own.iter().position(|column| column.name == name.name) else {
            let source = join.rename.as_ref().map_or(name.name.clone(), |(source, _)| source.clone());
            let span = join.rename.as_ref().map_or(name.span, |(_, span)| *span);
            own.push(Column {
                name: name.name.clone(),
                source,
                map: BTreeMap::new(),
                shape: Vec::new(),
                kind: key.kind.clone(),
                origin: Origin::File,
                span,
            });
            return Some(own.len() - 1);
        };
        let other = &own[index];
        if let Some((_, span)) = &join.rename {
            let diagnostic = Diagnostic::new(
                &codes::SURPLUS_PART,
                *span,
                format!("`{}` is declared in `{}` with its name in the file", name.name, join.name.name),
            )
            .here("said twice")
            .also(other.span, "declared here")
            .help("take this `as` out");
            self.sink.push(diagnostic);
        }
        if other.kind.name() != key.kind.name() {
            let message = format!(
                "`{}` is a `{}`, and in `{}` it is a `{}`",
                name.name,
                key.kind.name(),
                join.name.name,
                other.kind.name()
            );
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, other.span, message)
                .here(format!("`{}`", other.kind.name()))
                .also(key.span, format!("`{}`", key.kind.name()))
                .help("declare both alike, or leave it out here");
            self.sink.push(diagnostic);
            return None;
        }
        Some(index)
    }
}
