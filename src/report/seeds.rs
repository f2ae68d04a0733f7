//! Several seeds of one spec: mean and spread of every figure.

use serde::{Deserialize, Serialize};

use super::{FamilyReport, OfTask, RunReport, over_tasks};
use crate::pipeline::Part;
use crate::score::Ordered;
use crate::score::statistics::Spread;

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
    /// `over_tasks.<part>.<metric>`, if there are several tasks.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub over_tasks: Ordered<Ordered<MeanOverTasks>>,
    /// Families of tasks.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub families: Ordered<FamilyOverSeeds>,
}

/// A family over seeds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FamilyOverSeeds {
    pub tasks: Vec<String>,
    /// `<part>.<metric>`: of the mean over its tasks.
    pub means: Ordered<Ordered<Spread>>,
    /// `<part>.<figure>`: over all rows of its tasks.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub pooled: Ordered<Ordered<Spread>>,
}

/// A metric over tasks and seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanOverTasks {
    /// How many tasks have it.
    pub tasks: usize,
    /// Of its mean over the tasks, over seeds.
    pub mean: Spread,
    /// By each task's mean over seeds.
    pub worst: OfTask,
    pub best: OfTask,
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
    let means = if first.tasks.len() > 1 { over_all(reports, &tasks) } else { Ordered::default() };
    let scores: Vec<f64> = reports.iter().filter_map(|report| report.score).collect();
    Some(SeedsReport {
        mtlc_version: first.mtlc_version.clone(),
        name: first.name.clone(),
        spec_sha256: first.spec_sha256.clone(),
        seeds: reports.iter().map(|report| report.seed).collect(),
        split_seeds,
        score: Spread::of(&scores),
        tasks,
        over_tasks: means,
        families: first
            .families
            .iter()
            .map(|(name, family)| (name.to_string(), of_family(reports, name, family)))
            .collect(),
    })
}

fn of_family(reports: &[RunReport], name: &str, first: &FamilyReport) -> FamilyOverSeeds {
    let all = || reports.iter().filter_map(|report| report.families.get(name));
    let over = |figure: &dyn Fn(&FamilyReport, Part, &str) -> Option<f64>, keys: &dyn Fn(Part) -> Vec<String>| {
        let mut parts = Ordered::default();
        for part in Part::ALL {
            let spread = |key: String| {
                let figures: Vec<f64> = all().filter_map(|family| figure(family, part, &key)).collect();
                Some((key, Spread::of(&figures)?))
            };
            let figures: Ordered<Spread> = keys(part).into_iter().filter_map(spread).collect();
            if !figures.is_empty() {
                parts.insert(part.name(), figures);
            }
        }
        parts
    };
    let owned = |keys: Vec<&str>| keys.into_iter().map(str::to_string).collect::<Vec<String>>();
    FamilyOverSeeds {
        tasks: first.tasks.clone(),
        means: over(&|family, part, key| family.part(part).get(key).copied(), &|part| {
            owned(first.part(part).names().collect())
        }),
        pooled: over(&|family, part, key| family.of_all_rows(part, key), &|_| owned(first.pooled_keys())),
    }
}

/// Each metric's mean over tasks, with its spread over seeds, by part.
fn over_all(reports: &[RunReport], tasks: &Ordered<Ordered<Ordered<Spread>>>) -> Ordered<Ordered<MeanOverTasks>> {
    let mut parts = Ordered::default();
    for part in Part::ALL {
        let of_seeds: Vec<_> = reports.iter().map(|report| report.sum_up(part)).collect();
        // Which task is worst is told from its mean: a single seed may be an accident.
        let means = tasks.iter().filter_map(|(task, parts)| Some((task, parts.get(part.name())?)));
        let by_task = over_tasks(
            means.flat_map(|(task, metrics)| metrics.iter().map(move |(key, spread)| (task, key, spread.mean))),
        );
        let mut metrics = Ordered::default();
        for (key, over) in by_task.iter() {
            let means: Vec<f64> = of_seeds.iter().filter_map(|seed| Some(seed.get(key)?.mean)).collect();
            if let Some(mean) = Spread::of(&means) {
                let (worst, best) = (over.worst.clone(), over.best.clone());
                metrics.insert(key, MeanOverTasks { tasks: over.tasks, mean, worst, best });
            }
        }
        if !metrics.is_empty() {
            parts.insert(part.name(), metrics);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{PartReport, TaskReport};
    use crate::score::Figure;

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

    #[test]
    fn a_metric_of_all_tasks_has_a_mean_with_its_spread() {
        let run = |seed, figures: [f64; 2]| {
            let task = |(name, value): (&str, f64)| {
                let mut part = PartReport { rows: 10, ..PartReport::default() };
                part.insert("rmse", Figure::Number(value));
                let mut task = TaskReport::default();
                task.set_part(Part::Test, part);
                (name.to_string(), task)
            };
            let tasks = ["a", "b"].into_iter().zip(figures).map(task).collect();
            RunReport { seed, tasks, ..RunReport::default() }
        };
        let report = over_seeds(&[run(1, [1.0, 3.0]), run(2, [3.0, 3.0]), run(3, [4.0, 4.0])]).expect("there are runs");
        let rmse = report.over_tasks.get("test").and_then(|test| test.get("rmse")).expect("it is a figure");
        // Means over tasks 2, 3 and 4; over seeds a is 8/3 and b 10/3.
        assert_eq!((rmse.tasks, rmse.mean.mean, rmse.mean.sd), (2, 3.0, Some(1.0)));
        assert_eq!((rmse.worst.task.as_str(), rmse.best.task.as_str()), ("b", "a"));
    }
}
