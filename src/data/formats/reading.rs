//! From the chunks of any format to a table: which of the declared columns a file has, and every one of them filled.

use super::at_place::{column_twice, missing_column};
use super::filling::{Filling, finish};
use super::{Chunk, Chunks, Found, Request, half};
use crate::catalog::formats::FormatDef;
use crate::data::source::Source;
use crate::data::table::{FileSeen, Table};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{Column, Part};

/// Reads a file into a table; every problem of it otherwise.
pub fn read(format: &FormatDef, source: Source, request: &Request<'_>) -> Result<Table, Vec<Diagnostic>> {
    source.hash();
    let mut table = fill(format, &source, request)?;
    let sha256 = source.sha256().map_err(|reason| vec![request.unreadable(&reason)])?;
    table.files.push(FileSeen { name: request.name.to_string(), sha256, rows: 0..table.rows, part: Part::Train });
    Ok(table)
}

fn fill(format: &FormatDef, source: &Source, request: &Request<'_>) -> Result<Table, Vec<Diagnostic>> {
    let changed = |problems| match source.unchanged() {
        Ok(()) => problems,
        // Whatever else is wrong with it comes from that.
        Err(reason) => vec![request.unreadable(&reason)],
    };
    let mut chunks = half(format).open(source, request).map_err(changed)?;
    let spelling = chunks.spelling();
    let mut problems = Vec::new();
    let (mut filling, places) = columns_of(chunks.as_ref(), format, request, &mut problems);
    let beside = source.beside();
    filling.iter_mut().for_each(|column| column.folder(&beside));
    chunks.ask(&places);
    let mut table = Table { unit: chunks.unit(), ..Table::default() };
    // While one chunk is filled in, the next is read.
    std::thread::scope(|scope| {
        let (sender, receiver) = std::sync::mpsc::sync_channel(2);
        let chunks = chunks.as_mut();
        scope.spawn(move || {
            loop {
                let next = chunks.next();
                let more = matches!(next, Ok(Some(_)));
                if sender.send(next).is_err() || !more {
                    return;
                }
            }
        });
        for chunk in receiver {
            match chunk {
                Ok(Some(chunk)) => take(&mut filling, &mut table, chunk),
                Ok(None) => {}
                Err(found) => problems.extend(found),
            }
        }
    });
    problems.extend(chunks.left_out());
    table.header = chunks.header().to_vec();
    table.undeclared_names = chunks.undeclared();
    let broken = !problems.is_empty();
    filling.retain(|column| {
        let absent = chunks.absent(column.field);
        if absent && request.needed[column.index] && !broken {
            problems.push(missing_column(column.column, &table.header, request.name));
        }
        !absent
    });
    let before = problems.len();
    finish(filling, &mut table, request, spelling, &mut problems);
    if let Some(advice) = chunks.advice_on_first_row().filter(|_| table.rows > 0) {
        let first = format!("`{}`, {}: ", request.name, table.short_unit(0));
        for problem in problems.iter_mut().skip(before).filter(|problem| problem.message.starts_with(&first)) {
            problem.help = Some(advice.clone());
        }
    }
    if problems.is_empty() { Ok(table) } else { Err(changed(problems)) }
}

/// Adds some rows.
fn take(filling: &mut [Filling<'_>], table: &mut Table, chunk: Chunk) {
    for (column, array) in filling.iter_mut().zip(&chunk.columns) {
        let place = |row: usize| match chunk.lines.get(row) {
            Some(line) => format!("line {line}"),
            None => table.unit.of(table.rows + row),
        };
        column.take(array, table.rows, &place);
    }
    table.content.extend(chunk.content);
    table.undeclared.extend(chunk.undeclared);
    table.lines.extend(chunk.lines);
    table.rows += chunk.rows;
}

/// Finds the declared columns in a file: what is to be filled, and from which places.
fn columns_of<'a>(
    chunks: &dyn Chunks,
    format: &'a FormatDef,
    request: &Request<'a>,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Filling<'a>>, Vec<usize>) {
    let (mut filling, mut places) = (Vec::new(), Vec::new());
    for (index, column) in request.set.columns.iter().enumerate().filter(|(index, _)| request.wanted[*index]) {
        let place = match chunks.find(column.source.trim()) {
            Found::At(place) => place,
            Found::Twice(first, second) => {
                problems.push(column_twice(column, request.name, first, second));
                continue;
            }
            Found::No => {
                if request.needed[index] {
                    problems.push(missing_column(column, chunks.header(), request.name));
                }
                continue;
            }
        };
        if !column.shape.is_empty() && !format.has_arrays() {
            let message = format!("`{}` is text, and text holds no arrays", request.name);
            problems.push(
                Diagnostic::new(&codes::WRONG_VALUE, column.span, message).here("declared as an array").help(
                    "declare one column per number (`p00 .. p63: number`) and add `-> reshape(8, 8)` after the steps",
                ),
            );
            continue;
        }
        let refusal = chunks.refusal(place);
        if let Some(reason) = refusal.or_else(|| other_shape(column, chunks.shape(place)?)) {
            let message = format!("`{}`: `{}` {reason}", request.name, column.source);
            let declared = format!("declared as `{}`", column.kind.name());
            problems.push(Diagnostic::new(&codes::WRONG_VALUE, column.span, message).here(declared));
            continue;
        }
        filling.push(Filling::new(index, column, place, format.missing(), chunks.spelling()));
        places.push(place);
    }
    (filling, places)
}

/// Why a column whose values all have one shape is none of what is declared.
fn other_shape(column: &Column, shape: Vec<usize>) -> Option<String> {
    if shape == column.shape || (column.shape.is_empty() && !column.kind.takes_shape()) {
        return None;
    }
    let shown = |shape: &[usize]| {
        let sizes = shape.iter().map(usize::to_string);
        format!("({})", std::iter::once("rows".to_string()).chain(sizes).collect::<Vec<_>>().join(", "))
    };
    Some(format!("has the shape {}, and {} is declared", shown(&shape), shown(&column.shape)))
}
