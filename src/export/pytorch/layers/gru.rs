//! `gru`: `nn.GRU`, which has its gates in our order.

use super::recurrent::written;
use super::{Call, Value, Write};
use crate::catalog::layers::gru::Gru;

impl Write for Gru {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        written(call, "GRU")
    }
}
