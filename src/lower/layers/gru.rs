//! `gru`: a gated recurrent unit, walked place by place, and back again.

use super::{Compute, Cotangents, Forward, Recorded, State, Vjp, recurrent};
use crate::catalog::layers::gru::Gru;
use crate::kernels::recurrent::Cell;
use crate::lower::{Real, Value};

impl Compute for Gru {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        recurrent::forward(Cell::Gru, call)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        recurrent::step(Cell::Gru, call, state)
    }
}

impl Vjp for Gru {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        recurrent::pull(Cell::Gru, call, cotangent)
    }
}
