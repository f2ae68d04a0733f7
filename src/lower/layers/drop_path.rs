//! `drop_path`: whole rows at random.

use burn::tensor::{Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::drop_path::DropPath;
use crate::lower::{Real, Value};

impl Compute for DropPath {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        if !call.training || self.rate == 0.0 {
            return Value::Real(x.clone());
        }
        let kept = |row: u64| if call.draw.uniform(row) < self.rate { 0.0 } else { 1.0 / (1.0 - self.rate) };
        let kept: Vec<f32> = call.row_numbers().into_iter().map(|row| kept(row) as f32).collect();
        let factors = Tensor::<2>::from_data(TensorData::new(kept, [x.rows(), 1]), call.device);
        let output = x.like(x.by_rows() * factors.clone());
        call.kept = vec![Value::Real(Real::new(factors))];
        Value::Real(output)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for DropPath {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents::input(match call.kept.first() {
            Some(factors) => cotangent.like(cotangent.by_rows() * factors.real().ranked::<2>()),
            None => cotangent.clone(),
        })
    }
}
