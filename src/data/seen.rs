//! What was seen of the data: for people as a summary, for later checks as facts.

use std::collections::BTreeMap;

use super::kinds;
use super::labels::LabelColumn;
use super::prepare::Prepared;
use super::problems::count;
use super::row_set::RowSet;
use super::source::sha256;
use super::split::PartRows;
use super::table::{FileSeen, Lengths, Table, Tables};
use crate::catalog::kinds::KindDef;
use crate::check::facts::{ColumnFacts, DataFacts, FactsFile};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Pipeline;
use crate::pipeline::{DataSet, Part, Target};

/// Grows when a field of the facts file changes its meaning.
const VERSION: u32 = 1;

/// More columns than this are counted, not listed.
const MOST_COLUMNS: usize = 40;

/// What a facts file keeps.
pub fn facts_file(pipeline: &Pipeline, tables: &Tables, prepared: &Prepared) -> FactsFile {
    let sizes = prepared.facts().iter().map(|(symbol, size)| (symbol.to_string(), *size)).collect();
    let data = pipeline.data.iter().zip(&tables.sets);
    let data = data.map(|(set, table)| (set.name.clone(), data_facts(set, table, prepared))).collect();
    FactsFile { version: VERSION, sizes, data }
}

fn data_facts(set: &DataSet, table: &Table, prepared: &Prepared) -> DataFacts {
    let mut columns = BTreeMap::new();
    for (index, column) in set.columns.iter().enumerate() {
        let classes = prepared.fitted().classes.get(&format!("{}.{}", set.name, column.name));
        let classes = classes.cloned().unwrap_or_default();
        super::store::release();
        let holds = table.column(index).map(|array| kinds::half(&column.kind).describe(array, &classes));
        let (kind, missing) = (column.kind.name().to_string(), table.missing(index));
        columns.insert(column.name.clone(), ColumnFacts { kind, missing, holds: holds.unwrap_or_default(), classes });
    }
    DataFacts { sha256: fingerprint(table), rows: table.rows, columns }
}

/// The hash of a data set's files; of one file, its own.
fn fingerprint(table: &Table) -> String {
    match table.all_files().collect::<Vec<_>>().as_slice() {
        [only] => only.sha256.clone(),
        several => {
            let all: String = several.iter().map(|file| file.sha256.as_str()).collect();
            sha256(all.as_bytes())
        }
    }
}

/// What a facts file that was kept says otherwise than the data does now.
pub fn stale_facts(pipeline: &Pipeline, kept: &FactsFile, now: &FactsFile, name: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for set in &pipeline.data {
        let (old, new) = (kept.data.get(&set.name), now.data.get(&set.name));
        let Some(new) = new else { continue };
        let what = match old {
            None => format!("`{name}` says nothing of `{}`", set.name),
            Some(old) if old.sha256 != new.sha256 => {
                format!("the files of `{}` are not those that `{name}` was written from", set.name)
            }
            Some(_) => continue,
        };
        found.push(stale(set, what));
    }
    if found.is_empty()
        && kept.sizes != now.sizes
        && let Some(set) = pipeline.data.first()
    {
        let other = now.sizes.iter().find(|(symbol, size)| kept.sizes.get(*symbol) != Some(size));
        let what = other.map_or(String::new(), |(symbol, size)| format!(": {symbol} is {size} now"));
        found.push(stale(set, format!("the spec has changed since `{name}` was written{what}")));
    }
    found
}

fn stale(set: &DataSet, message: String) -> Diagnostic {
    Diagnostic::new(&codes::STALE_FACTS, set.path_span, message)
        .here("has changed")
        .help("write it anew: `mtlc check --data --write-facts`")
}

// ------------------------------------------------------------------------------------ for people

/// Rows per part, columns with what they hold, labels per task.
pub fn summary(pipeline: &Pipeline, tables: &Tables, prepared: &Prepared) -> String {
    let mut text = String::new();
    for (data, (set, table)) in pipeline.data.iter().zip(&tables.sets).enumerate() {
        let named = |files: &[FileSeen]| files.iter().map(|file| format!("`{}`", file.name)).collect::<Vec<_>>();
        let (files, joined) = (named(&table.files), named(&table.joined));
        let joined = if joined.is_empty() { String::new() } else { format!(", joined with {}", joined.join(", ")) };
        let parts: Vec<String> = Part::ALL
            .iter()
            .map(|part| format!("{} {}", part.name(), prepared.parts().0[data].of(*part).len()))
            .collect();
        let rows = count(table.rows, "row");
        text += &format!("{}: {rows} in {}{joined} ({})\n", set.name, files.join(", "), parts.join(", "));
        text += &columns(set, table, prepared);
    }
    for (index, input) in pipeline.inputs.iter().enumerate() {
        let of_part = |part: &Part| {
            let (lacking, all) = prepared.lacking(index, *part)?;
            (all > 0).then(|| format!("{} {} of {all}", part.name(), all - lacking))
        };
        let counts: Vec<String> = Part::ALL.iter().filter_map(of_part).collect();
        if !counts.is_empty() {
            text += &format!("input {}  rows with it: {}\n", input.name, counts.join(", "));
        }
    }
    text += &super::tokens_seen::lines(pipeline, prepared);
    let width = pipeline.tasks.iter().map(|task| task.name.chars().count()).max().unwrap_or(0);
    for (index, task) in pipeline.tasks.iter().enumerate() {
        let label = prepared.label(index);
        let parts = &prepared.parts().0[task.label.data];
        let shares = shares(label, parts.of(Part::Train), prepared.classes(index));
        let counts = of_parts(parts, |rows| (rows.both(&label.present).len(), rows.len()));
        text += &format!("task {:width$}  labels: {counts}{shares}\n", task.name);
        if let Some(share) = prepared.share_shown(index).filter(|share| *share < 1.0) {
            let left = "of the pixels that have one the model is shown";
            text += &format!("  {left} {:.0}%, and is judged by these\n", 100.0 * share);
        }
        for (place, target) in task.targets.iter().enumerate() {
            let Some(having) = prepared.having(index, place) else { continue };
            let counts = of_parts(parts, |rows| {
                let labelled = rows.both(&label.present);
                (labelled.both(having).len(), labelled.len())
            });
            let name =
                if target.name == Target::ONLY { "its target".into() } else { format!("target {}", target.name) };
            text += &format!("  {name}  rows with it: {counts}\n");
        }
    }
    text
}

