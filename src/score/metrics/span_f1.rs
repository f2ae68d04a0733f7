//! `span_f1`: the F score of spans that are marked by tags.

use std::collections::BTreeSet;

use super::{Batches, Compute, Prepared, Sums};
use crate::answers::Texts;
use crate::catalog::metrics::span_f1::SpanF1;
use crate::score::{Figure, Scored};

impl Compute for SpanF1 {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Sums::prepare(rows, figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Sums::begin(rows, figure)
    }
}

/// Of each row how many spans there are, how many were given, and how many of these are right.
fn rows(scored: &Scored) -> Result<Vec<[f64; 3]>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    let of_row = |(label, given): (&String, &String)| {
        let (label, given) = (spans(label), spans(given));
        [label.len() as f64, given.len() as f64, label.intersection(&given).count() as f64]
    };
    Ok(labels.values.iter().zip(&given.values).map(of_row).collect())
}

/// The spans of a row: type, first word, last word.
fn spans(tags: &str) -> BTreeSet<(&str, usize, usize)> {
    let mut spans = BTreeSet::new();
    let mut open: Option<(&str, usize)> = None;
    let mut before = ("O", "");
    for (place, tag) in tags.split_whitespace().chain(["O"]).enumerate() {
        let now = match tag.split_once('-') {
            Some((mark @ ("B" | "I" | "E" | "S"), of)) => (mark, of),
            _ => ("O", ""),
        };
        let other = before.1 != now.1;
        let ends = match (before.0, now.0) {
            ("E" | "S", _) | ("B" | "I", "B" | "S" | "O") => true,
            ("O", _) => false,
            _ => other,
        };
        let begins = match (before.0, now.0) {
            (_, "B" | "S") | ("E" | "S" | "O", "E" | "I") => true,
            (_, "O") => false,
            _ => other,
        };
        if ends && let Some((of, first)) = open.take() {
            spans.insert((of, first, place - 1));
        }
        if begins {
            open = Some((now.1, place));
        }
        before = now;
    }
    spans
}

fn figure([there, given, right]: &[f64; 3]) -> Figure {
    let both = there + given;
    Figure::Number(if both > 0.0 { 2.0 * right / both } else { 0.0 })
}
