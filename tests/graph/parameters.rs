//! Counts of parameters against counts by hand.

use mtlc::catalog::Facts;
use mtlc::graph::GraphOp;
use mtlc::graph::parameters::{count, show};
use mtlc::pipeline::Owner;

use super::{graph_of, node};

#[test]
fn weights_and_biases_are_counted() {
    let graph = graph_of(
        "shared trunk from concat(x, c) -> dense(8) -> relu -> dense(3, bias: false)
         task m: regression from trunk { label: d.m }",
    );
    let parameters = count(&graph, &Facts::new());
    let of = |path: &str| show(&parameters.of_node(node(&graph, path)).trainable);
    // An input category has two indices more than classes: (3 + 2) · 4.
    assert_eq!(of("c.embed.1"), "20");
    // (2 + 4) · 8 + 8
    assert_eq!(of("trunk.dense.1"), "56");
    assert_eq!(of("trunk.relu.1"), "0");
    assert_eq!(of("trunk.dense.2"), "24");
    assert_eq!(of("m.head.dense.1"), "4");
    assert_eq!(show(&parameters.of_owner(Owner::Shared(0)).trainable), "80");
    assert_eq!(show(&parameters.of_owner(Owner::Task(0)).trainable), "4");
    assert_eq!(show(&parameters.total.trainable), "104");
}

#[test]
fn layers_that_a_shared_part_reads_have_weights_of_their_own() {
    let graph = graph_of(
        "block enc(width: int) { out: in -> dense(width) -> relu }
         shared trunk from concat(x -> dense(8), x -> dense(8), c -> enc(3)) -> dense(8) -> enc(3) -> batch_norm
         task m: regression from concat(trunk -> dense(2), trunk -> dense(2)) -> dense(2) { label: d.m }",
    );
    let mut owners: Vec<(&str, usize)> = Vec::new();
    for node in graph.graph.node_weights() {
        if let GraphOp::Layer { instance, weights, .. } = &node.op
            && !weights.is_empty()
        {
            assert_eq!(*instance, node.path, "a path that is taken is given to no other");
            owners.push((instance, weights.len()));
        }
    }
    let before = owners.len();
    owners.sort_unstable();
    owners.dedup();
    assert_eq!(owners.len(), before);
    // (2·8 + 8)·2, 4·3 + 3, 19·8 + 8, 8·3 + 3 and 2·3 of the norm.
    let parameters = count(&graph, &Facts::new());
    assert_eq!(parameters.of_owner(Owner::Shared(0)).trainable.value(), Some(160 + 27 + 6));
    assert_eq!(parameters.total.trainable.value(), Some(20 + 48 + 15 + 160 + 27 + 6 + 8 + 8 + 10 + 3));
}

#[test]
fn state_is_counted_apart() {
    let graph = graph_of("task m: regression from x -> dense(5) -> batch_norm { label: d.m }");
    let parameters = count(&graph, &Facts::new());
    let norm = parameters.of_node(node(&graph, "m.batch_norm.1"));
    assert_eq!(norm.trainable.value(), Some(10), "scale and shift");
    assert!(norm.state.value().is_some_and(|state| state >= 10), "running mean and variance: {:?}", norm.state);
    // 2·5 + 5, 10, 5 + 1
    assert_eq!(parameters.of_owner(Owner::Task(0)).trainable.value(), Some(31));
}

#[test]
fn an_instance_counts_once_however_many_nodes_use_it() {
    let model = |right: &str| {
        format!(
            "block tower(n: int) {{ out: in -> dense(n) -> relu }}
             instance same: tower(8)
             input y from d[m, b] -> standardize
             shared left from x -> same
             shared right from y -> {right}
             task k: classification from concat(left, right) {{ label: d.k, head: dense(2) -> dense(label.classes) }}"
        )
    };
    let shared = graph_of(&model("same"));
    let apart = graph_of(&model("tower(8)"));
    let total = |graph| count(graph, &Facts::from([("classes(d.k)".into(), 5)])).total.trainable.value();
    // 20 for the input that nobody reads, 2·8 + 8 for the tower, 16·2 + 2 and 2·5 + 5 for the head.
    assert_eq!(total(&shared), Some(20 + 24 + 34 + 15));
    assert_eq!(total(&apart), Some(20 + 24 + 24 + 34 + 15));
    let parameters = count(&shared, &Facts::new());
    let users: Vec<usize> = shared
        .graph
        .node_indices()
        .filter(|node| !parameters.of_node(*node).is_zero())
        .map(|node| usize::from(parameters.counted_at(node).is_zero()))
        .collect();
    assert_eq!(users.iter().sum::<usize>(), 1, "one node uses weights that are counted elsewhere");
}

#[test]
fn unknown_sizes_stay_terms_until_the_facts_are_known() {
    let graph = graph_of("task k: classification from x -> dense(8) { label: d.k }");
    let unknown = count(&graph, &Facts::new());
    assert_eq!(show(&unknown.of_owner(Owner::Task(0)).trainable), "9·classes(d.k) + 24");
    let known = count(&graph, &Facts::from([("classes(d.k)".into(), 1000)]));
    assert_eq!(show(&known.of_owner(Owner::Task(0)).trainable), "9,024");
}
