//! Δm: what learning together gains over learning each task alone (Maninis, Radosavovic & Kokkinos, CVPR 2019):
//! `Δm = 1/T Σ_t (−1)^(lower is better) · (M_t − b_t) / b_t`, as a share (0.05 is 5%).
//!
//! A gain is a share of the baseline, so M is a figure whose zero is the worst or the best there is
//! ([`GainOn`](crate::catalog::metrics::GainOn)). Of one whose zero lies between, as a spec may ask for, a baseline that is
//! not above zero has nothing that a gain could be a share of.

use serde::{Deserialize, Serialize};

use super::{Interval, Spread};
use crate::catalog::metrics::Direction;

/// A task's figure, learned together and alone.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskGain {
    pub task: String,
    /// What people call the figure: `accuracy`, `√(1 − r2)`.
    pub figure: String,
    pub direction: Direction,
    /// Of the multi-task model; `Err` says why there is none.
    pub together: Result<f64, String>,
    /// Of the single-task baseline.
    pub alone: Result<f64, String>,
}

/// The gain of each task and in total.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeltaM {
    /// The mean over the tasks that have a gain; `None` if none has.
    pub total: Option<f64>,
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
    /// What people call the figure that it is a gain in.
    pub figure: String,
    pub gain: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci95: Option<Interval>,
}

/// The gain of one task; `Err` says why it has none.
pub fn relative_gain(gain: &TaskGain) -> Result<f64, String> {
    let figure = &gain.figure;
    let (together, alone) = (gain.together.clone()?, gain.alone.clone()?);
    let sign = match gain.direction {
        Direction::HigherIsBetter => 1.0,
        Direction::LowerIsBetter => -1.0,
        Direction::NotAScore => return Err(format!("`{figure}` is not a score")),
    };
    if !together.is_finite() || !alone.is_finite() {
        return Err(format!("its {figure} is no finite number"));
    }
    if alone <= 0.0 {
        let below = if alone < 0.0 { "below 0" } else { "0" };
        return Err(format!("trained alone its {figure} is {below}, and a gain is a share of that"));
    }
    Ok(sign * (together - alone) / alone)
}

/// Δm of one seed; several metrics of one task are averaged first.
pub fn delta_m(gains: &[TaskGain]) -> DeltaM {
    delta_m_over_seeds(&[gains.to_vec()])
}

/// Δm over seeds, each multi-task run beside the baselines of its own seed: means, with Student-t intervals.
///
/// A task that has no gain in one of the seeds is left out of all, so that every total is over the same tasks.
pub fn delta_m_over_seeds(seeds: &[Vec<TaskGain>]) -> DeltaM {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for gain in seeds.iter().flatten() {
        if !names.iter().any(|(name, _)| *name == gain.task) {
            names.push((&gain.task, &gain.figure));
        }
    }
    let (mut tasks, mut left_out, mut per_task) = (Vec::new(), Vec::new(), Vec::new());
    for (name, figure) in names {
        let gains = seeds.iter().map(|gains| of_task(gains, name)).collect::<Result<Vec<f64>, String>>();
        match gains.map(|gains| (Spread::of(&gains), gains)) {
            Ok((Some(spread), gains)) => {
                let figure = figure.to_string();
                tasks.push(TaskDelta { task: name.to_string(), figure, gain: spread.mean, ci95: spread.ci95 });
                per_task.push(gains);
            }
            Ok((None, _)) => left_out.push((name.to_string(), format!("its {figure} is no finite number"))),
            Err(why) => left_out.push((name.to_string(), why)),
        }
    }
    let mean = |seed: usize| per_task.iter().map(|gains| gains[seed]).sum::<f64>() / per_task.len() as f64;
    let total = if tasks.is_empty() { None } else { Spread::of(&(0..seeds.len()).map(mean).collect::<Vec<f64>>()) };
    DeltaM {
        total: total.as_ref().map(|total| total.mean),
        ci95: total.and_then(|total| total.ci95),
        tasks,
        left_out,
        seeds: seeds.len(),
    }
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
        TaskGain { task: task.into(), figure: "figure".into(), direction, together: Ok(together), alone: Ok(alone) }
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-12
    }

    fn total(delta: &DeltaM) -> f64 {
        delta.total.expect("a task has a gain")
    }

    #[test]
    fn two_tasks_by_hand() {
        // Accuracy 0.84 against 0.80: +5%. RMSE 22 against 20: −10%. Mean −2.5%.
        let delta = delta_m(&[
            gain("kind", Direction::HigherIsBetter, 0.84, 0.80),
            gain("mass", Direction::LowerIsBetter, 22.0, 20.0),
        ]);
        assert!(close(delta.tasks[0].gain, 0.05) && close(delta.tasks[1].gain, -0.1));
        assert!(close(total(&delta), -0.025));
        assert_eq!((delta.ci95, delta.seeds), (None, 1));
    }

    #[test]
    fn metrics_of_one_task_are_averaged_before_tasks() {
        let delta = delta_m(&[
            gain("a", Direction::HigherIsBetter, 1.1, 1.0),
            gain("a", Direction::HigherIsBetter, 1.3, 1.0),
            gain("b", Direction::HigherIsBetter, 1.0, 1.0),
        ]);
        assert!(close(total(&delta), 0.1));
    }

    #[test]
    fn what_has_nothing_to_be_a_share_of_is_left_out_by_name() {
        let mut all = [
            gain("zero", Direction::HigherIsBetter, 0.5, 0.0),
            gain("below", Direction::HigherIsBetter, 0.1, -0.2),
            gain("none", Direction::HigherIsBetter, 0.1, 0.2),
            gain("good", Direction::HigherIsBetter, 0.6, 0.5),
        ];
        all[2].together = Err("all rows have one class".into());
        let delta = delta_m(&all);
        assert!(close(total(&delta), 0.2));
        let why = |place: usize| (delta.left_out[place].0.as_str(), delta.left_out[place].1.as_str());
        assert_eq!(why(0), ("zero", "trained alone its figure is 0, and a gain is a share of that"));
        assert_eq!(why(1), ("below", "trained alone its figure is below 0, and a gain is a share of that"));
        assert_eq!(why(2), ("none", "all rows have one class"));
        // Without any there is no total, and still the reasons.
        let none = delta_m(&all[..3]);
        assert_eq!((none.total, none.left_out.len()), (None, 3));
        assert_eq!((delta_m(&[]).total, delta_m(&[]).left_out.len()), (None, 0));
    }

    #[test]
    fn three_seeds_by_hand() {
        // Totals 0.1, 0.2, 0.3: mean 0.2, sd 0.1, half width t(0.975, 2)·0.1/√3.
        let seed = |together| vec![gain("a", Direction::HigherIsBetter, together, 1.0)];
        let delta = delta_m_over_seeds(&[seed(1.1), seed(1.2), seed(1.3)]);
        let half = 4.302652729749462 * 0.1 / 3.0_f64.sqrt();
        let ci95 = delta.ci95.expect("several seeds");
        assert!(close(total(&delta), 0.2) && delta.seeds == 3);
        assert!((ci95.low - (0.2 - half)).abs() < 1e-9 && (ci95.high - (0.2 + half)).abs() < 1e-9);
    }
}
