//! Weights from elsewhere: initial values, freezing, learning rates and low-rank adapters per part of the model.

use super::NodeId;
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
