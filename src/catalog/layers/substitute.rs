//! `substitute`: what stands in for an input in rows that lack it; how `{ missing: learned }` is computed.

use super::{Init, Layer, WeightSpec, require_real, same_rows};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::words! {
    /// What an input gives in rows that lack it.
    pub enum Missing {
        /// What is learnt, the same in each such row.
        Learned = "learned",
        /// Zeros.
        Zero = "zero",
    }
}

crate::entry! {
    /// What an input gives in rows that lack it, in place of what its chain makes of them: `{ missing: learned }` behind the chain, which
    /// is how it is written.
    ///
    /// Shape: `f32[rows, …]`, unchanged; and of each row, whether it has the input. Weights, if learned: `value[…]`, the sizes of
    /// a row, zeros; an axis that differs from row to row has the same value at all its places.
    pub struct Substitute = "substitute" {
        /// What stands in.
        pos by: Missing;
    }
}

impl Layer for Substitute {
    fn written(&self) -> Option<String> {
        Some(format!("{{ missing: {} }}", self.by.word()))
    }

    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=2
    }

    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real(&format!("missing: {}", self.by.word()), &inputs[0])?;
        same_rows("missing", inputs, 1)?;
        if inputs[1].classes_of_rows().is_none() {
            return Err(ShapeError::new(format!(
                "of each row one thing is known, whether it has the input: {}",
                inputs[1]
            )));
        }
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let sizes = inputs[0].axes.iter().skip(1).filter(|axis| !axis.varies()).map(|axis| axis.size.clone());
        match self.by {
            Missing::Learned => vec![WeightSpec::bias("value", sizes.collect(), Init::Zeros)],
            Missing::Zero => Vec::new(),
        }
    }

    fn operations(&self, _inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row()
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
