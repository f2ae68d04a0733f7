//! `lstm`: a long short-term memory, walked place by place, and back again.

use super::{Compute, Cotangents, Forward, Recorded, State, Vjp, recurrent};
use crate::catalog::layers::lstm::Lstm;
use crate::kernels::recurrent::Cell;
use crate::lower::{Real, Value};

impl Compute for Lstm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        recurrent::forward(Cell::Lstm, call)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        recurrent::step(Cell::Lstm, call, state)
    }
}

impl Vjp for Lstm {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        recurrent::pull(Cell::Lstm, call, cotangent)
    }
}
