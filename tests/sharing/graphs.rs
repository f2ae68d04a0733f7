//! Every strategy on every chain: well typed, without cycles, a gate per reader, and the same after all passes.

use mtlc::catalog::{Type, Undecided};
use mtlc::graph::passes;
use petgraph::algo::is_cyclic_directed;

use super::{CHAINS, STRATEGIES, ancestors, check, graph_of, layer, meaning, spec, weights};

/// Why a strategy refuses a combination, if it should.
fn refusal(strategy: &str, chain: &str, readers: usize) -> Option<&'static str> {
    let needs_two = ["cross_stitch", "sluice", "nddr", "ltb"].contains(&strategy);
    match (strategy, chain) {
        _ if needs_two && readers < 2 => Some("shares between at least 2 readers"),
        ("layer_skip", "one dense" | "narrowing" | "block") => Some("needs a layer that can be left out"),
        ("sluice", "one dense") => Some("cannot cut 3 channels into 2 equal subspaces"),
        _ => None,
    }
}

fn each(mut see: impl FnMut(&str, &str, usize, &str)) {
    for strategy in STRATEGIES {
        for (name, chain) in CHAINS {
            for readers in [1, 2, 5] {
                if refusal(strategy, name, readers).is_none() {
                    see(strategy, name, readers, &spec(strategy, chain, readers));
                }
            }
        }
    }
}

#[test]
fn every_strategy_is_tested() {
    let names: Vec<&str> = STRATEGIES.iter().map(|written| written.split('(').next().unwrap_or(written)).collect();
    for entry in mtlc::catalog::sharing::ENTRIES {
        assert!(names.contains(&entry.name), "{} is not among the tested strategies", entry.name);
    }
}

#[test]
fn refusals_come_at_check_time_with_their_own_code() {
    for strategy in STRATEGIES {
        for (name, chain) in CHAINS {
            for readers in [1, 2, 5] {
                let Some(words) = refusal(strategy, name, readers) else { continue };
                let (_, problems) = check(&spec(strategy, chain, readers));
                let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).collect();
                let [only] = errors.as_slice() else { panic!("{strategy} on {name}: {errors:#?}") };
                assert_eq!(only.code.name, "sharing-mismatch");
                assert!(only.message.contains(words), "{}", only.message);
                assert!(only.help.is_some(), "{} has no help", only.message);
            }
        }
    }
}

#[test]
fn every_node_is_well_typed() {
    each(|strategy, chain, readers, text| {
        let graph = graph_of(text);
        assert!(!is_cyclic_directed(&graph.graph), "{strategy} on {chain}");
        assert_eq!(graph.heads.len(), readers);
        for index in graph.graph.node_indices() {
            let node = &graph.graph[index];
            let Some((def, _)) = layer(node) else { continue };
            let types: Vec<Type> =
                graph.inputs_of(index).into_iter().map(|input| graph.graph[input].ty.clone()).collect();
            assert!(def.arity().contains(&types.len()), "{strategy} on {chain}: {} reads {}", node.path, types.len());
            let mut undecided = Undecided::default();
            let ty = def.infer(&types, &mut undecided);
            assert_eq!(ty.as_ref(), Ok(&node.ty), "{strategy} on {chain}: {}", node.path);
            assert!(undecided.0.is_empty());
        }
        // No two nodes with different layers use one set of weights.
        weights(&graph);
    });
}

#[test]
fn each_reader_has_its_own_gates_and_nobody_elses() {
    each(|strategy, chain, readers, text| {
        let graph = graph_of(text);
        let own = |reader: usize| format!("trunk.t{reader}.");
        for (reader, head) in graph.heads.iter().enumerate() {
            let needs = ancestors(&graph, head.outputs[0].1);
            let reporting: Vec<&str> = needs
                .iter()
                .map(|node| &graph.graph[*node])
                .filter(|node| layer(node).is_some_and(|(def, _)| def.capabilities().reports.is_some()))
                .map(|node| node.path.as_str())
                .collect();
            if strategy != "hard" {
                assert!(!reporting.is_empty(), "{strategy} on {chain} has nothing to report");
            }
            if !["hard", "omoe(experts: 3)"].contains(&strategy) {
                assert!(reporting.iter().any(|path| path.starts_with(&own(reader))), "{strategy} on {chain}");
            }
            let gated = ["mmoe", "cgc", "dselect_k", "mtan", "layer_skip"];
            if gated.iter().any(|name| strategy.starts_with(name)) {
                let foreign = (0..readers).filter(|other| *other != reader);
                for other in foreign {
                    assert!(
                        !reporting.iter().any(|path| path.starts_with(&own(other))),
                        "{strategy} on {chain}: t{reader} uses a gate of t{other}"
                    );
                }
            }
        }
    });
}

