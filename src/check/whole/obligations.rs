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
        if let Some(help) = what_to_do(&said, &obligation.why) {
            diagnostic = diagnostic.help(help);
        }
        for symbol in obligation.left.symbols().into_iter().chain(obligation.right.symbols()) {
            if let Some(value) = facts.get(&symbol).filter(|_| symbol.to_string() != said) {
                diagnostic = diagnostic.note(format!("{symbol} = {value}"));
            }
        }
        diagnostic
    });
    (equality, refuted)
}

/// What makes a size of the data the one that is needed, by what is to be compared.
fn what_to_do(of_data: &str, why: &str) -> Option<&'static str> {
    let size = of_data.starts_with("height(") || of_data.starts_with("width(");
    Some(match why {
        _ if size && why.contains("place by place") => {
            "read the masks at the size of the answer, `size: [HEIGHT, WIDTH]` in their column, or resize the pictures to the size of the masks"
        }
        _ if why.contains("one output per class") => {
            "let the label say how many the head's last layer gives: `label.classes` in place of a number"
        }
        _ if why.contains("one output per token") => {
            "let the label say how many the head's last layer gives: `label.vocabulary` in place of a number"
        }
        _ => return None,
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Dim, Facts};
    use crate::source::Span;

    #[test]
    fn a_size_that_is_refuted_says_what_to_do() {
        let said = |symbol: &str, why: &str| {
            let (left, right) = (Dim::int(16), Dim::symbol(symbol));
            let obligation = Obligation { left, right, why: why.into(), span: Span::default() };
            let (equality, diagnostic) = verdict(&obligation, &Facts::from([(symbol.into(), 8)]));
            assert_eq!(equality, Equality::Refuted);
            diagnostic.expect("refuted").help
        };
        let places = "`cross_entropy` can compare output and target place by place";
        assert!(said("height(s.mask)", places).is_some_and(|help| help.contains("`size: [HEIGHT, WIDTH]`")));
        let classes = said("classes(s.kind)", "the head has one output per class");
        assert!(classes.is_some_and(|help| help.contains("label.classes")));
        assert_eq!(said("length(s.text)", "they can be added"), None);
    }
}
