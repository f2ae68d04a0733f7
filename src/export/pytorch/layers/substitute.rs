//! `substitute`: what stands in for an input that a row lacks.

use super::{Call, Value, Write, nones};
use crate::catalog::layers::substitute::{Missing, Substitute};

impl Write for Substitute {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (x, present, more) = (call.x(), call.inputs[1].name.clone(), nones(call.ty.rank() - 1));
        let other = match self.by {
            Missing::Zero => "0.0".to_string(),
            Missing::Learned => {
                // Along an axis that differs from row to row one number stands for all places.
                let shape: Vec<usize> = call.sizes.iter().map(|size| if *size == 0 { 1 } else { *size }).collect();
                call.shaped(0, &shape)
            }
        };
        Some(call.like(format!("torch.where({present}[:{more}], {x}, {other})")))
    }
}
