//! `feature_scale`: a factor per feature, or per channel.

use super::{Call, Value, Write, nones};
use crate::catalog::layers::feature_scale::FeatureScale;

impl Write for FeatureScale {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (factors, x) = (call.parameter(0), call.x());
        let axes = if call.types[0].is_picture() { format!("[:{}]", nones(call.ty.rank() - 2)) } else { String::new() };
        Some(call.like(format!("{x} * {factors}{axes}")))
    }
}
