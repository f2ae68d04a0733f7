//! Numbers: predicted beside true, each component in a picture of its own.

use super::svg::PointChart;
use super::text::{count, number};
use super::{ReportInput, Section, card, grid, heading};

/// The most points of a picture where there are very many pictures.
const FEW: usize = 300;

pub fn section(input: &ReportInput) -> Option<Section> {
    let all = || input.pictures.iter().flat_map(|(name, task)| task.scatters.iter().map(move |one| (name, task, one)));
    let pictures = all().count();
    let mut cards = Vec::new();
    for (name, task, scatter) in all() {
        let every = if pictures > 2 * super::OPEN { scatter.points.len().div_ceil(FEW).max(1) } else { 1 };
        let points: Vec<(f64, f64)> = scatter.points.iter().step_by(every).copied().collect();
        let rows = match points.len() < scatter.rows {
            true => format!("{} of {} rows", count(points.len()), count(scatter.rows)),
            false => format!("{} rows", count(scatter.rows)),
        };
        let r2 = scatter.r2.map_or(String::new(), |r2| format!(", r2 {}", number(r2)));
        let name = if scatter.of.is_empty() { name.to_string() } else { format!("{name}: {}", scatter.of) };
        let label = format!("predicted against true values of {name}");
        let chart = PointChart { label: &label, points: &points, words: ("true", "predicted") };
        cards.push(card(&heading(&name, &format!("{}, {rows}{r2}", task.part)), &chart.svg()));
    }
    if cards.is_empty() {
        return None;
    }
    let note = "Numbers in the label's unit; on the dashed line a prediction is exact.".to_string();
    Some(Section { id: "predictions", title: "Predictions", note, body: grid(cards) })
}
