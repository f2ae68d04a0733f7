//! Weights from elsewhere: initial values, freezing, learning rates and low-rank adapters per part of the model.

use super::{NodeId, Pipeline};
use crate::source::Span;

/// What is said of one part of the model: a node, a task or a stage of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// `trunk`, `trunk.conv2d.2`.
    pub path: String,
    /// The layers with weights that it covers, those with a more specific entry of their own included.
    pub nodes: Vec<NodeId>,
    pub init: Option<Init>,
    pub freeze: Freeze,
    /// Multiplies the learning rate.
    pub lr_factor: f64,
    pub lora: Option<Lora>,
    pub span: Span,
}

impl Transfer {
    /// Whether a weight or node of this path belongs to the part.
    pub fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// Where initial weights come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Init {
    /// A run directory, a safetensors or a PyTorch file, relative to the spec.
    pub file: String,
    /// What the part is called there; its own path if not written.
    pub source: Option<String>,
    /// The place of the file's name, for "no such file".
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freeze {
    /// It learns from the start.
    No,
    Always,
    /// It learns from this epoch on, counted from 0: so many epochs are trained without it.
    Until {
        epoch: usize,
    },
}

/// Low-rank adapters beside the dense layers of a part (Hu et al. 2021, arXiv:2106.09685): the layer's own weights stay
/// as they are and `W + (alpha / rank) · A·B` is computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Lora {
    pub rank: usize,
    pub alpha: f64,
}

/// Gradual unfreezing (Howard and Ruder 2018, arXiv:1801.06146): of the parts that are frozen, the one nearest to the
/// output thaws first, and one more after every so many epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfreeze {
    pub every: usize,
}

impl Pipeline {
    /// What `transfer` says of a layer, by its place: the entry with the longest path that covers it. Initial weights are
    /// another matter: every entry that covers it and has some gives them, the longest path last.
    pub fn transfer_of(&self, id: NodeId) -> Option<usize> {
        self.longest(|part| part.nodes.contains(&id))
    }

    /// The same of what no line of the spec wrote (a gate of a sharing strategy).
    pub fn transfer_covering(&self, path: &str) -> Option<usize> {
        self.longest(|part| part.covers(path))
    }

    fn longest(&self, covers: impl Fn(&Transfer) -> bool) -> Option<usize> {
        (0..self.transfer.len())
            .filter(|place| covers(&self.transfer[*place]))
            .max_by_key(|place| self.transfer[*place].path.len())
    }

    /// Whether weights are kept as they are in an epoch, counted from 0. `transfer` is the entry that speaks for them, and
    /// `written` is false for what the spec did not write: adapters, and what a sharing strategy adds.
    pub fn is_frozen(&self, transfer: Option<usize>, written: bool, epoch: usize) -> bool {
        let Some(entry) = transfer.and_then(|place| self.transfer.get(place)) else { return false };
        if entry.lora.is_some() {
            // Adapters learn in the place of the layers' own weights.
            return written;
        }
        match entry.freeze {
            Freeze::No => false,
            Freeze::Until { epoch: until } => epoch < until,
            Freeze::Always => self.thaws_at(entry).is_none_or(|thaws| epoch < thaws),
        }
    }

    /// Whether they are kept as they are for the whole run. What thaws once stays free, so the last epoch tells.
    pub fn never_learns(&self, transfer: Option<usize>, written: bool) -> bool {
        self.is_frozen(transfer, written, self.train.epochs.saturating_sub(1))
    }

    /// Whether they are kept as they are, however long the run is made.
    pub fn is_fixed(&self, transfer: Option<usize>, written: bool) -> bool {
        let Some(entry) = transfer.and_then(|place| self.transfer.get(place)) else { return false };
        match entry.lora {
            Some(_) => written,
            None => entry.freeze == Freeze::Always && self.unfreeze.is_none(),
        }
    }

    /// When gradual unfreezing reaches a part: the one nearest to the output first, one more after every so many epochs.
    fn thaws_at(&self, entry: &Transfer) -> Option<usize> {
        let every = self.unfreeze?.every;
        let last = |entry: &Transfer| entry.nodes.iter().map(|node| node.0).max().unwrap_or(0);
        let frozen = self.transfer.iter().filter(|other| other.freeze == Freeze::Always && other.lora.is_none());
        let before = frozen.filter(|other| last(other) > last(entry)).count();
        Some((before + 1) * every)
    }
}
