//! Classes: what every threshold would give.

use super::svg::{Curve, CurveChart};
use super::text::{number, percent_plain};
use super::{ReportInput, Section, card, colour, grid, heading, legend};
use crate::report::ClassCurves;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut cards = Vec::new();
    for (name, task) in input.pictures.iter().filter(|(_, task)| !task.curves.is_empty()) {
        let names: Vec<&str> = task.curves.iter().map(|curves| curves.of.as_str()).collect();
        let mean = |of: &dyn Fn(&ClassCurves) -> f64| {
            number(task.curves.iter().map(of).sum::<f64>() / task.curves.len() as f64)
        };
        let of = if names.len() == 1 { names[0].to_string() } else { "each class against the rest".to_string() };
        let chart = |label: &str, words, diagonal, points: &dyn Fn(&ClassCurves) -> Vec<(f64, f64)>| {
            let curve = |(place, curves): (usize, &ClassCurves)| Curve {
                title: match curves.there {
                    0 => format!(
                        "{}: area {}, average precision {}, {} of the rows",
                        curves.of,
                        number(curves.area),
                        number(curves.average_precision),
                        percent_plain(curves.share)
                    ),
                    there => {
                        format!("{}: average precision {}, {there} there", curves.of, number(curves.average_precision))
                    }
                },
                class: colour(place),
                points: points(curves),
                marks: Vec::new(),
            };
            let curves = task.curves.iter().enumerate().map(curve).collect();
            CurveChart { label, curves, diagonal, words }.svg() + &legend(&names)
        };
        let found = task.curves.iter().any(|curves| curves.there > 0);
        if !found {
            let label = format!("receiver operating characteristic of {name}");
            let words = ("false positive rate", "true positive rate");
            let remark = format!("{}, {of}, area {}", task.part, mean(&|curves| curves.area));
            cards.push(card(&heading(name, &remark), &chart(&label, words, true, &|curves| curves.roc.clone())));
        }
        let of = if found { "each class, sharing half".to_string() } else { of };
        let label = format!("precision against recall of {name}");
        let precision = |curves: &ClassCurves| {
            let first = curves.precision.first().map(|point| (0.0, point.1));
            first.into_iter().chain(curves.precision.iter().copied()).collect()
        };
        let remark = format!("{}, {of}, average precision {}", task.part, mean(&|curves| curves.average_precision));
        cards.push(card(&heading(name, &remark), &chart(&label, ("recall", "precision"), false, &precision)));
    }
    if cards.is_empty() {
        return None;
    }
    let note = "What every threshold on the probability would give. Left: how many of the class are found against how many \
                others are taken for it; the dashed line is chance. Right: how many of those found are right, the more of \
                them are found. What is found in pictures has the second alone: it is right where it shares half or more with one of its class."
        .to_string();
    Some(Section { id: "ranking", title: "Thresholds", note, body: grid(cards) })
}
