//! Expressions that ask something of a row: `and`, `or`, `not`, `in`, `is`, `^` and `if … then … else …`.
//!
//! From the loosest to the tightest: `if`, `or`, `and`, `not`, comparisons with `in` and `is`, `+ -`, `* /`, the sign, `^`.
//! What has none of the words is joined by `precedence.rs`, without recursion.

use super::Builder;
use super::expression::{Operand, Operator, Prefix};
use crate::diag::codes::syntax as codes;
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind};

/// What stands between two operands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Arrow,
    Op(BinaryOp),
    Then,
    Else,
}

pub(super) fn joint(text: &str) -> Joint {
    Joint::Op(match text {
        "->" => return Joint::Arrow,
        "then" => return Joint::Then,
        "else" => return Joint::Else,
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Subtract,
        "*" => BinaryOp::Multiply,
        "/" => BinaryOp::Divide,
        "==" => BinaryOp::Equal,
        "!=" => BinaryOp::NotEqual,
        "<" => BinaryOp::Less,
        "<=" => BinaryOp::LessEqual,
        ">" => BinaryOp::Greater,
        ">=" => BinaryOp::GreaterEqual,
        "^" => BinaryOp::Power,
        "and" => BinaryOp::And,
        "or" => BinaryOp::Or,
        "in" => BinaryOp::In,
        "is" => BinaryOp::Is,
        // With any number of spaces in it.
        _ => BinaryOp::NotIn,
    })
}

/// How tightly an operator binds.
fn binds(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Add | BinaryOp::Subtract => 5,
        BinaryOp::Multiply | BinaryOp::Divide => 6,
        BinaryOp::Power => 8,
        _ => 4,
    }
}

/// How tightly `not` and a sign bind what follows them.
const NOT: u8 = 3;
const SIGN: u8 = 7;

/// An operand with its signs, where it stands alone.
pub(super) fn signed(operand: Operand) -> Expr {
    operand.prefixes.into_iter().rev().fold(operand.value, |value, (prefix, place)| {
        let span = place.to(value.span);
        match prefix {
            Prefix::Minus => Expr { kind: ExprKind::Negate(Box::new(value)), span },
            Prefix::Not => Expr { kind: ExprKind::Not(Box::new(value)), span },
            Prefix::If => Expr { kind: ExprKind::Broken, span },
        }
    })
}

impl Builder<'_, '_> {
    /// Joins operands by what stands between them.
    pub(super) fn tree(&mut self, operands: Vec<Operand>, joints: Vec<(Joint, Span)>) -> Expr {
        let plain = |joint: &Joint| match joint {
            Joint::Arrow => true,
            Joint::Op(op) => !matches!(binds(*op), 1 | 2 | 8) && !is_word(*op),
            Joint::Then | Joint::Else => false,
        };
        let words = joints.iter().any(|(joint, _)| !plain(joint))
            || operands.iter().any(|operand| operand.prefixes.iter().any(|(prefix, _)| *prefix != Prefix::Minus));
        if !words {
            let operator = |(joint, span): (Joint, Span)| match joint {
                Joint::Op(op) => Operator { op: Some(op), span },
                _ => Operator { op: None, span },
            };
            return self.join(operands.into_iter().map(signed).collect(), joints.into_iter().map(operator).collect());
        }
        if let Some((_, arrow)) = joints.iter().find(|(joint, _)| *joint == Joint::Arrow) {
            let problem = self
                .report
                .at(
                    &codes::MIXED_CHAIN,
                    arrow.range(),
                    "a chain of layers cannot stand beside words such as `and` or `if`",
                )
                .here("a chain")
                .help("what is asked of a row is a column: declare it, `name: category = …`, and read it");
            self.report.push(problem);
            return Expr { kind: ExprKind::Broken, span: *arrow };
        }
        let whole = match (operands.first(), operands.last()) {
            (Some(first), Some(last)) => {
                first.prefixes.first().map_or(first.value.span, |(_, span)| *span).to(last.value.span)
            }
            _ => self.report.span(0..0),
        };
        let mut reader =
            Reader { operands: operands.into_iter(), joints: joints.into_iter().peekable(), problem: None };
        let expr = reader.operand(0);
        let rest = reader.joints.peek().copied();
        match (reader.problem, rest) {
            (None, None) => expr,
            (Some((span, message)), _) => {
                let problem = self.report.at(&codes::MALFORMED_VALUE, span.range(), message);
                self.report.push(problem.help("write `if CONDITION then VALUE else VALUE`"));
                Expr { kind: ExprKind::Broken, span: whole }
            }
            (None, Some((joint, span))) => {
                let word = if joint == Joint::Then { "then" } else { "else" };
                let message = format!("this `{word}` belongs to no `if`");
                let problem = self.report.at(&codes::MALFORMED_VALUE, span.range(), message);
                self.report.push(problem.help("write `if CONDITION then VALUE else VALUE`"));
                Expr { kind: ExprKind::Broken, span: whole }
            }
        }
    }
}