/// Counts in each part, of how many: "train 12 of 30, valid 4".
fn of_parts(parts: &PartRows, count: impl Fn(&RowSet) -> (usize, usize)) -> String {
    let counts = Part::ALL.iter().filter(|part| !parts.of(**part).is_empty()).map(|part| {
        let (own, all) = count(parts.of(*part));
        let of = if own == all { String::new() } else { format!(" of {all}") };
        format!("{} {own}{of}", part.name())
    });
    counts.collect::<Vec<_>>().join(", ")
}

/// A line per column, and one for a range such as `p00 .. p63`.
fn columns(set: &DataSet, table: &Table, prepared: &Prepared) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut start = 0;
    let unseen = prepared.unseen_classes(&[Part::Valid, Part::Test]);
    // The columns of a range are declared at one place.
    for run in set.columns.chunk_by(|before, after| before.span == after.span) {
        let indices = start..start + run.len();
        start = indices.end;
        let gaps: usize = indices.clone().map(|index| table.missing(index)).sum();
        let (name, holds) = match run {
            [column] => {
                let classes = prepared.fitted().classes.get(&format!("{}.{}", set.name, column.name));
                let classes = classes.map_or(&[][..], Vec::as_slice);
                super::store::release();
                let Some(array) = table.column(indices.start) else { continue };
                let frames = table.clips.get(&indices.start).map_or(String::new(), Lengths::words);
                let seconds = match &column.kind {
                    KindDef::Audio(audio) => table.sounds.get(&indices.start).map(|sounds| sounds.seconds(audio.rate)),
                    _ => None,
                };
                (
                    column.name.clone(),
                    kinds::half(&column.kind).describe(array, classes) + &frames + &seconds.unwrap_or_default(),
                )
            }
            [first, .., last] => (format!("{} .. {}", first.name, last.name), count(run.len(), "column")),
            [] => continue,
        };
        let gaps = if gaps == 0 { String::new() } else { format!("; {gaps} missing{}", spelled(table, indices)) };
        let column = format!("{}.{}", set.name, run[0].name);
        let unknown = unseen.iter().find(|counts| counts.column == column && counts.unknown > 0);
        let unknown = unknown.map_or(String::new(), |counts| {
            let classes: Vec<String> = counts.classes.iter().map(|class| super::problems::shown(class)).collect();
            format!("; unknown to train in {} of valid and test: {}", count(counts.unknown, "row"), classes.join(", "))
        });
        lines.push((name, format!("{:8}  {holds}{gaps}{unknown}", run[0].kind.name())));
    }
    let width = lines.iter().take(MOST_COLUMNS).map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut text: String =
        lines.iter().take(MOST_COLUMNS).map(|(name, holds)| format!("  {name:width$}  {holds}\n")).collect();
    if lines.len() > MOST_COLUMNS {
        text += &format!("  … and {} more columns\n", lines.len() - MOST_COLUMNS);
    }
    text
}

/// How missing values are written, if by more than an empty cell: " (`NA` 3, empty 2)".
fn spelled(table: &Table, columns: std::ops::Range<usize>) -> String {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for counts in table.spelled_missing.get(columns).into_iter().flatten() {
        counts.iter().for_each(|(spelling, count)| *all.entry(spelling).or_default() += count);
    }
    let shown: Vec<String> = all
        .iter()
        .map(|(spelling, count)| match *spelling {
            "" => format!("empty {count}"),
            spelling => format!("`{}` {count}", super::problems::shown(spelling)),
        })
        .collect();
    if all.keys().all(|spelling| spelling.is_empty()) { String::new() } else { format!(" ({})", shown.join(", ")) }
}

/// The share of each class in train: "; Adelie 44%, Chinstrap 20%, Gentoo 36%".
fn shares(label: &LabelColumn, train: &RowSet, classes: Option<&[String]>) -> String {
    const MOST: usize = 8;
    let (Some(codes_of), Some(classes)) = (label.classes(), classes) else { return String::new() };
    let mut counts = vec![0usize; classes.len()];
    train.both(&label.present).iter().for_each(|row| counts[codes_of[row] as usize] += 1);
    let all = counts.iter().sum::<usize>().max(1);
    let shares: Vec<String> = classes
        .iter()
        .zip(counts)
        .take(MOST)
        .map(|(class, count)| format!("{} {:.0}%", super::problems::shown(class), 100.0 * count as f64 / all as f64))
        .collect();
    format!("; {}{}", shares.join(", "), if classes.len() > MOST { ", …" } else { "" })
}
