//! Steps: preprocessing of an input or a target, fitted on the training part, without gradients.
//! What a step computes is in `data/steps/`.

use crate::catalog::{ShapeError, Type};

crate::catalog! {
    /// A step with its arguments.
    pub enum StepDef: Step {
        standardize::Standardize,
    }
}

pub trait Step {
    /// The type after the step. `owner` names the input or task, for symbols such as `vocab(english)`.
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError>;

    /// True if it learns something from the training part (a mean, a vocabulary).
    fn fitted(&self) -> bool {
        false
    }

    /// True if it has an inverse, so that `inverse(target)` can undo it.
    fn invertible(&self) -> bool {
        false
    }

    /// True if no value is missing after it.
    fn fills_missing(&self) -> bool {
        false
    }

    /// True if its output is free of the unit of its input (standardize, min_max).
    fn removes_scale(&self) -> bool {
        false
    }
}
