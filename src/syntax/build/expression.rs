//! Expressions.

use super::Builder;
use super::logic::{Joint, joint, signed};
use crate::diag::codes::syntax as codes;
use crate::source::Span;
use crate::syntax::explain::Place;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::lexer::unicode_escape;
use crate::syntax::tree::{Arg, BinaryOp, Call, Choice, Expr, ExprKind, Ident, Number, Path, Unit};

/// Trees deeper than this are not built: later stages recurse over them.
const MAX_LEVEL: usize = 256;

/// One thing between two operands: an arrow or an operator, and its place.
#[derive(Clone, Copy)]
pub(super) struct Operator {
    /// `None` is `->`.
    pub op: Option<BinaryOp>,
    pub span: Span,
}

/// An operand with the signs and words before it.
pub(super) struct Operand {
    pub prefixes: Vec<(Prefix, Span)>,
    pub value: Expr,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefix {
    Minus,
    Not,
    If,
}

impl Builder<'_, '_> {
    /// Builds the expression of a pair; `level` is how deep in the tree it will stand.
    pub(super) fn expression(&mut self, pair: Pair, level: usize) -> Expr {
        let span = self.span(&pair);
        let mut operators: Vec<(Joint, Span)> = Vec::new();
        let mut operand_pairs: Vec<Pair> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::operator => operators.push((joint(part.as_str()), self.span(&part))),
                _ => operand_pairs.push(part),
            }
        }
        // The leftmost operand of a long sum stands as deep as the sum is long.
        let depth = level + operators.iter().filter(|(joint, _)| *joint != Joint::Arrow).count();
        if depth > MAX_LEVEL {
            let problem = self.report.at(&codes::TOO_COMPLEX, span.range(), "this expression is too long");
            self.report.push(problem.help("name its parts with `let`"));
            return Expr { kind: ExprKind::Broken, span };
        }
        let inner_level = depth + usize::from(!operators.is_empty());
        let operands: Vec<Operand> =
            operand_pairs.into_iter().map(|operand| self.operand(operand, inner_level)).collect();
        self.tree(operands, operators)
    }

    pub(super) fn operand(&mut self, pair: Pair, level: usize) -> Operand {
        let end = self.range(&pair).end;
        let mut prefixes: Vec<(Prefix, Span)> = Vec::new();
        let mut value = None;
        for part in pair.into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::minus => prefixes.push((Prefix::Minus, span)),
                Rule::prefix if part.as_str() == "not" => prefixes.push((Prefix::Not, span)),
                Rule::prefix => prefixes.push((Prefix::If, span)),
                _ if level + prefixes.len() > MAX_LEVEL => {
                    let span = prefixes.first().map_or(span, |(_, span)| *span);
                    let message = "this expression is nested too deeply";
                    let problem = self.report.at(&codes::TOO_COMPLEX, span.range(), message);
                    self.report.push(problem.help("name its parts with `let`"));
                    prefixes.clear();
                    value = Some(Expr { kind: ExprKind::Broken, span });
                }
                _ => value = Some(self.primary(part, level + prefixes.len() + 1)),
            }
        }
        let value = value.unwrap_or(Expr { kind: ExprKind::Broken, span: self.report.span(end..end) });
        Operand { prefixes, value }
    }

    fn primary(&mut self, pair: Pair, level: usize) -> Expr {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::number => ExprKind::Number(number(pair.as_str())),
            Rule::string => ExprKind::String(self.string(&pair)),
            Rule::list => ExprKind::List(self.items(pair, level)),
            Rule::paren => match pair.into_inner().next() {
                Some(inner) => ExprKind::Paren(Box::new(self.nested(inner, &Place::Paren, level))),
                None => ExprKind::Broken,
            },
            Rule::repeated => self.repeated(pair, level),
            _ => return self.reference(pair, level),
        };
        Expr { kind, span }
    }

    /// An expression inside another one, or what stands where one should (reported).
    fn nested(&mut self, pair: Pair, place: &Place, level: usize) -> Expr {
        if pair.as_rule() == Rule::expression { self.expression(pair, level) } else { self.value(pair, place) }
    }

    fn items(&mut self, pair: Pair, level: usize) -> Vec<Expr> {
        let items: Vec<Pair> = pair.into_inner().collect();
        let last = items.len().saturating_sub(1);
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let Some(inner) = item.into_inner().next() else { continue };
            // Nothing behind the last comma, or between the brackets, is no mistake.
            if index == last && inner.as_rule() == Rule::broken_item && inner.as_str().trim().is_empty() {
                continue;
            }
            values.push(self.nested(inner, &Place::Item, level));
        }
        values
    }

    pub(super) fn arguments(&mut self, pair: Pair) -> Vec<Arg> {
        self.arguments_at(pair, 0)
    }

    fn arguments_at(&mut self, pair: Pair, level: usize) -> Vec<Arg> {
        let arguments: Vec<Pair> = pair.into_inner().collect();
        let last = arguments.len().saturating_sub(1);
        let mut args = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.into_iter().enumerate() {
            let span = self.span(&argument);
            let empty = argument.as_str().trim().is_empty();
            if empty && index == last {
                continue;
            }
            let mut name: Option<Ident> = None;
            for part in argument.into_inner() {
                match part.as_rule() {
                    Rule::word => name = Some(self.ident(&part)),
                    Rule::colon => {}
                    Rule::bounds_of_classes => args.push(Arg { name: name.clone(), value: self.between(part), span }),
                    _ => {
                        let place = match &name {
                            Some(name) => Place::Named(&name.name),
                            None => Place::Argument,
                        };
                        let value = self.nested(part, &place, level);
                        args.push(Arg { name: name.clone(), value, span });
                    }
                }
            }
        }
        args
    }

    /// `1 .. 139`
    fn between(&mut self, pair: Pair) -> Expr {
        let span = self.span(&pair);
        let ends: Vec<Expr> = pair.into_inner().map(|end| signed(self.operand(end, 0))).collect();
        let kind = match <[Expr; 2]>::try_from(ends) {
            Ok([from, to]) => ExprKind::Between { from: Box::new(from), to: Box::new(to) },
            Err(_) => ExprKind::Broken,
        };
        Expr { kind, span }
    }

    fn repeated(&mut self, pair: Pair, level: usize) -> ExprKind {
        let span = self.span(&pair);
        let mut callee: Option<Path> = None;
        let mut args = Vec::new();
        let mut parenthesised = false;
        let mut body = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::looper => {
                    let name = self.ident(&part);
                    callee = Some(Path { span: name.span, parts: vec![name] });
                }
                Rule::arguments => {
                    args = self.arguments_at(part, level);
                    parenthesised = true;
                }
                _ => {
                    if let Some(inner) = part.into_inner().next() {
                        body = Some(Box::new(self.nested(inner, &Place::Body, level)));
                    }
                }
            }
        }
        let Some(callee) = callee else { return ExprKind::Broken };
        // Without parentheses and braces it is an ordinary name.
        if !parenthesised && body.is_none() {
            return ExprKind::Path(callee);
        }
        ExprKind::Call(Call { callee, args, parenthesised, body, span })
    }

    fn reference(&mut self, pair: Pair, level: usize) -> Expr {
        let span = self.span(&pair);
        let mut expression = Expr { kind: ExprKind::Broken, span };
        for part in pair.into_inner() {
            let part_span = self.span(&part);
            expression = match part.as_rule() {
                Rule::path => self.name_or_truth(part),
                Rule::range_end => {
                    let to = part.into_inner().next().map(|word| self.ident(&word));
                    self.range_of_names(expression, to, span)
                }
                Rule::arguments => {
                    let args = self.arguments_at(part, level + 1);
                    let ExprKind::Path(callee) = expression.kind else { continue };
                    let span = expression.span.to(part_span);
                    Expr { kind: ExprKind::Call(Call { callee, args, parenthesised: true, body: None, span }), span }
                }
                _ => {
                    let shape = part.as_rule() == Rule::index;
                    let items = if shape { self.sizes(part, level + 1) } else { self.selection(part, level + 1) };
                    let span = expression.span.to(part_span);
                    Expr { kind: ExprKind::Index { base: Box::new(expression), items }, span }
                }
            };
        }
        expression
    }

    /// The sizes of a shape, each with the name of its axis if it has one.
    fn sizes(&mut self, pair: Pair, level: usize) -> Vec<Expr> {
        let items: Vec<Pair> = pair.into_inner().collect();
        let last = items.len().saturating_sub(1);
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let (span, empty) = (self.span(&item), item.as_str().trim().is_empty());
            // Nothing behind the last comma, or between the brackets, is no mistake.
            if index == last && empty {
                continue;
            }
            let mut name: Option<Ident> = None;
            for part in item.into_inner() {
                match part.as_rule() {
                    Rule::word => name = Some(self.ident(&part)),
                    Rule::colon => {}
                    _ => {
                        let size = self.nested(part, &Place::Item, level);
                        values.push(match name.take() {
                            Some(name) => Expr { kind: ExprKind::Axis { name, size: Box::new(size) }, span },
                            None => size,
                        });
                    }
                }
            }
        }
        values
    }

    /// The items of an index: names, ranges, patterns, and what narrows these down.
    pub(super) fn selection(&mut self, pair: Pair, level: usize) -> Vec<Expr> {
        let items: Vec<Pair> = pair.into_inner().collect();
        let last = items.len().saturating_sub(1);
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let Some(inner) = item.into_inner().next() else { continue };
            match inner.as_rule() {
                Rule::choice => values.push(self.choice(inner, level)),
                Rule::broken_item if index == last && inner.as_str().trim().is_empty() => {}
                Rule::broken_item if inner.as_str().contains('*') => {
                    let range = self.range(&inner);
                    values.push(Expr { kind: ExprKind::Broken, span: self.report.span(range.clone()) });
                    self.explain_pattern(range);
                }
                _ => values.push(self.nested(inner, &Place::Item, level)),
            }
        }
        values
    }

    fn choice(&mut self, pair: Pair, level: usize) -> Expr {
        let span = self.span(&pair);
        let mut base = Expr { kind: ExprKind::Broken, span };
        let (mut of, mut except) = (None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::pattern => base = self.pattern(part),
                Rule::bounds => {
                    let span = self.span(&part);
                    let names: Vec<Ident> = part
                        .into_inner()
                        .filter(|part| part.as_rule() == Rule::word)
                        .map(|part| self.ident(&part))
                        .collect();
                    if let [from, to] = names.as_slice() {
                        base = Expr { kind: ExprKind::Range { from: from.clone(), to: to.clone() }, span };
                    }
                }
                Rule::of_kind => {
                    of = part.into_inner().find(|part| part.as_rule() == Rule::word).map(|part| self.ident(&part));
                }
                _ => {
                    for inner in part.into_inner() {
                        match inner.as_rule() {
                            Rule::except_word => {}
                            Rule::selection => except = self.selection(inner, level + 1),
                            Rule::pattern => except.push(self.pattern(inner)),
                            _ => except.push(self.reference(inner, level + 1)),
                        }
                    }
                }
            }
        }
        if of.is_none() && except.is_empty() {
            return base;
        }
        Expr { kind: ExprKind::Choice(Choice { base: Box::new(base), of, except }), span }
    }

    fn pattern(&self, pair: Pair) -> Expr {
        Expr { kind: ExprKind::Pattern(pair.as_str().to_string()), span: self.span(&pair) }
    }

    fn name_or_truth(&mut self, pair: Pair) -> Expr {
        let span = self.span(&pair);
        let kind = match pair.as_str() {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            _ => ExprKind::Path(self.path(pair)),
        };
        Expr { kind, span }
    }

    fn range_of_names(&mut self, from: Expr, to: Option<Ident>, span: Span) -> Expr {
        let kind = match (from.as_name().cloned(), to) {
            (Some(from), Some(to)) => ExprKind::Range { from, to },
            _ => {
                let problem = self
                    .report
                    .at(&codes::MALFORMED_VALUE, span.range(), "a range goes from one plain name to another")
                    .help("write `p00 .. p63`");
                self.report.push(problem);
                ExprKind::Broken
            }
        };
        Expr { kind, span }
    }

    pub(super) fn path(&mut self, pair: Pair) -> Path {
        let span = self.span(&pair);
        Path { parts: pair.into_inner().map(|part| self.ident(&part)).collect(), span }
    }

    /// The text of a string without its quotes, escapes resolved.
    pub(super) fn string(&mut self, pair: &Pair) -> String {
        let quoted = pair.as_str();
        let inside = quoted.strip_prefix('"').unwrap_or(quoted);
        let mut rest = inside.strip_suffix('"').unwrap_or(inside);
        let mut text = String::with_capacity(rest.len());
        while let Some(at) = rest.find('\\') {
            text.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            let (character, length) = match after.chars().next() {
                Some('n') => ('\n', 1),
                Some('t') => ('\t', 1),
                Some('u') => unicode_escape(after).unwrap_or(('\\', 0)),
                Some(escaped @ ('"' | '\\')) => (escaped, 1),
                // Reported by the scanner.
                _ => ('\\', 0),
            };
            text.push(character);
            rest = &after[length..];
        }
        text.push_str(rest);
        text
    }
}

fn number(text: &str) -> Number {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'%') => (&text[..text.len() - 1], Unit::Percent),
        Some(b'x') => (&text[..text.len() - 1], Unit::Factor),
        _ => (text, Unit::None),
    };
    Number {
        value: digits.parse().unwrap_or(f64::NAN),
        unit,
        integer: digits.bytes().all(|byte| byte.is_ascii_digit()),
        text: text.to_string(),
    }
}
