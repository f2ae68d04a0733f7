//! `positions`: where in its row a place stands.

use super::{Layer, require_sequence};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Adds to each place of a sequence what says where it stands (Vaswani et al. 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)): waves
    /// of n/2 lengths, sin(place / 10000^(2i/n)) at feature 2i and the cosine at feature 2i + 1. Nothing is learnt, and a row may be
    /// longer than any that was trained on.
    ///
    /// Shape: `f32[rows, time, n]`, unchanged.
    pub struct Positions = "positions" {}
}

impl Layer for Positions {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_sequence("positions", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    /// It counts those before.
    fn along_time(&self) -> AlongTime {
        AlongTime::Past
    }
}
