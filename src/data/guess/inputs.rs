//! Which columns are read together, and as what.

use std::collections::HashSet;
use std::ops::Range;

use super::columns::{Guessed, Kind, SENTENCE};
use super::model::{self, Read, Sort};
use super::names::{follows, unique};
use super::relations::Sample;

/// Categories of at most so many classes are read as a number per class.
const FEW_CLASSES: usize = 8;
/// Fewer columns side by side are no spectrum.
const FEWEST_OF_A_SPECTRUM: usize = 32;
/// A list of more names and ranges is written as a pattern, if that is shorter.
const LONG_LIST: usize = 12;
/// So many columns of numbers are declared on one line.
const ON_ONE_LINE: usize = 8;
/// In tables of more columns.
const MANY_COLUMNS: usize = 40;

/// What the model reads: the columns that are no label and not left out. Numbers are read together, and so are categories.
pub fn inputs(columns: &[Guessed], labels: &[usize], sample: &Sample<'_>, names: &mut HashSet<String>) -> Vec<Read> {
    let read: Vec<usize> = readable(columns, labels);
    let mut reads = Vec::new();
    let flat = |index: &usize| columns[*index].kind == Kind::Number && columns[*index].shape.is_empty();
    let mut numbers: Vec<usize> = read.iter().copied().filter(flat).collect();
    if let Some(run) = spectrum(columns, labels, sample) {
        numbers.retain(|index| !run.contains(index));
        let gaps = run.clone().any(|index| columns[index].missing > 0);
        reads.push(Read {
            name: model::SPECTRUM.to_string(),
            columns: vec![format!("{} .. {}", columns[run.start].name, columns[run.end - 1].name)],
            sort: Sort::Spectrum { columns: run.len(), gaps },
        });
    }
    if !numbers.is_empty() {
        let gaps = numbers.iter().any(|index| columns[*index].missing > 0);
        reads.push(Read {
            name: model::NUMBERS.to_string(),
            columns: listed(columns, labels, &numbers),
            sort: Sort::Numbers { columns: numbers.len(), gaps },
        });
    }
    for few in [true, false] {
        let classes = |index: &usize| match &columns[*index].kind {
            Kind::Category(classes) => (classes.len() <= FEW_CLASSES) == few,
            _ => false,
        };
        let of: Vec<usize> = read.iter().copied().filter(classes).collect();
        let name = match of.as_slice() {
            [] => continue,
            [only] => unique(columns[*only].name.clone(), names),
            _ => (if few { model::FEW } else { model::MANY }).to_string(),
        };
        let columns = of.iter().map(|index| columns[*index].name.clone()).collect();
        reads.push(Read { name, columns, sort: Sort::Categories { few } });
    }
    for index in read.iter().filter(|index| !flat(index)) {
        let column = &columns[*index];
        let sort = match &column.kind {
            Kind::Labels(..) => Sort::Labels,
            Kind::Number => Sort::Array { gaps: column.missing > 0 },
            Kind::Text => Sort::Text,
            Kind::Image => Sort::Pictures,
            Kind::Audio => Sort::Sounds,
            Kind::Time => Sort::Time { clock: column.clock, gaps: column.missing > 0 },
            Kind::Category(_) | Kind::Id => continue,
        };
        reads.push(Read { name: unique(column.name.clone(), names), columns: vec![column.name.clone()], sort });
    }
    reads
}

/// The longest range of columns that are one curve in each row.
fn spectrum(columns: &[Guessed], labels: &[usize], sample: &Sample<'_>) -> Option<Range<usize>> {
    runs(columns, labels)
        .into_iter()
        .filter(|run| run.len() >= FEWEST_OF_A_SPECTRUM && columns[run.start].unread.is_none())
        .filter(|run| {
            let all: Vec<usize> = run.clone().collect();
            follows_on(columns, &all) && sample.is_smooth(&all)
        })
        .max_by_key(Range::len)
}

/// The columns that inputs read.
pub fn readable(columns: &[Guessed], labels: &[usize]) -> Vec<usize> {
    let texts = |index: &usize| columns[*index].kind == Kind::Text;
    let read: Vec<usize> =
        (0..columns.len()).filter(|index| !labels.contains(index) && columns[*index].unread.is_none()).collect();
    // Of texts, those that are sentences, if there are any.
    let sentences = read.iter().any(|index| texts(index) && columns[*index].length >= SENTENCE);
    read.into_iter().filter(|index| !texts(index) || !sentences || columns[*index].length >= SENTENCE).collect()
}

