//! Gradients of several objectives in what tasks share: at the representation, or at the parameters.
//!
//! An *objective* is a task, or a task on one of several disjoint parts of a batch. *Private* steps are those through
//! which one task learns; the values at which private steps read shared ones are the *representation*.

use std::collections::HashMap;

use burn::tensor::{Tensor, TensorData};

use super::whole::Own;
use crate::lower::layers;
use crate::lower::model::Model;
use crate::lower::trace::{Flow, Gradients, Trace};
use crate::lower::value::{Real, Value, to_host};
use crate::lower::world::{NotSummed, World};

/// Cotangents of the objectives at the values that tasks share.
pub struct Representation {
    /// For each shared step that private ones read, a cotangent of each objective (zeros where none flows).
    frontier: Vec<(usize, Vec<Real>)>,
}

impl Representation {
    /// Collects what the private steps have passed on.
    pub fn collect(flow: &mut Flow, objectives: usize) -> Self {
        let steps: Vec<usize> = flow.steps().collect();
        let frontier = steps
            .into_iter()
            .filter_map(|step| {
                let mut rows: Vec<Option<Real>> = vec![None; objectives];
                for (objective, cotangent) in flow.take(step) {
                    rows[objective] = Some(cotangent);
                }
                let like = rows.iter().flatten().next()?.clone();
                let rows = rows.into_iter().map(|row| row.unwrap_or_else(|| like.map(|flat| flat.zeros_like())));
                Some((step, rows.collect()))
            })
            .collect();
        Self { frontier }
    }

    pub fn is_empty(&self) -> bool {
        self.frontier.is_empty()
    }

    /// ⟨g_i, g_j⟩ for every two objectives.
    pub fn gramian(&self) -> Option<Tensor<2>> {
        sum(self.frontier.iter().map(|(_, rows)| inner_products(rows)))
    }

    /// Each objective's gradient, flat.
    pub fn jacobian(&self) -> Vec<Vec<f64>> {
        let objectives = self.frontier.first().map_or(0, |(_, rows)| rows.len());
        (0..objectives)
            .map(|objective| {
                self.frontier.iter().flat_map(|(_, rows)| rows[objective].to_host()).map(f64::from).collect()
            })
            .collect()
    }

    /// What all processes put together: the gradient of each objective.
    pub fn own<'t>(&'t self, model: &'t Model, trace: &'t Trace) -> Vec<Own<'t>> {
        let of = |(step, rows): &'t (usize, Vec<Real>)| Own {
            step: *step,
            sets: &model.steps[*step].rows,
            standing: trace.standing(model, *step).map(AsRef::as_ref),
            values: rows.iter().collect(),
        };
        self.frontier.iter().map(of).collect()
    }

    /// The same of the values that they stand at.
    pub fn own_values<'t>(&self, model: &'t Model, trace: &'t Trace) -> Vec<Own<'t>> {
        let steps = self.frontier.iter().map(|(step, _)| *step);
        let of = |step: usize| Own {
            step,
            sets: &model.steps[step].rows,
            standing: trace.standing(model, step).map(AsRef::as_ref),
            values: trace.values[step].iter().map(Value::real).collect(),
        };
        steps.map(of).collect()
    }

    /// The flow of the own part of a direction that all processes have found.
    pub fn directed_by_parts(&self, model: &Model, parts: Vec<(usize, Vec<f32>)>) -> Flow {
        let mut flow = Flow::new(model);
        for (step, numbers) in parts {
            let like = self.frontier.iter().find(|(own, _)| *own == step).and_then(|(_, rows)| rows.first());
            if let Some(like) = like {
                flow.add(step, 0, Real::from_host(numbers, like.shape().to_vec(), &model.device));
            }
        }
        flow
    }

    /// The value that the gradients stand at, laid out as each row of the Jacobian: its rows, and its numbers. `None` if
    /// there are several.
    pub fn value(&self, trace: &Trace) -> Option<(usize, Vec<f64>)> {
        let [(step, _)] = self.frontier.as_slice() else { return None };
        let value = trace.values[*step].as_ref()?.real();
        Some((value.rows(), value.to_host().into_iter().map(f64::from).collect()))
    }

    /// The flow of `Σ w_k·g_k`, as objective 0.
    pub fn combined(&self, model: &Model, weights: &[f64]) -> Flow {
        let mut flow = Flow::new(model);
        for (step, rows) in &self.frontier {
            if let Some(combined) = weighted(rows, weights) {
                flow.add(*step, 0, combined);
            }
        }
        flow
    }

    /// The flow of a direction that is no combination of the gradients.
    pub fn directed(&self, model: &Model, direction: &[f64]) -> Flow {
        let mut flow = Flow::new(model);
        let mut start = 0;
        for (step, rows) in &self.frontier {
            let Some(like) = rows.first() else { continue };
            let part = &direction[start..start + like.elements()];
            start += part.len();
            let values = part.iter().map(|value| *value as f32).collect();
            flow.add(*step, 0, Real::from_host(values, like.shape().to_vec(), &model.device));
        }
        flow
    }

    pub fn into_flow(self, model: &Model) -> Flow {
        let mut flow = Flow::new(model);
        for (step, rows) in self.frontier {
            for (objective, row) in rows.into_iter().enumerate() {
                flow.add(step, objective, row);
            }
        }
        flow
    }
}

