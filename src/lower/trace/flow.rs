//! What is on its way back, and what it leaves at the weights.

use burn::tensor::Tensor;

use crate::lower::model::Model;
use crate::lower::value::Real;
use crate::lower::weights::Weights;

/// Cotangents on their way back: for each step, those of each objective.
pub struct Flow {
    at: Vec<Vec<(usize, Real)>>,
}

impl Flow {
    pub fn new(model: &Model) -> Self {
        Self { at: vec![Vec::new(); model.steps.len()] }
    }

    pub fn add(&mut self, step: usize, objective: usize, cotangent: Real) {
        let here = &mut self.at[step];
        match here.iter_mut().find(|(other, _)| *other == objective) {
            Some((_, sum)) => *sum = sum.clone().plus(cotangent),
            None => here.push((objective, cotangent)),
        }
    }

    pub fn get(&self, step: usize) -> &[(usize, Real)] {
        &self.at[step]
    }

    pub fn take(&mut self, step: usize) -> Vec<(usize, Real)> {
        std::mem::take(&mut self.at[step])
    }

    /// The steps that cotangents stand at.
    pub fn steps(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.at.len()).filter(|step| !self.at[*step].is_empty())
    }
}

/// Gradients of the trained weights, by slot; `None` where nothing flowed.
pub struct Gradients {
    pub slots: Vec<Option<Real>>,
}

impl Gradients {
    pub fn new(model: &Model) -> Self {
        Self { slots: vec![None; model.weights.slots.len()] }
    }

    pub fn add(&mut self, slot: usize, gradient: Real) {
        let place = &mut self.slots[slot];
        *place = Some(match place.take() {
            Some(sum) => sum.plus(gradient),
            None => gradient,
        });
    }

    pub fn merge(&mut self, other: Gradients) {
        for (slot, gradient) in other.slots.into_iter().enumerate() {
            if let Some(gradient) = gradient {
                self.add(slot, gradient);
            }
        }
    }

    /// One flat tensor as the trained weights stand, with zeros where nothing flowed.
    pub fn flat(&self, weights: &Weights) -> Tensor<1> {
        let device = weights.trained.device();
        let parts: Vec<Tensor<1>> = weights
            .slots
            .iter()
            .zip(&self.slots)
            .filter(|(slot, _)| slot.range().is_some())
            .map(|(slot, gradient)| match gradient {
                Some(gradient) => gradient.flat(),
                None => Tensor::zeros([slot.elements()], &device),
            })
            .collect();
        match parts.len() {
            0 => Tensor::zeros([0], &device),
            1 => parts.into_iter().next().unwrap_or_else(|| Tensor::zeros([0], &device)),
            _ => Tensor::cat(parts, 0),
        }
    }
}
