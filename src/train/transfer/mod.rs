//! What `transfer` says of the parts of a model: initial weights from elsewhere, freezing and thawing, learning rates.

mod layouts;
pub mod load;
mod not_pytorch;
mod pytorch;
pub mod source;

use burn::tensor::Tensor;

use crate::graph::Writer;
use crate::lower::Model;
use crate::lower::weights::Slot;
use crate::pipeline::Pipeline;
use crate::pipeline::Transfer;

/// The entry that speaks for a weight.
fn entry_of<'p>(pipeline: &'p Pipeline, slot: &Slot) -> Option<&'p Transfer> {
    slot.origin.transfer.and_then(|place| pipeline.transfer.get(place))
}

/// Freezes and thaws what an epoch wants; true if that changed anything.
pub fn apply(pipeline: &Pipeline, model: &mut Model, epoch: usize) -> bool {
    if pipeline.transfer.is_empty() {
        return false;
    }
    let before = model.frozen.clone();
    model.freeze(|slot| pipeline.is_frozen(slot.origin.transfer, slot.origin.writer == Writer::Spec, epoch));
    before != model.frozen
}

/// A factor of the learning rate for each trained weight; `None` if all are 1.
pub fn factors(pipeline: &Pipeline, model: &Model) -> Option<Tensor<1>> {
    if pipeline.transfer.iter().all(|entry| entry.lr_factor == 1.0) {
        return None;
    }
    let factor = |slot: &Slot| entry_of(pipeline, slot).map_or(1.0, |entry| entry.lr_factor as f32);
    Some(model.weights.per_weight(factor))
}
