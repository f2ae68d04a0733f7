//! The rows that a model gets most wrong.

use serde::{Deserialize, Serialize};

use super::Named;
use crate::answers::{About, Column};
use crate::score::{Labels, Prediction, Scored};

/// A row, what is true of it, and what was said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorstRow {
    /// Its id, or its number.
    pub row: String,
    pub truth: String,
    pub predicted: String,
    /// How wrong it is: the probability that was given to what is true; for numbers the distance.
    pub wrong: String,
}

const MOST: usize = 10;

/// The probability that a wrong class, or all of them together, may have in a row that is right.
const SURE: f64 = 0.1;

/// The rows with the largest losses; `name` names the labelled row of a place. Rows whose true class was given with nine
/// tenths or more are no errors; empty if there is none.
pub fn worst(scored: &Scored, named: Named, name: &dyn Fn(usize) -> String) -> Vec<WorstRow> {
    let rows = worst_places(scored, named, MOST).into_iter();
    rows.map(|(place, words)| WorstRow { row: name(place), ..words }).collect()
}

/// The same with the places of the rows, and without names: at most so many.
pub fn worst_places(scored: &Scored, named: Named, most: usize) -> Vec<(usize, WorstRow)> {
    if scored.verify().is_err() {
        return Vec::new();
    }
    let Some(wrong) = Wrong::of(scored, named) else { return Vec::new() };
    let mut rows: Vec<(f64, usize)> = (0..scored.rows()).map(|row| (wrong.loss(row), row)).collect();
    let least = if matches!(scored.label, Labels::Numbers { .. } | Labels::Other(_)) { 0.0 } else { SURE };
    rows.retain(|(loss, _)| *loss > least);
    rows.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    rows.truncate(most);
    rows.into_iter()
        .map(|(_, row)| {
            let (truth, predicted, wrong) = wrong.words(row, scored);
            (row, WorstRow { row: String::new(), truth, predicted, wrong })
        })
        .collect()
}

/// Rows to look at: so many that are wrong, the worst first, and as many that are right, with their places. Of numbers, which are never quite right, the
/// best are as many.
pub fn examples(scored: &Scored, named: Named, most: usize) -> Vec<(usize, WorstRow)> {
    let Some(wrong) = scored.verify().ok().and_then(|()| Wrong::of(scored, named)) else { return Vec::new() };
    let mut rows: Vec<(f64, usize)> = (0..scored.rows()).map(|row| (wrong.loss(row), row)).collect();
    rows.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let with_words = |row: usize| {
        let (truth, predicted, off) = wrong.words(row, scored);
        WorstRow { row: String::new(), truth, predicted, wrong: off }
    };
    let numbers = matches!(wrong, Wrong::Numbers { .. });
    let mut bad: Vec<(usize, WorstRow)> = Vec::new();
    for (_, row) in &rows {
        let words = with_words(*row);
        if bad.len() < most && (numbers || words.truth != words.predicted) {
            bad.push((*row, words));
        }
    }
    // Those that are right in the order of the file, which is no order of their own.
    let mut good: Vec<usize> =
        if numbers { rows.iter().rev().map(|(_, row)| *row).collect() } else { (0..rows.len()).collect() };
    good.retain(|row| !bad.iter().any(|(other, _)| other == row));
    let right = |row: &usize| {
        let words = with_words(*row);
        (numbers || words.truth == words.predicted).then_some((*row, words))
    };
    let good: Vec<(usize, WorstRow)> = good.iter().filter_map(right).take(most).collect();
    bad.into_iter().chain(good).collect()
}

/// How labels and predictions are compared.
enum Wrong<'a> {
    YesOrNo {
        truth: &'a [bool],
        given: &'a [f64],
        named: Named<'a>,
    },
    Classes {
        truth: &'a [u32],
        width: usize,
        given: &'a [f64],
        named: Named<'a>,
    },
    Sets {
        truth: &'a [bool],
        width: usize,
        given: &'a [f64],
        named: Named<'a>,
    },
    Numbers {
        truth: &'a [f64],
        width: usize,
        given: &'a [f64],
        spread: Vec<f64>,
    },
    /// By the kind's own account.
    Other {
        truth: &'a dyn Column,
        given: &'a dyn Column,
        about: About,
    },
}

