//! A second table beside a first: each row gets the row of the second table that has its key.

use arrow_array::{ArrayRef, UInt64Array};

use super::keys::{Found, Keys};
use super::kinds;
use super::problems::{at_rows, count, shown};
use super::store;
use super::table::Table;
use crate::diag::Diagnostic;
use crate::diag::codes::made as codes;
use crate::pipeline::{Column, DataSet, Join, JoinKey, Origin};

/// How many keys a message names.
const NAMED: usize = 3;

/// How many rows are put on disk at once.
const AT_ONCE: usize = 1 << 16;

/// Puts the columns of a table beside those of the first one. A row that lacks a part of its key, or whose key the table does not have,
/// gets missing values; a key that stands twice in the table is an error, since either of its rows could be meant.
pub(super) fn beside(set: &DataSet, index: usize, table: &mut Table, other: Table) -> Result<(), Vec<Diagnostic>> {
    let join = &set.joins[index];
    let keys = Keys::of(join, &other);
    if let Some((before, again)) = keys.repeated.first() {
        return Err(vec![repeated_key(set, index, &other, (*before, *again), keys.repeated.len())]);
    }
    // A key may be made of other columns.
    if join.keys.iter().any(|key| table.column(key.own).is_none()) {
        return Ok(());
    }
    let found = keys.rows_of(set, join, table);
    let unmatched: Vec<usize> = (0..table.rows).filter(|row| found[*row] == Found::Unknown).collect();
    if !unmatched.is_empty() && !found.iter().any(|found| matches!(found, Found::Row(_))) {
        return Err(vec![nothing_matches(set, index, table, &other, unmatched[0])]);
    }
    let places: UInt64Array = found.iter().map(|found| found.row()).collect();
    for (column, declared) in set.columns.iter().enumerate() {
        let Origin::Joined { join, column: of_other } = declared.origin else { continue };
        if join != index {
            continue;
        }
        let Some(array) = other.column(of_other) else { continue };
        table.columns[column] = Some(taken(array, &places, table.stored).map_err(|reason| {
            let message = format!("`{}` cannot be joined: {reason}", declared.name);
            vec![
                Diagnostic::new(&crate::diag::codes::data::UNREADABLE_DATA, set.joins[index].table.path_span, message)
                    .here("this table"),
            ]
        })?);
    }
    table.media.extend(other.media);
    table.left_out.extend(other.left_out);
    table.told.extend(other.told);
    table.joined.extend(other.files.into_iter().map(|file| super::table::FileSeen { rows: 0..0, ..file }));
    if !unmatched.is_empty() {
        table.unmatched.insert(index, unmatched);
    }
    Ok(())
}

/// The values at these places: in memory, or on disk beside a table that lies there.
fn taken(array: &ArrayRef, places: &UInt64Array, stored: bool) -> Result<ArrayRef, String> {
    let take = |places: &UInt64Array| {
        arrow_select::take::take(array.as_ref(), places, None).map_err(|error| error.to_string())
    };
    if !stored {
        return take(places);
    }
    let pieces = (0..places.len()).step_by(AT_ONCE);
    store::columns::on_disk(pieces.map(|start| take(&places.slice(start, AT_ONCE.min(places.len() - start)))))
}

/// What a row has in the columns of a key.
fn key_of(table: &Table, columns: &[(usize, &Column)], row: usize) -> Vec<String> {
    let text = |(index, column): &(usize, &Column)| kinds::half(&column.kind).text(table.column(*index)?, row);
    columns.iter().map(|column| text(column).unwrap_or_default()).collect()
}

/// The columns of a key in the first table, and in the second.
fn own_columns<'s>(set: &'s DataSet, join: &Join) -> Vec<(usize, &'s Column)> {
    join.keys.iter().map(|key| (key.own, &set.columns[key.own])).collect()
}

fn other_columns(join: &Join) -> Vec<(usize, &Column)> {
    join.keys.iter().map(|key| (key.other, &join.table.columns[key.other])).collect()
}

/// Names or cells, each marked: "`DE`, `2020`".
fn listed<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    texts.into_iter().map(|text| format!("`{}`", shown(text))).collect::<Vec<_>>().join(", ")
}

