//! Evaluates constant expressions: arguments, shares, settings.

use crate::catalog::{ArgValue, Dim, ParamKind, show_number};
use crate::check::resolve::env::Env;
use crate::check::resolve::synonyms;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Path, Unit};

/// Products of sums of sizes are not opened to more products than this.
const MOST_TERMS: usize = 1000;

/// Beyond this a whole number is no longer exact (2^53).
const MOST_INTEGER: f64 = 9_007_199_254_740_992.0;

/// An evaluated number, with what is needed to judge its unit.
#[derive(Clone, Debug)]
enum Raw {
    Number { value: f64, integer: bool, unit: Unit },
    Dim(Dim),
    Other(ArgValue),
}

impl Checker<'_> {
    /// Evaluates an expression to what a parameter of `kind` expects, or reports why it cannot be.
    /// `what` names the place for messages: "`units` of `dense`".
    pub(in crate::check) fn constant(
        &mut self,
        expr: &Expr,
        kind: &ParamKind,
        env: &Env,
        what: &str,
    ) -> Option<ArgValue> {
        let bare = expr.bare();
        if let ParamKind::List(inner) = kind {
            if let ExprKind::Binary { op: BinaryOp::Add, left, right, .. } = &bare.kind
                && [left, right].into_iter().any(|side| self.is_list(side))
            {
                let (left, right) = (self.constant(left, kind, env, what)?, self.constant(right, kind, env, what)?);
                let (ArgValue::List(mut all), ArgValue::List(more)) = (left, right) else { return None };
                for member in more {
                    if !all.contains(&member) {
                        all.push(member);
                    }
                }
                return Some(ArgValue::List(all));
            }
            if let (Some(inherited), true) = (&self.constants.inherited, is_inherited(bare)) {
                return Some(ArgValue::List(inherited.clone()));
            }
            let members = match &bare.kind {
                ExprKind::List(members) => members.as_slice(),
                _ => std::slice::from_ref(bare),
            };
            let values: Vec<Option<ArgValue>> =
                members.iter().map(|member| self.constant(member, inner, env, what)).collect();
            return values.into_iter().collect::<Option<Vec<_>>>().map(ArgValue::List);
        }
        if let Some(word) = self.word(bare, kind) {
            return Some(ArgValue::Word(word));
        }
        if let (ParamKind::Name, Some(name)) = (kind, bare.as_name()) {
            return Some(ArgValue::Word(name.name.clone()));
        }
        let raw = match self.value_of(bare, env) {
            Ok(raw) => raw?,
            // A bare word that is neither a word of the parameter nor a name in scope.
            Err(path) => {
                let words = kind_words(kind);
                let diagnostic = if words.is_empty() {
                    self.unknown_constant(path, env, Some(&kind.words()))
                } else {
                    Diagnostic::new(
                        &codes::WRONG_ARGUMENT,
                        path.span,
                        format!("{what} is {}, not `{}`", kind.words(), path.text()),
                    )
                    .here("unknown word")
                    .did_you_mean(&path.text(), words.iter().copied())
                };
                self.report(diagnostic, env);
                return None;
            }
        };
        self.fit(raw, kind, expr.span, env, what)
    }

    /// Whether an expression is a list or a sum with one.
    fn is_list(&self, expr: &Expr) -> bool {
        match &expr.bare().kind {
            ExprKind::List(_) => true,
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => self.is_list(left) || self.is_list(right),
            _ => self.constants.inherited.is_some() && is_inherited(expr.bare()),
        }
    }

    /// The word, if the parameter expects words and this is one of them.
    fn word(&self, expr: &Expr, kind: &ParamKind) -> Option<String> {
        let name = expr.as_name()?;
        kind_words(kind).contains(&name.name.as_str()).then(|| name.name.clone())
    }

    /// Converts what was evaluated to what is expected.
    fn fit(&mut self, raw: Raw, kind: &ParamKind, span: Span, env: &Env, what: &str) -> Option<ArgValue> {
        let mismatch = |shown: String| {
            Diagnostic::new(&codes::WRONG_ARGUMENT, span, format!("{what} expects {}, and gets {shown}", kind.words()))
                .here(format!("expected {}", kind.words()))
        };
        let diagnostic = match (raw, kind) {
            (Raw::Number { value, .. }, _) if !value.is_finite() => mismatch("one that is too large".into()),
            (Raw::Number { value, integer: true, .. }, _) if value.abs() > MOST_INTEGER => {
                mismatch(format!("`{value}`")).help("whole numbers go up to 2^53, about 9e15")
            }
            (Raw::Number { value, unit: Unit::None, .. }, ParamKind::Number) => return Some(ArgValue::Number(value)),
            (
                Raw::Number { value, integer: true, unit: Unit::None },
                ParamKind::Integer | ParamKind::WordOrInteger(_),
            ) => {
                return Some(ArgValue::Integer(value as i64));
            }
            (Raw::Number { value, integer: true, unit: Unit::None }, ParamKind::Dim) => {
                return Some(ArgValue::Dim(Dim::int(value as i64)));
            }
            (Raw::Dim(dim), ParamKind::Dim) => return Some(ArgValue::Dim(dim)),
            (Raw::Dim(dim), ParamKind::Integer | ParamKind::Number | ParamKind::WordOrInteger(_)) => {
                match dim.value() {
                    Some(value) if *kind == ParamKind::Number => return Some(ArgValue::Number(value as f64)),
                    Some(value) => return Some(ArgValue::Integer(value)),
                    None => mismatch(format!("`{dim}`, which depends on the data")),
                }
            }
            (Raw::Number { value, unit: Unit::Percent, .. }, ParamKind::Share) => {
                if !(0.0..=100.0).contains(&value) {
                    mismatch(format!("`{value}%`")).help("a share lies between 0% and 100%")
                } else {
                    return Some(ArgValue::Share(value / 100.0));
                }
            }
            (Raw::Number { value, unit: Unit::Factor, .. }, ParamKind::Factor) => return Some(ArgValue::Factor(value)),
            (Raw::Number { value, unit: Unit::None, .. }, ParamKind::Share) => {
                let percent = show_number(value * 100.0);
                let diagnostic = mismatch(format!("the plain number `{value}`"));
                if (0.0..=1.0).contains(&value) {
                    diagnostic.help(format!("shares are written with `%`: `{percent}%`")).fix(
                        format!("write `{percent}%`"),
                        span,
                        format!("{percent}%"),
                    )
                } else if let Some(epochs) =
                    self.constants.epochs_of_shares.filter(|epochs| value <= *epochs as f64 && value > 1.0)
                {
                    let percent = show_number((1e6 * value / epochs as f64).round() / 1e4);
                    diagnostic
                        .help(format!("it is a share of the run: {value} of {epochs} epochs are `{percent}%`"))
                        .fix(format!("write `{percent}%`"), span, format!("{percent}%"))
                } else if (1.0..=100.0).contains(&value) {
                    diagnostic.help(format!("shares are written with `%`: `{percent}%`", percent = show_number(value)))
                } else {
                    diagnostic.help("shares are written with `%`, such as `70%`")
                }
            }
            (Raw::Number { value, unit: Unit::None, .. }, ParamKind::Factor) => {
                mismatch(format!("the plain number `{value}`"))
                    .help(format!("factors are written with `x`: `{value}x`"))
                    .fix(format!("write `{value}x`"), span, format!("{value}x"))
            }
            (Raw::Number { value, unit: Unit::Percent, .. }, ParamKind::Number) => {
                let plain = show_number(value / 100.0);
                mismatch(format!("the share `{value}%`")).help(format!("write a plain number: `{plain}`")).fix(
                    format!("write `{plain}`"),
                    span,
                    plain,
                )
            }
            (
                Raw::Number { value, integer: false, unit: Unit::None },
                ParamKind::Integer | ParamKind::Dim | ParamKind::WordOrInteger(_),
            ) => mismatch(format!("`{value}`")).help("it must be a whole number"),
            (Raw::Number { value, unit: Unit::Factor, .. }, ParamKind::Number) => {
                let plain = show_number(value);
                mismatch(format!("the factor `{value}x`")).help(format!("write a plain number: `{plain}`")).fix(
                    format!("write `{plain}`"),
                    span,
                    plain,
                )
            }
            (Raw::Number { .. }, ParamKind::Text) => {
                let written = self.source_text(span);
                let quoted = format!("\"{}\"", written.trim());
                mismatch(format!("the number `{written}`")).help(format!("text stands in quotes: `{quoted}`")).fix(
                    format!("write `{quoted}`"),
                    span,
                    quoted,
                )
            }
            (Raw::Other(ArgValue::Bool(value)), ParamKind::Text) => {
                let quoted = format!("\"{value}\"");
                mismatch(format!("`{value}`")).help(format!("text stands in quotes: `{quoted}`")).fix(
                    format!("write `{quoted}`"),
                    span,
                    quoted,
                )
            }
            (Raw::Number { value, unit, .. }, _) => {
                let unit = match unit {
                    Unit::None => "",
                    Unit::Percent => "%",
                    Unit::Factor => "x",
                };
                mismatch(format!("the number `{value}{unit}`"))
            }
            (Raw::Dim(dim), _) => mismatch(format!("the size `{dim}`")),
            (Raw::Other(value), _) => {
                let fits = match (&value, kind) {
                    (ArgValue::Bool(_), ParamKind::Bool) | (ArgValue::Text(_), ParamKind::Text) => true,
                    (ArgValue::Word(word), kind) => kind_words(kind).contains(&word.as_str()),
                    _ => false,
                };
                if fits {
                    return Some(value);
                }
                match (&value, kind) {
                    (ArgValue::Text(text), kind) if kind_words(kind).contains(&text.as_str()) => {
                        mismatch(format!("the quoted text {}", value.show()))
                            .help(format!("write it without quotes: `{text}`"))
                            .fix(format!("write `{text}`"), span, text.clone())
                    }
                    (
                        ArgValue::Text(text),
                        ParamKind::Dim | ParamKind::Integer | ParamKind::Number | ParamKind::WordOrInteger(_),
                    ) if text.parse::<f64>().is_ok() => mismatch(format!("the quoted text {}", value.show()))
                        .help(format!("write it without quotes: `{text}`"))
                        .fix(format!("write `{text}`"), span, text.clone()),
                    (ArgValue::Bool(_), _) => mismatch(format!("`{}`", value.show())),
                    (ArgValue::Text(_), _) => mismatch(format!("the text {}", value.show())),
                    (ArgValue::List(_), _) => mismatch("a list".into()),
                    _ => mismatch(format!("`{}`", value.show())),
                }
            }
        };
        self.report(diagnostic, env);
        None
    }

    /// A plain number (no unit), for weights and the like.
    pub(in crate::check) fn plain_number(&mut self, expr: &Expr, env: &Env, what: &str) -> Option<f64> {
        match self.constant(expr, &ParamKind::Number, env, what)? {
            ArgValue::Number(value) => Some(value),
            _ => None,
        }
    }

    /// A part of one, as a number or a share: `0.5`, `1/2`, `50%`.
    pub(in crate::check) fn part_of_one(&mut self, expr: &Expr, env: &Env, what: &str) -> Option<f64> {
        match self.value_of(expr.bare(), env) {
            Ok(Some(Raw::Number { value, unit: Unit::Percent, .. })) if value.is_finite() => Some(value / 100.0),
            Ok(raw) => match self.fit(raw?, &ParamKind::Number, expr.span, env, what)? {
                ArgValue::Number(value) => Some(value),
                _ => None,
            },
            // Reports the name.
            Err(_) => self.plain_number(expr, env, what),
        }
    }

    /// A path to a known constant; `Err` with the path if nothing of that name is in scope.
    fn value_of<'e>(&mut self, expr: &'e Expr, env: &Env) -> Result<Option<Raw>, &'e Path> {
        Ok(match &expr.kind {
            ExprKind::Number(number) => {
                Some(Raw::Number { value: number.value, integer: number.integer, unit: number.unit })
            }
            ExprKind::String(text) => Some(Raw::Other(ArgValue::Text(text.clone()))),
            ExprKind::Bool(value) => Some(Raw::Other(ArgValue::Bool(*value))),
            ExprKind::List(_) => Some(Raw::Other(ArgValue::List(Vec::new()))),
            ExprKind::Paren(inner) => self.value_of(inner, env)?,
            ExprKind::Path(path) => match self.lookup_constant(path, env) {
                Some(found) => found.map(raw_of),
                None => return Err(path),
            },
            ExprKind::Negate(inner) => match self.value_of(inner, env)? {
                Some(Raw::Number { value, integer, unit }) => Some(Raw::Number { value: -value, integer, unit }),
                Some(Raw::Dim(dim)) => Some(Raw::Dim(Dim::int(0) - dim)),
                Some(Raw::Other(_)) => {
                    self.not_a_number(inner.span, env);
                    None
                }
                None => None,
            },
            ExprKind::Binary { op, op_span, left, right } => {
                let left = self.value_of(left, env)?;
                let right = self.value_of(right, env)?;
                match (left, right) {
                    (Some(left), Some(right)) => self.arithmetic(*op, *op_span, left, right, expr.span, env),
                    _ => None,
                }
            }
            ExprKind::Call(call) => {
                let name = call.callee.text();
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    expr.span,
                    format!("a constant is expected here, and `{name}(…)` is a call"),
                )
                .here("not a constant");
                self.report(diagnostic, env);
                None
            }
            ExprKind::Broken => None,
            ExprKind::Index { .. }
            | ExprKind::Range { .. }
            | ExprKind::Axis { .. }
            | ExprKind::Between { .. }
            | ExprKind::Pattern(_)
            | ExprKind::Choice(_)
            | ExprKind::Not(_)
            | ExprKind::If { .. }
            | ExprKind::Chain(_) => {
                let diagnostic =
                    Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, "a constant is expected here".to_string())
                        .here("not a constant");
                self.report(diagnostic, env);
                None
            }
        })
    }

    fn not_a_number(&mut self, span: Span, env: &Env) {
        let diagnostic =
            Diagnostic::new(&codes::WRONG_ARGUMENT, span, "arithmetic needs numbers".to_string()).here("not a number");
        self.report(diagnostic, env);
    }

    fn arithmetic(&mut self, op: BinaryOp, op_span: Span, left: Raw, right: Raw, span: Span, env: &Env) -> Option<Raw> {
        let problem = match (op, left, right) {
            (
                BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide,
                Raw::Number { value: a, integer: ai, unit: au },
                Raw::Number { value: b, integer: bi, unit: bu },
            ) => {
                if au != bu && au != Unit::None && bu != Unit::None {
                    "the two sides have different units"
                } else if op == BinaryOp::Divide && b == 0.0 {
                    "this divides by zero"
                } else {
                    let value = match op {
                        BinaryOp::Add => a + b,
                        BinaryOp::Subtract => a - b,
                        BinaryOp::Multiply => a * b,
                        _ => a / b,
                    };
                    let integer = ai && bi && value.fract() == 0.0;
                    return Some(Raw::Number { value, integer, unit: if au == Unit::None { bu } else { au } });
                }
            }
            (op, left, right) => match (as_dim(left), as_dim(right), op) {
                (Some(a), Some(b), BinaryOp::Add) => return Some(Raw::Dim(a + b)),
                (Some(a), Some(b), BinaryOp::Subtract) => return Some(Raw::Dim(a - b)),
                (Some(a), Some(b), BinaryOp::Multiply) if a.terms() * b.terms() > MOST_TERMS => {
                    "this size is too long a formula"
                }
                (Some(a), Some(b), BinaryOp::Multiply) => return Some(Raw::Dim(a * b)),
                (Some(a), Some(b), BinaryOp::Divide) => match b.value() {
                    Some(divisor) if divisor > 0 => return Some(Raw::Dim(a.floor_div(divisor))),
                    _ => "a size can only be divided by a positive whole number",
                },
                (_, _, BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide) => {
                    "arithmetic needs numbers"
                }
                _ => "a comparison is no constant",
            },
        };
        let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, problem.to_string()).also(op_span, "here");
        self.report(diagnostic, env);
        None
    }

    /// The value of a path: a body's constant, a size of the label, or a `param`.
    /// `None` if nothing has that name; `Some(None)` if it has a value that is in error.
    pub(in crate::check) fn lookup_constant(&mut self, path: &Path, env: &Env) -> Option<Option<ArgValue>> {
        if let [object, field] = path.parts.as_slice()
            && object.name == "label"
            && let Some(label) = &env.label
        {
            let size = match field.name.as_str() {
                "classes" => &label.classes,
                "width" => &label.width,
                "vocabulary" => &label.vocabulary,
                _ => {
                    let diagnostic =
                        Diagnostic::new(&codes::UNKNOWN_NAME, field.span, format!("a label has no `{}`", field.name))
                            .here("unknown")
                            .note("it has `classes`, `width` and `vocabulary`")
                            .did_you_mean(&field.name, ["classes", "width", "vocabulary"]);
                    self.report(diagnostic, env);
                    return Some(None);
                }
            };
            if size.is_none() {
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_LABEL,
                    path.span,
                    format!("the label is {}, which has no `{}`", label.kind, field.name),
                )
                .here("this label has none");
                let other = match (&label.classes, &label.width) {
                    (Some(_), None) => Some("label.classes"),
                    (None, Some(_)) => Some("label.width"),
                    _ => None,
                };
                let diagnostic = match other {
                    _ if field.name == "vocabulary" && label.kind == crate::catalog::Kind::Text.words() => diagnostic
                        .help("the head of a task whose target is tokens has one: `target: characters(end: true)`"),
                    Some(other) => diagnostic.help(format!("its size is `{other}`")),
                    None if label.kind == crate::catalog::Kind::Text.words() => diagnostic.help(
                        "a text that is one of a few is declared as `category`; the number of tokens of any other is `label.vocabulary`",
                    ),
                    None => diagnostic,
                };
                self.report(diagnostic, env);
            }
            return Some(size.clone().map(ArgValue::Dim));
        }
        let name = path.single()?;
        if let Some(constant) = env.constants.get(&name.name) {
            return Some(Some(constant.value.clone()));
        }
        self.param(env.module, name)
    }

    fn unknown_constant(&mut self, path: &Path, env: &Env, expected: Option<&str>) -> Diagnostic {
        let text = path.text();
        if synonyms::is_nothing(&text) {
            return Diagnostic::new(&codes::UNKNOWN_NAME, path.span, format!("`{text}` is no value here"))
                .here(expected.map_or("unknown".to_string(), |expected| format!("expected {expected}")))
                .help("for none, leave the whole entry out");
        }
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, path.span, format!("`{text}` is no constant that is known here"))
                .here(expected.map_or("unknown".to_string(), |expected| format!("expected {expected}")));
        if expected == Some(&ParamKind::Text.words()) {
            let quoted = ArgValue::Text(text).show();
            return diagnostic.help(format!("text stands in quotes: `{quoted}`")).fix(
                format!("write `{quoted}`"),
                path.span,
                quoted.clone(),
            );
        }
        if self.may_suggest() {
            let mut known: Vec<String> = env.constants.keys().cloned().collect();
            known.extend(self.param_names(env.module));
            if env.label.is_some() {
                known.extend(["label.classes".to_string(), "label.width".to_string()]);
            }
            if expected == Some(&ParamKind::Bool.words()) {
                known.extend(["true".to_string(), "false".to_string()]);
            }
            known.sort();
            diagnostic = diagnostic.did_you_mean(&text, known.iter().map(String::as_str));
            self.mark_meant(&diagnostic, env.module);
        }
        diagnostic
    }
}

fn raw_of(value: ArgValue) -> Raw {
    match value {
        ArgValue::Number(value) => Raw::Number { value, integer: false, unit: Unit::None },
        ArgValue::Integer(value) => Raw::Number { value: value as f64, integer: true, unit: Unit::None },
        ArgValue::Share(value) => Raw::Number { value: value * 100.0, integer: false, unit: Unit::Percent },
        ArgValue::Factor(value) => Raw::Number { value, integer: false, unit: Unit::Factor },
        ArgValue::Dim(dim) => Raw::Dim(dim),
        other => Raw::Other(other),
    }
}

fn as_dim(raw: Raw) -> Option<Dim> {
    match raw {
        Raw::Dim(dim) => Some(dim),
        Raw::Number { value, integer: true, unit: Unit::None } => Some(Dim::int(value as i64)),
        _ => None,
    }
}

/// The words that a kind takes.
fn kind_words(kind: &ParamKind) -> &'static [&'static str] {
    match kind {
        ParamKind::Word(words) | ParamKind::WordOrInteger(words) => words,
        _ => &[],
    }
}

/// `inherited`
fn is_inherited(expr: &Expr) -> bool {
    expr.as_name().is_some_and(|name| name.name == "inherited")
}
