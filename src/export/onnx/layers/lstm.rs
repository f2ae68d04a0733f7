//! `lstm`: `LSTM`, which has its gates as i, o, f, g where ours are i, f, g, o.

use super::recurrent::written;
use super::{Call, Value, Write};
use crate::catalog::layers::lstm::Lstm;

impl Write for Lstm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        written(call, "LSTM", &[0, 3, 1, 2], Vec::new())
    }
}