/// How the Gramian of a step's weights was found; `plan` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// From inputs and cotangents, without weight gradients.
    Products,
    /// From a weight gradient per objective.
    Gradients,
}

/// The objectives' gradients in the weights that tasks share.
pub struct ParameterGradients {
    objectives: usize,
    /// Gramian share of each step (or, for weights that several steps use, of the weight), with its path.
    pub shares: Vec<(String, Route, Tensor<2>)>,
    /// Cotangents whose weight gradients are still to be made.
    held: Vec<(usize, Vec<Real>)>,
    /// Weight gradients by slot and objective.
    made: Vec<(usize, Vec<Option<Real>>)>,
}

impl ParameterGradients {
    /// Pulls every objective through all shared steps. With `whole`, every weight gradient is made (for methods that
    /// need more than inner products).
    pub fn pull(
        model: &Model,
        trace: &mut Trace,
        representation: Representation,
        objectives: usize,
        whole: bool,
    ) -> Self {
        let mut flow = representation.into_flow(model);
        let uses = model.uses();
        let mut result = Self { objectives, shares: Vec::new(), held: Vec::new(), made: Vec::new() };
        let mut made: Vec<Vec<Option<Real>>> = vec![Vec::new(); model.weights.slots.len()];
        for index in (0..model.steps.len()).rev() {
            let step = &model.steps[index];
            let here = flow.take(index);
            model.meet(trace, index, here.len());
            if here.is_empty() || !step.learns {
                continue;
            }
            let mut rows: Vec<Option<Real>> = vec![None; objectives];
            for (objective, cotangent) in here {
                rows[objective] = Some(cotangent);
            }
            let (present, cotangents): (Vec<usize>, Vec<Real>) =
                rows.into_iter().enumerate().filter_map(|(objective, row)| Some((objective, row?))).unzip();
            let has_weights = model.wants_weights(index);
            let alone = step.slots.iter().all(|slot| uses[*slot] == 1 && model.is_trained(*slot));
            let share = if has_weights && alone && !whole && present.len() == objectives {
                let vjp = step.layer().and_then(|layer| layers::compute(layer).vjp());
                vjp.and_then(|vjp| trace.recorded(model, index, false, |recorded| vjp.gramian(recorded, &cotangents)))
            } else {
                None
            };
            let direct = has_weights && share.is_none();
            let results = model.pull_step(trace, index, &cotangents, direct);
            for (objective, result) in present.iter().zip(results) {
                model.pass_on(trace, &mut flow, index, *objective, result.inputs);
                if !direct {
                    continue;
                }
                for (slot, gradient) in step.slots.iter().zip(result.weights) {
                    let Some(gradient) = gradient.filter(|_| model.is_trained(*slot)) else { continue };
                    let rows = &mut made[*slot];
                    rows.resize(objectives, None);
                    rows[*objective] = Some(match rows[*objective].take() {
                        Some(sum) => sum.plus(gradient),
                        None => gradient,
                    });
                }
            }
            if let Some(share) = share {
                result.shares.push((step.path.clone(), Route::Products, share));
                result.held.push((index, cotangents));
            }
        }
        result.made = made.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()).collect();
        for (slot, rows) in &result.made {
            let Some(like) = rows.iter().flatten().next() else { continue };
            let zeros = || like.map(|flat| flat.zeros_like());
            let rows: Vec<Real> = rows.iter().map(|row| row.clone().unwrap_or_else(zeros)).collect();
            let share = inner_products(&rows);
            result.shares.push((model.weights.slots[*slot].path.clone(), Route::Gradients, share));
        }
        result
    }

    /// Adds up the weight gradients of all processes; all of them must have been made.
    ///
    /// # Errors
    /// If the processes cannot add up.
    pub fn sum(&mut self, world: &dyn World, model: &Model) -> Result<(), NotSummed> {
        if world.is_alone() {
            return Ok(());
        }
        let mut reached = vec![0.0; model.weights.slots.len()];
        self.made.iter().for_each(|(slot, _)| reached[*slot] = 1.0);
        world.sum(&mut reached);
        let mut mine: HashMap<usize, Vec<Option<Real>>> = std::mem::take(&mut self.made).into_iter().collect();
        self.shares.clear();
        let slots: Vec<usize> = (0..reached.len()).filter(|slot| reached[*slot] > 0.0).collect();
        if slots.is_empty() {
            return Ok(());
        }
        // All of them in one sum.
        let mut flat = Vec::new();
        for slot in &slots {
            let elements = model.weights.slots[*slot].elements();
            let rows = mine.remove(slot).unwrap_or_else(|| vec![None; self.objectives]);
            let nothing = || Tensor::zeros([elements], &model.device);
            flat.extend(rows.into_iter().map(|row| row.map_or_else(nothing, Real::into_flat)));
        }
        let sums = world.sum_tensor(Tensor::cat(flat, 0))?;
        let mut start = 0;
        for slot in slots {
            let elements = model.weights.slots[slot].elements();
            let real =
                |row: usize| Real::from_flat(sums.clone().narrow(0, start + row * elements, elements), vec![elements]);
            let rows: Vec<Real> = (0..self.objectives).map(real).collect();
            start += elements * self.objectives;
            self.shares.push((model.weights.slots[slot].path.clone(), Route::Gradients, inner_products(&rows)));
            self.made.push((slot, rows.into_iter().map(Some).collect()));
        }
        Ok(())
    }

    /// ⟨g_i, g_j⟩ for every two objectives, over all shared weights.
    pub fn gramian(&self) -> Option<Tensor<2>> {
        sum(self.shares.iter().map(|(_, _, share)| share.clone()))
    }

    /// Each objective's gradient, flat; only if all of them were made.
    pub fn jacobian(&self) -> Vec<Vec<f64>> {
        (0..self.objectives)
            .map(|objective| {
                let mut flat = Vec::new();
                for (_, rows) in &self.made {
                    match &rows[objective] {
                        Some(row) => flat.extend(row.to_host().into_iter().map(f64::from)),
                        None => {
                            let elements = rows.iter().flatten().next().map_or(0, Real::elements);
                            flat.resize(flat.len() + elements, 0.0);
                        }
                    }
                }
                flat
            })
            .collect()
    }

    /// Adds `Σ w_k·g_k` to the gradients.
    pub fn combine(self, model: &Model, trace: &mut Trace, weights: &[f64], gradients: &mut Gradients) {
        for (index, rows) in self.held {
            let Some(combined) = weighted(&rows, weights) else { continue };
            let Some(layer) = model.steps[index].layer() else { continue };
            let Some(vjp) = layers::compute(layer).vjp() else { continue };
            let results = trace.recorded(model, index, true, |recorded| {
                let no_inputs = vec![false; recorded.wants_inputs.len()];
                let only_weights = layers::Recorded { wants_inputs: &no_inputs, ..*recorded };
                vjp.pull(&only_weights, &combined).weights
            });
            for (slot, gradient) in model.steps[index].slots.iter().zip(results) {
                if let Some(gradient) = gradient {
                    gradients.add(*slot, gradient);
                }
            }
        }
        for (slot, rows) in self.made {
            let counting = rows.into_iter().zip(weights).filter_map(|(row, weight)| Some((row?, *weight)));
            let (rows, weights): (Vec<Real>, Vec<f64>) = counting.unzip();
            if let Some(combined) = weighted(&rows, &weights) {
                gradients.add(slot, combined);
            }
        }
    }

    /// Adds a direction that is no combination of the gradients, laid out as [`ParameterGradients::jacobian`].
    pub fn direct(self, model: &Model, direction: &[f64], gradients: &mut Gradients) {
        let mut start = 0;
        for (slot, rows) in &self.made {
            let elements = rows.iter().flatten().next().map_or(0, Real::elements);
            let part = direction[start..start + elements].iter().map(|value| *value as f32).collect();
            start += elements;
            gradients.add(*slot, Real::from_host(part, vec![elements], &model.device));
        }
    }
}

