//! Reads columns of data sets: `penguins.island`, `penguins[a, b, p00 .. p63]`.

use std::collections::HashMap;

use super::env::Env;
use super::pipeline::ColumnRef;
use super::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{Expr, ExprKind, Keyword};

/// A range such as `p00 .. p63` may not spell out more columns than this.
const MOST_COLUMNS_OF_A_RANGE: usize = 100_000;

impl Checker<'_> {
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

    /// `alone` says whether the name stands at the place by itself, so that another can be written there.
    fn column_named(&mut self, data: usize, name: &str, span: Span, alone: bool) -> Option<usize> {
        if let Some(index) = self.columns_by_name[data].get(name) {
            return Some(*index);
        }
        if [Some(name.to_string()), None].into_iter().any(|name| self.broken_columns.contains(&(data, name))) {
            return None;
        }
        let suggest = alone && self.may_suggest();
        let set = &self.data[data];
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

pub(super) fn bad_range(from: &str, to: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_ARGUMENT, span, format!("`{from} .. {to}` is no range of names"))
        .here("cannot be spelt out")
        .help("both names end in digits, of the same length if they have leading zeros, and the first is the smaller: `p00 .. p63`")
}

/// The names from `p00` to `p63`, both included.
pub(super) fn spell_out(from: &str, to: &str) -> Option<Vec<String>> {
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
