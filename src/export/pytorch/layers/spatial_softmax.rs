//! `spatial_softmax`: where each channel is strongest.

use super::{Call, Value, Write};
use crate::catalog::layers::spatial_softmax::SpatialSoftmax;
use crate::export::pytorch::helpers::Helper;

impl Write for SpatialSoftmax {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        call.helper(Helper::SpatialSoftmax);
        Some(call.function("spatial_softmax", ""))
    }
}
