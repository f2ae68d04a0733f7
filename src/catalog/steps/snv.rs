//! `snv`: brings each row to mean 0 and standard deviation 1.

use super::{Step, needs_numbers};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Standard normal variate (Barnes, Dhanoa and Lister 1989): subtracts from each *row* its own mean and divides by its own
    /// standard deviation (that of a sample). In spectra it takes out how thick a sample is and how it scatters light.
    ///
    /// Shape: `f32[rows, n]`, unchanged: the columns must be one measurement along an axis, in one unit. Missing values stay missing
    /// and do not count. A row of equal numbers becomes 0.
    pub struct Snv = "snv" {}
}

impl Step for Snv {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_numbers("snv", input)?;
        if input.rank() != 2 || input.last().size.value() == Some(1) {
            return Err(ShapeError::new(format!("`snv` scales the numbers of a row by each other, and gets {input}"))
                .help("read the columns of one spectrum together: `data[first .. last] -> snv`; to scale each column, write `standardize`"));
        }
        Ok(input.clone())
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
