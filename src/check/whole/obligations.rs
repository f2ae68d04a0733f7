//! Obligations: equalities that only the data can decide. A facts file decides them without it.

use crate::catalog::{Equality, Facts};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Obligation;

/// What facts say of an obligation; the diagnostic if they refute it.
pub fn verdict(obligation: &Obligation, facts: &Facts) -> (Equality, Option<Diagnostic>) {
    let (left, right) = (obligation.left.resolve(facts), obligation.right.resolve(facts));
    let equality = left.equality(&right);
    let refuted = (equality == Equality::Refuted).then(|| {
        // What is a number already is what is needed.
        let (of_data, value, needed) = match obligation.left.symbols().is_empty() {
            true => (&obligation.right, &right, &left),
            false => (&obligation.left, &left, &right),
        };
        let message = format!("the data has {of_data} = {value} where {needed} is needed");
        let mut diagnostic =
            Diagnostic::new(&codes::OBLIGATION, obligation.span, message).here(format!("so that {}", obligation.why));
        let said = of_data.to_string();
        for symbol in obligation.left.symbols().into_iter().chain(obligation.right.symbols()) {
            if let Some(value) = facts.get(&symbol).filter(|_| symbol.to_string() != said) {
                diagnostic = diagnostic.note(format!("{symbol} = {value}"));
            }
        }
        diagnostic
    });
    (equality, refuted)
}

impl Checker<'_> {
    /// Settles what the given facts can settle; repetitions are dropped.
    pub(in crate::check) fn discharge_obligations(&mut self) {
        let mut seen = std::collections::HashSet::new();
        self.flowing
            .obligations
            .retain(|obligation| seen.insert((obligation.left.clone(), obligation.right.clone(), obligation.span)));
        self.label_leaks();
        let Some(facts) = self.options.facts.clone() else { return };
        for obligation in &self.flowing.obligations {
            if let (_, Some(diagnostic)) = verdict(obligation, &facts) {
                self.sink.push(diagnostic);
            }
        }
    }
}
