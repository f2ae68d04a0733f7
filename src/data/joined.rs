//! A second table beside a first: each row gets the row of the second table that has its key.

use std::collections::HashMap;

use arrow_array::{ArrayRef, UInt64Array};

use super::kinds;
use super::problems::{at_rows, count, shown};
use super::table::Table;
use crate::catalog::classes::Classes;
use crate::catalog::kinds::KindDef;
use crate::diag::Diagnostic;
use crate::diag::codes::made as codes;
use crate::pipeline::{DataSet, Origin};

/// How many keys a message names.
const NAMED: usize = 3;

/// Puts the columns of a table beside those of the first one. A row without a key, or with one that the table does not have, gets
/// missing values; a key that stands twice in the table is an error, since either of its rows could be meant.
pub(super) fn beside(set: &DataSet, index: usize, table: &mut Table, other: Table) -> Result<(), Vec<Diagnostic>> {
    let join = &set.joins[index];
    let (key, other_key) = (&set.columns[join.key], &join.table.columns[join.other_key]);
    let texts = |table: &Table, column: usize, kind: &KindDef| -> Vec<Option<String>> {
        let half = kinds::half(kind);
        let array = table.column(column);
        (0..table.rows).map(|row| array.and_then(|array| half.text(array, row))).collect()
    };
    let theirs = texts(&other, join.other_key, &other_key.kind);
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut repeated: Vec<(usize, usize)> = Vec::new();
    for (row, text) in theirs.iter().enumerate() {
        let Some(text) = text else { continue };
        match first.get(text.as_str()) {
            Some(before) => repeated.push((*before, row)),
            None => _ = first.insert(text, row),
        }
    }
    // Classes that are all numbers are one whichever way they are spelled.
    let keys: Vec<String> =
        if kinds::half(&key.kind).has_classes() { theirs.iter().flatten().cloned().collect() } else { Vec::new() };
    let rows_of: Vec<usize> = (0..theirs.len()).filter(|row| theirs[*row].is_some()).collect();
    let classes = Classes::new(&keys);
    if let Some((before, again)) = repeated.first() {
        return Err(vec![repeated_key(set, index, &other, (*before, *again), repeated.len(), &theirs)]);
    }
    if table.column(join.key).is_none() {
        return Ok(());
    }
    // A key may be made of other columns.
    let mine = texts(table, join.key, &key.kind);
    let mut unmatched = Vec::new();
    let mut matched = 0;
    let places: Vec<Option<u64>> = mine
        .iter()
        .enumerate()
        .map(|(row, text)| {
            let text = text.as_deref()?;
            let place = first.get(text).copied().or_else(|| classes.index(text).map(|index| rows_of[index]));
            match place {
                Some(place) => {
                    matched += 1;
                    Some(place as u64)
                }
                None => {
                    unmatched.push(row);
                    None
                }
            }
        })
        .collect();
    if matched == 0 && !unmatched.is_empty() {
        return Err(vec![nothing_matches(set, index, table, &other, &unmatched, &mine, &theirs)]);
    }
    let places = UInt64Array::from(places);
    for (column, declared) in set.columns.iter().enumerate() {
        let Origin::Joined { join, column: of_other } = declared.origin else { continue };
        if join != index {
            continue;
        }
        let Some(array) = other.column(of_other) else { continue };
        table.columns[column] = Some(taken(array, &places).map_err(|reason| {
            let message = format!("`{}` cannot be joined: {reason}", declared.name);
            vec![
                Diagnostic::new(&crate::diag::codes::data::UNREADABLE_DATA, set.joins[index].table.path_span, message)
                    .here("this table"),
            ]
        })?);
    }
    table.media.extend(other.media);
    table.left_out.extend(other.left_out);
    table.joined.extend(other.files.into_iter().map(|file| super::table::FileSeen { rows: 0..0, ..file }));
    if !unmatched.is_empty() {
        table.unmatched.insert(index, unmatched);
    }
    Ok(())
}

fn taken(array: &ArrayRef, places: &UInt64Array) -> Result<ArrayRef, String> {
    arrow_select::take::take(array.as_ref(), places, None).map_err(|error| error.to_string())
}

fn repeated_key(
    set: &DataSet,
    index: usize,
    other: &Table,
    (before, again): (usize, usize),
    how_many: usize,
    theirs: &[Option<String>],
) -> Diagnostic {
    let join = &set.joins[index];
    let source = &join.table.columns[join.other_key].source;
    let text = theirs[again].as_deref().unwrap_or_default();
    let message = format!(
        "{}: `{source}` is `{}`, as in {} already, so that a row of `{}` would belong to both",
        other.place(again),
        shown(text),
        other.short_place(before),
        set.name
    );
    let diagnostic = Diagnostic::new(&codes::REPEATED_KEY, join.span, message)
        .here("joined by this key")
        .help("keep one row of each key in that file, or join by a key that is");
    if how_many > 1 { diagnostic.note(format!("{} repeat a key", count(how_many, "row"))) } else { diagnostic }
}

fn nothing_matches(
    set: &DataSet,
    index: usize,
    table: &Table,
    other: &Table,
    unmatched: &[usize],
    mine: &[Option<String>],
    theirs: &[Option<String>],
) -> Diagnostic {
    let join = &set.joins[index];
    let listed = |texts: &mut dyn Iterator<Item = &str>| {
        texts.take(NAMED).map(|text| format!("`{}`", shown(text))).collect::<Vec<_>>().join(", ")
    };
    let file = other.files.first().map_or("", |file| file.name.as_str());
    let message = format!(
        "no row of `{}` has a `{}` that `{file}` has: {} has {}",
        set.name,
        set.columns[join.key].name,
        table.place(unmatched[0]),
        listed(&mut unmatched.iter().filter_map(|row| mine[*row].as_deref()).take(1))
    );
    let theirs = listed(&mut theirs.iter().filter_map(Option::as_deref));
    Diagnostic::new(&codes::NO_KEY_MATCHES, join.span, message)
        .here("joined by this key")
        .note(if theirs.is_empty() { format!("`{file}` has no keys") } else { format!("`{file}` has {theirs}, …") })
        .help("join by the column that both tables have; its name in the second file is written `on KEY as \"…\"`")
}

/// Rows whose key a table that is joined does not have.
pub(super) fn unmatched_keys(set: &DataSet, table: &Table) -> Vec<Diagnostic> {
    let said = |(index, rows): (&usize, &Vec<usize>)| {
        let join = &set.joins[*index];
        let key = &set.columns[join.key];
        let text = rows.first().and_then(|row| kinds::half(&key.kind).text(table.column(join.key)?, *row));
        let message = format!(
            "{} of `{}` {} a `{}` that `{}` does not have, such as `{}`",
            count(rows.len(), "row"),
            set.name,
            if rows.len() == 1 { "has" } else { "have" },
            key.name,
            join.table.name,
            shown(text.as_deref().unwrap_or_default())
        );
        at_rows(&codes::UNMATCHED_KEY, join.span, &message, table, rows)
            .here("its columns are missing there")
            .help("if these rows should not count, leave them out by `where`, or add their keys to that file")
    };
    table.unmatched.iter().map(said).collect()
}
