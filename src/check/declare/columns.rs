//! Reads columns of data sets: `penguins.island`, `penguins[a, b, p00 .. p63]`. Patterns are in `selection.rs`.

use std::collections::HashMap;

use crate::catalog::kinds::Reading;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::ColumnRef;
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Ident, Keyword};

/// A range such as `p00 .. p63` may not spell out more columns than this.
const MOST_COLUMNS_OF_A_RANGE: usize = 100_000;

impl Checker<'_> {
    /// The data set that a name means in a module; reports nothing.
    pub(in crate::check) fn data_named(&mut self, module: usize, name: &Ident) -> Option<Option<usize>> {
        let id = *self.names.program.modules[module].values.get(&name.name)?;
        if self.decl(id).keyword != Keyword::Data {
            return None;
        }
        self.use_at(id, name.span);
        Some(self.data_decl(id))
    }

    /// `penguins.island` or `penguins[a, b, p00 .. p63, bill_*]` as columns of one data set.
    /// `None` outside if the expression is no such thing; `None` inside if it has an error.
    pub(in crate::check) fn columns_read(
        &mut self,
        expr: &Expr,
        reading: Reading,
        env: &Env,
    ) -> Option<Option<(usize, Vec<ColumnRef>)>> {
        match &expr.bare().kind {
            ExprKind::Path(path) => {
                // Behind the data stands its column, or a table that it joins and a column of that.
                let [data, column @ ..] = path.parts.as_slice() else { return None };
                let (first, last) = (column.first()?, column.last()?);
                if column.len() > 2 {
                    return None;
                }
                let data_index = self.data_named(env.module, data)?;
                let Some(data_index) = data_index else { return Some(None) };
                let name = column.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(".");
                let found = self.column_named(data_index, &name, first.span.to(last.span), true);
                Some(found.map(|column| (data_index, vec![ColumnRef { data: data_index, column }])))
            }
            ExprKind::Index { base, items } => {
                let name = base.as_name()?;
                let Some(data) = self.data_named(env.module, name)? else { return Some(None) };
                if items.is_empty() {
                    self.sink.push(
                        Diagnostic::new(&codes::MISSING_PART, expr.span, "no column is named").here("empty list"),
                    );
                    return Some(None);
                }
                let found: Vec<_> = items.iter().map(|item| self.item_columns(data, item, reading)).collect();
                let found = found.into_iter().collect::<Option<Vec<_>>>();
                let Some(found) = found.filter(|found| self.each_once(data, items, found)) else { return Some(None) };
                let columns = found.into_iter().flatten().map(|column| ColumnRef { data, column }).collect();
                Some(Some((data, columns)))
            }
            _ => None,
        }
    }

    /// Whether a data set joins a table of this name, be there something wrong with it or not.
    pub(in crate::check) fn joins_table(&self, data: usize, name: &str) -> bool {
        let of_table = |column: &str| column.split_once('.').is_some_and(|(table, _)| table == name);
        let broken = |(of, column): &(usize, Option<String>)| *of == data && column.as_deref().is_some_and(of_table);
        self.declared.data[data].joins.iter().any(|join| join.table.name == name)
            || self.declared.broken_columns.iter().any(broken)
    }

    /// The columns of one item between the brackets; `None` if it has an error.
    pub(in crate::check) fn item_columns(&mut self, data: usize, item: &Expr, reading: Reading) -> Option<Vec<usize>> {
        match &item.bare().kind {
            ExprKind::Path(path) if path.single().is_some() || self.joins_table(data, &path.parts[0].name) => {
                self.column_named(data, &path.text(), path.span, true).map(|column| vec![column])
            }
            ExprKind::Range { from, to } => self.columns_between(data, from, to, item.span),
            ExprKind::Pattern(_) | ExprKind::Choice(_) => self.columns_chosen(data, item, reading),
            ExprKind::Broken => None,
            _ => {
                self.sink.push(self.not_a_column(item, data));
                None
            }
        }
    }

    /// A range: the names spelt out if both end in digits, else the declared columns from one to the other.
    pub(in crate::check) fn columns_between(
        &mut self,
        data: usize,
        from: &Ident,
        to: &Ident,
        span: Span,
    ) -> Option<Vec<usize>> {
        if let Some(names) = spell_out(&from.name, &to.name) {
            return names.iter().map(|name| self.column_named(data, name, span, false)).collect();
        }
        let first = self.column_named(data, &from.name, from.span, true);
        let last = self.column_named(data, &to.name, to.span, true);
        let (first, last) = (first?, last?);
        if first > last {
            let set = &self.declared.data[data];
            self.sink.push(
                Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    span,
                    format!("`{}` is declared before `{}`, so that nothing lies between them", to.name, from.name),
                )
                .here("backwards")
                .also(set.columns[last].span, format!("`{}` stands here", to.name))
                .also(set.columns[first].span, format!("`{}` stands here", from.name))
                .help(format!("write `{} .. {}`", to.name, from.name)),
            );
            return None;
        }
        Some((first..=last).collect())
    }

    /// Reports a column that two items read.
    pub(in crate::check) fn each_once(&mut self, data: usize, items: &[Expr], found: &[Vec<usize>]) -> bool {
        let mut seen: HashMap<usize, (&Expr, usize)> = HashMap::new();
        for (item, columns) in items.iter().zip(found) {
            for column in columns {
                let set = &self.declared.data[data];
                let of_file = set.of_file(ColumnRef { data, column: *column }).column;
                let Some((first, before)) = seen.insert(of_file, (item, *column)) else { continue };
                let name = &set.columns[*column].name;
                let message = if before == *column {
                    format!("column `{name}` is read twice")
                } else {
                    let (other, source) = (&set.columns[before].name, set.columns[before].source.trim());
                    format!("`{other}` and `{name}` are one column of the file, `{source}`, which is read twice")
                };
                let mut diagnostic = Diagnostic::new(&codes::DUPLICATE_NAME, item.span, message)
                    .here("again here")
                    .also(first.span, "first here");
                // `* except a, b` most likely means to leave out both.
                if let (ExprKind::Choice(choice), Some(alone)) = (&first.kind, item.as_name())
                    && !choice.except.is_empty()
                {
                    let left_out: Vec<String> =
                        choice.except.iter().map(|except| self.source_text(except.span)).collect();
                    let base = self.source_text(choice.base.span);
                    let of = choice.of.as_ref().map_or(String::new(), |of| format!(" of {}", of.name));
                    let all = format!("{base}{of} except [{}, {}]", left_out.join(", "), alone.name);
                    diagnostic = diagnostic.help(format!("to leave out several, write `{all}`"));
                }
                self.sink.push(diagnostic);
                return false;
            }
        }
        true
    }

    /// Something in the brackets behind a data set that is no name of a column.
    fn not_a_column(&self, item: &Expr, data: usize) -> Diagnostic {
        let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, item.span, "the name of a column is expected here")
            .here("not a column");
        let set = &self.declared.data[data];
        match &item.bare().kind {
            // `d[d.a]`: the data set is named in front.
            ExprKind::Path(path) if path.parts.len() == 2 && path.parts[0].name == set.name => {
                let name = path.parts[1].name.clone();
                diagnostic.help(format!("write `{name}` alone")).fix(format!("write `{name}`"), item.span, name)
            }
            ExprKind::String(text) => {
                match set.columns.iter().find(|column| column.name == *text || column.source == *text) {
                    Some(column) => {
                        let name = column.name.clone();
                        diagnostic.help(format!("write it without quotes: `{name}`")).fix(
                            format!("write `{name}`"),
                            item.span,
                            name,
                        )
                    }
                    None => self.unquoted(diagnostic, item),
                }
            }
            ExprKind::List(members) => {
                let inside = self.sources_of(members);
                diagnostic.help(format!("one pair of brackets is enough: `{}[{inside}]`", set.name)).fix(
                    format!("write `{inside}`"),
                    item.span,
                    inside,
                )
            }
            other => match self.columns_as_elsewhere(other, data) {
                Some(meant) => {
                    diagnostic.help(format!("write `{meant}`")).fix(format!("write `{meant}`"), item.span, meant)
                }
                None => diagnostic,
            },
        }
    }

    /// A range or an exception as other languages write them: `a - z`, `-a`, and columns in brackets of their own.
    fn columns_as_elsewhere(&self, written: &ExprKind, data: usize) -> Option<String> {
        let set = &self.declared.data[data];
        match written {
            ExprKind::Negate(left_out) => Some(format!("* except {}", left_out.as_name()?.name)),
            ExprKind::Binary { op: BinaryOp::Subtract, left, right, .. } => {
                Some(format!("{} .. {}", left.as_name()?.name, right.as_name()?.name))
            }
            ExprKind::Index { base, items } if base.as_name().is_some_and(|base| base.name == set.name) => {
                Some(self.sources_of(items))
            }
            _ => None,
        }
    }

    /// `alone` says whether the name stands at the place by itself, so that another can be written there.
    pub(in crate::check) fn column_named(&mut self, data: usize, name: &str, span: Span, alone: bool) -> Option<usize> {
        if let Some(index) = self.declared.columns_by_name[data].get(name) {
            return Some(*index);
        }
        // Of a table that says nothing of its columns, all are.
        let table = name.split_once('.').map(|(table, _)| format!("{table}."));
        let lost = [Some(name.to_string()), table, None];
        if lost.into_iter().any(|name| self.declared.broken_columns.contains(&(data, name))) {
            return None;
        }
        let suggest = alone && self.may_suggest();
        let set = &self.declared.data[data];
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("data `{}` declares no column `{name}`", set.name))
                .here("unknown column")
                .also(set.span, format!("the columns of `{}` are declared here", set.name));
        if suggest {
            diagnostic = diagnostic.did_you_mean(name, set.columns.iter().map(|column| column.name.as_str()));
        }
        if crate::catalog::kinds::find(name).is_some() {
            let text = format!("* of {name}");
            diagnostic.fixes.clear();
            diagnostic.help = None;
            diagnostic = diagnostic.help(format!("for all columns of one kind, write `{}[{text}]`", set.name));
        }
        if diagnostic.help.is_none() {
            diagnostic = diagnostic.help(format!("declare it: `{name}: number` in `columns {{ … }}`"));
        }
        self.sink.push(diagnostic);
        None
    }
}

pub(in crate::check) fn bad_range(from: &str, to: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_ARGUMENT, span, format!("`{from} .. {to}` is no range of names"))
        .here("cannot be spelt out")
        .help("both names end in digits, of the same length if they have leading zeros, and the first is the smaller: `p00 .. p63`")
}

/// The names from `p00` to `p63`, both included.
pub(in crate::check) fn spell_out(from: &str, to: &str) -> Option<Vec<String>> {
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
