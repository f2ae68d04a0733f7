//! Drawings: one spec in every format, and what text in a spec may not break.

use mtlc::catalog::Facts;
use mtlc::graph::build;
use mtlc::graph::export::{Drawing, Format, draw, render};
use mtlc::graph::passes::optimize;

use super::HEAD;
use crate::cli::{mtlc, stdout};
use crate::support::pipeline;

const MODEL: &str = "/// What all tasks share.
shared trunk from concat(x, c) -> dense(8) -> relu
/// How much.
task m: regression from trunk { label: d.m }
task k: classification from trunk -> dense(4) { label: d.k }
weights { m: 0.25, k: 0.75 }
";

fn drawing(model: &str, facts: &Facts) -> Drawing {
    let pipeline = pipeline(&format!("{HEAD}{model}"));
    let mut graph = build(&pipeline);
    optimize(&mut graph, &[]);
    draw(&pipeline, &graph, facts)
}

#[test]
fn the_three_formats() {
    let drawing = drawing(MODEL, &Facts::from([("classes(d.k)".into(), 3)]));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("graph_dot", render(Format::Dot, &drawing));
        insta::assert_snapshot!("graph_mermaid", render(Format::Mermaid, &drawing));
        insta::assert_snapshot!("graph_json", render(Format::Json, &drawing));
    });
}

#[test]
fn readers_and_parameters_are_told_of_every_group() {
    let drawing = drawing(MODEL, &Facts::new());
    let group = |name: &str| drawing.groups.iter().find(|group| group.name == name).expect("a group");
    assert_eq!(group("trunk").read_by, ["m", "k"]);
    assert_eq!(group("trunk").parameters.trainable, Some(56));
    assert_eq!(group("k").read_by, ["k"]);
    assert_eq!(group("k").parameters.trainable, None, "the classes are not known");
    assert_eq!(group("k").parameters.shown, "5·classes(d.k) + 36");
    let sum: usize = drawing.groups.iter().map(|group| group.nodes.len()).sum();
    assert_eq!(sum, drawing.nodes.len(), "every node stands in one group");
}

#[test]
fn an_instance_is_named_at_both_of_its_uses() {
    let drawing = drawing(
        "block tower(n: int) { out: in -> dense(n) -> relu }
         instance same: tower(8)
         input y from d[m, b] -> standardize
         shared left from x -> same
         shared right from y -> same
         task k: classification from concat(left, right) { label: d.k }",
        &Facts::new(),
    );
    let named: Vec<_> = drawing.nodes.iter().filter_map(|node| node.weights_of.as_deref()).collect();
    assert_eq!(named.len(), 2);
    assert_eq!(named[0], named[1]);
}

#[test]
fn quotes_and_signs_do_not_break_a_drawing() {
    let text = pipeline(
        "use std.tasks.{regression}
         data größe: csv(\"d.csv\") { columns { \u{e4}: number, y: number } }
         input x from größe.\u{e4} -> standardize
         /// She said \"a < b\" & \\ so on; `x` #1.
         shared trunk from x -> dense(2)
         task y: regression from trunk { label: größe.y }",
    );
    let graph = build(&text);
    let drawing = draw(&text, &graph, &Facts::new());
    let dot = render(Format::Dot, &drawing);
    assert!(dot.contains(r#"tooltip="She said \"a < b\" & \\ so on; `x` #1.""#), "{dot}");
    let mermaid = render(Format::Mermaid, &drawing);
    assert!(mermaid.contains("She said #quot;a #lt; b#quot; & \\ so on; #96;x#96; #35;1."), "{mermaid}");
    let json: serde_json::Value = serde_json::from_str(&render(Format::Json, &drawing)).expect("JSON");
    assert_eq!(json["groups"][1]["doc"], "She said \"a < b\" & \\ so on; `x` #1.");
}

#[test]
fn the_command_shows_before_and_after() {
    let spec = "tests/graph/files/passes.mtl";
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("graph_passes_mermaid", stdout(&["graph", spec, "--format", "mermaid", "--passes"]));
    });
    let json: serde_json::Value =
        serde_json::from_str(&stdout(&["graph", spec, "--format", "json", "--passes"])).expect("JSON");
    let before = json["before"]["nodes"].as_array().expect("nodes").len();
    let passes = json["passes"].as_array().expect("passes");
    assert_eq!(passes.len(), mtlc::graph::passes::PASSES.len());
    assert_eq!(passes[0]["report"]["nodes_before"], before);
    let dot = stdout(&["graph", spec, "--passes", "--no-pass", "prune"]);
    assert!(!dot.contains("// prune"), "{dot}");
    assert!(dot.contains("// fold-constants: "), "{dot}");
    assert_eq!(dot.matches("digraph ").count(), 3, "before, and after two passes that change something");
}

#[test]
fn set_changes_the_graph() {
    let output = mtlc(&["graph", "tests/graph/files/passes.mtl", "--set", "width=5", "--format", "json"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("dense(units: 5, bias: true)"));
}