fn is_word(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::In | BinaryOp::NotIn | BinaryOp::Is)
}

/// Operator precedence by recursion; how long an expression may be has been seen to before.
struct Reader {
    operands: std::vec::IntoIter<Operand>,
    joints: std::iter::Peekable<std::vec::IntoIter<(Joint, Span)>>,
    problem: Option<(Span, String)>,
}

impl Reader {
    /// The next operand and what binds to it at least so tightly.
    fn operand(&mut self, least: u8) -> Expr {
        let Some(operand) = self.operands.next() else { return self.nothing() };
        self.prefixed(&operand.prefixes, operand.value, least)
    }

    fn nothing(&self) -> Expr {
        let span = self.problem.as_ref().map_or(Span::new(crate::source::FileId(0), 0, 0), |(span, _)| *span);
        Expr { kind: ExprKind::Broken, span }
    }

    fn prefixed(&mut self, prefixes: &[(Prefix, Span)], value: Expr, least: u8) -> Expr {
        let left = match prefixes {
            [] => value,
            [(Prefix::Minus, place), rest @ ..] => {
                let inner = self.prefixed(rest, value, SIGN);
                Expr { span: place.to(inner.span), kind: ExprKind::Negate(Box::new(inner)) }
            }
            [(Prefix::Not, place), rest @ ..] => {
                let inner = self.prefixed(rest, value, NOT);
                Expr { span: place.to(inner.span), kind: ExprKind::Not(Box::new(inner)) }
            }
            [(Prefix::If, place), rest @ ..] => {
                let condition = self.prefixed(rest, value, 0);
                let then = self.after(Joint::Then, "then", *place);
                let otherwise = self.after(Joint::Else, "else", *place);
                Expr {
                    span: place.to(otherwise.span),
                    kind: ExprKind::If {
                        condition: Box::new(condition),
                        then: Box::new(then),
                        otherwise: Box::new(otherwise),
                    },
                }
            }
        };
        self.joined(left, least)
    }

    /// What follows a `then` or an `else`.
    fn after(&mut self, joint: Joint, word: &str, of: Span) -> Expr {
        if self.joints.next_if(|(next, _)| *next == joint).is_none() {
            self.problem.get_or_insert_with(|| (of, format!("this `if` has no `{word}`")));
            return self.nothing();
        }
        self.operand(0)
    }

    fn joined(&mut self, mut left: Expr, least: u8) -> Expr {
        let tight = |joint: &(Joint, Span)| matches!(joint.0, Joint::Op(op) if binds(op) >= least);
        while let Some((Joint::Op(op), op_span)) = self.joints.next_if(tight) {
            // Powers are taken from the right: `2 ^ 3 ^ 2` is 2 ^ 9.
            let right = self.operand(binds(op) + u8::from(op != BinaryOp::Power));
            let span = left.span.to(right.span);
            left = Expr { kind: ExprKind::Binary { op, op_span, left: Box::new(left), right: Box::new(right) }, span };
        }
        left
    }
}
