//! `positions`: where in its row a place stands.

use super::{Init, Layer, WeightSpec, require_sequence};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Adds to each place of a sequence what says where it stands (Vaswani et al. 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)): waves
    /// of n/2 lengths, sin(place / 10000^(2i/n)) at feature 2i and the cosine at feature 2i + 1. Nothing is learnt, and a row may be
    /// longer than any that was trained on.
    ///
    /// With `max`, a learned vector for each of so many places, as BERT and GPT-2 have them; a longer row is refused.
    ///
    /// Shape: `f32[rows, time, n]`, unchanged. Weights: none, or `weight[max, n]`, drawn from N(0, 0.02²).
    pub struct Positions = "positions" {
        /// So many places are learnt, and none behind them is known.
        max: Option<usize>, in Range::AT_LEAST_ONE;
    }
}

impl Layer for Positions {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_sequence("positions", &inputs[0])?;
        let places = inputs[0].axes[1].size.value();
        if let (Some(max), Some(places)) = (self.max, places)
            && places > max as i64
        {
            return Err(ShapeError::new(format!("a row has {places} places, and `positions` learns {max}"))
                .parameter("max")
                .help(format!("write `positions(max: {places})`")));
        }
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let Some(max) = self.max else { return Vec::new() };
        let shape = vec![Dim::int(max as i64), inputs[0].last().size.clone()];
        vec![WeightSpec::bias("weight", shape, Init::Normal { deviation: 0.02 })]
    }

    /// It counts those before.
    fn along_time(&self) -> AlongTime {
        AlongTime::Past
    }

    fn most_places(&self) -> Option<usize> {
        self.max
    }
}
