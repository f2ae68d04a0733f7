//! Operators and arrows, from the grammar's flat list to a tree: the chain is loosest, then comparison, then `+ -`,
//! then `* /`.

use super::Builder;
use super::expression::Operator;
use crate::diag::Edit;
use crate::diag::codes::syntax as codes;
use crate::diag::fixes::Safety;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind};

fn binds(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Multiply | BinaryOp::Divide => 3,
        BinaryOp::Add | BinaryOp::Subtract => 2,
        _ => 1,
    }
}

impl Builder<'_, '_> {
    /// Joins operands by the operators between them.
    pub(super) fn join(&mut self, operands: Vec<Expr>, operators: Vec<Operator>) -> Expr {
        let arrows = operators.iter().filter(|operator| operator.op.is_none()).count();
        if arrows > 0 && arrows < operators.len() {
            self.mixed(&operands, &operators);
        }
        let mut operands = operands.into_iter();
        let mut operators = operators.into_iter();
        let mut stages = Vec::with_capacity(arrows + 1);
        while let Some(first) = operands.next() {
            let mut tree = Arithmetic { values: vec![first], operators: Vec::new() };
            for operator in operators.by_ref() {
                let (Some(op), Some(operand)) = (operator.op, operator.op.and_then(|_| operands.next())) else { break };
                tree.push(op, operator, operand);
            }
            stages.extend(tree.finish());
        }
        match (stages.pop(), stages.is_empty()) {
            (Some(only), true) => only,
            (Some(last), false) => {
                let span = stages[0].span.to(last.span);
                stages.push(last);
                Expr { kind: ExprKind::Chain(stages), span }
            }
            (None, _) => Expr { kind: ExprKind::Broken, span: self.report.span(0..0) },
        }
    }

    /// `a + b -> c` can be read in two ways: says so, and offers both.
    fn mixed(&mut self, operands: &[Expr], operators: &[Operator]) {
        let Some(operator) = operators.iter().find_map(|operator| operator.op.map(|op| (op, operator.span))) else {
            return;
        };
        let Some(arrow) = operators.iter().find(|operator| operator.op.is_none()) else { return };
        let written = operator.0.text();
        let problem = self
            .report
            .at(
                &codes::MIXED_CHAIN,
                operator.1.range(),
                format!("`{written}` and `->` side by side can be read in two ways"),
            )
            .here(format!("before or after the `->`, `{written}` needs parentheses"))
            .also(arrow.span, "the chain goes on here")
            .help("put parentheses around what belongs together");
        let mut problem = problem;
        for (title, arithmetic) in [(format!("`{written}` first"), true), ("`->` first".to_string(), false)] {
            let edits = self.parenthesise(operands, operators, arithmetic);
            problem = problem.change(title, Safety::Unsafe, edits);
        }
        self.report.push(problem);
    }

    /// Parentheses around every run of operands that is joined by operators (or else by arrows).
    fn parenthesise(&self, operands: &[Expr], operators: &[Operator], arithmetic: bool) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut start = 0;
        for end in 0..operands.len() {
            if operators.get(end).is_some_and(|operator| operator.op.is_some() == arithmetic) {
                continue;
            }
            if let (true, Some(first), Some(last)) = (end > start, operands.get(start), operands.get(end)) {
                edits.push(Edit::new(first.span.before(), "("));
                edits.push(Edit::new(last.span.after(), ")"));
            }
            start = end + 1;
        }
        edits
    }
}

/// Operator precedence with two stacks, so that a long sum needs no recursion.
struct Arithmetic {
    values: Vec<Expr>,
    operators: Vec<(BinaryOp, Operator)>,
}

impl Arithmetic {
    fn push(&mut self, op: BinaryOp, operator: Operator, operand: Expr) {
        while self.operators.last().is_some_and(|(last, _)| binds(*last) >= binds(op)) {
            self.reduce();
        }
        self.operators.push((op, operator));
        self.values.push(operand);
    }

    fn reduce(&mut self) {
        let Some((op, operator)) = self.operators.pop() else { return };
        if let (Some(right), Some(left)) = (self.values.pop(), self.values.pop()) {
            let span = left.span.to(right.span);
            let kind = ExprKind::Binary { op, op_span: operator.span, left: Box::new(left), right: Box::new(right) };
            self.values.push(Expr { kind, span });
        }
    }

    fn finish(mut self) -> Option<Expr> {
        while !self.operators.is_empty() {
            self.reduce();
        }
        self.values.pop()
    }
}
