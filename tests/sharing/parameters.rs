//! Numbers of parameters against the papers' formulas.

#[cfg(feature = "run")]
use super::check;
use super::{count, graph_of, spec, weights};

/// Parameters of the trunk's own: all but the heads'.
fn trunk(strategy: &str, chain: &str, readers: usize) -> (i64, i64) {
    let weights = weights(&graph_of(&spec(strategy, chain, readers)));
    let all = count(&weights, |path| path.starts_with("trunk."));
    let chain = count(&weights, |path| path.starts_with("trunk.") && is_of_chain(path));
    (chain, all - chain)
}

fn is_of_chain(path: &str) -> bool {
    ["gate", "stitch", "fuse", ".norm.", "mask", "parent", "skip", "layers"].iter().all(|own| !path.contains(own))
}

/// Two inputs, 8, 8, 8: two more layers of one width.
const DENSE: &str = "x -> dense(8) -> relu -> dense(8) -> relu -> dropout(0.1) -> dense(8)";
/// (2 + 1)·8 + 2·(8 + 1)·8
const DENSE_SIZE: i64 = 24 + 72 + 72;
/// Two convolutions of 4 channels on 8 by 8 pixels of one channel, with a norm after the first.
const CONV: &str =
    "p -> conv2d(4, kernel: 3, padding: same) -> batch_norm -> relu -> conv2d(4, kernel: 3, padding: same)";
const CONV_SIZE: i64 = (9 + 1) * 4 + 8 + (4 * 9 + 1) * 4;

#[test]
fn hard_is_one_chain() {
    for readers in [1, 2, 5] {
        assert_eq!(trunk("hard", DENSE, readers), (DENSE_SIZE, 0));
        assert_eq!(trunk("hard", CONV, readers), (CONV_SIZE, 0));
    }
}

#[test]
fn mmoe_has_a_matrix_per_reader() {
    for readers in [1, 2, 5] {
        let gates = readers as i64 * 2 * 3;
        assert_eq!(trunk("mmoe(experts: 3)", DENSE, readers), (3 * DENSE_SIZE, gates));
        // All 64 pixels, or the mean of the one channel.
        assert_eq!(trunk("mmoe(experts: 3)", CONV, readers), (3 * CONV_SIZE, readers as i64 * 64 * 3));
        assert_eq!(trunk("mmoe(experts: 3, pool: true)", CONV, readers), (3 * CONV_SIZE, readers as i64 * 3));
    }
}

#[test]
fn omoe_has_one_gate() {
    assert_eq!(trunk("omoe(experts: 3)", DENSE, 5), (3 * DENSE_SIZE, 2 * 3));
}

#[test]
fn cgc_has_own_and_shared_experts() {
    for readers in [1, 2, 5] {
        let tasks = readers as i64;
        let (experts, gates) = trunk("cgc(own: 2, shared: 3)", DENSE, readers);
        assert_eq!(experts, (tasks * 2 + 3) * DENSE_SIZE);
        assert_eq!(gates, tasks * 2 * (2 + 3));
    }
}

#[test]
fn ple_has_gates_per_level_and_none_for_what_is_shared_at_the_top() {
    let (tasks, own, shared) = (3, 2, 1);
    let (experts, gates) = trunk("ple(own: 2, shared: 1)", DENSE, 3);
    assert_eq!(experts, (tasks * own + shared) * DENSE_SIZE);
    // Three levels, with 2, 8 and 8 numbers below; the shared gate of the lower two sees all experts.
    let own_gates = tasks * (2 + 8 + 8) * (own + shared);
    let shared_gates = (2 + 8) * (tasks * own + shared);
    assert_eq!(gates, own_gates + shared_gates);
    // Two levels: the first layer, and the other two.
    let (experts, gates) = trunk("ple(levels: 2, own: 2, shared: 1)", DENSE, 3);
    assert_eq!(experts, (tasks * own + shared) * DENSE_SIZE);
    assert_eq!(gates, tasks * (2 + 8) * (own + shared) + 2 * (tasks * own + shared));
    assert_eq!(trunk("ple(levels: 1, own: 2)", DENSE, 3), trunk("cgc(own: 2)", DENSE, 3));
}

#[test]
fn cross_stitch_has_a_matrix_of_scalars_per_layer() {
    for readers in [2, 5] {
        let tasks = readers as i64;
        let (columns, stitches) = trunk("cross_stitch", DENSE, readers);
        assert_eq!((columns, stitches), (tasks * DENSE_SIZE, 3 * tasks * tasks));
        let (_, stitches) = trunk("cross_stitch(per: channel)", DENSE, readers);
        assert_eq!(stitches, 3 * 8 * tasks * tasks);
        // A norm's weights make no layer of their own: two stitches.
        let (columns, stitches) = trunk("cross_stitch(per: channel)", CONV, readers);
        assert_eq!((columns, stitches), (tasks * CONV_SIZE, 2 * 4 * tasks * tasks));
    }
}

