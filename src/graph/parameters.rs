//! Counts the parameters of a graph: per node, per owner, in total.
//!
//! Sizes are symbolic, so that a spec whose data nobody has seen can still be counted: `4·classes(a.b) + 8`. Weights
//! belong to instances, and an instance that several nodes use counts once.

use std::collections::{HashMap, HashSet};

use petgraph::stable_graph::NodeIndex;

use super::{GraphOp, ModelGraph};
use crate::catalog::layers::WeightSpec;
use crate::catalog::{Dim, Facts};
use crate::pipeline::Owner;

/// How many numbers some weights hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// With a gradient: what people call the parameters of a model.
    pub trainable: Dim,
    /// State without a gradient, such as running means.
    pub state: Dim,
}

impl Count {
    fn of(weights: &[WeightSpec], facts: &Facts) -> Self {
        let mut count = Self::default();
        for weight in weights {
            let size = weight.shape.iter().fold(Dim::int(1), |product, size| product * size.resolve(facts));
            count = count.plus(if weight.trainable {
                Self { trainable: size, state: Dim::default() }
            } else {
                Self { trainable: Dim::default(), state: size }
            });
        }
        count
    }

    pub fn plus(self, other: Self) -> Self {
        Self { trainable: self.trainable + other.trainable, state: self.state + other.state }
    }

    pub fn is_zero(&self) -> bool {
        self.trainable.value() == Some(0) && self.state.value() == Some(0)
    }
}

/// The parameters of a graph.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    nodes: HashMap<NodeIndex, Count>,
    /// The nodes at which their instance is counted: the first that uses it.
    counted: HashSet<NodeIndex>,
    owners: HashMap<Owner, Count>,
    pub total: Count,
    /// How many nodes use each instance that more than one uses.
    shared: HashMap<String, usize>,
}

impl Parameters {
    /// The weights that a node computes with; nodes of one instance give the same.
    pub fn of_node(&self, node: NodeIndex) -> Count {
        self.nodes.get(&node).cloned().unwrap_or_default()
    }

    /// As [`of_node`](Self::of_node), and nothing if an earlier node uses the same weights: these add up to the total.
    pub fn counted_at(&self, node: NodeIndex) -> Count {
        if self.counted.contains(&node) { self.of_node(node) } else { Count::default() }
    }

    /// The weights of what was written in one declaration. An instance counts where it is used first.
    pub fn of_owner(&self, owner: Owner) -> Count {
        self.owners.get(&owner).cloned().unwrap_or_default()
    }

    /// How many nodes compute with the weights of an instance.
    pub fn users_of(&self, instance: &str) -> usize {
        self.shared.get(instance).copied().unwrap_or(1)
    }
}

/// Counts the parameters of a graph, with every size that `facts` knows as a number.
pub fn count(graph: &ModelGraph, facts: &Facts) -> Parameters {
    let mut parameters = Parameters::default();
    let mut seen: HashSet<&str> = HashSet::new();
    for index in graph.graph.node_indices() {
        let node = &graph.graph[index];
        let GraphOp::Layer { instance, weights, .. } = &node.op else { continue };
        if weights.is_empty() {
            continue;
        }
        let count = Count::of(weights, facts);
        if seen.insert(instance) {
            let owner = parameters.owners.entry(node.owner).or_default();
            parameters.counted.insert(index);
            *owner = std::mem::take(owner).plus(count.clone());
            parameters.total = std::mem::take(&mut parameters.total).plus(count.clone());
        } else {
            *parameters.shared.entry(instance.clone()).or_insert(1) += 1;
        }
        parameters.nodes.insert(index, count);
    }
    parameters
}

/// A count for people: `2,304`, or the term if the data must be asked.
pub fn show(count: &Dim) -> String {
    let Some(value) = count.value() else { return count.to_string() };
    let digits = value.unsigned_abs().to_string();
    let mut shown = String::from(if value < 0 { "-" } else { "" });
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::show;
    use crate::catalog::Dim;

    #[test]
    fn thousands_are_grouped_and_terms_stay() {
        assert_eq!(show(&Dim::int(0)), "0");
        assert_eq!(show(&Dim::int(999)), "999");
        assert_eq!(show(&Dim::int(1_234_567)), "1,234,567");
        assert_eq!(show(&(Dim::symbol("classes(a.b)") * Dim::int(33))), "33·classes(a.b)");
    }
}
