//! `stitch`: each part of the channels is a sum of all parts of all values.

use super::{Call, Value, Write};
use crate::catalog::layers::stitch::Stitch;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::list;

impl Write for Stitch {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let weight = &call.weights[0];
        let sources = self.subspaces * call.inputs.len();
        let per = weight.values.len() / (self.subspaces * sources);
        let weight = call.shaped(0, &[self.subspaces, sources, per]);
        call.helper(Helper::Stitched);
        let (values, axis) = (list(call.names()), call.feature_axis());
        Some(call.like(format!("stitched({values}, {weight}, {axis})")))
    }
}
