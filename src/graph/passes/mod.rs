//! Passes: changes to the graph that keep every result.
//!
//! A pass asks a layer what it can do ([`Capabilities`](crate::catalog::layers::Capabilities)), never for its name.
//! Weights and random draws go by the path of a node, which no pass changes: with and without passes a model starts
//! from the same weights and computes the same function. (Where two equal nodes become one, their gradients are added
//! in another order, which may differ in the last bit.)

mod common_subexpressions;
mod fold_constants;
mod frozen_prefix;
mod prune;
mod rewrite;

use crate::diag::suggest;
use crate::graph::ModelGraph;
use common_subexpressions::CommonSubexpressions;
use fold_constants::FoldConstants;
use frozen_prefix::FrozenPrefix;
use prune::Prune;

/// What a pass did to a node.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// The path of the node.
    pub node: String,
    /// Completes "NODE: …", as in "removed: no task needs it".
    pub what: String,
}

pub trait Pass: Sync {
    /// As in `--no-pass NAME`.
    fn name(&self) -> &'static str;

    /// One sentence.
    fn doc(&self) -> &'static str;

    /// Changes the graph and says how. A second run changes nothing.
    fn run(&self, graph: &mut ModelGraph) -> Vec<Change>;
}

/// Every pass, in the order in which they run: none leaves work for one before it.
pub static PASSES: &[&dyn Pass] = &[&Prune, &FoldConstants, &CommonSubexpressions, &FrozenPrefix];

/// What one pass did in a run.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PassReport {
    pub pass: &'static str,
    pub nodes_before: usize,
    pub nodes_after: usize,
    pub changes: Vec<Change>,
}

/// Runs every pass that is not switched off.
pub fn optimize(graph: &mut ModelGraph, without: &[String]) -> Vec<PassReport> {
    optimize_observed(graph, without, |_, _| {})
}

/// [`optimize`], showing the graph after each pass.
pub fn optimize_observed(
    graph: &mut ModelGraph,
    without: &[String],
    mut observe: impl FnMut(&PassReport, &ModelGraph),
) -> Vec<PassReport> {
    let mut reports = Vec::new();
    for pass in PASSES {
        if without.iter().any(|name| name == pass.name()) {
            continue;
        }
        let nodes_before = graph.graph.node_count();
        let changes = pass.run(graph);
        let report = PassReport { pass: pass.name(), nodes_before, nodes_after: graph.graph.node_count(), changes };
        observe(&report, graph);
        reports.push(report);
    }
    reports
}

/// Refuses a name that is no pass, in one line.
pub fn check_names(names: &[String]) -> Result<(), String> {
    for name in names {
        if PASSES.iter().any(|pass| pass.name() == name) {
            continue;
        }
        let known: Vec<&str> = PASSES.iter().map(|pass| pass.name()).collect();
        return Err(match suggest::closest(name, known.iter().copied()) {
            Some(close) => format!("there is no pass `{name}`; did you mean `{close}`?"),
            None => format!("there is no pass `{name}`; the passes are {}", known.join(", ")),
        });
    }
    Ok(())
}
