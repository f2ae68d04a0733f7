//! The nodes that have been made.

use crate::check::checker::Checker;
use crate::pipeline::{Node, NodeId};

impl Checker<'_> {
    pub(in crate::check) fn add_node(&mut self, node: Node) -> NodeId {
        self.flowing.paths.insert(node.path.clone());
        self.flowing.nodes.push(node);
        NodeId(self.flowing.nodes.len() - 1)
    }

    /// Takes the nodes back from this one on: their names are free again.
    pub(in crate::check) fn forget_nodes(&mut self, from: usize) {
        self.flowing.nodes.truncate(from);
        // Uses of an instance may have one name, so that what stays is asked again.
        self.flowing.paths = self.flowing.nodes.iter().map(|node| node.path.clone()).collect();
    }

    pub(in crate::check) fn node(&self, id: NodeId) -> &Node {
        &self.flowing.nodes[id.0]
    }
}
