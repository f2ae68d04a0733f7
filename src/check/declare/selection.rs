//! Columns by a pattern: `ames[* except price]`, `penguins[bill_*]`, `ames[* of number]`.
//!
//! A pattern never takes what an input must not see by accident: the `id`, the labels of tasks (under whatever name they are
//! declared), what the split goes by, and the weights of rows. Written out, such a column can be read all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::catalog::kinds::{self, Reading};
use crate::check::declare::columns::spell_out;
use crate::check::declare::shapes::no_kind;
use crate::check::resolve::program::{is_callable, list};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Origin, SplitMethod};
use crate::source::Span;
use crate::syntax::tree::{Choice, Expr, ExprKind, Keyword};

/// More columns than this are counted, not named.
const MOST_NAMED: usize = 6;

impl Checker<'_> {
    /// The columns of a pattern, narrowed down or not; `None` if it has an error.
    pub(in crate::check) fn columns_chosen(
        &mut self,
        data: usize,
        item: &Expr,
        reading: Reading,
    ) -> Option<Vec<usize>> {
        let whole = Choice { base: Box::new(item.clone()), of: None, except: Vec::new() };
        let choice = match &item.kind {
            ExprKind::Choice(choice) => choice,
            _ => &whole,
        };
        let mut left_out: BTreeMap<usize, String> = BTreeMap::new();
        let mut chosen = match &choice.base.kind {
            ExprKind::Range { from, to } => self.columns_between(data, from, to, choice.base.span)?,
            ExprKind::Pattern(pattern) => {
                let kept = self.kept_back(data, reading);
                let columns = &self.declared.data[data].columns;
                let matched: Vec<usize> =
                    (0..columns.len()).filter(|index| matches(pattern, &columns[*index].name)).collect();
                left_out.extend(matched.iter().filter_map(|column| Some((*column, kept.get(column)?.clone()))));
                matched.into_iter().filter(|column| !left_out.contains_key(column)).collect()
            }
            _ => return None,
        };
        for except in &choice.except {
            let taken = self.excepted(data, except)?;
            chosen.retain(|column| !taken.contains(column));
        }
        if let Some(of) = &choice.of {
            if !kinds::ENTRIES.iter().any(|kind| kind.name == of.name) {
                self.sink.push(no_kind(of));
                return None;
            }
            chosen.retain(|column| self.declared.data[data].columns[*column].kind.name() == of.name);
        }
        if chosen.is_empty() {
            self.nothing_chosen(data, choice, item.span, &left_out);
            return None;
        }
        self.of_one_kind(data, choice, &chosen, item.span).then_some(chosen)
    }

    /// The columns that one item behind `except` names.
    fn excepted(&mut self, data: usize, except: &Expr) -> Option<Vec<usize>> {
        match &except.bare().kind {
            ExprKind::Path(path) if path.single().is_some() || self.joins_table(data, &path.parts[0].name) => {
                self.column_named(data, &path.text(), path.span, true).map(|column| vec![column])
            }
            ExprKind::Range { from, to } => self.columns_between(data, from, to, except.span),
            ExprKind::Pattern(pattern) => {
                let set = &self.declared.data[data];
                let found: Vec<usize> =
                    (0..set.columns.len()).filter(|index| matches(pattern, &set.columns[*index].name)).collect();
                if found.is_empty() && !self.declared.broken_columns.contains(&(data, None)) {
                    let message = format!("no column of `{}` matches `{pattern}`", set.name);
                    self.sink
                        .push(Diagnostic::new(&codes::UNKNOWN_NAME, except.span, message).here("leaves nothing out"));
                    return None;
                }
                Some(found)
            }
            ExprKind::Broken => None,
            _ => {
                self.sink.push(
                    Diagnostic::new(&codes::WRONG_ARGUMENT, except.span, "columns to leave out are expected here")
                        .here("not a column")
                        .help("write `* except price` or `* except [price, year]`"),
                );
                None
            }
        }
    }

    fn nothing_chosen(&mut self, data: usize, choice: &Choice, span: Span, left_out: &BTreeMap<usize, String>) {
        let set = &self.declared.data[data];
        // What the parser lost may well have matched.
        if self.declared.broken_columns.iter().any(|(broken, _)| *broken == data) {
            return;
        }
        let base = self.source_text(choice.base.span);
        let of = choice.of.as_ref().map_or(String::new(), |of| format!(" is a `{}` and", of.name));
        let rest = if choice.except.is_empty() { "" } else { " once some are left out" };
        let message = format!("no column of `{}`{of} matches `{base}`{rest}", set.name);
        let mut diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, span, message).here("matches nothing");
        for (column, why) in left_out.iter().take(MOST_NAMED) {
            diagnostic = diagnostic.note(format!("`{}` is {why}, which no pattern takes", set.columns[*column].name));
        }
        if left_out.is_empty() {
            let names: Vec<&str> = set.columns.iter().take(2 * MOST_NAMED).map(|column| column.name.as_str()).collect();
            let more = set.columns.len() - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            diagnostic = diagnostic.note(format!("it declares {}{more}", list(names)));
        }
        self.sink.push(diagnostic);
    }

    /// Reports a pattern that takes columns of several kinds.
    fn of_one_kind(&mut self, data: usize, choice: &Choice, chosen: &[usize], span: Span) -> bool {
        let set = &self.declared.data[data];
        let mut kinds: Vec<(&str, Vec<usize>)> = Vec::new();
        for column in chosen {
            let kind = set.columns[*column].kind.name();
            match kinds.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, columns)) => columns.push(*column),
                None => kinds.push((kind, vec![*column])),
            }
        }
        if kinds.len() == 1 {
            return true;
        }
        let base = self.source_text(choice.base.span);
        let counts: Vec<String> =
            kinds.iter().map(|(kind, columns)| format!("{} of `{kind}`", columns.len())).collect();
        let texts: Vec<String> = choice.except.iter().map(|except| self.source_text(except.span)).collect();
        let except = match texts.as_slice() {
            [] => String::new(),
            [only] => format!(" except {only}"),
            several => format!(" except [{}]", several.join(", ")),
        };
        let inputs: Vec<String> =
            kinds.iter().map(|(kind, _)| format!("{}[{base} of {kind}{except}]", set.name)).collect();
        let mut diagnostic = Diagnostic::new(
            &codes::WRONG_KIND,
            span,
            format!("`{base}` takes columns of several kinds: {}", counts.join(", ")),
        )
        .here("of different kinds")
        .help(format!("make an input of each kind, `{}`, and join them with `concat`", inputs.join("`, `")));
        for (kind, columns) in &kinds {
            let first = &set.columns[columns[0]];
            diagnostic = diagnostic.also(first.span, format!("`{}` is `{kind}`", first.name));
        }
        self.sink.push(diagnostic);
        false
    }

    /// The columns of a data set that no pattern takes, and what each is.
    fn kept_back(&mut self, data: usize, reading: Reading) -> Rc<BTreeMap<usize, String>> {
        if reading == Reading::Label {
            return self.id_of(data).into();
        }
        if let Some(known) = self.declared.kept_back.get(&data) {
            return known.clone();
        }
        let kept = Rc::new(self.kept_from_inputs(data));
        self.declared.kept_back.insert(data, kept.clone());
        kept
    }

    fn id_of(&self, data: usize) -> BTreeMap<usize, String> {
        self.declared.data[data].id.map(|id| (id, "the `id`".to_string())).into_iter().collect()
    }

    fn kept_from_inputs(&self, data: usize) -> BTreeMap<usize, String> {
        let set = &self.declared.data[data];
        let mut kept = self.id_of(data);
        match &set.split.method {
            SplitMethod::Column { column, .. } => {
                kept.insert(*column, "what the split goes by".into());
            }
            SplitMethod::Shares { group, .. } => {
                kept.extend(group.map(|group| (group, "what the split keeps together".to_string())));
            }
            SplitMethod::Files { .. } => {}
        }
        let mut labels: BTreeSet<usize> = BTreeSet::new();
        let mut claim = |expr: &Expr, what: String, label: bool| {
            for column in self.named_silently(data, expr) {
                kept.entry(column).or_insert_with(|| what.clone());
                labels.extend(label.then_some(column));
            }
        };
        for id in &self.names.program.modules[0].decls {
            let decl = &self.names.program.decls[id.0].decl;
            let (Keyword::Task, Some(name), Some(block)) = (decl.keyword, &decl.name, &decl.block) else { continue };
            if is_callable(decl) {
                continue;
            }
            if let Some(label) = block.field("label").and_then(|field| field.value.as_ref()) {
                claim(label, format!("the label of task `{}`", name.name), true);
            }
            if let Some(weight) = block.field("weight").and_then(|field| field.value.as_ref()) {
                claim(weight, format!("the row weight of task `{}`", name.name), false);
            }
        }
        // Another name of the same column in the file is the same column, and so is what one is made of and what is made of one.
        let mut behind: BTreeMap<usize, String> = BTreeMap::new();
        let made = |column: usize| matches!(set.columns[column].origin, Origin::Made(_));
        for (column, what) in &kept {
            // What only the split goes by is not hidden: `group: year` leaves the date that the year is of.
            if made(*column) && !labels.contains(column) {
                continue;
            }
            for base in set.behind([*column]) {
                behind.entry(base).or_insert_with(|| what.clone());
            }
        }
        for index in 0..set.columns.len() {
            if let Some(what) = set.behind([index]).iter().find_map(|base| behind.get(base)) {
                kept.entry(index).or_insert_with(|| what.clone());
            }
        }
        kept
    }

    /// The columns of a data set that an expression names, however many mistakes it has; reports nothing.
    fn named_silently(&self, data: usize, expr: &Expr) -> Vec<usize> {
        let set = &self.declared.data[data];
        let of = |name: &str| self.declared.columns_by_name[data].get(name).copied();
        match &expr.bare().kind {
            ExprKind::Path(path) => match path.parts.as_slice() {
                [owner, column] if owner.name == set.name => of(&column.name).into_iter().collect(),
                [owner, table, column] if owner.name == set.name => {
                    of(&format!("{}.{}", table.name, column.name)).into_iter().collect()
                }
                _ => Vec::new(),
            },
            ExprKind::Index { base, items } if base.as_name().is_some_and(|base| base.name == set.name) => {
                let of_item = |item: &Expr| -> Vec<usize> {
                    let base = match &item.bare().kind {
                        ExprKind::Choice(choice) => choice.base.as_ref(),
                        _ => item.bare(),
                    };
                    match &base.kind {
                        ExprKind::Path(path) => of(&path.text()).into_iter().collect(),
                        ExprKind::Range { from, to } => match spell_out(&from.name, &to.name) {
                            Some(names) => names.iter().filter_map(|name| of(name)).collect(),
                            None => match (of(&from.name), of(&to.name)) {
                                (Some(first), Some(last)) => (first..=last).collect(),
                                _ => Vec::new(),
                            },
                        },
                        ExprKind::Pattern(pattern) => {
                            (0..set.columns.len()).filter(|index| matches(pattern, &set.columns[*index].name)).collect()
                        }
                        _ => Vec::new(),
                    }
                };
                items.iter().flat_map(of_item).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether a name fits a pattern in which each `*` stands for any letters, none among them.
pub(in crate::check) fn matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|start| name.strip_prefix(start)) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((end, middle)) = pieces.split_last() else { return rest.is_empty() };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, fits, not) in [
            ("*", "anything", None),
            ("bill_*", "bill_length", Some("xbill_length")),
            ("bill_*", "bill_", Some("bill")),
            ("*_mm", "bill_mm", Some("bill_mm_")),
            ("a*b*c", "abc", Some("acb")),
            ("a*a", "aa", Some("a")),
            ("*ab*", "xxabxx", Some("xxbaxx")),
            ("größe_*", "größe_1", Some("grösse_1")),
        ] {
            assert!(matches(pattern, fits), "{pattern} {fits}");
            assert!(not.is_none_or(|not| !matches(pattern, not)), "{pattern} {not:?}");
        }
    }
}
