//! Predicted beside true, and receiver operating characteristics.

use super::svg::PointChart;
use super::text::{count, escape, number};
use super::{ReportInput, Section, card};

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut body = String::new();
    let (mut clouds, mut curves) = (false, false);
    for (name, pictures) in input.pictures.iter() {
        let task = input.report.tasks.get(name);
        let figures = || task.and_then(|task| Some(task.final_part()?.1));
        let metric = |key: &str| {
            let value = figures().and_then(|figures| figures.number(key));
            value.map_or(String::new(), |value| format!(", {key} {}", number(value)))
        };
        if let Some(scatter) = &pictures.scatter {
            clouds = true;
            let sampled = if scatter.points.len() < scatter.rows {
                format!("{} of {} values", count(scatter.points.len()), count(scatter.rows))
            } else {
                format!("{} values", count(scatter.rows))
            };
            let remark = format!("{}, {sampled}{}", pictures.part, metric("r2"));
            let label = format!("predicted against true values of {name}");
            let chart = PointChart {
                label: &label,
                points: &scatter.points,
                joined: false,
                range: None,
                words: ("true", "predicted"),
            };
            body += &card(&format!("{} <small>{}</small>", escape(name), escape(&remark)), &chart.svg());
        }
        if let Some(roc) = &pictures.roc {
            curves = true;
            let remark = format!("{}{}", pictures.part, metric("auroc"));
            let label = format!("receiver operating characteristic of {name}");
            let chart = PointChart {
                label: &label,
                points: &roc.points,
                joined: true,
                range: Some((0.0, 1.0)),
                words: ("false positive rate", "true positive rate"),
            };
            body += &card(&format!("{} <small>{}</small>", escape(name), escape(&remark)), &chart.svg());
        }
    }
    if body.is_empty() {
        return None;
    }
    let mut note = String::new();
    if clouds {
        note += "Numbers in the label's unit; on the dashed line a prediction is exact. ";
    }
    if curves {
        note += "Of yes-or-no answers, what every threshold would give; the dashed line is chance.";
    }
    Some(Section { id: "predictions", title: "Predictions", note, body: format!("<div class=\"grid\">{body}</div>") })
}
