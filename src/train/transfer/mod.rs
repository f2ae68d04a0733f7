//! What `transfer` says of the parts of a model: initial weights from elsewhere, freezing and thawing, learning rates.

pub mod load;
mod pytorch;
pub mod source;

use burn::tensor::Tensor;

use crate::check::Pipeline;
use crate::check::pipeline::{Freeze, Transfer};
use crate::lower::Model;
use crate::lower::weights::Slot;

/// The entry that speaks for a weight: the one with the longest path that covers it.
pub fn entry_of<'p>(pipeline: &'p Pipeline, path: &str) -> Option<&'p Transfer> {
    let covering = |entry: &&Transfer| covers(entry, path);
    pipeline.transfer.iter().filter(covering).max_by_key(|entry| entry.path.len())
}

/// Whether an entry covers a weight; a copy that a sharing strategy made belongs where its original stands
/// (`trunk.expert_1.dense.1` to `trunk.dense.1`).
pub fn covers(entry: &Transfer, path: &str) -> bool {
    entry.covers(path) || original(path).is_some_and(|path| entry.covers(&path))
}

/// The path without its second part.
fn original(path: &str) -> Option<String> {
    let (root, rest) = path.split_once('.')?;
    let (_, rest) = rest.split_once('.')?;
    Some(format!("{root}.{rest}"))
}

/// A low-rank adapter stands beside a layer of the spec under this last part of its path.
pub const ADAPTER: &str = "adapter";

fn is_adapter(path: &str) -> bool {
    path.split('.').any(|part| part == ADAPTER)
}

/// Whether a weight is kept as it is in an epoch, counted from 0.
pub fn is_frozen(pipeline: &Pipeline, slot: &Slot, epoch: usize) -> bool {
    let Some(entry) = entry_of(pipeline, &slot.path) else { return false };
    if entry.lora.is_some() {
        // The adapter learns in the place of the layer's own weights.
        return !is_adapter(&slot.path);
    }
    match entry.freeze {
        Freeze::No => false,
        Freeze::Until { epoch: until } => epoch < until,
        Freeze::Always => thaws_at(pipeline, entry).is_none_or(|thaws| epoch < thaws),
    }
}

/// When gradual unfreezing reaches a part: the one nearest to the output first, one more after every so many epochs.
fn thaws_at(pipeline: &Pipeline, entry: &Transfer) -> Option<usize> {
    let every = pipeline.unfreeze?.every;
    let last = |entry: &Transfer| entry.nodes.iter().map(|node| node.0).max().unwrap_or(0);
    let frozen = pipeline.transfer.iter().filter(|other| other.freeze == Freeze::Always && other.lora.is_none());
    let before = frozen.filter(|other| last(other) > last(entry)).count();
    Some((before + 1) * every)
}

/// Freezes and thaws what an epoch wants; true if that changed anything.
pub fn apply(pipeline: &Pipeline, model: &mut Model, epoch: usize) -> bool {
    if pipeline.transfer.is_empty() {
        return false;
    }
    let before = model.frozen.clone();
    model.freeze(|slot| is_frozen(pipeline, slot, epoch));
    before != model.frozen
}

/// A factor of the learning rate for each trained weight; `None` if all are 1.
pub fn factors(pipeline: &Pipeline, model: &Model) -> Option<Tensor<1>> {
    if pipeline.transfer.iter().all(|entry| entry.lr_factor == 1.0) {
        return None;
    }
    let factor = |slot: &Slot| entry_of(pipeline, &slot.path).map_or(1.0, |entry| entry.lr_factor as f32);
    Some(model.weights.per_weight(factor))
}
