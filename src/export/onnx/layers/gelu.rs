//! `gelu`: by `Erf` or `Tanh`, since an operator of its own came later.

use super::{Call, Value, Write};
use crate::catalog::layers::gelu::{Approximate, Gelu};
use crate::lower::layers::gelu::{CUBE, ROOT};

impl Write for Gelu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let share = match self.approximate {
            Approximate::None => {
                let scaled = call.scaled(&x, std::f64::consts::FRAC_1_SQRT_2);
                call.node("Erf", &[&scaled])
            }
            Approximate::Tanh => {
                let square = call.node("Mul", &[&x, &x]);
                let square = call.scaled(&square, CUBE);
                let one = call.graph.float(1.0);
                let sum = call.node("Add", &[&square, &one]);
                let cube = call.node("Mul", &[&sum, &x]);
                let scaled = call.scaled(&cube, ROOT);
                call.node("Tanh", &[&scaled])
            }
        };
        let one = call.graph.float(1.0);
        let share = call.node("Add", &[&share, &one]);
        let share = call.scaled(&share, 0.5);
        let output = call.node("Mul", &[&x, &share]);
        Some(call.like(output))
    }
}
