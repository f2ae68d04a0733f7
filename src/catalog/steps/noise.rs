//! `noise`: normal noise on the numbers of training rows.

use super::{Step, same_numbers};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Adds normal noise to every number of a training row, drawn anew in every epoch.
    ///
    /// Rows that are validated, tested or predicted stay as they are. A model then cannot learn single rows by heart, and is
    /// asked to give nearly equal rows nearly equal answers (Bishop 1995).
    ///
    /// Put it behind `standardize`, so that the noise is of one size for all columns.
    pub struct Noise = "noise" {
        /// Standard deviation of the noise, in units of the numbers that it is added to.
        pos deviation: f64 = 0.1, in Range::POSITIVE;
    }
}

impl Step for Noise {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("noise", input)
    }

    fn drawn(&self) -> bool {
        true
    }
}
