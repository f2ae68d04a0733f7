//! `impute`: fills missing numbers with a figure of the training part, per column.

use super::{Step, same_numbers};
use crate::catalog::{ShapeError, Type};

crate::words! {
    /// What missing values become.
    pub enum Filling {
        Mean = "mean",
        Median = "median",
        MostFrequent = "most_frequent",
        Zero = "zero",
    }
}

crate::entry! {
    /// Fills missing numbers with a figure of the training part, per column.
    pub struct Impute = "impute" {
        /// `mean`, `median`, `most_frequent` or `zero`.
        pos with: Filling = Filling::Median;
    }
}

impl Step for Impute {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("impute", input)
    }

    fn fitted(&self) -> bool {
        true
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
