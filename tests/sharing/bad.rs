//! Strategies asked of what they cannot work on: an error that says so, at the strategy's place.

use super::{check, spec};

/// The one error of a spec, as "message | help".
fn error(text: &str) -> String {
    let (pipeline, problems) = check(text);
    assert!(pipeline.is_none(), "no error in\n{text}");
    let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).collect();
    let [only] = errors.as_slice() else { panic!("{errors:#?}") };
    assert_eq!(only.code.name, "sharing-mismatch", "{}", only.message);
    let place = &text[only.span.range()];
    assert!(text.contains(&format!("by {place}")), "`{place}` is not the strategy");
    format!("{} | {}", only.message, only.help.as_deref().unwrap_or_default())
}

#[test]
fn one_reader_is_not_enough_for_columns() {
    assert_eq!(
        error(&spec("nddr", "x -> dense(4)", 1)),
        "`by nddr` shares between at least 2 readers, and `trunk` has only `t0` | let another task read the node, or \
         leave `by` out"
    );
}

#[test]
fn too_few_readers_are_no_complaint_if_a_task_has_an_error() {
    let text = spec("nddr", "x -> dense(4)", 2).replace("label: d.y1", "label: d.nothing");
    let (_, problems) = check(&text);
    assert!(problems.iter().any(|problem| problem.code.name == "unknown-name"));
    assert!(problems.iter().all(|problem| problem.code.name != "sharing-mismatch"));
}

#[test]
fn a_chain_without_weights_has_nothing_to_copy() {
    let said = error(&spec("mmoe", "x -> relu", 2));
    assert!(said.starts_with("`by mmoe` works on copies or parts of a chain that learns, and this one has no weights"));
    let said = error(&spec("cross_stitch", "x", 2));
    assert!(
        said.starts_with(
            "`by cross_stitch` works on copies or parts of a chain that learns, and this one has no layers"
        )
    );
}

#[test]
fn hard_works_with_no_chain_at_all() {
    assert!(check(&spec("hard", "x", 2)).0.is_some());
}

#[test]
fn more_levels_than_layers() {
    assert_eq!(
        error(&spec("ple(levels: 3)", "x -> dense(4) -> relu -> dropout(0.1) -> dense(4)", 2)),
        "`by ple` cannot cut this chain into 3 levels: it has 2 layers with weights | write `levels: 2` or fewer, or \
         leave `levels` out"
    );
}

#[test]
fn experts_that_binary_digits_cannot_count() {
    assert_eq!(
        error(&spec("dselect_k(experts: 6)", "x -> dense(4)", 2)),
        "`by dselect_k` cannot share this chain: `sparse_gate` chooses among 2, 4, 8, … things, and here among 6 | make \
         it 8: each choice is a number of binary digits, and none may be left over"
    );
    let said = error(&spec("dselect_k(experts: 2, k: 3)", "x -> dense(4)", 2));
    assert!(said.contains("cannot keep 3 of 2"), "{said}");
}

#[test]
fn nothing_to_skip() {
    let said = error(&spec("layer_skip", "x -> dense(4) -> relu -> dense(8)", 2));
    assert!(said.starts_with("`by layer_skip` needs a layer that can be left out"), "{said}");
}

#[test]
fn subspaces_that_do_not_divide() {
    let said = error(&spec("sluice(subspaces: 3)", "x -> dense(6) -> relu -> dense(8)", 2));
    assert!(said.contains("cannot cut 8 channels into 3 equal subspaces"), "{said}");
}

#[test]
fn a_size_that_only_data_tells_becomes_an_obligation() {
    let text = "
use std.tasks.{regression}
data d: csv(\"d.csv\") { columns { c: category, y: number, z: number } }
input c from d.c -> one_hot
shared trunk by sluice from c -> layer_norm -> dense(4)
shared raw by sluice from c -> batch_norm
task y: regression from concat(trunk, raw) { label: d.y }
task z: regression from concat(trunk, raw) { label: d.z }
";
    let (pipeline, problems) = check(text);
    assert!(pipeline.is_some(), "{problems:#?}");
    let obligations = pipeline.map(|pipeline| pipeline.obligations).unwrap_or_default();
    assert_eq!(obligations.len(), 1, "{obligations:#?}");
    assert_eq!(obligations[0].why, "the channels can be cut into equal subspaces");
}

#[test]
fn a_chain_that_ends_in_no_numbers() {
    let text = "
use std.tasks.{regression}
data d: csv(\"d.csv\") { columns { c: category(\"u\", \"v\"), y: number, z: number } }
input c from d.c
shared trunk by mmoe from c -> identity
task y: regression from trunk -> embed(2) { label: d.y }
task z: regression from trunk -> embed(2) { label: d.z }
";
    assert!(error(text).contains("has no weights"));
}

#[test]
fn an_unread_node_is_only_a_warning() {
    let text = "
use std.tasks.{regression}
data d: csv(\"d.csv\") { columns { a: number, y: number } }
input x from d.a -> standardize
shared trunk by cross_stitch from x -> dense(4)
task y: regression from x { label: d.y }
";
    let (pipeline, problems) = check(text);
    assert!(pipeline.is_some());
    assert!(problems.iter().any(|problem| problem.code.name == "unused-shared"));
}
