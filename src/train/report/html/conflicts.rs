//! How the tasks' gradients agreed or fought: per pair, over epochs and layers.

use std::collections::BTreeMap;

use super::svg::{Cell, Heat};
use super::text::{escape, number};
use super::{ReportInput, Section};
use crate::train::records::Conflict;

/// The most columns of a heat map; more epochs are averaged.
const MOST: usize = 60;

pub fn section(input: &ReportInput) -> Option<Section> {
    let epochs = &input.records.epochs;
    let mut places: Vec<Option<&str>> = Vec::new();
    for conflict in epochs.iter().flat_map(|record| &record.conflicts) {
        if !places.contains(&conflict.at.as_deref()) {
            places.push(conflict.at.as_deref());
        }
    }
    let body: String = places.iter().map(|place| at_place(input, *place)).collect();
    if body.is_empty() {
        return None;
    }
    let note =
        "The cosine between the gradients of two tasks: blue where one step helps both, orange where it helps one \
                and hurts the other."
            .to_string();
    Some(Section { id: "conflicts", title: "Agreement and conflict", note, body })
}

fn at_place(input: &ReportInput, place: Option<&str>) -> String {
    let epochs = &input.records.epochs;
    let of = |conflicts: &'_ [Conflict]| -> Vec<(String, f64)> {
        let here = conflicts.iter().filter(|one| one.at.as_deref() == place);
        here.map(|one| (format!("{} · {}", one.left, one.right), one.cosine)).collect()
    };
    let measured: Vec<(usize, Vec<(String, f64)>)> = epochs
        .iter()
        .map(|record| (record.epoch, of(&record.conflicts)))
        .filter(|(_, cosines)| !cosines.is_empty())
        .collect();
    let mut pairs: Vec<String> = Vec::new();
    for (pair, _) in measured.iter().flat_map(|(_, cosines)| cosines) {
        if !pairs.contains(pair) {
            pairs.push(pair.clone());
        }
    }
    let group = measured.len().div_ceil(MOST).max(1);
    let columns: Vec<&[(usize, Vec<(String, f64)>)]> = measured.chunks(group).collect();
    let mean_of = |column: &[(usize, Vec<(String, f64)>)]| -> BTreeMap<String, f64> {
        let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for (pair, cosine) in column.iter().flat_map(|(_, cosines)| cosines).filter(|(_, cosine)| cosine.is_finite()) {
            let sum = sums.entry(pair.clone()).or_default();
            *sum = (sum.0 + cosine, sum.1 + 1.0);
        }
        sums.into_iter().map(|(pair, (sum, count))| (pair, sum / count)).collect()
    };
    let means: Vec<BTreeMap<String, f64>> = columns.iter().map(|column| mean_of(column)).collect();
    let cell = |pair: &String, column: usize| {
        let cosine = *means[column].get(pair)?;
        let (first, last) = (columns[column].first()?.0, columns[column].last()?.0);
        let when = if first == last { format!("epoch {first}") } else { format!("epochs {first} to {last}") };
        Some(Cell { strength: cosine, text: String::new(), title: format!("{pair}, {when}: {}", number(cosine)) })
    };
    let cells = pairs.iter().map(|pair| (0..columns.len()).map(|column| cell(pair, column)).collect()).collect();
    let names = columns.iter().filter_map(|column| column.first().map(|one| one.0.to_string())).collect();
    let title = place.map_or("whole trunk".to_string(), |place| format!("at {place}"));
    let label = format!("cosine between the gradients of each pair of tasks over epochs, {title}");
    let heat = Heat { label: &label, rows: pairs, columns: names, cells, words: ("", "epoch"), every_name: false };
    format!("<figure class=\"card wide\"><figcaption>{}</figcaption>{}</figure>", escape(&title), heat.svg())
}
