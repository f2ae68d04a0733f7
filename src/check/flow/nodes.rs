//! The nodes that have been made.

use crate::check::checker::Checker;
use crate::pipeline::{Node, NodeId};

impl Checker<'_> {
    pub(in crate::check) fn add_node(&mut self, node: Node) -> NodeId {
        self.flowing.paths.insert(node.path.clone());
        self.flowing.nodes.push(node);
        NodeId(self.flowing.nodes.len() - 1)
    }

    pub(in crate::check) fn node(&self, id: NodeId) -> &Node {
        &self.flowing.nodes[id.0]
    }
}
