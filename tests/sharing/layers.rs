//! The layers that strategies are made of, written by hand.

use super::{check, graph_of, layer, weights};

fn text(body: &str) -> String {
    format!(
        "
use std.tasks.{{regression}}
data d: csv(\"d.csv\") {{ columns {{ a: number, b: number, y: number }} }}
input x from d[a, b] -> standardize
shared one from x -> dense(4)
shared two from x -> dense(4)
shared odd from x -> dense(3)
task y: regression from {body} {{ label: d.y }}
"
    )
}

#[test]
fn all_can_be_written() {
    for body in [
        "mixture(x -> gate(2), one, two)",
        "mixture(x -> sparse_gate(2, k: 1), one, two)",
        "stitch(one, two)",
        "stitch(one, two, own: 50%)",
        "stitch(one, two, subspaces: 2, per: channel)",
        "fuse(one, two, own: 0.5)",
        "mask(one, two)",
        "branch(one, two, temperature: 0.5)",
        "layer_mix(one, two)",
    ] {
        let (pipeline, problems) = check(&text(body));
        let wrong = body.contains("50%");
        assert_eq!(pipeline.is_none(), wrong, "{body}: {problems:#?}");
    }
}

#[test]
fn shapes_that_do_not_fit_are_told() {
    for (body, message) in [
        ("mixture(x -> gate(3), one, two)", "`mixture` needs one share per value: it gets 3 for 2"),
        ("mixture(one, one, odd)", "`mixture` needs values of one shape"),
        ("stitch(one, odd)", "`stitch` needs values of one shape"),
        ("stitch(odd, odd, subspaces: 2)", "`stitch` cannot cut 3 channels into 2 equal subspaces"),
        ("fuse(one, odd)", "`fuse` needs values of one shape"),
        ("mask(one, odd)", "`mask` needs values of one shape"),
        ("mask(one, two, two)", "`mask` joins 2 values, and gets 3"),
        ("branch(one)", "`branch` joins at least 2 values, and gets 1"),
        ("layer_mix(odd, one)", "`layer_mix` needs values of one shape"),
        ("one -> sparse_gate(3)", "`sparse_gate` chooses among 2, 4, 8, … things, and here among 3"),
        ("one -> reshape(1, 2, 2) -> gate(3)", "`gate` needs a value of 2 dimensions"),
    ] {
        let (_, problems) = check(&text(body));
        let said: Vec<&str> =
            problems.iter().filter(|problem| problem.is_error()).map(|problem| problem.message.as_str()).collect();
        assert!(said.iter().any(|said| said.starts_with(message)), "{body}: {said:?}");
    }
}

#[test]
fn weights_and_what_is_reported() {
    let cases = [
        ("mixture(x -> gate(2), one, two)", "gate", vec![("y.gate.1.weight", vec![2, 2])]),
        ("stitch(one, two)", "stitch", vec![("y.stitch.1.weight", vec![1, 2])]),
        ("stitch(one, two, subspaces: 2)", "stitch", vec![("y.stitch.1.weight", vec![2, 4])]),
        ("stitch(one, two, subspaces: 2, per: channel)", "stitch", vec![("y.stitch.1.weight", vec![2, 4, 2])]),
        ("fuse(one, two)", "fuse", vec![("y.fuse.1.weight", vec![2, 4, 4])]),
        ("branch(one, two)", "branch", vec![("y.branch.1.weight", vec![2])]),
        ("layer_mix(one, two)", "mix", vec![("y.layer_mix.1.weight", vec![2]), ("y.layer_mix.1.scale", vec![1])]),
    ];
    for (body, word, expected) in cases {
        let graph = graph_of(&text(body));
        let weights = weights(&graph);
        for (path, shape) in expected {
            assert_eq!(weights.get(path), Some(&shape), "{body}: {:?}", weights.keys());
        }
        let reports: Vec<&str> =
            graph.graph.node_weights().filter_map(layer).filter_map(|(def, _)| def.capabilities().reports).collect();
        assert_eq!(reports, [word], "{body}");
    }
}