/// A Gramian on the host, as rows.
pub fn on_host(gramian: Tensor<2>) -> Vec<Vec<f64>> {
    let [rows, columns] = gramian.dims();
    let flat = to_host(gramian);
    (0..rows).map(|row| flat[row * columns..][..columns].iter().map(|value| f64::from(*value)).collect()).collect()
}

fn inner_products(rows: &[Real]) -> Tensor<2> {
    let stack = flat_stack(rows);
    stack.clone().matmul(stack.transpose())
}

/// Σ w_k·g_k; one whose weight is 0 has no part in it, not even if it is no number.
fn weighted(rows: &[Real], weights: &[f64]) -> Option<Real> {
    let counting = rows.iter().zip(weights).filter(|(_, weight)| **weight != 0.0);
    let (rows, weights): (Vec<Real>, Vec<f32>) = counting.map(|(row, weight)| (row.clone(), *weight as f32)).unzip();
    let like = rows.first()?;
    let weights: Tensor<2> = Tensor::from_data(TensorData::new(weights, [1, rows.len()]), &like.device());
    Some(like.like(weights.matmul(flat_stack(&rows))))
}

/// `[values, elements]`
fn flat_stack(rows: &[Real]) -> Tensor<2> {
    Real::stack(rows).flatten(1, 2)
}

fn sum(terms: impl Iterator<Item = Tensor<2>>) -> Option<Tensor<2>> {
    terms.reduce(|sum, term| sum + term)
}
