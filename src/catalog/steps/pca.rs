//! `pca`: the directions in which the training part varies most.

use super::{Step, needs_numbers};
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Principal components (Pearson 1901): each row's coordinates along the directions in which the training part varies most, the
    /// widest first. For columns that repeat each other, as the wavelengths of a spectrum do.
    ///
    /// Shape: `f32[rows, n]` to `f32[rows, components]`. The columns' means are subtracted first; put `-> standardize` before
    /// it if the columns have several units, and behind it if all components should count alike. The largest loading of a component is
    /// positive. Training rows with missing values are not fitted on, and a row with one has no coordinates: put `-> impute`
    /// before it.
    pub struct Pca = "pca" {
        /// How many directions are kept.
        pos components: usize = 16, in Range::AT_LEAST_ONE;
    }
}

impl Step for Pca {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_numbers("pca", input)?;
        if input.rank() != 2 {
            return Err(ShapeError::new(format!("`pca` needs numbers side by side, and gets {input}")));
        }
        if let Some(width) = input.last().size.value()
            && width < self.components as i64
        {
            return Err(ShapeError::new(format!("{width} columns have no {} principal components", self.components))
                .parameter("components")
                .help(format!("write `pca({width})` or fewer")));
        }
        Ok(input.with_last(Dim::int(self.components as i64)))
    }

    fn fitted(&self) -> bool {
        true
    }
}
