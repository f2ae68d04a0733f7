//! `savitzky_golay`: a polynomial through each window of a row, by least squares.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::savitzky_golay::SavitzkyGolay;
use crate::data::values::Values;

impl StepHalf for SavitzkyGolay {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let width = values.width().max(1);
        let Values::Real { shape, values } = values else { return Ok(values) };
        if width < self.window {
            return Err(Refusal::new(format!(
                "has a window of {} columns, and the row is only {width} wide",
                self.window
            )));
        }
        let reach = self.window / 2;
        // What each place of a window is multiplied by, for the answer at each place of the window.
        let factors: Vec<Vec<f64>> = (0..self.window).map(|place| self.factors(place as f64 - reach as f64)).collect();
        let mut smooth = Vec::with_capacity(values.len());
        for row in values.chunks(width) {
            for place in 0..width {
                let start = place.saturating_sub(reach).min(width - self.window);
                let window = &row[start..start + self.window];
                smooth.push(window.iter().zip(&factors[place - start]).map(|(value, factor)| value * factor).sum());
            }
        }
        Ok(Values::Real { shape, values: smooth })
    }
}

impl SavitzkyGolay {
    /// The factors by which the numbers of a window give the derivative at a place counted from its middle.
    ///
    /// In polynomials that are orthogonal over the window the least squares are plain projections; their recurrence
    /// (Gram) stays exact for high orders, where the normal equations of powers do not.
    fn factors(&self, at: f64) -> Vec<f64> {
        let reach = (self.window / 2) as f64;
        let places: Vec<f64> = (0..self.window).map(|place| place as f64 - reach).collect();
        // Each polynomial at the window's places, and its derivatives 0.. at `at`.
        let zeros = || (vec![0.0; self.window], vec![0.0; self.derivative + 1]);
        let mut before = zeros();
        let mut current = zeros();
        current.0.fill(1.0);
        current.1[0] = 1.0;
        let mut factors = vec![0.0; self.window];
        let mut norm_before = 1.0;
        for order in 0..=self.order {
            let norm: f64 = current.0.iter().map(|value| value * value).sum();
            for (factor, value) in factors.iter_mut().zip(&current.0) {
                *factor += value * current.1[self.derivative] / norm;
            }
            // p₊ = x·p − (norm / norm₋)·p₋; a symmetric window needs no other term.
            let back = if order == 0 { 0.0 } else { norm / norm_before };
            let mut next = zeros();
            for (place, value) in next.0.iter_mut().enumerate() {
                *value = places[place] * current.0[place] - back * before.0[place];
            }
            for (times, value) in next.1.iter_mut().enumerate() {
                let product =
                    at * current.1[times] + if times == 0 { 0.0 } else { times as f64 * current.1[times - 1] };
                *value = product - back * before.1[times];
            }
            norm_before = norm;
            before = std::mem::replace(&mut current, next);
        }
        factors
    }
}
