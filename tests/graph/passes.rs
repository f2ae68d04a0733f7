//! What each pass does and does not do, and that it can be switched off.

use mtlc::graph::ModelGraph;
use mtlc::graph::passes::{PASSES, PassReport, check_names, optimize};

use super::{graph_of, node, paths, structure};

/// The graph after one pass alone, and its report.
fn only(pass: &str, model: &str) -> (ModelGraph, PassReport) {
    let mut graph = graph_of(model);
    let others: Vec<String> = PASSES.iter().map(|one| one.name().to_string()).filter(|name| name != pass).collect();
    let mut reports = optimize(&mut graph, &others);
    assert_eq!(reports.len(), 1, "{pass} is a pass");
    (graph, reports.remove(0))
}

fn changes(report: &PassReport) -> Vec<String> {
    report.changes.iter().map(|change| format!("{}: {}", change.node, change.what)).collect()
}

fn without(names: &[&str], model: &str) -> ModelGraph {
    let mut graph = graph_of(model);
    optimize(&mut graph, &names.iter().map(|name| name.to_string()).collect::<Vec<_>>());
    graph
}

#[test]
fn prune_removes_what_no_task_needs_and_nothing_else() {
    let (graph, report) = only(
        "prune",
        "shared idle from c -> dense(3) -> relu
         task m: regression from x -> dropout(0) -> dense(8) { label: d.m }",
    );
    assert_eq!(
        changes(&report),
        [
            "c: removed: no task needs it",
            "c.embed.1: removed: no task needs it",
            "idle.dense.1: removed: no task needs it",
            "idle.relu.1: removed: no task needs it",
        ]
    );
    assert_eq!(paths(&graph), ["x", "m.dropout.1", "m.dense.1", "m.head.dense.1"]);
    assert_eq!((report.nodes_before, report.nodes_after), (8, 4));
    assert_eq!(graph.inputs.iter().filter(|input| input.is_some()).count(), 1, "the place of `c` is empty");
}

#[test]
fn fold_constants_removes_layers_that_do_nothing() {
    let (graph, report) = only(
        "fold-constants",
        "task m: regression from x -> dropout(0) -> dense(8) -> identity -> relu { label: d.m }
         task k: classification from c { label: d.k }",
    );
    assert_eq!(
        changes(&report),
        ["m.dropout.1: removed: it changes nothing", "m.identity.1: removed: it changes nothing"]
    );
    let text = structure(&graph);
    assert!(text.contains("m.dense.1 <- x\n"), "{text}");
    assert!(text.contains("m.relu.1 <- m.dense.1\n"), "{text}");
}

#[test]
fn fold_constants_keeps_a_dropout_that_drops() {
    let (graph, report) = only("fold-constants", "task m: regression from x -> dropout(0.1) { label: d.m }");
    assert!(report.changes.is_empty(), "{:?}", changes(&report));
    node(&graph, "m.dropout.1");
}

#[test]
fn fold_constants_merges_changes_of_shape() {
    let model = "task m: regression from x -> dense(12) -> reshape(3, 2, 2) -> flatten -> reshape(12) { label: d.m }";
    let (graph, report) = only("fold-constants", model);
    // What is left of the three does nothing, so that the head reads the layer itself.
    assert_eq!(graph.inputs_of(node(&graph, "m.head.dense.1")), [node(&graph, "m.dense.1")], "{:?}", changes(&report));
    assert!(!paths(&graph).iter().any(|path| path.contains("reshape") || path.contains("flatten")));
}

#[test]
fn fold_constants_removes_a_gradient_stop_only_where_no_gradient_flows() {
    let (graph, _) = only(
        "fold-constants",
        "task m: regression from x -> stop_gradient -> dense(2) { label: d.m }
         task k: classification from c -> dense(4) -> stop_gradient -> dense(2) { label: d.k }",
    );
    assert!(!paths(&graph).contains(&"m.stop_gradient.1"), "an input has no gradient to stop");
    assert!(paths(&graph).contains(&"k.stop_gradient.1"), "this one stops the gradient of a layer");
}

#[test]
fn common_subexpressions_computes_once_what_is_the_same() {
    let model = "task m: regression from concat(x, c) -> dense(2) { label: d.m }
                 task k: classification from concat(x, c) -> dense(2) { label: d.k }";
    let (graph, report) = only("common-subexpressions", model);
    assert_eq!(changes(&report), ["k.concat.1: removed: m.concat.1 computes the same"]);
    assert_eq!(graph.inputs_of(node(&graph, "k.dense.1")), graph.inputs_of(node(&graph, "m.dense.1")));
}

