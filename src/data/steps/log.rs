//! `log`: ln(1 + x).

use super::{Refusal, StepHalf, Training, change_columns, map_columns};
use crate::catalog::steps::log::Log;
use crate::data::values::Values;

impl StepHalf for Log {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let width = values.width().max(1);
        if let Values::Real { values: numbers, .. } = &values {
            let rows: Vec<usize> = numbers
                .chunks(width)
                .enumerate()
                .filter(|(_, row)| row.iter().any(|value| *value <= -1.0))
                .map(|(row, _)| row)
                .collect();
            if !rows.is_empty() {
                return Err(Refusal { rows, ..Refusal::new("needs values above -1") });
            }
        }
        Ok(map_columns(values, |_, value| value.ln_1p()))
    }

    fn invert(&self, _state: &(), values: &mut [f64], width: usize) {
        change_columns(values, width, |_, value| value.exp_m1());
    }
}
