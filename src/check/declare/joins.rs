//! Tables that are joined to a data set by a key, of one column or several:
//! `join customers: csv("customers.csv") on customer_id { age: number }`.

use std::collections::{BTreeMap, HashMap};

use crate::catalog::functions::ValueType;
use crate::catalog::{ArgValue, formats};
use crate::check::declare::data::{same_columns, usual_split};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::duplicate_name;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Column, DataSet, Join, JoinKey, Origin};
use crate::source::Span;
use crate::syntax::tree::{self, Decl, EntryKind, Ident};

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
            let is_key = |index: usize| joined.keys.iter().any(|key| key.other == index);
            for (index, column) in joined.table.columns.iter().enumerate().filter(|(index, _)| !is_key(*index)) {
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
            broken.push(format!("{name}."));
        }
        let keys = self.join_keys(join, columns, broken);
        let mut unknown: Vec<Option<String>> = lost.into_iter().map(Some).collect();
        unknown.extend(self.broken_within(join.span).then_some(None));
        self.make_columns((name, join.name.span), &mut own, &made, &unknown, env);
        let keys = keys.and_then(|keys| self.other_keys(join, &keys, columns, &mut own));
        let (format, keys) = (format?, keys?);
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
        let span = join.keys.last().map_or(join.name.span, |key| join.name.span.to(key.name.span));
        Some(Join { table, keys, span })
    }

    /// Reports keys that are made of what is found by them.
    pub(in crate::check) fn keys_of_joins(&mut self, columns: &[Column], joins: &[Join]) {
        for join in joins {
            for key in &join.keys {
                let (mut open, mut seen) = (vec![key.own], vec![false; columns.len()]);
                while let Some(next) = open.pop() {
                    if std::mem::replace(&mut seen[next], true) {
                        continue;
                    }
                    if let Origin::Joined { join: other, .. } = &columns[next].origin {
                        let (key, made_of, other) = (&columns[key.own], &columns[next], &joins[*other].table.name);
                        let message = format!(
                            "`{}` is made of `{}`, which is joined itself, and cannot be what a table is joined by",
                            key.name, made_of.name
                        );
                        let diagnostic = Diagnostic::new(&codes::CYCLE, join.span, message)
                            .here("joined by this key")
                            .also(key.span, "the key")
                            .help(format!("join by a column of the file, or let `{other}` have it"));
                        self.sink.push(diagnostic);
                        break;
                    }
                    open.extend(columns[next].made_of());
                }
            }
        }
    }

    /// The columns of the first table by which rows of the second are found.
    fn join_keys(&mut self, join: &tree::Join, columns: &[Column], broken: &[String]) -> Option<Vec<usize>> {
        let name = &join.name.name;
        if join.keys.is_empty() {
            if !self.broken_within(join.span) {
                let example = columns.iter().find(|column| is_usable(column)).map_or("id", |column| &column.name);
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
        }
        let mut found = Some(Vec::new());
        for (place, key) in join.keys.iter().enumerate() {
            if let Some(first) = join.keys[..place].iter().find(|first| first.name.name == key.name.name) {
                let message = format!("`{}` stands twice in the key of `{name}`", key.name.name);
                let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, key.name.span, message)
                    .here("said twice")
                    .also(first.name.span, "first here")
                    .help("take one of them out");
                self.sink.push(diagnostic);
                found = None;
                continue;
            }
            let index = self.join_key(name, &key.name, columns, broken);
            found = found.zip(index).map(|(found, index)| [found, vec![index]].concat());
        }
        found
    }

    /// One of them.
    fn join_key(&mut self, table: &str, key: &Ident, columns: &[Column], broken: &[String]) -> Option<usize> {
        let Some(index) = columns.iter().position(|column| column.name == key.name && column.name != table) else {
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
        if !is_usable(&columns[index]) {
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

    /// The same columns in the second table: declared there, or of the same kind as in the first.
    fn other_keys(
        &mut self,
        join: &tree::Join,
        keys: &[usize],
        columns: &[Column],
        own: &mut Vec<Column>,
    ) -> Option<Vec<JoinKey>> {
        let mut found: Option<Vec<JoinKey>> = Some(Vec::new());
        for (key, index) in join.keys.iter().zip(keys) {
            let Some(other) = self.other_key(&join.name.name, key, &columns[*index], own) else {
                found = None;
                continue;
            };
            let of_file = |index: usize| (own[index].origin == Origin::File).then_some(own[index].source.as_str());
            let same = found
                .iter()
                .flatten()
                .find(|before| of_file(before.other).is_some_and(|one| of_file(other) == Some(one)));
            if let Some(same) = same {
                let (one, two, source) = (&columns[same.own], &columns[*index], &own[other].source);
                let message = format!("`{}` and `{}` are both found in `{source}`", one.name, two.name);
                let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, key.name.span, message)
                    .here("the same column of that file")
                    .help(format!("say which column is which: `on [{} as \"…\", {} as \"…\"]`", one.name, two.name));
                self.sink.push(diagnostic);
                return None;
            }
            found = found.map(|found| [found, vec![JoinKey { own: *index, other }]].concat());
        }
        found
    }

    /// One of them.
    fn other_key(
        &mut self,
        table: &str,
        written: &tree::JoinKey,
        key: &Column,
        own: &mut Vec<Column>,
    ) -> Option<usize> {
        let name = &written.name;
        let Some(index) = own.iter().position(|column| column.name == name.name) else {
            let source = written.rename.as_ref().map_or(name.name.clone(), |(source, _)| source.clone());
            let span = written.rename.as_ref().map_or(name.span, |(_, span)| *span);
            own.push(Column {
                name: name.name.clone(),
                source,
                map: BTreeMap::new(),
                shape: Vec::new(),
                axes: Vec::new(),
                kind: key.kind.clone(),
                origin: Origin::File,
                span,
            });
            return Some(own.len() - 1);
        };
        let other = &own[index];
        if let Some((_, span)) = &written.rename {
            let diagnostic = Diagnostic::new(
                &codes::SURPLUS_PART,
                *span,
                format!("`{}` is declared in `{table}` with its name in the file", name.name),
            )
            .here("said twice")
            .also(other.span, "declared here")
            .help("take this `as` out");
            self.sink.push(diagnostic);
        }
        if other.kind.name() != key.kind.name() {
            let message =
                format!("`{}` is a `{}`, and in `{table}` it is a `{}`", name.name, key.kind.name(), other.kind.name());
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

/// Whether rows can be found by a column.
fn is_usable(column: &Column) -> bool {
    column.shape.is_empty() && column.kind.in_expressions() != ValueType::Set
}
