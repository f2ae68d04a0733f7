//! Notes what the columns of a file hold whose format says what they are called and of what type: everything but text.

use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::Array;

use super::profile::{ColumnProfile, Profile, SAMPLE_CELLS, SAMPLE_ROWS};
use super::reading::READINGS;
use crate::catalog::formats::FormatDef;
use crate::catalog::kinds::KindDef;
use crate::catalog::kinds::text::Text;
use crate::data::formats::items::{Item, item};
use crate::data::formats::{Chunks, Found, Request, half};
use crate::data::source::Source;
use crate::diag::Diagnostic;
use crate::pipeline::{Column, DataSet, Origin, Split, SplitMethod};
use crate::source::Span;

/// Notes what a file holds.
pub fn read(name: &'static str, format: &FormatDef, source: &Source) -> Result<Profile, String> {
    let nothing = declared(format, &[]);
    let names = opened(format, source, &nothing)?.columns();
    let set = declared(format, &names);
    let mut chunks = opened(format, source, &set)?;
    let mut columns: Vec<ColumnProfile> = names.iter().map(|name| ColumnProfile::new(name)).collect();
    // Of those that can be read, the place in the file.
    let mut asked: Vec<(usize, usize)> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match chunks.find(name) {
            Found::At(place) => match chunks.refusal(place) {
                Some(reason) => columns[index].unreadable = Some(format!("it {reason}")),
                None => asked.push((index, place)),
            },
            Found::Twice(..) => columns[index].twice = true,
            Found::No => columns[index].unreadable = Some("it cannot be named".into()),
        }
    }
    chunks.ask(&asked.iter().map(|(_, place)| *place).collect::<Vec<_>>());
    let kept = SAMPLE_ROWS.min(SAMPLE_CELLS / columns.len().max(1));
    let mut sample: Vec<Vec<String>> = Vec::new();
    let mut rows = 0;
    while let Some(raw) = chunks.next().map_err(first)? {
        let chunk = raw().map_err(first)?;
        let more = chunk.rows.min(kept.saturating_sub(rows));
        sample.resize(rows.min(kept) + more, vec![String::new(); columns.len()]);
        for ((index, _), filled) in asked.iter().zip(&chunk.columns) {
            let Some(array) = filled.array() else { continue };
            for place in 0..array.len() {
                let row = rows + place;
                let line = chunk.lines.get(place).map_or(row + 1, |line| *line as usize);
                let value = item(&array, place);
                note(&mut columns[*index], &value, row, line);
                if row < kept && !matches!(value, Item::List(_)) {
                    sample[row][*index] = value.text().into_owned();
                }
            }
        }
        rows += chunk.rows;
    }
    for (index, column) in columns.iter_mut().enumerate() {
        match column.shape.is_empty() {
            true => column.numbers = column.counts().of(0),
            false => sample.iter_mut().for_each(|row| row[index].clear()),
        }
    }
    let sample = sample.into_iter().map(Into::into).collect();
    let reading = READINGS[0];
    Ok(Profile { format: name, arguments: Vec::new(), rows, columns, reading, sample, headed: true, typed: true })
}

/// Notes a value; lists of numbers make a column of arrays, as long as all are of one length.
fn note(column: &mut ColumnProfile, value: &Item<'_>, row: usize, line: usize) {
    let numbers = match value {
        Item::Missing => {
            column.add_missing("");
            return;
        }
        Item::Text(text) if text.starts_with('[') => serde_json::from_str::<Vec<f64>>(text).ok(),
        Item::List(items) => (0..items.len()).map(|place| item(items, place).number()).collect(),
        _ => None,
    };
    let Some(numbers) = numbers.filter(|numbers| !numbers.is_empty()) else {
        if let Item::Real(number) = value
            && number.is_nan()
        {
            column.add_missing("");
            return;
        }
        let text = value.text();
        match text.trim() {
            "" => column.add_missing(""),
            trimmed => column.add(trimmed, row, line),
        }
        return;
    };
    column.counts_rows = false;
    column.rises = false;
    if column.shape.is_empty() {
        column.shape = vec![numbers.len()];
    } else if column.shape != [numbers.len()] {
        column.unreadable = Some("it holds lists of numbers of several lengths".into());
    }
    numbers.iter().filter(|number| number.is_finite()).for_each(|number| column.numbers.add(*number));
}

/// A data set that declares columns of these names, as text.
fn declared(format: &FormatDef, names: &[String]) -> DataSet {
    let span = Span::default();
    let column = |name: &String| Column {
        name: name.clone(),
        source: name.clone(),
        kind: KindDef::Text(Text { missing: None }),
        map: BTreeMap::new(),
        shape: Vec::new(),
        axes: Vec::new(),
        origin: Origin::File,
        span,
    };
    DataSet {
        name: String::new(),
        doc: String::new(),
        format: format.clone(),
        path_span: span,
        split: Split { method: SplitMethod::Files { valid: None, test: None }, seed: 0, span },
        columns: names.iter().map(column).collect(),
        joins: Vec::new(),
        same: (0..names.len()).collect(),
        id: None,
        span,
    }
}

fn opened<'a>(format: &'a FormatDef, source: &'a Source, set: &'a DataSet) -> Result<Box<dyn Chunks + 'a>, String> {
    let (needed, wanted) = (vec![false; set.columns.len()], vec![true; set.columns.len()]);
    let request = Request {
        set,
        name: "",
        base: Path::new(""),
        needed: &needed,
        wanted: &wanted,
        whole: false,
        key: None,
        hashed: false,
        closed: false,
        read: &|_, _| None,
        memory: usize::MAX,
    };
    half(format).open(source, &request).map_err(first)
}

/// The first problem, without the name of the file, which the caller knows.
fn first(problems: Vec<Diagnostic>) -> String {
    let message = problems.into_iter().next().map(|problem| problem.message).unwrap_or_default();
    message.strip_prefix("cannot read ``: ").map_or(message.clone(), str::to_string)
}
