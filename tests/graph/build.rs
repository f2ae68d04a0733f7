//! From pipeline to graph: one node per layer and input, and the expansion of `hard` sharing.

use super::{graph_of, node, structure};

#[test]
fn hard_sharing_is_one_chain_that_every_reader_reads() {
    let graph = graph_of(
        "shared trunk by hard from concat(x, c) -> dense(8) -> relu
         task m: regression from trunk { label: d.m }
         task k: classification from trunk -> dense(4) { label: d.k }",
    );
    insta::assert_snapshot!(structure(&graph), @r"
    c <- 
    c.embed.1 <- c
    k.dense.1 <- trunk.relu.1
    k.head.dense.1 <- k.dense.1
    m.head.dense.1 <- trunk.relu.1
    trunk.concat.1 <- x, c.embed.1
    trunk.dense.1 <- trunk.concat.1
    trunk.relu.1 <- trunk.dense.1
    x <- 
    task m <- m.head.dense.1
    task k <- k.head.dense.1
    ");
}

#[test]
fn a_node_that_nobody_reads_is_in_the_graph_until_a_pass_removes_it() {
    let graph = graph_of(
        "shared trunk from concat(x, c) -> dense(8)
         shared idle from x -> dense(3) -> relu
         task m: regression from trunk { label: d.m }",
    );
    node(&graph, "idle.dense.1");
    node(&graph, "idle.relu.1");
}

#[test]
fn named_lines_of_a_block_form_are_read_where_they_are_made() {
    let graph = graph_of(
        "shared neck from concat(x, c) {
           low = in -> dense(8) -> relu
           high = low -> dense(4) -> relu
           out: high
         }
         task m: regression from neck { label: d.m }
         task k: classification from neck.low { label: d.k }",
    );
    insta::assert_snapshot!(structure(&graph), @r"
    c <- 
    c.embed.1 <- c
    k.head.dense.1 <- neck.low.relu.1
    m.head.dense.1 <- neck.high.relu.1
    neck.concat.1 <- x, c.embed.1
    neck.high.dense.1 <- neck.low.relu.1
    neck.high.relu.1 <- neck.high.dense.1
    neck.low.dense.1 <- neck.concat.1
    neck.low.relu.1 <- neck.low.dense.1
    x <- 
    task m <- m.head.dense.1
    task k <- k.head.dense.1
    ");
}

#[test]
fn inputs_keep_their_order() {
    let graph = graph_of(
        "shared one from concat(x, c) -> dense(8)
         shared other from concat(c, x) -> dense(8)
         task m: regression from concat(other, one) { label: d.m }",
    );
    let path = |index: usize, of: &str| graph.graph[graph.inputs_of(node(&graph, of))[index]].path.clone();
    assert_eq!((path(0, "one.concat.1"), path(1, "one.concat.1")), ("x".into(), "c.embed.1".into()));
    assert_eq!((path(0, "other.concat.1"), path(1, "other.concat.1")), ("c.embed.1".into(), "x".into()));
    assert_eq!((path(0, "m.concat.1"), path(1, "m.concat.1")), ("other.dense.1".into(), "one.dense.1".into()));
}

#[test]
fn a_task_reads_another_tasks_output() {
    let graph = graph_of(
        "task m: regression from x -> dense(8) { label: d.m }
         task k: classification from concat(x, m) { label: d.k }",
    );
    let inputs = graph.inputs_of(node(&graph, "k.concat.1"));
    assert_eq!(inputs[1], graph.heads[0].outputs[0].1, "the head of `m` feeds `k`");
}

#[test]
fn order_of_declarations_changes_nothing_that_is_computed() {
    let task_m = "task m: regression from trunk { label: d.m }\n";
    let task_k = "task k: classification from trunk { label: d.k }\n";
    let trunk = "shared trunk from both -> dense(8)\n";
    let both = "let both = concat(x, c)\n";
    let forwards = graph_of(&[both, trunk, task_m, task_k].concat());
    let backwards = graph_of(&[task_k, task_m, trunk, both].concat());
    let nodes = |graph: &_| -> Vec<String> {
        structure(graph).lines().filter(|line| !line.starts_with("task ")).map(str::to_string).collect()
    };
    assert_eq!(nodes(&forwards), nodes(&backwards));
}
