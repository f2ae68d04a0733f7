//! `drop_input`: some training rows are treated as if they lacked the input.

use super::Step;
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// Treats some training rows as if they lacked the input, drawn anew in every epoch: what `missing` says stands in for it there. Rows
    /// that are validated, tested or predicted keep what they have.
    ///
    /// A model whose training rows all have an input has never seen what stands in for it, and leans on that input alone; after this, it
    /// has learnt to answer without (modality dropout: Neverova et al. 2016). Needs `{ missing: learned }` or `{ missing: zero }` behind the
    /// chain of the input. Where in the chain it stands makes no difference: it is the input that a row loses, not a value on its way.
    pub struct DropInput = "drop_input" {
        /// Of all training rows that have the input, how many lose it in an epoch, on average.
        pos share: Share = Share(0.1), in Range::UNIT_BELOW_ONE;
    }
}

impl Step for DropInput {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        Ok(input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn drops(&self) -> Option<f64> {
        Some(self.share.0)
    }
}
