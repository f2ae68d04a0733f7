//! Sharing strategies: how the readers of a `shared` node share its chain (`shared trunk by NAME(…)`).
//!
//! A strategy has no other half: it is an expansion of (chain, readers) into ordinary nodes, so that
//! every pass, export and cache works on what it makes.

use crate::catalog::layers::LayerDef;

crate::catalog! {
    /// A sharing strategy with its arguments.
    pub enum SharingDef: Sharing {
        hard::Hard,
    }
}

/// A value inside an expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueHandle(pub usize);

/// What an expansion may do; the graph implements it.
pub trait Expander {
    /// The value that flows into the chain.
    fn input(&self) -> ValueHandle;

    /// How many stages the chain has.
    fn stages(&self) -> usize;

    /// Runs one stage on a value with the weights of the named copy; the empty name is the chain's own.
    fn apply(&mut self, stage: usize, copy: &str, value: ValueHandle) -> ValueHandle;

    /// A layer of the strategy's own (a gate, a stitch); `path` is relative to the node.
    fn layer(&mut self, layer: LayerDef, path: &str, inputs: &[ValueHandle]) -> ValueHandle;

    /// Names of the tasks and nodes that read the result, in order of declaration.
    fn readers(&self) -> Vec<String>;

    /// What a reader gets.
    fn give(&mut self, reader: usize, value: ValueHandle);
}

pub trait Sharing {
    fn expand(&self, expander: &mut dyn Expander);
}