#[test]
fn sluice_has_a_matrix_over_subspaces_and_a_mix_of_layers() {
    for readers in [2, 5] {
        let tasks = readers as i64;
        let (columns, own) = trunk("sluice(subspaces: 2)", DENSE, readers);
        assert_eq!(columns, tasks * DENSE_SIZE);
        assert_eq!(own, 3 * (tasks * 2).pow(2) + 3 * tasks);
        // A narrowing trunk: only its last layer has the last shape, so that there is nothing to mix.
        let (_, own) = trunk("sluice(subspaces: 2)", "x -> dense(8) -> relu -> dense(4)", readers);
        assert_eq!(own, 2 * (tasks * 2).pow(2));
    }
}

#[test]
fn nddr_maps_all_columns_to_each() {
    for readers in [2, 5] {
        let tasks = readers as i64;
        let (columns, own) = trunk("nddr", DENSE, readers);
        assert_eq!(columns, tasks * DENSE_SIZE);
        assert_eq!(own, 3 * (tasks * tasks * 64 + 2 * tasks * 8));
        let (_, own) = trunk("nddr(norm: false)", CONV, readers);
        assert_eq!(own, 2 * tasks * tasks * 16);
    }
}

#[test]
fn mtan_costs_masks_and_not_columns() {
    for readers in [1, 2, 5] {
        let tasks = readers as i64;
        let (chains, masks) = trunk("mtan", DENSE, readers);
        // The chain, and a copy of all but its first layer to carry on what was seen.
        assert_eq!(chains, DENSE_SIZE + 72 + 72);
        let first = (8 + 1) * 8 + (8 + 1) * 8;
        let other = (16 + 1) * 8 + (8 + 1) * 8;
        assert_eq!(masks, tasks * (first + 2 * other));
        let (chains, masks) = trunk("mtan(width: 3)", CONV, readers);
        assert_eq!(chains, CONV_SIZE + (4 * 9 + 1) * 4);
        let norms = 2 * 3 + 2 * 4;
        let first = (4 + 1) * 3 + (3 + 1) * 4 + norms;
        let other = (8 + 1) * 3 + (3 + 1) * 4 + norms;
        assert_eq!(masks, tasks * (first + other));
    }
}

#[test]
fn dselect_k_has_binary_selectors() {
    for readers in [1, 2, 5] {
        // (n + 1)·k·(log₂ experts + 1) with n = 2, k = 3, 8 experts.
        let gates = readers as i64 * 3 * 3 * 4;
        assert_eq!(trunk("dselect_k(experts: 8, k: 3)", DENSE, readers), (8 * DENSE_SIZE, gates));
    }
}

#[test]
fn ltb_has_a_choice_per_copy_and_reader() {
    // Three layers: the copies of the upper two choose, and every reader does.
    assert_eq!(trunk("ltb", DENSE, 5), (5 * DENSE_SIZE, 2 * 5 * 5 + 5 * 5));
    assert_eq!(trunk("ltb(branches: 2)", DENSE, 5), (2 * DENSE_SIZE, 2 * 2 * 2 + 5 * 2));
}

#[test]
fn layer_skip_has_one_chain_and_two_weights_per_switch() {
    assert_eq!(trunk("layer_skip", DENSE, 5), (DENSE_SIZE, 5 * 2 * 2));
}

#[cfg(feature = "run")]
#[test]
fn a_task_trained_alone_has_what_it_would_have_without_the_others() {
    for (strategy, chains, own) in [
        ("hard", 1, 0),
        // One column has nothing to be joined with.
        ("cross_stitch", 1, 0),
        ("nddr", 1, 0),
        ("ltb", 1, 0),
        // It still mixes the column's own layers.
        ("sluice", 1, 3),
        // Experts are the task's own choice: it keeps them, and one gate.
        ("mmoe(experts: 3)", 3, 2 * 3),
        ("cgc(own: 2, shared: 3)", 5, 2 * 5),
    ] {
        let (pipeline, _) = check(&spec(strategy, DENSE, 3));
        let alone = pipeline.expect("a clean spec").alone(1);
        let mut graph = mtlc::graph::build(&alone);
        mtlc::graph::passes::optimize(&mut graph, &[]);
        let weights = weights(&graph);
        let of_trunk = |own: bool| count(&weights, |path| path.starts_with("trunk.") && is_of_chain(path) != own);
        assert_eq!((of_trunk(false), of_trunk(true)), (chains * DENSE_SIZE, own), "{strategy}: {weights:?}");
    }
}