impl<'a> Wrong<'a> {
    fn of(scored: &Scored<'a>, named: Named<'a>) -> Option<Self> {
        Some(match (scored.label, scored.prediction) {
            (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
                Wrong::YesOrNo { truth: values, given, named }
            }
            (Labels::Classes { classes, values }, Prediction::Distribution { classes: width, values: given })
                if classes == width =>
            {
                Wrong::Classes { truth: values, width, given, named }
            }
            (Labels::Sets { width, values }, Prediction::Probabilities { width: other, values: given })
                if width == other =>
            {
                Wrong::Sets { truth: values, width, given, named }
            }
            (Labels::Numbers { width, values }, Prediction::Numbers { width: other, values: given })
                if width == other =>
            {
                // Components of different units are compared by their spread.
                let spread = |component: usize| {
                    let of = || values.iter().skip(component).step_by(width).filter(|value| !value.is_nan());
                    let rows = of().count() as f64;
                    let mean = of().sum::<f64>() / rows;
                    let spread = (of().map(|value| (value - mean).powi(2)).sum::<f64>() / rows).sqrt();
                    if spread > 0.0 { spread } else { 1.0 }
                };
                Wrong::Numbers { truth: values, width, given, spread: (0..width).map(spread).collect() }
            }
            (Labels::Other(truth), Prediction::Other(given)) => {
                truth.wrong(0, given)?;
                let about = About { classes: named.classes.to_vec(), ..About::default() };
                Wrong::Other { truth, given, about }
            }
            _ => return None,
        })
    }

    fn loss(&self, row: usize) -> f64 {
        match self {
            Wrong::YesOrNo { truth, given, .. } => 1.0 - of_truth(truth[row], given[row]),
            Wrong::Classes { truth, width, given, .. } => 1.0 - given[row * width + truth[row] as usize],
            Wrong::Sets { truth, width, given, .. } => {
                let labels = row * width..(row + 1) * width;
                labels.map(|place| -of_truth(truth[place], given[place]).max(1e-12).ln()).sum()
            }
            Wrong::Numbers { truth, width, given, spread } => (0..*width)
                .map(|part| ((truth[row * width + part] - given[row * width + part]) / spread[part]).powi(2))
                .filter(|off| !off.is_nan())
                .sum(),
            Wrong::Other { truth, given, .. } => truth.wrong(row, *given).map_or(0.0, |(wrong, _)| wrong),
        }
    }

    /// What is true, what was said, and how far it is off.
    fn words(&self, row: usize, scored: &Scored) -> (String, String, String) {
        match self {
            Wrong::YesOrNo { truth, given, named } => {
                let yes = named.positive.unwrap_or("yes").to_string();
                let other = named.classes.iter().find(|class| **class != yes).filter(|_| named.classes.len() == 2);
                let no = other.cloned().unwrap_or_else(|| format!("not {yes}"));
                let word = |is: bool| if is { yes.clone() } else { no.clone() };
                (word(truth[row]), word(scored.decides(0, given[row])), percent(of_truth(truth[row], given[row])))
            }
            Wrong::Classes { truth, width, given, named } => {
                let values = &given[row * width..(row + 1) * width];
                let best = (0..*width).fold(0, |best, class| if values[class] > values[best] { class } else { best });
                let name = |class: usize| named.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
                (name(truth[row] as usize), name(best), percent(values[truth[row] as usize]))
            }
            Wrong::Sets { truth, width, given, named } => {
                let list = |has: &dyn Fn(usize) -> bool| {
                    let some: Vec<&str> = (0..*width)
                        .filter(|label| has(row * width + label))
                        .filter_map(|label| named.classes.get(label).map(String::as_str))
                        .collect();
                    if some.is_empty() { "–".to_string() } else { some.join(", ") }
                };
                let said = |place: usize| scored.decides(place % width, given[place]);
                let false_ones = (row * width..(row + 1) * width).filter(|place| truth[*place] != said(*place)).count();
                (list(&|place| truth[place]), list(&said), format!("{false_ones} wrong"))
            }
            Wrong::Numbers { truth, width, given, .. } => {
                let list = |of: &dyn Fn(usize) -> f64| {
                    let judged = (row * width..(row + 1) * width).filter(|place| !truth[*place].is_nan());
                    let shown = judged.take(4).map(|place| short(of(place)));
                    let more = if *width > 4 { ", …" } else { "" };
                    shown.collect::<Vec<_>>().join(", ") + more
                };
                let signed = |place: usize| given[place] - truth[place];
                (list(&|place| truth[place]), list(&|place| given[place]), list(&signed))
            }
            Wrong::Other { truth, given, about } => {
                let words = truth.wrong(row, *given).map_or(String::new(), |(_, words)| words);
                (truth.show(row, about), given.show(row, about), words)
            }
        }
    }
}

/// The probability that was given to what is true.
fn of_truth(truth: bool, given: f64) -> f64 {
    if truth { given } else { 1.0 - given }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

fn short(value: f64) -> String {
    crate::report::html::number(value)
}