/// Some columns of the first table, as something that a row has.
fn has(columns: &[(usize, &Column)]) -> String {
    match columns {
        [(_, only)] => format!("a `{}`", only.name),
        several => format!("the key ({})", listed(several.iter().map(|(_, column)| column.name.as_str()))),
    }
}

fn repeated_key(
    set: &DataSet,
    index: usize,
    other: &Table,
    (before, again): (usize, usize),
    how_many: usize,
) -> Diagnostic {
    let join = &set.joins[index];
    let columns = other_columns(join);
    let is = |((_, column), text): (&(usize, &Column), &String)| format!("`{}` is `{}`", column.source, shown(text));
    let said: Vec<String> = columns.iter().zip(&key_of(other, &columns, again)).map(is).collect();
    let message = format!(
        "{}: {}, as in {} already, so that a row of `{}` would belong to both",
        other.place(again),
        said.join(" and "),
        other.short_place(before),
        set.name
    );
    let help = match columns.len() {
        1 => "keep one row of each key in that file, or join by a key that is: several columns are one as `on [a, b]`",
        _ => "keep one row of each key in that file, or join by one more column that tells them apart",
    };
    let diagnostic = Diagnostic::new(&codes::REPEATED_KEY, join.span, message).here("joined by this key").help(help);
    if how_many > 1 { diagnostic.note(format!("{} repeat a key", count(how_many, "row"))) } else { diagnostic }
}

fn nothing_matches(set: &DataSet, index: usize, table: &Table, other: &Table, unmatched: usize) -> Diagnostic {
    let join = &set.joins[index];
    let (mine, theirs) = (own_columns(set, join), other_columns(join));
    let file = other.files.first().map_or("", |file| file.name.as_str());
    let message = format!(
        "no row of `{}` has {} that `{file}` has: {} has {}",
        set.name,
        has(&mine),
        table.place(unmatched),
        listed(key_of(table, &mine, unmatched).iter().map(String::as_str))
    );
    let there = |row: &usize| {
        theirs.iter().all(|(index, column)| {
            other.column(*index).is_some_and(|array| kinds::half(&column.kind).text(array, *row).is_some())
        })
    };
    let some: Vec<Vec<String>> =
        (0..other.rows).filter(there).take(NAMED).map(|row| key_of(other, &theirs, row)).collect();
    let several = |key: &Vec<String>| match key.as_slice() {
        [_] => listed(key.iter().map(String::as_str)),
        key => format!("({})", listed(key.iter().map(String::as_str))),
    };
    let note = match some.as_slice() {
        [] => format!("`{file}` has no keys"),
        some => format!("`{file}` has {}, …", some.iter().map(several).collect::<Vec<_>>().join(", ")),
    };
    let diagnostic = Diagnostic::new(&codes::NO_KEY_MATCHES, join.span, message)
        .here("joined by this key")
        .note(note)
        .help("join by the column that both tables have; its name in the second file is written `on KEY as \"…\"`");
    // Which of several columns is to blame, if one alone fits nowhere.
    let alone = |key: &&JoinKey| {
        let one = Join { keys: vec![**key], ..join.clone() };
        let found = Keys::of(&one, other).rows_of(set, &one, table);
        !found.iter().any(|found| matches!(found, Found::Row(_)))
    };
    match join.keys.iter().find(alone).filter(|_| join.keys.len() > 1) {
        Some(key) => diagnostic.note(format!("no `{}` alone is in `{file}` either", set.columns[key.own].name)),
        None => diagnostic,
    }
}

/// Rows whose key a table that is joined does not have.
pub(super) fn unmatched_keys(set: &DataSet, table: &Table) -> Vec<Diagnostic> {
    let said = |(index, rows): (&usize, &Vec<usize>)| {
        let join = &set.joins[*index];
        let columns = own_columns(set, join);
        let first = rows.first().map(|row| key_of(table, &columns, *row)).unwrap_or_default();
        let message = format!(
            "{} of `{}` {} {} that `{}` does not have, such as {}",
            count(rows.len(), "row"),
            set.name,
            if rows.len() == 1 { "has" } else { "have" },
            has(&columns),
            join.table.name,
            listed(first.iter().map(String::as_str))
        );
        at_rows(&codes::UNMATCHED_KEY, join.span, &message, table, rows)
            .here("its columns are missing there")
            .help("if these rows should not count, leave them out by `where`, or add their keys to that file")
    };
    table.unmatched.iter().map(said).collect()
}
