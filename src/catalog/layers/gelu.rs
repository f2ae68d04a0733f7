//! `gelu`: the Gaussian error linear unit.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::words! {
    /// How Φ is computed.
    pub enum Approximate { None = "none", Tanh = "tanh" }
}

crate::entry! {
    /// The Gaussian error linear unit `x·Φ(x)`, exact by the error function (Hendrycks and Gimpel 2016, arXiv:1606.08415).
    ///
    /// Shape: any numbers, unchanged.
    pub struct Gelu = "gelu" {
        /// `tanh`: Φ(x) as (1 + tanh(√(2/π)·(x + 0.044715·x³)))/2, as GPT-2 was trained.
        approximate: Approximate = Approximate::None;
    }
}

impl Layer for Gelu {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("gelu", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
