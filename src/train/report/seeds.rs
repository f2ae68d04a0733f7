//! Several seeds of one spec: mean and spread of every figure.

use serde::{Deserialize, Serialize};

use super::{Ordered, RunReport};
use crate::check::pipeline::Part;
use crate::train::statistics::Spread;

/// `seeds.json`: what the runs of several seeds say together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeedsReport {
    pub mtlc_version: String,
    pub name: String,
    pub spec_sha256: String,
    pub seeds: Vec<u64>,
    /// One for all, or one per seed if each had its own split.
    pub split_seeds: Vec<u64>,
    pub score: Option<Spread>,
    /// `tasks.<task>.<part>.<metric>`: the mean and spread over seeds.
    pub tasks: Ordered<Ordered<Ordered<Spread>>>,
}

/// Puts the reports of several seeds together. `None` if there is none.
pub fn over_seeds(reports: &[RunReport]) -> Option<SeedsReport> {
    let first = reports.first()?;
    let mut split_seeds: Vec<u64> = reports.iter().map(|report| report.split_seed).collect();
    if split_seeds.iter().all(|seed| *seed == split_seeds[0]) {
        split_seeds.truncate(1);
    }
    let mut tasks = Ordered::default();
    for (task, report) in first.tasks.iter() {
        let mut parts = Ordered::default();
        for part in Part::ALL {
            let mut metrics = Ordered::default();
            for key in report.part(part).into_iter().flat_map(|part| part.metrics.names()) {
                let figure = |run: &RunReport| run.tasks.get(task)?.part(part)?.number(key);
                let figures: Vec<f64> = reports.iter().filter_map(figure).collect();
                if let Some(spread) = Spread::of(&figures) {
                    metrics.insert(key, spread);
                }
            }
            if !metrics.is_empty() {
                parts.insert(part.name(), metrics);
            }
        }
        tasks.insert(task, parts);
    }
    let scores: Vec<f64> = reports.iter().filter_map(|report| report.score).collect();
    Some(SeedsReport {
        mtlc_version: first.mtlc_version.clone(),
        name: first.name.clone(),
        spec_sha256: first.spec_sha256.clone(),
        seeds: reports.iter().map(|report| report.seed).collect(),
        split_seeds,
        score: Spread::of(&scores),
        tasks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::report::{PartReport, TaskReport};
    use crate::train::scoring::Figure;

    #[test]
    fn figures_are_averaged_over_the_runs_that_have_them() {
        let run = |seed, accuracy: Option<f64>| {
            let mut part = PartReport { rows: 10, ..PartReport::default() };
            part.insert("accuracy", accuracy.map_or(Figure::Undefined("no row".into()), Figure::Number));
            let mut task = TaskReport::default();
            task.set_part(Part::Test, part);
            RunReport { seed, tasks: [("a".to_string(), task)].into_iter().collect(), ..RunReport::default() }
        };
        let report = over_seeds(&[run(1, Some(0.5)), run(2, Some(0.7)), run(3, None)]).expect("there are runs");
        let spread = report.tasks.get("a").and_then(|task| task.get("test")?.get("accuracy")).expect("it is a figure");
        assert_eq!((spread.count, report.seeds, report.split_seeds), (2, vec![1, 2, 3], vec![0]));
        assert!((spread.mean - 0.6).abs() < 1e-12);
        assert_eq!(over_seeds(&[]), None);
    }
}
