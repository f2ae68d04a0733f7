//! Sharing strategies: how the readers of a `shared` node share its chain (`shared trunk by NAME(…)`).
//!
//! A strategy has no other half: it is an expansion of (chain, readers) into ordinary nodes, so that
//! every pass, export and cache works on what it makes. It is expanded on types (`pipeline/expansion.rs`): what a layer of
//! the strategy cannot take is an error of the spec, and the graph plays what came of it.

use std::ops::Range;

use crate::catalog::layers::{LayerDef, WeightSpec};
use crate::catalog::layers::{embed, flatten, global_avg_pool, mean_pool};
use crate::catalog::{Dim, Kind, Type};

crate::catalog! {
    /// A sharing strategy with its arguments.
    pub enum SharingDef: Sharing {
        cgc::Cgc,
        cross_stitch::CrossStitch,
        dselect_k::DselectK,
        hard::Hard,
        layer_skip::LayerSkip,
        ltb::Ltb,
        mmoe::Mmoe,
        mtan::Mtan,
        nddr::Nddr,
        omoe::Omoe,
        ple::Ple,
        sluice::Sluice,
    }
}

/// A value inside an expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueHandle(pub usize);

/// What an expansion may do.
///
/// The block form can have several outputs (`neck.low`): the strategy is then expanded for each of them that is read,
/// and what it makes alike is made once.
pub trait Expander {
    /// The value that flows into the chain.
    fn input(&self) -> ValueHandle;

    /// How many stages the chain has.
    fn stages(&self) -> usize;

    /// What a stage of the chain owns: the weights and state of all its layers.
    fn stage_weights(&self, stage: usize) -> Vec<WeightSpec>;

    /// The type of a stage's output, as written.
    fn stage_type(&self, stage: usize) -> Type;

    /// The type of a value.
    fn value_type(&self, value: ValueHandle) -> Type;

    /// Runs one stage on a value with the weights of the named copy; the empty name is the chain's own. The nodes are named
    /// after `place`, which is the copy's name unless several places use the same weights.
    fn apply_at(&mut self, stage: usize, copy: &str, place: &str, value: ValueHandle) -> ValueHandle;

    /// Runs one stage on a value with the weights of the named copy.
    fn apply(&mut self, stage: usize, copy: &str, value: ValueHandle) -> ValueHandle {
        self.apply_at(stage, copy, copy, value)
    }

    /// A layer of the strategy's own (a gate, a stitch); `path` is relative to the node.
    fn layer(&mut self, layer: LayerDef, path: &str, inputs: &[ValueHandle]) -> ValueHandle;

    /// Names of the tasks and nodes that read any output of the node, in order of declaration.
    fn readers(&self) -> Vec<String>;

    /// What a reader gets.
    fn give(&mut self, reader: usize, value: ValueHandle);
}

pub trait Sharing {
    /// How many readers it takes to make sense.
    fn least_readers(&self) -> usize {
        1
    }

    /// Why it cannot work on a chain. Sizes and kinds need no word here: they are checked by the expansion itself.
    fn check(&self, chain: &dyn Expander) -> Result<(), Misfit> {
        require_weights(chain)
    }

    fn expand(&self, expander: &mut dyn Expander);
}

/// Why a strategy cannot work on a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Completes "`by NAME` …": "needs a chain that learns, and this one has no weights".
    pub message: String,
    pub help: String,
}

impl Misfit {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// Refuses a chain without weights: copies of it would all compute the same.
fn require_weights(chain: &dyn Expander) -> Result<(), Misfit> {
    if (0..chain.stages()).any(|stage| chain.stage_weights(stage).iter().any(|weight| weight.trainable)) {
        return Ok(());
    }
    let what = if chain.stages() == 0 { "has no layers" } else { "has no weights" };
    Err(Misfit::new(
        format!("works on copies or parts of a chain that learns, and this one {what}"),
        "write the layers to share after `from`: `from x -> dense(64) -> relu`; or leave `by` out",
    ))
}

/// The units of a chain: each a stage with a weight matrix and the stages after it without (activation, norm, dropout,
/// pooling). What works layer by layer works on these, so that a dropout more is not a stitch more.
pub fn units(chain: &dyn Expander) -> Vec<Range<usize>> {
    let mut units: Vec<Range<usize>> = Vec::new();
    // What stands before the first matrix belongs to its unit.
    let mut learned = false;
    for stage in 0..chain.stages() {
        let learns = chain.stage_weights(stage).iter().any(|weight| weight.trainable && weight.decays);
        match units.last_mut() {
            Some(unit) if !(learns && learned) => unit.end = stage + 1,
            _ => units.push(stage..stage + 1),
        }
        learned |= learns;
    }
    units
}

/// Runs several stages with the weights of one copy.
pub fn run(expander: &mut dyn Expander, stages: Range<usize>, copy: &str, value: ValueHandle) -> ValueHandle {
    run_at(expander, stages, copy, copy, value)
}

/// [`run`], the nodes named after `place`.
pub fn run_at(
    expander: &mut dyn Expander,
    stages: Range<usize>,
    copy: &str,
    place: &str,
    mut value: ValueHandle,
) -> ValueHandle {
    for stage in stages {
        value = expander.apply_at(stage, copy, place, value);
    }
    value
}

/// How many channels a value has: the last size, or the second of pictures.
pub fn channels(ty: &Type) -> Dim {
    if ty.rank() < 2 { Dim::int(1) } else { super::layers::channels(ty).clone() }
}

/// The vector per row that a gate reads: numbers as they are, with all pixels or, if `pool`, the means of the channels;
/// sequences of any length as their mean; categories and tokens through an embedding of `width`.
pub fn gate_features(
    expander: &mut dyn Expander,
    value: ValueHandle,
    pool: bool,
    width: usize,
    path: &str,
) -> ValueHandle {
    let ty = expander.value_type(value);
    let mean = |ty: &Type| match ty.is_picture() {
        true => LayerDef::GlobalAvgPool(global_avg_pool::GlobalAvgPool {}),
        false => LayerDef::MeanPool(mean_pool::MeanPool {}),
    };
    match (&ty.kind, ty.rank()) {
        (Kind::Real, _) if (pool || ty.is_variable()) && (ty.is_picture() || ty.is_sequence()) => {
            expander.layer(mean(&ty), path, &[value])
        }
        (Kind::Real, 3..) => expander.layer(LayerDef::Flatten(flatten::Flatten {}), path, &[value]),
        (Kind::Category { .. } | Kind::Categories { .. } | Kind::Tokens { .. }, _) => {
            let embed =
                LayerDef::Embed(embed::Embed { width: Some(Dim::int(width as i64)), vectors: None, tensor: None });
            let embedded = expander.layer(embed, &format!("{path}.embed"), &[value]);
            match expander.value_type(embedded) {
                sequence if sequence.is_sequence() => expander.layer(mean(&sequence), path, &[embedded]),
                _ => embedded,
            }
        }
        _ => value,
    }
}

/// Names of experts: `expert_1`, or `species.expert_1` of a reader's own.
pub fn expert(owner: &str, index: usize) -> String {
    if owner.is_empty() { format!("expert_{}", index + 1) } else { format!("{owner}.expert_{}", index + 1) }
}

/// Runs the whole chain once per expert that all readers share.
pub fn experts(expander: &mut dyn Expander, count: usize) -> Vec<ValueHandle> {
    let (input, stages) = (expander.input(), expander.stages());
    (0..count).map(|index| run(expander, 0..stages, &expert("", index), input)).collect()
}
