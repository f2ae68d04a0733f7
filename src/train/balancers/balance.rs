//! What all balancers share: λ, absent tasks, and the scale of the update.
//!
//! The scale: with equal λ and equal answers of a method, every task weighs 1/T, whatever the method; so a change of
//! balancer does not change the learning rate by T. A mean-like answer (weights that sum to one over the present
//! tasks) is multiplied by the present tasks' share, a sum-like one divided by T.
//!
//! A task with λ = 0 is not trained: it is left out before the method sees the step, and weighs 0.

use serde_json::{Value, json};

use super::state::{BalancerState, Combination, NotItsState, Setup, Step};
use super::{Gramian, build};
use crate::catalog::balancers::{BalancerDef, Lambda, Scale};

/// A balancer of a run.
pub struct Balance {
    def: BalancerDef,
    state: Box<dyn BalancerState>,
    lambda: Vec<f64>,
    weights: Vec<Option<f64>>,
    /// Of the tasks of the last step, those that the method saw.
    kept: Vec<usize>,
}

impl Balance {
    /// `moments`: per moment of a schedule λ of all tasks, else empty.
    pub fn new(def: &BalancerDef, lambda: &[f64], moments: &[Vec<f64>]) -> Self {
        let setup = Setup { lambda: lambda.to_vec(), moments: moments.to_vec() };
        Self {
            def: def.clone(),
            state: build(def, &setup),
            lambda: lambda.to_vec(),
            weights: vec![None; lambda.len()],
            kept: Vec::new(),
        }
    }

    /// The update, at the scale of the mean: weights per present task (and sample), or the direction. Always finite:
    /// a task with a loss or gradient that is not gets no say and no weight in that step.
    pub fn combine(&mut self, step: &Step<'_>) -> Combination {
        let samples = self.def.samples();
        let present = step.present();
        let scheduled = self.def.moments().is_some();
        let kept: Vec<usize> = (0..present)
            .filter(|at| (scheduled || self.lambda[step.tasks[*at]] > 0.0) && is_finite(step, *at, samples))
            .collect();
        let rows: Vec<usize> =
            (0..samples).flat_map(|sample| kept.iter().map(move |at| sample * present + at)).collect();
        let active = self.lambda.iter().filter(|value| scheduled || **value > 0.0).count().max(1) as f64;
        let tasks: Vec<usize> = kept.iter().map(|at| step.tasks[*at]).collect();
        let factors: Vec<f64> = tasks
            .iter()
            .map(
                |task| {
                    if self.def.lambda() == Lambda::Scales && !scheduled { active * self.lambda[*task] } else { 1.0 }
                },
            )
            .collect();
        let row_factors: Vec<f64> = factors.iter().copied().cycle().take(rows.len()).collect();
        let losses: Vec<f64> = kept.iter().zip(&factors).map(|(at, factor)| step.losses[*at] * factor).collect();
        let gramian: Option<Gramian> = step.gramian.map(|gramian| gramian.select(&rows).scaled(&row_factors));
        let jacobian: Option<Vec<Vec<f64>>> = step.jacobian.map(|jacobian| {
            let scaled = |row: &usize, factor: &f64| jacobian[*row].iter().map(|value| value * factor).collect();
            rows.iter().zip(&row_factors).map(|(row, factor)| scaled(row, factor)).collect()
        });
        self.kept = kept;
        let width = step.jacobian.and_then(|jacobian| jacobian.first()).map_or(0, Vec::len);
        if tasks.is_empty() {
            return match step.jacobian {
                Some(_) => Combination::Direction(vec![0.0; width]),
                None => Combination::Weights(vec![0.0; present * samples]),
            };
        }
        let inner = Step {
            tasks: &tasks,
            lambda: &self.lambda,
            losses: &losses,
            gramian: gramian.as_ref(),
            jacobian: jacobian.as_deref(),
            ..*step
        };
        let raw = self.state.combine(&inner);
        let scale = match (self.def.scale(), self.def.lambda()) {
            (Scale::Sum, _) => 1.0 / active,
            (Scale::Mean, Lambda::Preference) => tasks.iter().map(|task| self.lambda[*task]).sum(),
            (Scale::Mean, _) => tasks.len() as f64 / active,
        };
        match raw {
            Combination::Direction(direction) => {
                let direction: Vec<f64> = direction.iter().map(|value| value * scale).collect();
                let good = direction.iter().all(|value| value.is_finite());
                self.weights.fill(None);
                Combination::Direction(if good { direction } else { vec![0.0; width] })
            }
            Combination::Weights(weights) => {
                let mut weights: Vec<f64> =
                    weights.iter().zip(&row_factors).map(|(weight, factor)| weight * factor * scale).collect();
                if weights.len() != rows.len() || !weights.iter().all(|weight| weight.is_finite()) {
                    // No method should come here; if arithmetic fails after all, the step is that of `static`.
                    let share = |task: &usize| self.lambda[*task] / samples as f64;
                    weights = tasks.iter().map(share).cycle().take(rows.len()).collect();
                }
                let mut result = vec![0.0; present * samples];
                for (row, weight) in rows.iter().zip(&weights) {
                    result[*row] = *weight;
                }
                for (at, task) in step.tasks.iter().enumerate() {
                    self.weights[*task] = Some((0..samples).map(|sample| result[sample * present + at]).sum());
                }
                Combination::Weights(result)
            }
        }
    }

    /// The losses of the same tasks and batch after the update, if the balancer needs them.
    pub fn after_step(&mut self, losses: &[f64]) {
        let losses: Vec<f64> = self.kept.iter().filter_map(|at| losses.get(*at)).copied().collect();
        if losses.len() == self.kept.len() && losses.iter().all(|loss| loss.is_finite()) {
            self.state.after_step(&losses);
        }
    }

    pub fn end_epoch(&mut self) {
        self.state.end_epoch();
    }

    /// The weight that each task had when it was last present; `None` if the method has none, or it never was.
    pub fn weights(&self) -> Vec<Option<f64>> {
        self.weights.clone()
    }

    pub fn save(&self) -> Value {
        json!({ "balancer": self.def.show(), "tasks": self.lambda.len(), "weights": self.weights, "state": self.state.save() })
    }

    /// Goes on from a saved state; refuses that of another balancer or another number of tasks.
    pub fn load(&mut self, value: &Value) -> Result<(), NotItsState> {
        let other = value.get("balancer").and_then(Value::as_str).unwrap_or_default();
        if other != self.def.show() {
            return Err(NotItsState::OtherBalancer { saved: other.to_string(), own: self.def.show() });
        }
        if value.get("tasks").and_then(Value::as_u64) != Some(self.lambda.len() as u64) {
            return Err(NotItsState::OtherNumber(self.lambda.len()));
        }
        self.state.load(value.get("state").unwrap_or(&Value::Null))?;
        self.weights =
            super::state::load(value.get("weights").unwrap_or(&Value::Null), |weights: &Vec<Option<f64>>| {
                weights.len() == self.lambda.len()
            })?;
        Ok(())
    }
}

/// Whether everything that the step has of a present task is a number.
fn is_finite(step: &Step<'_>, at: usize, samples: usize) -> bool {
    let present = step.present();
    let rows = (0..samples).map(|sample| sample * present + at);
    step.losses[at].is_finite()
        && rows.clone().all(|row| step.gramian.is_none_or(|gramian| gramian.get(row, row).is_finite()))
        && rows.clone().all(|row| step.jacobian.is_none_or(|all| all[row].iter().all(|value| value.is_finite())))
}
