//! `one_hot`: one number per class: 1 for the row's own, 0 elsewhere.

use super::{Step, refuse};
use crate::catalog::{Dim, Kind, ShapeError, Type};

crate::entry! {
    /// One number per class: 1 for the row's own, 0 elsewhere.
    ///
    /// An input category has two more places, *unknown* and *missing*. A row whose place no training row had (a class that only the
    /// new data has, a missing value where the training part misses none) is the mean of the classes that it had: 1/n at each
    /// of n, as `embed` answers it, because nothing was learnt of the place itself. Shape: `category(n)[rows]` to
    /// `f32[rows, n]`; several categories read together stand side by side, `categories(n, m)[rows, 2]` to `f32[rows, n + m]`.
    pub struct OneHot = "one_hot" {}
}

impl Step for OneHot {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        let width = match &input.kind {
            Kind::Category { classes } if input.rank() == 1 => classes.clone(),
            Kind::Categories { columns } => {
                columns.iter().fold(Dim::int(0), |sum, column| sum + column.classes.clone())
            }
            _ => return Err(refuse("one_hot", "a category", input)),
        };
        Ok(Type::real(input.rows().clone(), [width]))
    }

    fn fitted(&self) -> bool {
        true
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
