//! Values that do not depend on the row: computed at once, and refused if they have no value.

use crate::catalog::functions::ValueType;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::expression::{Evaluation, Expression, Node, Source, Vector};
use crate::source::Span;

/// No columns.
struct Nothing;

impl Source for Nothing {
    fn column(&self, _column: usize, rows: &[usize]) -> Vector<'_> {
        Vector::missing(ValueType::Number, rows.len())
    }

    fn says(&self, _column: usize, _written: &str, rows: &[usize]) -> Vec<Option<bool>> {
        vec![None; rows.len()]
    }
}

impl Checker<'_> {
    /// The expression, or its value if all that it is made of is written out.
    pub(super) fn folded(&mut self, node: Node, ty: ValueType, span: Span, env: &Env) -> Option<Expression> {
        let whole = Expression { node, ty, span };
        let of_constants = whole.parts().iter().all(Expression::is_constant)
            && match &whole.node {
                Node::In(value, _) => value.is_constant(),
                _ => true,
            };
        if !of_constants {
            return Some(whole);
        }
        let evaluation = Evaluation::new(&Nothing);
        let value = evaluation.values(&whole, &[0]);
        if !evaluation.undefined().is_empty() {
            let text = self.source_text(span);
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, format!("`{text}` has no value"))
                .here("not a number in any row");
            self.report(diagnostic, env);
            return None;
        }
        let node = match value {
            Vector::Numbers(values) if !values[0].is_nan() => Node::Number(values[0]),
            Vector::Truths(values) => values[0].map_or(Node::Missing, Node::Truth),
            Vector::Texts(values) => values[0].as_ref().map_or(Node::Missing, |text| Node::Text(text.to_string())),
            _ => Node::Missing,
        };
        Some(Expression { node, ty, span })
    }
}
