//! `feature_scale`: a factor per feature, or per channel.

use super::{Call, Value, Write};
use crate::catalog::layers::feature_scale::FeatureScale;

impl Write for FeatureScale {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rank = call.ty.rank();
        let factors = match call.types[0].is_picture() {
            true => call.by_channel(0, rank),
            false => call.weight(0),
        };
        let output = call.node("Mul", &[&call.x(), &factors]);
        Some(call.like(output))
    }
}
