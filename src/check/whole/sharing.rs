//! Expands each sharing strategy, so that what it cannot do is an error of the spec.

use crate::catalog::Undecided;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::expansion::{Expansion, Refused};
use crate::pipeline::{Obligation, Shared};

impl Checker<'_> {
    /// Reports strategies that cannot work, and notes what they need of the data.
    pub(in crate::check) fn check_sharing(&mut self) {
        let (nodes, all) = (&self.flowing.nodes, &self.declared.shared);
        let mut problems = Vec::new();
        let mut obligations = Vec::new();
        for (index, readers) in crate::pipeline::readers(nodes, all, &self.declared.tasks).into_iter().enumerate() {
            let shared = &all[index];
            for (_, output) in shared.outputs.iter().filter(|(_, output)| readers.read.contains(output)) {
                // Tasks with errors do not count as readers, so that then too few readers are no complaint.
                if let Some(problem) = too_few(shared, &readers.names) {
                    problems.extend((!self.sink.has_errors()).then_some(problem));
                    break;
                }
                let mut undecided = Undecided::default();
                if let Err(refused) = Expansion::new(nodes, all, index, *output, &readers.names, &mut undecided) {
                    problems.push(said(shared, refused));
                    // The other outputs would say the same.
                    break;
                }
                let needed = undecided.0.into_iter();
                obligations.extend(needed.map(|(left, right, why)| Obligation {
                    left,
                    right,
                    why,
                    span: shared.strategy_span,
                }));
            }
        }
        self.flowing.obligations.extend(obligations);
        for problem in problems {
            self.report(problem, &Env::default());
        }
    }
}

fn problem(shared: &Shared, message: String) -> Diagnostic {
    Diagnostic::new(
        &codes::SHARING_MISMATCH,
        shared.strategy_span,
        format!("`by {}` {message}", shared.strategy.name()),
    )
}

fn too_few(shared: &Shared, readers: &[&str]) -> Option<Diagnostic> {
    let least = shared.strategy.least_readers();
    if readers.len() >= least {
        return None;
    }
    let only: Vec<String> = readers.iter().map(|reader| format!("`{reader}`")).collect();
    let message =
        format!("shares between at least {least} readers, and `{}` has only {}", shared.name, only.join(", "));
    Some(
        problem(shared, message)
            .here(format!("needs {least} readers"))
            .help("let another task read the node, or leave `by` out"),
    )
}

fn said(shared: &Shared, refused: Refused) -> Diagnostic {
    match refused {
        Refused::Misfit(misfit) => problem(shared, misfit.message).here("cannot work here").help(misfit.help),
        Refused::Layer { layer, error } => {
            let diagnostic = problem(shared, format!("cannot share this chain: {}", error.message))
                .here(format!("makes `{layer}` of it"))
                .also(shared.span, "shared here");
            match error.help {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            }
        }
    }
}
