//! `lstm`: `nn.LSTM`, which has its gates in our order.

use super::recurrent::written;
use super::{Call, Value, Write};
use crate::catalog::layers::lstm::Lstm;

impl Write for Lstm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        written(call, "LSTM")
    }
}