#[test]
fn common_subexpressions_keeps_what_only_looks_the_same() {
    // Weights of their own, draws of their own, other orders, other arguments.
    let (graph, report) = only(
        "common-subexpressions",
        "task m: regression from concat(x, c) -> dense(4) -> dropout(0.5) -> elu(alpha: 1) { label: d.m }
         task k: classification from concat(c, x) -> dense(4) -> dropout(0.5) -> elu(alpha: 2) { label: d.k }",
    );
    assert!(report.changes.is_empty(), "{:?}", changes(&report));
    assert_eq!(report.nodes_before, graph.graph.node_count());
}

#[test]
fn common_subexpressions_knows_that_a_sum_of_two_has_no_order() {
    let (_, report) = only(
        "common-subexpressions",
        "let p = x -> dense(4)
         let q = x -> dense(4)
         task m: regression from (p + q) -> relu { label: d.m }
         task k: classification from (q + p) -> relu { label: d.k }",
    );
    assert_eq!(
        changes(&report),
        ["k.add.1: removed: m.add.1 computes the same", "k.relu.1: removed: m.relu.1 computes the same"]
    );
}

#[test]
fn one_instance_on_one_value_is_computed_once() {
    let model = "block tower(n: int) { out: in -> dense(n) -> relu }
                 instance same: tower(8)
                 shared left from x -> same
                 shared right from x -> same
                 task m: regression from concat(left, right) { label: d.m }";
    let (graph, report) = only("common-subexpressions", model);
    assert_eq!(report.changes.len(), 2, "{:?}", changes(&report));
    let inputs = graph.inputs_of(node(&graph, "m.concat.1"));
    assert_eq!(inputs[0], inputs[1], "`concat` reads the one value twice");
}

#[test]
fn every_pass_can_be_switched_off() {
    let model = "shared idle from x -> dense(3)
                 task m: regression from concat(x, c) -> dropout(0) -> dense(2) { label: d.m }
                 task k: classification from concat(x, c) -> dense(2) { label: d.k }";
    let all: Vec<&str> = PASSES.iter().map(|pass| pass.name()).collect();
    assert_eq!(structure(&without(&all, model)), structure(&graph_of(model)), "nothing runs");
    for (pass, left_in) in
        [("prune", "idle.dense.1"), ("fold-constants", "m.dropout.1"), ("common-subexpressions", "k.concat.1")]
    {
        let with: ModelGraph = without(&[], model);
        assert!(!paths(&with).contains(&left_in), "{pass} removes {left_in}");
        assert!(paths(&without(&[pass], model)).contains(&left_in), "without {pass} there is {left_in}");
    }
}

#[test]
fn a_second_run_changes_nothing() {
    let mut graph = graph_of(
        "shared idle from x -> dense(3)
         task m: regression from concat(x, c) -> dropout(0) -> reshape(6) -> flatten -> dense(2) { label: d.m }
         task k: classification from concat(x, c) -> identity -> dense(2) { label: d.k }",
    );
    assert!(optimize(&mut graph, &[]).iter().any(|report| !report.changes.is_empty()));
    let once = structure(&graph);
    for report in optimize(&mut graph, &[]) {
        assert!(report.changes.is_empty(), "{}: {:?}", report.pass, changes(&report));
    }
    assert_eq!(structure(&graph), once);
}

#[test]
fn no_pass_renames_a_node_or_its_weights() {
    let model = "shared trunk from concat(x, c) -> dropout(0) -> dense(8) -> dense(8)
                 task m: regression from trunk { label: d.m }";
    let (before, after) = (graph_of(model), without(&[], model));
    for path in paths(&after) {
        let (old, new) = (&before.graph[node(&before, path)], &after.graph[node(&after, path)]);
        assert_eq!(old.ty, new.ty, "{path}");
        assert_eq!(format!("{:?}", old.op), format!("{:?}", new.op), "{path}");
    }
}

#[test]
fn an_unknown_pass_is_refused_with_a_suggestion() {
    assert_eq!(check_names(&["prnue".into()]), Err("there is no pass `prnue`; did you mean `prune`?".into()));
    assert_eq!(check_names(&["prune".into(), "fold-constants".into()]), Ok(()));
}
