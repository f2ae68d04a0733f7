//! What flows: chains, layers, blocks and expressions, each with the type that it makes.

pub(in crate::check) mod blocks;
pub(in crate::check) mod chains;
pub(in crate::check) mod each;
pub(in crate::check) mod expressions;
pub(in crate::check) mod layer_nodes;
pub(in crate::check) mod nodes;
pub(in crate::check) mod pretrained;
pub(in crate::check) mod previous;
pub(in crate::check) mod values;

use std::collections::{HashMap, HashSet};

use super::resolve::program::DeclId;
use crate::catalog::steps::StepDef;
use crate::pipeline::{Node, NodeId, Obligation};
use crate::source::Span;

/// What flows, as far as it has been elaborated.
#[derive(Debug, Default)]
pub(in crate::check) struct Flowing {
    pub nodes: Vec<Node>,
    /// What the data goes through before it is the node of an input.
    pub steps: HashMap<NodeId, Vec<StepDef>>,
    /// Node paths that are taken, so that two never have one name.
    pub paths: HashSet<String>,
    /// Weights of instances, by path and the input they were made for: shared uses must agree.
    pub instances: HashMap<String, NodeId>,
    pub obligations: Vec<Obligation>,
    /// What the names read where values flow.
    pub read: HashMap<Span, NodeId>,
    /// Blocks being expanded, for recursion.
    pub open_blocks: Vec<DeclId>,
}
