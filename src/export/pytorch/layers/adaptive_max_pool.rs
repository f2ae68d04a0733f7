//! `adaptive_max_pool`: a function of PyTorch; where rows differ in length, each is cut by itself.

use super::adaptive_avg_pool::cut;
use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_max_pool::AdaptiveMaxPool;
use crate::export::pytorch::helpers::Helper;

impl Write for AdaptiveMaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        cut(call, "adaptive_max_pool", &self.parts(), Helper::LargestOfParts)
    }
}
