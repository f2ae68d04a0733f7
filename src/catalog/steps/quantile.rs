//! `quantile`: replaces a value by its place among those of the training part.

use super::{Step, same_numbers};
use crate::catalog::{Range, ShapeError, Type};

crate::words! {
    /// What the places are spread like.
    pub enum Spread {
        Normal = "normal",
        Uniform = "uniform",
    }
}

crate::entry! {
    /// Replaces each value by its place among those of the training part, per column, and spreads the places like a normal
    /// distribution or evenly: what scikit-learn's `QuantileTransformer` computes.
    ///
    /// Between two known quantiles the place is a straight line; equal values get the middle of their places. What lies outside
    /// the training part gets its smallest or largest place (±5.2 of a normal distribution). Missing values stay missing.
    pub struct Quantile = "quantile" {
        /// `normal` or `uniform`.
        pos to: Spread = Spread::Normal;
        /// How many quantiles are kept, at most: no more than there are training rows.
        quantiles: usize = 1000, in Range { min: 2.0, ..Range::ANY };
    }
}

impl Step for Quantile {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("quantile", input)
    }

    fn fitted(&self) -> bool {
        true
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
