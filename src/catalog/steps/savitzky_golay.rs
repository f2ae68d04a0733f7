//! `savitzky_golay`: smooths each row, or takes its derivative.

use super::{Step, needs_numbers};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Smooths each *row*, or takes its derivative: at each place the polynomial that fits a window around it best, by least
    /// squares (Savitzky and Golay 1964). The first derivative takes a constant offset out of a spectrum, the second a slope.
    ///
    /// Shape: `f32[rows, n]`, unchanged: the columns must be one measurement at even steps. The places near the ends are read off the
    /// polynomial of the first or last whole window, as SciPy's `savgol_filter` does. A derivative is per step between columns. A
    /// missing value makes the windows around it missing.
    pub struct SavitzkyGolay = "savitzky_golay" {
        /// Columns in a window: odd, and more than `order`.
        pos window: usize = 11, in Range::AT_LEAST_ONE;
        /// The order of the polynomial.
        order: usize = 2;
        /// Which derivative: 0 smooths only.
        derivative: usize = 0;
    }
}

impl Step for SavitzkyGolay {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_numbers("savitzky_golay", input)?;
        if input.rank() != 2 || input.last().size.value() == Some(1) {
            return Err(ShapeError::new(format!("`savitzky_golay` goes along the numbers of a row, and gets {input}"))
                .help("read the columns of one spectrum together: `data[first .. last] -> savitzky_golay`"));
        }
        let wrong = |what: String| Err(ShapeError::new(what).parameter("window"));
        if self.window.is_multiple_of(2) {
            return wrong(format!("the window of `savitzky_golay` has a middle: {} must be odd", self.window));
        }
        if self.order >= self.window {
            return wrong(format!(
                "a polynomial of order {} needs a window of more than {} columns",
                self.order, self.order
            ));
        }
        if self.derivative > self.order {
            return Err(ShapeError::new(format!(
                "derivative {} of a polynomial of order {} is zero everywhere",
                self.derivative, self.order
            ))
            .parameter("derivative"));
        }
        if input.last().size.value().is_some_and(|size| size < self.window as i64) {
            return wrong(format!(
                "the window of `savitzky_golay` is {} columns wide, and the row only {}",
                self.window,
                input.last().size
            ));
        }
        Ok(input.clone())
    }
}
