//! Δm: what learning together gains over learning each task alone (Maninis, Radosavovic & Kokkinos, CVPR 2019):
//! `Δm = 1/T Σ_t (−1)^(lower is better) · (M_t − b_t) / |b_t|`, as a share (0.05 is 5%).
//!
//! The paper divides by b_t; its magnitude is the same for the positive metrics there, and keeps the sign right where a
//! baseline is negative (an R² below 0).

use serde::{Deserialize, Serialize};

use super::{Interval, Spread};
use crate::catalog::metrics::Direction;

/// A task's metric, learned together and alone.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskGain {
    pub task: String,
    pub direction: Direction,
    /// Of the multi-task model.
    pub together: f64,
    /// Of the single-task baseline.
    pub alone: f64,
}

/// The gain of each task and in total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeltaM {
    /// The mean over the tasks.
    pub total: f64,
    /// Of the total, over seeds; `None` for one seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci95: Option<Interval>,
    /// In the order of the tasks.
    pub tasks: Vec<TaskDelta>,
    /// Tasks without a gain (a baseline of 0, an undefined metric), with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<(String, String)>,
    /// How many seeds are behind it.
    pub seeds: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskDelta {
    pub task: String,
    pub gain: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci95: Option<Interval>,
}

/// The gain of one task; `Err` says why it has none.
pub fn relative_gain(gain: &TaskGain) -> Result<f64, String> {
    let sign = match gain.direction {
        Direction::HigherIsBetter => 1.0,
        Direction::LowerIsBetter => -1.0,
        Direction::NotAScore => return Err("its metric is not a score".into()),
    };
    if !gain.together.is_finite() || !gain.alone.is_finite() {
        return Err("its metric is undefined".into());
    }
    if gain.alone == 0.0 {
        return Err("its baseline is 0, and a gain is relative to it".into());
    }
    Ok(sign * (gain.together - gain.alone) / gain.alone.abs())
}

/// Δm of one seed; several metrics of one task are averaged first. `None` if no task has a gain.
pub fn delta_m(gains: &[TaskGain]) -> Option<DeltaM> {
    delta_m_over_seeds(&[gains.to_vec()])
}

/// Δm over seeds, each multi-task run beside the baselines of its own seed: means, with Student-t intervals.
///
/// A task that has no gain in one of the seeds is left out of all, so that every total is over the same tasks.
pub fn delta_m_over_seeds(seeds: &[Vec<TaskGain>]) -> Option<DeltaM> {
    let mut names: Vec<&str> = Vec::new();
    for gain in seeds.iter().flatten() {
        if !names.contains(&gain.task.as_str()) {
            names.push(&gain.task);
        }
    }
    let (mut tasks, mut left_out, mut per_task) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        match seeds.iter().map(|gains| of_task(gains, name)).collect::<Result<Vec<f64>, String>>() {
            Ok(gains) => {
                let spread = Spread::of(&gains)?;
                tasks.push(TaskDelta { task: name.to_string(), gain: spread.mean, ci95: spread.ci95 });
                per_task.push(gains);
            }
            Err(why) => left_out.push((name.to_string(), why)),
        }
    }
    if tasks.is_empty() {
        return None;
    }
    let totals: Vec<f64> = (0..seeds.len())
        .map(|seed| per_task.iter().map(|gains| gains[seed]).sum::<f64>() / per_task.len() as f64)
        .collect();
    let total = Spread::of(&totals)?;
    Some(DeltaM { total: total.mean, ci95: total.ci95, tasks, left_out, seeds: seeds.len() })
}

fn of_task(gains: &[TaskGain], task: &str) -> Result<f64, String> {
    let own: Vec<f64> =
        gains.iter().filter(|gain| gain.task == task).map(relative_gain).collect::<Result<_, String>>()?;
    if own.is_empty() {
        return Err("a seed has no figure of it".into());
    }
    Ok(own.iter().sum::<f64>() / own.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain(task: &str, direction: Direction, together: f64, alone: f64) -> TaskGain {
        TaskGain { task: task.into(), direction, together, alone }
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-12
    }

    #[test]
    fn two_tasks_by_hand() {
        // Accuracy 0.84 against 0.80: +5%. RMSE 22 against 20: −10%. Mean −2.5%.
        let delta = delta_m(&[
            gain("kind", Direction::HigherIsBetter, 0.84, 0.80),
            gain("mass", Direction::LowerIsBetter, 22.0, 20.0),
        ])
        .expect("both have a gain");
        assert!(close(delta.tasks[0].gain, 0.05) && close(delta.tasks[1].gain, -0.1));
        assert!(close(delta.total, -0.025));
        assert_eq!((delta.ci95, delta.seeds), (None, 1));
    }

    #[test]
    fn a_better_figure_is_a_gain_even_from_a_negative_baseline() {
        let delta = delta_m(&[gain("mass", Direction::HigherIsBetter, 0.1, -0.2)]).expect("it has a gain");
        assert!(close(delta.total, 1.5));
    }

    #[test]
    fn metrics_of_one_task_are_averaged_before_tasks() {
        let delta = delta_m(&[
            gain("a", Direction::HigherIsBetter, 1.1, 1.0),
            gain("a", Direction::HigherIsBetter, 1.3, 1.0),
            gain("b", Direction::HigherIsBetter, 1.0, 1.0),
        ])
        .expect("both have a gain");
        assert!(close(delta.total, 0.1));
    }

    #[test]
    fn a_baseline_of_zero_leaves_the_task_out_by_name() {
        let all = [gain("a", Direction::HigherIsBetter, 0.5, 0.0), gain("b", Direction::HigherIsBetter, 0.6, 0.5)];
        let delta = delta_m(&all).expect("one has a gain");
        assert!(close(delta.total, 0.2));
        assert_eq!(delta.left_out[0].0, "a");
        assert_eq!(delta_m(&all[..1]), None);
        assert_eq!(delta_m(&[]), None);
    }

    #[test]
    fn three_seeds_by_hand() {
        // Totals 0.1, 0.2, 0.3: mean 0.2, sd 0.1, half width t(0.975, 2)·0.1/√3.
        let seed = |together| vec![gain("a", Direction::HigherIsBetter, together, 1.0)];
        let delta = delta_m_over_seeds(&[seed(1.1), seed(1.2), seed(1.3)]).expect("it has a gain");
        let half = 4.302652729749462 * 0.1 / 3.0_f64.sqrt();
        let ci95 = delta.ci95.expect("several seeds");
        assert!(close(delta.total, 0.2) && delta.seeds == 3);
        assert!((ci95.low - (0.2 - half)).abs() < 1e-9 && (ci95.high - (0.2 + half)).abs() < 1e-9);
    }
}
