//! Elaborates `split`: by shares, by a column's values, or by separate files.

use crate::catalog::{ArgValue, ParamKind};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Column, Split, SplitMethod};
use crate::source::Span;
use crate::syntax::tree::{Block, ExprKind, Field, Ident};

/// The fields of a split.
pub(in crate::check) const FIELDS: [&str; 8] = ["train", "valid", "test", "stratify", "group", "time", "by", "seed"];

impl Checker<'_> {
    pub(in crate::check) fn split(
        &mut self,
        block: &Block,
        columns: &[Column],
        data: &str,
        env: &Env,
    ) -> Option<Split> {
        self.validate_fields(block, "a split", &FIELDS, env);
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
                ArgValue::Text(path) => {
                    self.file_of_split(&path, value.span);
                    Some(Some(path))
                }
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
        let lost = |part: &&str| block.field(part).is_none() && self.written_wrongly(block, part, &FIELDS);
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
        let joined = value.as_path().filter(|path| columns.iter().any(|column| column.name == path.text()));
        let of_table = joined.map(|path| Ident { name: path.text(), span: path.span });
        let Some(name) = of_table.as_ref().or(value.as_name()) else {
            if !matches!(value.kind, ExprKind::Broken) {
                let diagnostic =
                    Diagnostic::new(&codes::WRONG_ARGUMENT, value.span, "the name of a column is expected here")
                        .here("not a column");
                // `d.part`: the split knows whose columns it cuts by.
                let last = value.as_path().and_then(|path| path.parts.last());
                let known = |name: &str| columns.iter().any(|column| column.name == name);
                self.sink.push(match last.filter(|last| known(&last.name)) {
                    Some(last) => diagnostic.help(format!("write `{}` alone", last.name)).fix(
                        format!("write `{}`", last.name),
                        value.span,
                        last.name.clone(),
                    ),
                    None => self.unquoted(diagnostic, value),
                });
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
}

fn percent(share: f64) -> String {
    format!("{}%", crate::catalog::show_number((share * 100.0 * 1e6).round() / 1e6))
}