#[test]
fn own_experts_serve_their_reader_alone() {
    for text in [spec("cgc(own: 2)", CHAINS[1].1, 3), spec("ple(levels: 1)", CHAINS[1].1, 3)] {
        let graph = graph_of(&text);
        for (reader, head) in graph.heads.iter().enumerate() {
            let needs = ancestors(&graph, head.outputs[0].1);
            for other in (0..3).filter(|other| *other != reader) {
                let foreign = format!("trunk.t{other}.expert");
                assert!(!needs.iter().any(|node| graph.graph[*node].path.starts_with(&foreign)));
            }
        }
    }
}

#[test]
fn passes_leave_every_output_as_it_was() {
    each(|strategy, chain, _, text| {
        let mut graph = graph_of(text);
        let before = meaning(&graph);
        passes::optimize(&mut graph, &[]);
        assert_eq!(before, meaning(&graph), "{strategy} on {chain}");
        let mut again = graph.clone();
        let reports = passes::optimize(&mut again, &[]);
        assert!(reports.iter().all(|report| report.changes.is_empty()), "{strategy} on {chain}");
    });
}

#[test]
fn different_strategies_mean_different_things() {
    let mut seen: Vec<(&str, Vec<String>)> = Vec::new();
    for strategy in STRATEGIES {
        let meaning = meaning(&graph_of(&spec(strategy, CHAINS[1].1, 2)));
        for (other, meant) in &seen {
            assert_ne!(meant, &meaning, "{strategy} and {other}");
        }
        // All but those that join everybody give each reader something else.
        assert_ne!(meaning[0], meaning[1], "heads have their own weights");
        seen.push((strategy, meaning));
    }
}

#[test]
fn columns_and_experts_are_copies_of_the_chain_and_not_of_what_is_before_it() {
    for strategy in STRATEGIES {
        let text = "
use std.tasks.{regression}
data d: csv(\"d.csv\") { columns { a: number, b: category(\"u\", \"v\"), y: number, z: number } }
input a from d.a -> standardize
input b from d.b -> embed(4)
shared base from concat(a, b) -> dense(6) -> relu
shared trunk by STRATEGY from base -> dense(6) -> relu -> dense(6)
task y: regression from trunk { label: d.y }
task z: regression from trunk { label: d.z }
";
        let weights = weights(&graph_of(&text.replace("STRATEGY", strategy)));
        for before in ["b.embed.1.weight", "base.dense.1.weight", "base.dense.1.bias"] {
            assert!(weights.contains_key(before), "{strategy}");
        }
        let others = weights.keys().filter(|path| path.starts_with("b.") || path.starts_with("base."));
        assert_eq!(others.count(), 3, "{strategy}");
    }
}

#[test]
fn every_output_of_a_block_form_goes_to_its_readers() {
    for strategy in STRATEGIES.iter().filter(|strategy| **strategy != "layer_skip") {
        let text = format!(
            "
use std.tasks.{{regression}}
data d: csv(\"d.csv\") {{ columns {{ a: number, b: number, y: number, z: number, w: number }} }}
input x from d[a, b] -> standardize
shared neck by {strategy} from x {{
  low = in -> dense(4) -> relu
  high = low -> dense(6) -> relu
  out: high
}}
task y: regression from neck.low {{ label: d.y }}
task z: regression from neck.high {{ label: d.z }}
task w: regression from concat(neck, neck.low) {{ label: d.w }}
"
        );
        let mut graph = graph_of(&text);
        let width = |reader: usize, graph: &mtlc::graph::ModelGraph| {
            let head = graph.heads[reader].outputs[0].1;
            let input = graph.inputs_of(head)[0];
            graph.graph[input].ty.last().size.value()
        };
        assert_eq!([width(0, &graph), width(1, &graph), width(2, &graph)], [Some(4), Some(6), Some(10)], "{strategy}");
        let before = meaning(&graph);
        passes::optimize(&mut graph, &[]);
        assert_eq!(before, meaning(&graph), "{strategy}");
    }
}

#[test]
fn categories_tokens_and_sequences_have_gates_too() {
    let text = "
use std.tasks.{regression}
data d: csv(\"d.csv\") { columns { c: category(\"u\", \"v\"), t: text, y: number, z: number } }
input c from d.c
input t from d.t -> characters
shared one by mmoe(experts: 2) from c -> embed(4) -> dense(4)
shared two by mmoe(experts: 2) from t -> embed(4) -> mean_pool -> dense(4)
shared embedded from t -> embed(4)
shared three by ple from embedded -> dense(4) -> relu -> mean_pool -> dense(4)
task y: regression from concat(one, two, three) { label: d.y }
task z: regression from concat(one, two, three) { label: d.z }
";
    let graph = graph_of(text);
    let has = |path: &str| graph.graph.node_weights().any(|node| node.path == path);
    for path in ["one.y.gate", "two.gate_input.embed", "two.gate_input", "three.z.gate.2"] {
        assert!(has(path), "no {path}");
    }
}
