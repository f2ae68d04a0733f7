//! Elaborates `data` declarations: format, columns, split.

use std::collections::HashMap;

use super::checker::Progress;
use super::env::Env;
use super::pipeline::{Column, ColumnRef, DataSet, Split, SplitMethod};
use super::program::{DeclId, duplicate_name, list};
use super::{Checker, codes};
use crate::catalog::kinds::KindDef;
use crate::catalog::{ArgValue, ParamKind, formats, kinds};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{Block, Decl, EntryKind, Expr, ExprKind, Field, Keyword};

/// A range such as `p00 .. p63` may not spell out more columns than this.
const MOST_COLUMNS_OF_A_RANGE: usize = 100_000;

/// The blocks of `data`.
const BLOCKS: [&str; 2] = ["split", "columns"];

/// The fields of a split.
const SPLIT: [&str; 8] = ["train", "valid", "test", "stratify", "group", "time", "by", "seed"];

impl Checker<'_> {
    pub(super) fn data_decl(&mut self, id: DeclId) -> Option<usize> {
        match self.data_of.get(&id) {
            Some(Progress::Done(done)) => return *done,
            Some(Progress::Open) => return None,
            None => {}
        }
        self.data_of.insert(id, Progress::Open);
        let decl = self.decl(id);
        let index = self.data_set(&decl, self.module_of(id));
        self.data_of.insert(id, Progress::Done(index));
        index
    }

    fn data_set(&mut self, decl: &Decl, module: usize) -> Option<usize> {
        let env = Env::of_module(module);
        let name = decl.name.as_ref()?;
        let format =
            decl.kind.as_ref().and_then(|kind| self.bind_in(formats::ENTRIES, "data format", kind, &env, &name.name));
        let block = decl.block.as_ref();
        if let Some(block) = block {
            self.validate_fields(block, "a `data` block", &BLOCKS, &env);
        }
        let mut complete = !self.broken_within(block.map_or(decl.span, |block| decl.span.to(block.span)));
        let mut broken = Vec::new();
        let columns = match block.and_then(|block| block.field("columns")) {
            Some(field) => match &field.block {
                Some(block) => self.columns(block, &mut broken, &env),
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
        let id = columns.iter().position(|column| column.kind.name() == "id");
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
                Some(Split {
                    method: SplitMethod::Shares {
                        train: 0.7,
                        valid: 0.15,
                        test: 0.15,
                        stratify: None,
                        group: None,
                        time: None,
                    },
                    seed: 0,
                    span: decl.span,
                })
            }
        };
        let format = format?;
        let path_span =
            format.spans.get("path").copied().or(decl.kind.as_ref().map(|kind| kind.span)).unwrap_or(name.span);
        self.data.push(DataSet {
            name: name.name.clone(),
            doc: decl.docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n"),
            format: format.def,
            path_span,
            // A split with an error has been reported; the rest of the spec is still checked against the columns.
            split: split.unwrap_or(Split {
                method: SplitMethod::Files { valid: None, test: None },
                seed: 0,
                span: decl.span,
            }),
            columns,
            id,
            span: name.span,
        });
        let index = self.data.len() - 1;
        // Reading a column whose declaration has a mistake is no mistake of its own.
        self.broken_columns.extend(broken.into_iter().map(|name| (index, Some(name))));
        if !complete {
            self.broken_columns.insert((index, None));
        }
        Some(index)
    }

    // ------------------------------------------------------------------------------------ columns

    fn columns(&mut self, block: &Block, broken: &mut Vec<String>, env: &Env) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        for entry in &block.entries {
            let EntryKind::Field(field) = &entry.kind else {
                self.sink.push(
                    Diagnostic::new(&codes::SURPLUS_PART, entry.span, "a column is written with `:`")
                        .here("`=` does not belong here")
                        .help("write `name: kind`, for example `age: number`"),
                );
                continue;
            };
            let names = match &field.to {
                None => vec![field.name.name.clone()],
                Some(to) => match spell_out(&field.name.name, &to.name) {
                    Some(names) => names,
                    None => {
                        self.sink.push(bad_range(&field.name.name, &to.name, field.name.span.to(to.span)));
                        continue;
                    }
                },
            };
            let kind = self.column_kind(field, env);
            for name in names {
                if let Some(first) = seen.insert(name.clone(), field.name.span) {
                    self.sink.push(duplicate_name(&name, field.name.span, first));
                    continue;
                }
                let Some((kind, shape)) = kind.clone() else {
                    broken.push(name);
                    continue;
                };
                let source = field.rename.as_ref().map_or(name.clone(), |(source, _)| source.clone());
                columns.push(Column { name, source, kind, shape, span: field.name.span });
            }
            if let (Some(_), Some((_, span))) = (&field.to, &field.rename) {
                self.sink.push(
                    Diagnostic::new(&codes::SURPLUS_PART, *span, "a range of columns cannot be renamed at once")
                        .here("`as` names one column")
                        .help("declare the columns one by one"),
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

    /// Kind and shape of a column: `number`, `number[8, 8]`, `category("a", "b")`.
    fn column_kind(&mut self, field: &Field, env: &Env) -> Option<(KindDef, Vec<usize>)> {
        let value = self.field_value(field, env)?;
        let (base, shape_items) = match &value.kind {
            ExprKind::Index { base, items } => (base.as_ref(), Some(items)),
            _ => (value, None),
        };
        let kind = self.bind_in(kinds::ENTRIES, "column kind", base, env, "")?.def;
        let mut shape = Vec::new();
        for item in shape_items.into_iter().flatten() {
            match self.constant(item, &ParamKind::Integer, env, "a size")? {
                ArgValue::Integer(size) if size >= 1 => shape.push(size as usize),
                _ => {
                    self.sink.push(
                        Diagnostic::new(&codes::ARGUMENT_RANGE, item.span, "a size must be at least 1")
                            .here("must be at least 1"),
                    );
                    return None;
                }
            }
        }
        if !shape.is_empty() && !kind.takes_shape() {
            self.sink.push(
                Diagnostic::new(&codes::SURPLUS_PART, value.span, format!("a `{}` column has no shape", kind.name()))
                    .here("only `number` columns take a shape"),
            );
            return None;
        }
        Some((kind, shape))
    }

    // -------------------------------------------------------------------------------------- split

    fn split(&mut self, block: &Block, columns: &[Column], data: &str, env: &Env) -> Option<Split> {
        self.validate_fields(block, "a split", &SPLIT, env);
        let seed = match block.field("seed") {
            Some(field) => {
                let value = self.field_value(field, env)?;
                match self.constant(value, &ParamKind::Integer, env, "`seed` of the split")? {
                    ArgValue::Integer(seed) if seed >= 0 => seed as u64,
                    _ => {
                        self.sink.push(
                            Diagnostic::new(&codes::ARGUMENT_RANGE, value.span, "a seed must be at least 0")
                                .here("must be at least 0"),
                        );
                        return None;
                    }
                }
            }
            None => 0,
        };
        self.setting(format!("{data}.split.seed"), seed.to_string(), block.field("seed").is_none());
        let parts: Vec<&Field> = ["train", "valid", "test"].iter().filter_map(|name| block.field(name)).collect();
        let is_text = |field: &&Field| {
            field
                .value
                .as_ref()
                .is_some_and(|value| matches!(value.bare().kind, ExprKind::String(_) | ExprKind::List(_)))
        };
        let method = if let Some(by) = block.field("by") {
            self.split_by_column(block, by, columns, env)?
        } else if parts.iter().any(is_text) {
            self.split_by_files(block, env)?
        } else {
            self.split_by_shares(block, &parts, columns, data, env)?
        };
        Some(Split { method, seed, span: block.span })
    }

    fn split_by_column(&mut self, block: &Block, by: &Field, columns: &[Column], env: &Env) -> Option<SplitMethod> {
        let column = self.split_column(by, columns, env)?;
        let mut values = |name: &str| -> Option<Vec<String>> {
            let Some(field) = block.field(name) else { return Some(Vec::new()) };
            let value = self.field_value(field, env)?;
            let kind = ParamKind::List(Box::new(ParamKind::Text));
            match self.constant(value, &kind, env, &format!("`{name}` of the split"))? {
                ArgValue::List(members) => Some(
                    members
                        .into_iter()
                        .filter_map(|member| match member {
                            ArgValue::Text(text) => Some(text),
                            _ => None,
                        })
                        .collect(),
                ),
                _ => None,
            }
        };
        let (train, valid, test) = (values("train"), values("valid"), values("test"));
        let train = train?;
        if train.is_empty() {
            self.sink.push(
                Diagnostic::new(&codes::MISSING_PART, by.span, "a split by a column must say which rows train")
                    .here("no `train`")
                    .help("write `split { by: part, train: \"train\", valid: \"valid\", test: \"test\" }`"),
            );
            return None;
        }
        Some(SplitMethod::Column { column, train, valid: valid?, test: test? })
    }

    fn split_by_files(&mut self, block: &Block, env: &Env) -> Option<SplitMethod> {
        let mut file = |name: &str| -> Option<Option<String>> {
            let Some(field) = block.field(name) else { return Some(None) };
            let value = self.field_value(field, env)?;
            match self.constant(value, &ParamKind::Text, env, &format!("`{name}` of the split"))? {
                ArgValue::Text(path) => Some(Some(path)),
                _ => None,
            }
        };
        let (valid, test) = (file("valid"), file("test"));
        if let Some(train) = block.field("train") {
            self.sink.push(
                Diagnostic::new(
                    &codes::SURPLUS_PART,
                    train.span,
                    "with separate files, the data set's own file is the training part",
                )
                .here("leave this out")
                .help("write `split { valid: \"valid.csv\", test: \"test.csv\" }`, or `by: COLUMN` to cut by a column's values"),
            );
            return None;
        }
        Some(SplitMethod::Files { valid: valid?, test: test? })
    }

    fn split_by_shares(
        &mut self,
        block: &Block,
        parts: &[&Field],
        columns: &[Column],
        data: &str,
        env: &Env,
    ) -> Option<SplitMethod> {
        let mut shares = [0.0; 3];
        let mut good = true;
        for (index, name) in ["train", "valid", "test"].into_iter().enumerate() {
            let Some(field) = block.field(name) else {
                if parts.is_empty() {
                    shares[index] = [0.7, 0.15, 0.15][index];
                    self.setting(format!("{data}.split.{name}"), format!("{}%", [70, 15, 15][index]), true);
                }
                continue;
            };
            let value = self.field_value(field, env)?;
            match self.constant(value, &ParamKind::Share, env, &format!("`{name}` of the split")) {
                Some(ArgValue::Share(share)) => {
                    shares[index] = share;
                    self.setting(format!("{data}.split.{name}"), ArgValue::Share(share).show(), false);
                }
                _ => good = false,
            }
        }
        let total: f64 = shares.iter().sum();
        let lost = |part: &&str| block.field(part).is_none() && self.written_wrongly(block, part, &SPLIT);
        let complete = !["train", "valid", "test"].iter().any(lost);
        if good && complete && (total - 1.0).abs() > 1e-6 {
            let span = parts.iter().map(|field| field.span).reduce(Span::to).unwrap_or(block.span);
            let mut diagnostic = Diagnostic::new(
                &codes::SPLIT_SUM,
                span,
                format!("the parts of the split add up to {}, not to 100%", percent(total)),
            )
            .here(format!("together {}", percent(total)));
            let test = 1.0 - shares[0] - shares[1];
            if shares[2] == 0.0 && block.field("test").is_none() && test > 0.0 {
                diagnostic = diagnostic.help(format!("add `test: {}`", percent(test)));
            } else if total > 0.0 {
                let normal: Vec<String> = ["train", "valid", "test"]
                    .iter()
                    .zip(shares)
                    .filter(|(_, share)| *share > 0.0)
                    .map(|(name, share)| format!("{name}: {}", percent(share / total)))
                    .collect();
                diagnostic = diagnostic.help(format!("in the same proportions: `{}`", normal.join(", ")));
            }
            self.sink.push(diagnostic);
            good = false;
        }
        if good && shares[0] == 0.0 {
            self.sink.push(
                Diagnostic::new(&codes::SPLIT_SUM, block.span, "the split leaves no rows for training")
                    .here("`train` is 0%"),
            );
            good = false;
        }
        let mut column = |name: &str| -> Option<Option<usize>> {
            match block.field(name) {
                Some(field) => self.split_column(field, columns, env).map(Some),
                None => Some(None),
            }
        };
        let (stratify, group, time) = (column("stratify"), column("group"), column("time"));
        let (stratify, group, time) = (stratify?, group?, time?);
        if let (Some(_), Some(time_field)) = (time, block.field("time"))
            && let Some(other) = block.field("stratify").or(block.field("group"))
        {
            self.sink.push(
                Diagnostic::new(
                    &codes::SURPLUS_PART,
                    other.span,
                    format!("a split by time cannot also be by `{}`", other.name.name),
                )
                .here("contradicts `time`")
                .also(time_field.span, "by time here"),
            );
            return None;
        }
        good.then_some(SplitMethod::Shares {
            train: shares[0],
            valid: shares[1],
            test: shares[2],
            stratify,
            group,
            time,
        })
    }

    /// The column that a field of the split names.
    fn split_column(&mut self, field: &Field, columns: &[Column], env: &Env) -> Option<usize> {
        let value = self.field_value(field, env)?;
        let Some(name) = value.as_name() else {
            if !matches!(value.kind, ExprKind::Broken) {
                self.sink.push(
                    Diagnostic::new(&codes::WRONG_ARGUMENT, value.span, "the name of a column is expected here")
                        .here("not a column"),
                );
            }
            return None;
        };
        match columns.iter().position(|column| column.name == name.name) {
            Some(index) => {
                let kind = columns[index].kind.name();
                let wanted: &[&str] = match field.name.name.as_str() {
                    "stratify" => &["category"],
                    "time" => &["time", "number"],
                    _ => &["category", "id", "text", "number"],
                };
                if !wanted.contains(&kind) {
                    self.sink.push(
                        Diagnostic::new(
                            &codes::WRONG_KIND,
                            name.span,
                            format!(
                                "`{}` needs a column of kind {}, and `{}` is `{kind}`",
                                field.name.name,
                                list(wanted.iter().copied()),
                                name.name
                            ),
                        )
                        .here(format!("this is `{kind}`"))
                        .also(columns[index].span, "declared here"),
                    );
                    return None;
                }
                Some(index)
            }
            None => {
                self.sink.push(
                    Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("there is no column `{}`", name.name))
                        .here("not declared in `columns`")
                        .did_you_mean(&name.name, columns.iter().map(|column| column.name.as_str())),
                );
                None
            }
        }
    }

    // -------------------------------------------------------------------------- reading of columns

    /// The data set of a name in a module, marked as used; reports nothing.
    pub(super) fn data_named(&mut self, module: usize, name: &str) -> Option<Option<usize>> {
        let id = *self.program.modules[module].values.get(name)?;
        if self.decl(id).keyword != Keyword::Data {
            return None;
        }
        self.mark_used(id);
        Some(self.data_decl(id))
    }

    /// `penguins.island` or `penguins[a, b, p00 .. p63]` as columns of one data set.
    /// `None` outside if the expression is no such thing; `None` inside if it has an error.
    pub(super) fn columns_read(&mut self, expr: &Expr, env: &Env) -> Option<Option<(usize, Vec<ColumnRef>)>> {
        match &expr.bare().kind {
            ExprKind::Path(path) => {
                let [data, column] = path.parts.as_slice() else { return None };
                let data_index = self.data_named(env.module, &data.name)?;
                let Some(data_index) = data_index else { return Some(None) };
                let found = self.column_named(data_index, &column.name, column.span, true);
                Some(found.map(|column| (data_index, vec![ColumnRef { data: data_index, column }])))
            }
            ExprKind::Index { base, items } => {
                let name = base.as_name()?;
                let Some(data_index) = self.data_named(env.module, &name.name)? else { return Some(None) };
                let mut columns = Vec::new();
                let mut good = true;
                for item in items {
                    match &item.bare().kind {
                        ExprKind::Path(path) if path.single().is_some() => {
                            let found = self.column_named(data_index, &path.text(), path.span, true);
                            good &= found.is_some();
                            columns.extend(found.map(|column| ColumnRef { data: data_index, column }));
                        }
                        ExprKind::Range { from, to } => match spell_out(&from.name, &to.name) {
                            Some(names) => {
                                for name in names {
                                    let found = self.column_named(data_index, &name, item.span, false);
                                    columns.extend(found.map(|column| ColumnRef { data: data_index, column }));
                                    if found.is_none() {
                                        good = false;
                                        break;
                                    }
                                }
                            }
                            None => {
                                good = false;
                                self.sink.push(bad_range(&from.name, &to.name, item.span));
                            }
                        },
                        ExprKind::Broken => good = false,
                        _ => {
                            good = false;
                            self.sink.push(
                                Diagnostic::new(
                                    &codes::WRONG_ARGUMENT,
                                    item.span,
                                    "the name of a column is expected here",
                                )
                                .here("not a column"),
                            );
                        }
                    }
                }
                if items.is_empty() {
                    good = false;
                    self.sink.push(
                        Diagnostic::new(&codes::MISSING_PART, expr.span, "no column is named").here("empty list"),
                    );
                }
                let mut seen = HashMap::new();
                for (column, item) in columns.iter().zip(items) {
                    if columns.len() == items.len()
                        && let Some(first) = seen.insert(*column, item.span)
                    {
                        let name = self.data[data_index].columns[column.column].name.clone();
                        self.sink.push(
                            Diagnostic::new(
                                &codes::DUPLICATE_NAME,
                                item.span,
                                format!("column `{name}` is read twice"),
                            )
                            .here("again here")
                            .also(first, "first here"),
                        );
                        good = false;
                    }
                }
                Some(good.then_some((data_index, columns)))
            }
            _ => None,
        }
    }

    /// `suggest` says whether the name stands at the place by itself, so that another can be written there.
    fn column_named(&mut self, data: usize, name: &str, span: Span, suggest: bool) -> Option<usize> {
        let set = &self.data[data];
        if let Some(index) = set.columns.iter().position(|column| column.name == name) {
            return Some(index);
        }
        if [Some(name.to_string()), None].into_iter().any(|name| self.broken_columns.contains(&(data, name))) {
            return None;
        }
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("data `{}` declares no column `{name}`", set.name))
                .here("unknown column")
                .also(set.span, format!("the columns of `{}` are declared here", set.name));
        if suggest {
            diagnostic = diagnostic.did_you_mean(name, set.columns.iter().map(|column| column.name.as_str()));
        }
        if diagnostic.help.is_none() {
            diagnostic = diagnostic.help(format!("declare it: `{name}: number` in `columns {{ … }}`"));
        }
        self.sink.push(diagnostic);
        None
    }
}

