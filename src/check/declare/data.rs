//! Elaborates `data` declarations: format, columns, split.

use std::collections::{BTreeMap, HashMap};

use crate::catalog::kinds::KindDef;
use crate::catalog::layout::NAMES;
use crate::catalog::{ArgValue, formats, kinds};
use crate::check::declare::columns::{bad_range, spell_out};
use crate::check::declare::shapes::Shape;
use crate::check::resolve::env::Env;
use crate::check::resolve::program::{DeclId, duplicate_name};
use crate::check::resolve::progress::Progress;
use crate::check::{Checker, codes};
use crate::diag::{Diagnostic, suggest};
use crate::pipeline::{Column, DataSet, Origin, Split, SplitMethod};
use crate::source::Span;
use crate::syntax::tree::{Arg, Block, Decl, EntryKind, Expr, ExprKind, Field, Ident};

/// The blocks of `data`.
pub(in crate::check) const BLOCKS: [&str; 2] = ["split", "columns"];

impl Checker<'_> {
    pub(in crate::check) fn data_decl(&mut self, id: DeclId) -> Option<usize> {
        match self.declared.data_of.get(&id) {
            Some(Progress::Done(done)) => return *done,
            Some(Progress::Open) => return None,
            None => {}
        }
        self.declared.data_of.insert(id, Progress::Open);
        let decl = self.decl(id);
        let index = self.data_set(&decl, self.module_of(id));
        self.declared.data_of.insert(id, Progress::Done(index));
        index
    }

    fn data_set(&mut self, decl: &Decl, module: usize) -> Option<usize> {
        let env = Env::of_module(module);
        let name = decl.name.as_ref()?;
        let format =
            decl.kind.as_ref().and_then(|kind| self.bind_in(formats::ENTRIES, "data format", kind, &env, &name.name));
        if let Some(format) = &format {
            let whole = decl.kind.as_ref().map_or(name.span, |kind| kind.span);
            self.format_problems(&format.def, &|param| format.spans.get(param).copied().unwrap_or(whole));
        }
        let missing = format.as_ref().map(|format| format.def.missing().to_vec()).unwrap_or_default();
        self.constants.missing_of_data = missing.into_iter().map(ArgValue::Text).collect();
        let block = decl.block.as_ref();
        if let Some(block) = block {
            self.validate_fields(block, "a `data` block", &BLOCKS, &env);
        }
        let mut complete = !self.broken_within(block.map_or(decl.span, |block| decl.span.to(block.span)));
        let mut broken = Vec::new();
        let mut made = Vec::new();
        let mut columns = match block.and_then(|block| block.field("columns")) {
            Some(field) => match &field.block {
                Some(block) => {
                    let named = format.as_ref().is_none_or(|format| format.def.has_header());
                    self.columns(block, named, &mut broken, &mut made, &env)
                }
                None => {
                    self.sink.push(
                        Diagnostic::new(&codes::MISSING_PART, field.span, "`columns` needs a block")
                            .here("expected `{ … }`")
                            .help("write `columns { age: number }`"),
                    );
                    complete = false;
                    Vec::new()
                }
            },
            None => {
                complete = false;
                if block.is_some_and(|block| !self.written_wrongly(block, "columns", &BLOCKS)) {
                    self.sink.push(
                        Diagnostic::new(
                            &codes::MISSING_PART,
                            decl.keyword_span.to(name.span),
                            format!("data `{}` declares no columns", name.name),
                        )
                        .here("no `columns`")
                        .help("list the columns that the spec reads: `columns { age: number }`"),
                    );
                }
                Vec::new()
            }
        };
        let joins = self.joins(decl, &mut columns, &mut broken, &env);
        let mut unknown: Vec<Option<String>> = broken.iter().cloned().map(Some).collect();
        unknown.extend((!complete).then_some(None));
        self.make_columns((&name.name, name.span), &mut columns, &made, &unknown, &env);
        self.keys_of_joins(&columns, &joins);
        let own = |column: &Column| !matches!(column.origin, Origin::Joined { .. });
        let id = columns.iter().position(|column| column.kind.name() == "id" && own(column));
        let split_field = block.and_then(|block| block.field("split"));
        let split = match split_field {
            Some(Field { block: Some(block), .. }) => self.split(block, &columns, &name.name, &env),
            Some(field) => {
                self.sink.push(
                    Diagnostic::new(&codes::MISSING_PART, field.span, "`split` needs a block")
                        .here("expected `{ … }`")
                        .help("write `split { train: 70%, valid: 15%, test: 15% }`"),
                );
                None
            }
            None => {
                for (part, share) in [("train", "70%"), ("valid", "15%"), ("test", "15%"), ("seed", "0")] {
                    self.setting(format!("{}.split.{part}", name.name), share, true);
                }
                Some(usual_split(decl.span))
            }
        };
        let format = format?;
        let path_span =
            format.spans.get("path").copied().or(decl.kind.as_ref().map(|kind| kind.span)).unwrap_or(name.span);
        let names = columns.iter().enumerate().map(|(index, column)| (column.name.clone(), index));
        self.declared.columns_by_name.push(names.collect());
        self.declared.data.push(DataSet {
            name: self.known_by(&name.name, module, &|name| self.declared.data.iter().any(|set| set.name == name)),
            doc: decl.docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n"),
            format: format.def,
            path_span,
            // A split with an error has been reported; the rest of the spec is still checked against the columns.
            split: split.unwrap_or(usual_split(decl.span)),
            same: same_columns(&columns),
            columns,
            joins,
            id,
            span: name.span,
        });
        let index = self.declared.data.len() - 1;
        // Reading a column whose declaration has a mistake is no mistake of its own.
        self.declared.broken_columns.extend(broken.into_iter().map(|name| (index, Some(name))));
        if !complete {
            self.declared.broken_columns.insert((index, None));
        }
        Some(index)
    }

    // ------------------------------------------------------------------------------------ columns

    /// `named` says whether the file names its columns; else they are known by their places.
    /// What columns are made of goes into `made`, with the place of each.
    pub(in crate::check) fn columns<'b>(
        &mut self,
        block: &'b Block,
        named: bool,
        broken: &mut Vec<String>,
        made: &mut Vec<(usize, &'b Expr)>,
        env: &Env,
    ) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        let mut position = 0;
        let mut seen: HashMap<String, Span> = HashMap::new();
        for entry in &block.entries {
            if let EntryKind::Join(join) = &entry.kind {
                self.join_elsewhere(join.span, env);
                continue;
            }
            let EntryKind::Field(field) = &entry.kind else {
                self.sink.push(
                    Diagnostic::new(&codes::SURPLUS_PART, entry.span, "a column is written with `:`")
                        .here("`=` does not belong here")
                        .help("write `name: kind`, for example `age: number`"),
                );
                continue;
            };
            let kind = match self.made_without_kind(field).filter(|_| field.derived.is_none()) {
                Some(problem) => {
                    self.sink.push(problem);
                    None
                }
                None => self.column_kind(field, env),
            };
            let derived = self.derived(field, kind.as_ref());
            let map = self.column_map(field, kind.as_ref().map(|(kind, _)| kind));
            let mut declared = 0;
            for (first, to) in field.names() {
                let place = to.map_or(first.span, |to| first.span.to(to.span));
                let names = match to {
                    None => vec![first.name.clone()],
                    Some(to) => match spell_out(&first.name, &to.name) {
                        Some(names) => names,
                        None => {
                            self.sink.push(bad_range(&first.name, &to.name, place));
                            continue;
                        }
                    },
                };
                declared += names.len();
                for name in names {
                    position += usize::from(derived.is_none());
                    if let Some(before) = seen.insert(name.clone(), first.span) {
                        self.sink.push(duplicate_name(&name, first.span, before));
                        continue;
                    }
                    let Some((kind, shape)) = kind.clone() else {
                        broken.push(name);
                        continue;
                    };
                    let source = match &field.rename {
                        Some((source, span)) => {
                            if !named && source.parse::<usize>().is_ok_and(|place| place > 0) {
                                source.trim_start_matches(['0', '+']).to_string()
                            } else {
                                self.place_by_name(named, *span);
                                source.clone()
                            }
                        }
                        None if named => name.clone(),
                        None => position.to_string(),
                    };
                    made.extend(derived.map(|derived| (columns.len(), derived)));
                    let (map, origin) = (map.clone(), Origin::File);
                    let Shape { sizes: shape, axes } = shape;
                    columns.push(Column { name, source, kind, map, shape, axes, origin, span: first.span });
                }
            }
            if let (true, Some((_, span))) = (declared > 1, &field.rename) {
                self.sink.push(
                    Diagnostic::new(&codes::SURPLUS_PART, *span, "several columns cannot be renamed at once")
                        .here("`as` names one column")
                        .help("declare the columns one by one, each with its name in the file"),
                );
            }
        }
        let ids: Vec<Span> =
            columns.iter().filter(|column| column.kind.name() == "id").map(|column| column.span).collect();
        if let [first, second, ..] = ids.as_slice() {
            self.sink.push(
                Diagnostic::new(&codes::DUPLICATE_NAME, *second, "a data set has one `id` column, and this is another")
                    .here("second `id`")
                    .also(*first, "first `id`"),
            );
        }
        columns
    }

    /// What a column is made of, unless it cannot be made.
    fn derived<'f>(&mut self, field: &'f Field, kind: Option<&(KindDef, Shape)>) -> Option<&'f Expr> {
        let derived = field.derived.as_ref()?;
        let surplus = match (&field.rename, &field.map, kind) {
            (Some((_, span)), ..) => Some((*span, "has no name in the file", "take the `as` out")),
            (_, Some(map), _) => {
                Some((map.span, "has no cells to map", "choose by `if`: `if x == \"a\" then \"b\" else x`"))
            }
            (.., Some((_, shape))) if !shape.sizes.is_empty() => {
                Some((field.name.span, "is one value per row", "take the shape out"))
            }
            _ if field.to.is_some() || !field.more.is_empty() => {
                Some((field.name.span, "has one name", "declare the columns one by one"))
            }
            _ => None,
        };
        let Some((span, why, help)) = surplus else { return Some(derived) };
        let message = format!("a column that is made of others {why}");
        self.sink.push(Diagnostic::new(&codes::SURPLUS_PART, span, message).here("does not belong here").help(help));
        Some(derived)
    }

    /// Reports a name in a file that has none.
    fn place_by_name(&mut self, named: bool, span: Span) {
        if !named {
            self.sink.push(
                Diagnostic::new(&codes::WRONG_ARGUMENT, span, "a file without a header has places, not names")
                    .here("no place")
                    .help("write the place, counted from 1: `as \"7\"`"),
            );
        }
    }

    /// `map { "Male": "male" }` of a column.
    fn column_map(&mut self, field: &Field, kind: Option<&KindDef>) -> BTreeMap<String, String> {
        let mut map = BTreeMap::new();
        let mut firsts: HashMap<&str, Span> = HashMap::new();
        let classes = kind.and_then(|kind| kind.declared_classes());
        for ((from, place), (to, meant)) in field.map.iter().flat_map(|map| &map.pairs) {
            if let Some(first) = firsts.insert(from, *place) {
                self.sink.push(
                    Diagnostic::new(&codes::DUPLICATE_NAME, *place, format!("{from:?} is given a meaning twice"))
                        .here("again here")
                        .also(first, "first here")
                        .help("keep one of them"),
                );
                continue;
            }
            if let Some(classes) = classes
                && !classes.contains(to)
            {
                let message = format!("{to:?} is none of the declared classes of `{}`", field.name.name);
                let mut diagnostic =
                    Diagnostic::new(&codes::WRONG_ARGUMENT, *meant, message).here("not a class").note(format!(
                        "the classes are {}",
                        crate::check::resolve::program::list(classes.iter().map(String::as_str))
                    ));
                if let Some(close) = suggest::closest(to, classes.iter().map(String::as_str)) {
                    let written = format!("{close:?}");
                    diagnostic = diagnostic.help(format!("did you mean {written}?")).fix(
                        format!("write {written}"),
                        *meant,
                        written,
                    );
                }
                self.sink.push(diagnostic);
                continue;
            }
            map.insert(from.clone(), to.clone());
        }
        map
    }

    /// `category["a", "b"]` and `number(8, 8)`: what is wrong, and what to write.
    fn kind_in_wrong_brackets(&self, value: &Expr) -> Option<(&'static str, String)> {
        match &value.bare().kind {
            ExprKind::Index { base, items }
                if matches!(base.as_name()?.name.as_str(), "category" | "labels")
                    && !items.iter().all(|item| matches!(item.kind, ExprKind::Number(_))) =>
            {
                let right = format!("{}({})", base.as_name()?.name, self.quoted_classes(items));
                Some(("the classes of a column stand in parentheses", right))
            }
            ExprKind::Call(call) if call.callee.text() == "number" && !call.args.is_empty() => {
                let is_axis = |name: &Ident| NAMES.contains(&name.name.as_str());
                let is_size =
                    |arg: &Arg| matches!(arg.value.kind, ExprKind::Number(_)) && arg.name.as_ref().is_none_or(is_axis);
                let sizes = Some(&call.args).filter(|args| args.iter().all(is_size))?;
                let sizes: Vec<String> = sizes.iter().map(|size| self.source_text(size.span)).collect();
                Some(("the sizes of an array stand in brackets", format!("number[{}]", sizes.join(", "))))
            }
            _ => None,
        }
    }

    /// Kind and shape of a column: `number`, `number[8, 8]`, `category("a", "b")`.
    fn column_kind(&mut self, field: &Field, env: &Env) -> Option<(KindDef, Shape)> {
        let value = self.field_value(field, env)?;
        let (base, shape_items) = match &value.kind {
            ExprKind::Index { base, items } => (base.as_ref(), Some(items)),
            _ => (value, None),
        };
        if let Some((message, right)) = self.kind_in_wrong_brackets(value) {
            self.sink.push(
                Diagnostic::new(&codes::WRONG_ARGUMENT, value.span, message)
                    .here("the wrong brackets")
                    .help(format!("write `{right}`"))
                    .fix(format!("write `{right}`"), value.span, right),
            );
            return None;
        }
        let bound = self.bind_in(kinds::ENTRIES, "column kind", base, env, "")?;
        if let Some((param, message)) = bound.def.problem() {
            let span = bound.spans.get(param).copied().unwrap_or(base.span);
            self.sink.push(Diagnostic::new(&codes::ARGUMENT_RANGE, span, message).here("cannot be"));
            return None;
        }
        let kind = bound.def.completed().unwrap_or(bound.def);
        let shape = match shape_items {
            Some(items) => self.shape(items, value.span, env)?,
            None => Shape::default(),
        };
        if !shape.sizes.is_empty() && !kind.takes_shape() {
            self.sink.push(
                Diagnostic::new(&codes::SURPLUS_PART, value.span, format!("a `{}` column has no shape", kind.name()))
                    .here("only `number` columns take a shape"),
            );
            return None;
        }
        Some((kind, shape))
    }
}

/// The split of a data set that says nothing of one.
pub(in crate::check) fn usual_split(span: Span) -> Split {
    let method = SplitMethod::Shares { train: 0.7, valid: 0.15, test: 0.15, stratify: None, group: None, time: None };
    Split { method, seed: 0, span }
}

/// For each column, the first that has the same name in the file.
pub(in crate::check) fn same_columns(columns: &[Column]) -> Vec<usize> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut same = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        same.push(match column.origin {
            Origin::File => *first.entry(column.source.trim()).or_insert(index),
            Origin::Made(_) | Origin::Joined { .. } => index,
        });
    }
    same
}
