//! Which tasks need a node: what is shared, and by whom.

use petgraph::algo::toposort;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::NodeIndexable;

use super::ModelGraph;

/// The tasks that each node flows into.
pub struct Readers {
    /// One bit per head, by node index.
    bits: Vec<Vec<u64>>,
    heads: usize,
}

impl Readers {
    /// Takes time linear in the graph (times the number of tasks, 64 at once).
    pub fn of(graph: &ModelGraph) -> Self {
        let heads = graph.heads.len();
        let mut bits = vec![vec![0_u64; heads.div_ceil(64)]; graph.graph.node_bound()];
        for (index, head) in graph.heads.iter().enumerate() {
            for (_, output) in &head.outputs {
                bits[output.index()][index / 64] |= 1 << (index % 64);
            }
        }
        for node in toposort(&graph.graph, None).unwrap_or_default().into_iter().rev() {
            let own = bits[node.index()].clone();
            for input in graph.inputs_of(node) {
                for (into, from) in bits[input.index()].iter_mut().zip(&own) {
                    *into |= from;
                }
            }
        }
        Self { bits, heads }
    }

    /// The heads that a node flows into, by their index in [`ModelGraph::heads`].
    pub fn of_node(&self, node: NodeIndex) -> Vec<usize> {
        let Some(bits) = self.bits.get(node.index()) else { return Vec::new() };
        (0..self.heads).filter(|head| bits[head / 64] >> (head % 64) & 1 == 1).collect()
    }
}