fn percent(share: f64) -> String {
    format!("{}%", crate::catalog::show_number((share * 100.0 * 1e6).round() / 1e6))
}

fn bad_range(from: &str, to: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_ARGUMENT, span, format!("`{from} .. {to}` is no range of names"))
        .here("cannot be spelt out")
        .help("both names end in digits, of the same length if they have leading zeros, and the first is the smaller: `p00 .. p63`")
}

/// The names from `p00` to `p63`, both included.
fn spell_out(from: &str, to: &str) -> Option<Vec<String>> {
    let cut = |name: &str| {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit()).to_string();
        let digits = name[stem.len()..].to_string();
        (stem, digits)
    };
    let ((stem, first), (other, last)) = (cut(from), cut(to));
    let padded = first.len() == last.len();
    if stem != other || first.is_empty() || last.is_empty() || (!padded && first.starts_with('0') && first.len() > 1) {
        return None;
    }
    let (low, high): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    if low > high || high - low >= MOST_COLUMNS_OF_A_RANGE {
        return None;
    }
    let width = if padded { first.len() } else { 0 };
    Some((low..=high).map(|number| format!("{stem}{number:0width$}")).collect())
}

#[cfg(test)]
mod tests {
    use super::spell_out;

    #[test]
    fn ranges_keep_leading_zeros() {
        assert_eq!(spell_out("p08", "p11"), Some(vec!["p08".into(), "p09".into(), "p10".into(), "p11".into()]));
        assert_eq!(spell_out("x9", "x11").map(|names| names.len()), Some(3));
        assert_eq!(spell_out("p10", "p09"), None);
        assert_eq!(spell_out("p01", "q02"), None);
        assert_eq!(spell_out("p01", "p2"), None);
    }
}