/// Columns of numbers as they are written in brackets: names and ranges of names, or a pattern with what it leaves out.
fn listed(columns: &[Guessed], labels: &[usize], of: &[usize]) -> Vec<String> {
    let mut parts = Vec::new();
    for run in runs(columns, labels) {
        let inside: Vec<usize> = run.filter(|index| of.contains(index)).collect();
        match inside.as_slice() {
            [] => {}
            [only] => parts.push(columns[*only].name.clone()),
            several if follows_on(columns, several) => {
                parts.push(format!("{} .. {}", columns[several[0]].name, columns[several[several.len() - 1]].name));
            }
            several => parts.extend(several.iter().map(|index| columns[*index].name.clone())),
        }
    }
    // A pattern never takes labels.
    let left: Vec<&str> = (0..columns.len())
        .filter(|index| columns[*index].kind == Kind::Number && columns[*index].declared)
        .filter(|index| !of.contains(index) && !labels.contains(index))
        .map(|index| columns[index].name.as_str())
        .collect();
    if parts.len() <= LONG_LIST || left.len() * 2 > parts.len() {
        return parts;
    }
    vec![match left.as_slice() {
        [] => "* of number".to_string(),
        [only] => format!("* of number except {only}"),
        several => format!("* of number except [{}]", several.join(", ")),
    }]
}

/// Whether each of these columns has the name after that of the one before.
fn follows_on(columns: &[Guessed], of: &[usize]) -> bool {
    of.windows(2).all(|pair| follows(&columns[pair[0]].name, &columns[pair[1]].name))
}

/// Neighbouring columns that are declared together, as index ranges: those whose names follow on, which are read as one range,
/// and in wide tables any plain numbers.
pub fn runs(columns: &[Guessed], labels: &[usize]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let plain = |index: usize| {
        let column = &columns[index];
        column.kind == Kind::Number
            && column.shape.is_empty()
            && !column.renamed
            && column.unit.is_none()
            && column.declared
            && column.note.is_none()
            && !labels.contains(&index)
    };
    let next = |run: &Range<usize>, index: usize| {
        plain(index - 1)
            && plain(index)
            && columns[index - 1].unread == columns[index].unread
            && follows(&columns[index - 1].name, &columns[index].name)
            && spelt_out(&columns[run.start].name, &columns[index].name)
    };
    for index in 0..columns.len() {
        match runs.last_mut() {
            Some(run) if next(run, index) => run.end = index + 1,
            _ => runs.push(index..index + 1),
        }
    }
    // Two columns are as short written one by one.
    let mut runs: Vec<Range<usize>> = runs
        .into_iter()
        .flat_map(|run| if run.len() == 2 { vec![run.start..run.start + 1, run.start + 1..run.end] } else { vec![run] })
        .collect();
    if columns.len() > MANY_COLUMNS {
        let alone = |run: &Range<usize>| run.len() == 1 && plain(run.start) && columns[run.start].unread.is_none();
        runs = runs
            .chunk_by(|one, other| alone(one) && alone(other))
            .flat_map(|group| match alone(&group[0]) {
                true => group.chunks(ON_ONE_LINE).map(|line| line[0].start..line[line.len() - 1].end).collect(),
                false => group.to_vec(),
            })
            .collect();
    }
    runs
}

/// How a run of several columns is declared: as a range, or name by name.
pub fn together(columns: &[Guessed]) -> String {
    let all: Vec<usize> = (0..columns.len()).collect();
    if columns.len() > 2 && follows_on(columns, &all) {
        return format!("{} .. {}", columns[0].name, columns[columns.len() - 1].name);
    }
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Whether a range may go from one name to another: names of another length only without leading zeros.
fn spelt_out(first: &str, last: &str) -> bool {
    let digits = &first[first.trim_end_matches(|letter: char| letter.is_ascii_digit()).len()..];
    first.len() == last.len() || digits.len() == 1 || !digits.starts_with('0')
}
