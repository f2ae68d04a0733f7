//! Whether probabilities can be taken at their word.

use super::svg::{Curve, CurveChart};
use super::text::{count, number, percent_plain};
use super::{ReportInput, Section, card, grid, heading};

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut cards = Vec::new();
    for (name, task) in input.pictures.iter() {
        let Some(calibration) = &task.calibration else { continue };
        let most = calibration.bins.iter().map(|bin| bin.answers).max().unwrap_or(1) as f64;
        let curve = Curve {
            title: calibration
                .bins
                .iter()
                .map(|bin| {
                    let (said, was) = (percent_plain(bin.said), percent_plain(bin.was));
                    format!("said {said}, was {was} ({} answers)", count(bin.answers))
                })
                .collect::<Vec<_>>()
                .join("\n"),
            class: "c1".into(),
            points: calibration.bins.iter().map(|bin| (bin.said, bin.was)).collect(),
            marks: calibration.bins.iter().map(|bin| bin.answers as f64 / most).collect(),
        };
        let label = format!("how often the probabilities of {name} come true");
        let words = ("probability that was said", "share that was right");
        let svg = CurveChart { label: &label, curves: vec![curve], diagonal: true, words }.svg();
        let remark = format!("{}, of {}, off by {} in the mean", task.part, calibration.of, number(calibration.error));
        cards.push(card(&heading(name, &remark), &svg));
    }
    if cards.is_empty() {
        return None;
    }
    let note = "Of the answers given with a probability of 70%, seven in ten should be right: that is the dashed line. Below \
                it the model is too sure of itself. A dot is a tenth of the scale, as large as many answers fall into it."
        .to_string();
    Some(Section { id: "calibration", title: "Calibration", note, body: grid(cards) })
}
