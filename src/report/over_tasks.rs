//! Many tasks as one: what each figure says over all of them, for runs whose tasks are too many to be read one by one.
//!
//! Whatever shows figures per task (`run`, `run --seeds`, `tune`, `compare`) calls [`over_tasks`] with the figures of one part,
//! and shows the result instead of a line or a column per task where there are [`MANY`] tasks or more and not all were
//! asked for.

use serde::{Deserialize, Serialize};

use super::RunReport;
use crate::catalog::metrics::{Direction, direction_of};
use crate::pipeline::Part;
use crate::score::Ordered;

/// From so many tasks on, summaries stand in their place.
pub const MANY: usize = 13;

/// A figure over tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OverTasks {
    /// How many tasks have the figure.
    pub tasks: usize,
    /// Each task counts the same.
    pub mean: f64,
    pub worst: OfTask,
    pub best: OfTask,
}

/// One task's figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OfTask {
    pub task: String,
    pub value: f64,
}

/// Sums up (task, key of a metric, figure) over tasks, by metric, in the order in which metrics first come. Which of two
/// figures is better follows from the metric's key; `loss`, `seconds` and the keys of errors are better when lower, other keys
/// (`skill`) when higher. Figures that are no finite numbers are left out.
pub fn over_tasks<'a>(figures: impl IntoIterator<Item = (&'a str, &'a str, f64)>) -> Ordered<OverTasks> {
    let mut all: Ordered<OverTasks> = Ordered::default();
    for (task, key, value) in figures {
        if !value.is_finite() {
            continue;
        }
        let this = || OfTask { task: task.to_string(), value };
        let Some(sum) = all.get_mut(key) else {
            all.insert(key, OverTasks { tasks: 1, mean: value, worst: this(), best: this() });
            continue;
        };
        let better = |one: f64, other: f64| match direction_of(key) {
            Direction::LowerIsBetter => one < other,
            Direction::HigherIsBetter | Direction::NotAScore => one > other,
        };
        sum.tasks += 1;
        // A running mean does not overflow where a sum might.
        sum.mean += (value - sum.mean) / sum.tasks as f64;
        if better(value, sum.best.value) {
            sum.best = this();
        }
        if better(sum.worst.value, value) {
            sum.worst = this();
        }
    }
    all
}

impl RunReport {
    /// The figures of a part over tasks: every metric that is a number, and the skill.
    pub fn sum_up(&self, part: Part) -> Ordered<OverTasks> {
        let of_part = || self.tasks.iter().filter_map(|(name, task)| Some((name, task.part(part)?)));
        let metrics = of_part().flat_map(|(name, report)| {
            report.metrics.names().filter_map(move |key| Some((name, key, report.number(key)?)))
        });
        over_tasks(metrics.chain(of_part().filter_map(|(name, report)| Some((name, "skill", report.skill?)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_error_is_the_largest_and_the_worst_score_the_smallest() {
        let figures = [
            ("a", "rmse", 3.0),
            ("a", "r2", 0.9),
            ("b", "rmse", 1.0),
            ("b", "r2", -2.0),
            ("c", "rmse", 8.0),
            ("c", "r2", f64::NAN),
        ];
        let all = over_tasks(figures);
        let (rmse, r2) = (all.get("rmse").unwrap(), all.get("r2").unwrap());
        assert_eq!((rmse.tasks, rmse.mean), (3, 4.0));
        assert_eq!((rmse.worst.task.as_str(), rmse.best.task.as_str()), ("c", "b"));
        assert_eq!((r2.tasks, r2.worst.task.as_str(), r2.best.value), (2, "b", 0.9));
        assert!((r2.mean + 0.55).abs() < 1e-12);
        assert_eq!(all.names().collect::<Vec<_>>(), ["rmse", "r2"]);
        assert!(over_tasks([]).is_empty());
    }

    #[test]
    fn averages_of_a_metric_have_its_direction() {
        let all = over_tasks([("a", "f1_macro", 0.2), ("b", "f1_macro", 0.6), ("a", "loss", 0.2), ("b", "loss", 0.6)]);
        assert_eq!(all.get("f1_macro").unwrap().best.task, "b");
        assert_eq!(all.get("loss").unwrap().best.task, "a");
    }
}
