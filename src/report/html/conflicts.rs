//! How the tasks' gradients agreed or fought: each task against each, and the pairs over epochs.

use std::collections::BTreeMap;

use super::svg::{Cell, Heat};
use super::text::{escape, number};
use super::{ReportInput, Section, folded_away};
use crate::train::records::Conflict;

/// The most columns of a heat map; more epochs are averaged.
const MOST: usize = 60;

/// The most pairs that are drawn over epochs: of more, those that fought most and those that agreed most.
const MOST_PAIRS: usize = 10;

/// The most tasks of a matrix whose cells can be told apart.
const MOST_TASKS: usize = 60;

pub fn section(input: &ReportInput) -> Option<Section> {
    let epochs = &input.records.epochs;
    let mut places: Vec<Option<&str>> = Vec::new();
    for conflict in epochs.iter().flat_map(|record| &record.conflicts) {
        if !places.contains(&conflict.at.as_deref()) {
            places.push(conflict.at.as_deref());
        }
    }
    let mut body = String::new();
    let (whole, layers): (Vec<_>, Vec<_>) = places.into_iter().partition(Option::is_none);
    whole.into_iter().for_each(|place| body += &at_place(input, place));
    let of_layers: String = layers.iter().map(|place| at_place(input, *place)).collect();
    body += &match (layers.len(), body.is_empty()) {
        (0..=3, _) | (_, true) => of_layers,
        (count, false) => folded_away(&format!("each of {count} layers"), &of_layers),
    };
    if body.is_empty() {
        return None;
    }
    let note =
        "The cosine between the gradients of two tasks: blue where one step helps both, orange where it helps one \
                and hurts the other."
            .to_string();
    Some(Section { id: "conflicts", title: "Agreement and conflict", note, body })
}

/// A pair of tasks.
type Pair<'a> = (&'a str, &'a str);

fn at_place(input: &ReportInput, place: Option<&str>) -> String {
    let records = input.records.epochs.iter().map(|record| (record.epoch, cosines(&record.conflicts, place)));
    let measured: Vec<(usize, Vec<(Pair, f64)>)> = records.filter(|(_, cosines)| !cosines.is_empty()).collect();
    let means = mean_of(&measured);
    let mut pairs: Vec<Pair> = Vec::new();
    for (pair, _) in measured.iter().flat_map(|(_, cosines)| cosines) {
        if !pairs.contains(pair) {
            pairs.push(*pair);
        }
    }
    let title = place.map_or("whole trunk".to_string(), |place| format!("at {place}"));
    let figure = |title: &str, svg: &str| {
        format!("<figure class=\"card wide\"><figcaption>{}</figcaption>{svg}</figure>", escape(title))
    };
    if pairs.len() <= MOST_PAIRS {
        return figure(&title, &over_epochs(&title, &measured, &pairs));
    }
    let mut html = figure(&format!("{title}, mean over the run"), &matrix(&title, &pairs, &means));
    pairs.sort_by(|one, other| means[one].total_cmp(&means[other]));
    let fought: Vec<Pair> = pairs.iter().copied().filter(|pair| means[pair] < 0.0).take(MOST_PAIRS / 2).collect();
    let agreed = pairs.iter().rev().copied().filter(|pair| means[pair] > 0.0).take(MOST_PAIRS - fought.len());
    let mut shown = fought;
    shown.extend(agreed.collect::<Vec<_>>().into_iter().rev());
    let heading = format!("{title}, the pairs that fought most and those that agreed most");
    html += &figure(&heading, &over_epochs(&title, &measured, &shown));
    html
}

/// What was measured at a place.
fn cosines<'a>(conflicts: &'a [Conflict], place: Option<&str>) -> Vec<(Pair<'a>, f64)> {
    let here = conflicts.iter().filter(|one| one.at.as_deref() == place && one.cosine.is_finite());
    here.map(|one| ((one.left.as_str(), one.right.as_str()), one.cosine)).collect()
}

/// The mean of each pair over some moments.
fn mean_of<'a>(moments: &[(usize, Vec<(Pair<'a>, f64)>)]) -> BTreeMap<Pair<'a>, f64> {
    let mut sums: BTreeMap<Pair, (f64, f64)> = BTreeMap::new();
    for (pair, cosine) in moments.iter().flat_map(|(_, cosines)| cosines) {
        let sum = sums.entry(*pair).or_default();
        *sum = (sum.0 + cosine, sum.1 + 1.0);
    }
    sums.into_iter().map(|(pair, (sum, count))| (pair, sum / count)).collect()
}

/// Each task against each.
fn matrix(title: &str, pairs: &[Pair], means: &BTreeMap<Pair, f64>) -> String {
    let mut tasks: Vec<&str> = Vec::new();
    for task in pairs.iter().flat_map(|pair| [pair.0, pair.1]) {
        if !tasks.contains(&task) {
            tasks.push(task);
        }
    }
    if tasks.len() > MOST_TASKS {
        return format!("<p class=\"note\">{} tasks are too many for a picture of each against each.</p>", tasks.len());
    }
    let cell = |left: &str, right: &str| {
        let cosine = *means.get(&(left, right)).or_else(|| means.get(&(right, left)))?;
        let text = match cosine.abs() < 0.05 {
            true => String::new(),
            false => format!("{cosine:+.1}").replace('-', "−").replace("+0.", "+.").replace("−0.", "−."),
        };
        Some(Cell { strength: cosine, text, title: format!("{left} · {right}: {}", number(cosine)) })
    };
    let cells = tasks.iter().map(|left| tasks.iter().map(|right| cell(left, right)).collect()).collect();
    let names: Vec<String> = tasks.iter().map(|task| task.to_string()).collect();
    let label = format!("mean cosine between the gradients of each pair of tasks, {title}");
    let rows = names.clone();
    Heat { label: &label, rows, columns: names, cells, words: ("", ""), every_name: true }.svg()
}

/// A line per pair, a column per moment.
fn over_epochs(title: &str, measured: &[(usize, Vec<(Pair, f64)>)], pairs: &[Pair]) -> String {
    let group = measured.len().div_ceil(MOST).max(1);
    let columns: Vec<&[(usize, Vec<(Pair, f64)>)]> = measured.chunks(group).collect();
    let means: Vec<BTreeMap<Pair, f64>> = columns.iter().map(|column| mean_of(column)).collect();
    let cell = |(left, right): &Pair, column: usize| {
        let cosine = *means[column].get(&(*left, *right))?;
        let (first, last) = (columns[column].first()?.0, columns[column].last()?.0);
        let when = if first == last { format!("epoch {first}") } else { format!("epochs {first} to {last}") };
        let title = format!("{left} · {right}, {when}: {}", number(cosine));
        Some(Cell { strength: cosine, text: String::new(), title })
    };
    let cells = pairs.iter().map(|pair| (0..columns.len()).map(|column| cell(pair, column)).collect()).collect();
    let names = columns.iter().filter_map(|column| column.first().map(|one| one.0.to_string())).collect();
    let rows = pairs.iter().map(|(left, right)| format!("{left} · {right}")).collect();
    let label = format!("cosine between the gradients of pairs of tasks over epochs, {title}");
    Heat { label: &label, rows, columns: names, cells, words: ("", "epoch"), every_name: false }.svg()
}
