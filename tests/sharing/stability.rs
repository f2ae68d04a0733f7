//! Paths of weights: what is added to a chain renames nothing.

use super::{STRATEGIES, graph_of, spec, weights};

#[test]
fn a_dropout_more_renames_nothing() {
    for strategy in STRATEGIES {
        let plain = weights(&graph_of(&spec(strategy, "x -> dense(8) -> relu -> dense(8) -> relu -> dense(8)", 3)));
        let dropped =
            "x -> dropout(0.1) -> dense(8) -> relu -> dropout(0.2) -> dense(8) -> relu -> dropout(0.3) -> dense(8)";
        assert_eq!(plain, weights(&graph_of(&spec(strategy, dropped, 3))), "{strategy}");
    }
}

#[test]
fn a_reader_more_renames_nothing() {
    for strategy in STRATEGIES {
        let chain = "x -> dense(8) -> relu -> dense(8)";
        let some = weights(&graph_of(&spec(strategy, chain, 2)));
        let more = weights(&graph_of(&spec(strategy, chain, 3)));
        for path in some.keys() {
            assert!(more.contains_key(path), "{strategy}: {path} is gone");
        }
    }
}

#[test]
fn the_order_of_tasks_means_nothing_to_paths() {
    for strategy in STRATEGIES {
        let text = spec(strategy, "x -> dense(8) -> relu -> dense(8)", 3);
        let (head, tasks) = text.split_at(text.find("task t0").expect("a task"));
        let mut lines: Vec<&str> = tasks.lines().collect();
        lines.reverse();
        let turned = format!("{head}{}\n", lines.join("\n"));
        assert_eq!(weights(&graph_of(&text)), weights(&graph_of(&turned)), "{strategy}");
    }
}

#[test]
fn paths_say_whose_they_are() {
    let paths = |strategy: &str| weights(&graph_of(&spec(strategy, "x -> dense(8) -> relu -> dense(8)", 2)));
    let has = |strategy: &str, expected: &[&str]| {
        let paths = paths(strategy);
        for path in expected {
            assert!(paths.contains_key(*path), "{strategy} has no {path}, but {:#?}", paths.keys());
        }
    };
    has("hard", &["trunk.dense.2.weight"]);
    has("mmoe(experts: 2)", &["trunk.expert_1.dense.2.weight", "trunk.t1.gate.weight"]);
    has("omoe(experts: 2)", &["trunk.expert_2.dense.1.bias", "trunk.shared.gate.weight"]);
    has("cgc", &["trunk.expert_1.dense.1.weight", "trunk.t0.expert_1.dense.1.weight", "trunk.t0.gate.1.weight"]);
    has("ple", &["trunk.t0.expert_1.dense.2.weight", "trunk.t0.gate.2.weight", "trunk.shared.gate.1.weight"]);
    has("cross_stitch", &["trunk.t0.dense.1.weight", "trunk.t1.stitch.2.weight"]);
    has("sluice", &["trunk.t0.dense.1.weight", "trunk.t1.stitch.2.weight", "trunk.t0.layers.weight"]);
    has("mtan", &["trunk.dense.1.weight", "trunk.attention.dense.2.weight", "trunk.t1.mask.2.a.weight"]);
    has("dselect_k", &["trunk.expert_4.dense.1.weight", "trunk.t0.gate.selector"]);
    has("nddr", &["trunk.t0.fuse.1.weight", "trunk.t0.norm.1.weight"]);
    has("ltb", &["trunk.branch_2.dense.1.weight", "trunk.branch_1.parent.2.weight", "trunk.t1.parent.weight"]);
    has("layer_skip", &["trunk.dense.2.weight", "trunk.t1.skip.2.weight"]);
}
