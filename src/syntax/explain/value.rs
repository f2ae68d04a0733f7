//! What is wrong with a value.

use std::ops::Range;

use super::{Place, behind, between, skip_brackets};
use crate::diag::Diagnostic;
use crate::diag::codes::syntax as codes;
use crate::syntax::build::Builder;
use crate::syntax::token::{Bracket, Token, TokenKind};
use crate::syntax::tree::Keyword;
use crate::syntax::words::{is_name, keyword};

/// Where reading operands and operators in turn ends.
enum Stop {
    /// An operand was expected, and there is nothing more.
    End,
    /// An operand was expected at this token.
    Operand(usize),
    /// An operator was expected at this token.
    Operator(usize),
    /// A name was expected behind the dot or dots at this token.
    Name(usize),
    /// Everything fits; the mistake is inside some brackets.
    Fits,
}

impl Builder<'_, '_> {
    /// Reports why there is no value in this range.
    pub(in crate::syntax) fn explain_value(&mut self, range: Range<usize>, place: &Place) {
        if self.report.covers(range.clone()) {
            return;
        }
        let tokens = self.tokens(range.clone());
        if tokens.is_empty() {
            return self.missing_value(range.start, place);
        }
        let problem = match self.first_misfit(&tokens) {
            _ if *place == Place::Part("by") && self.quoted_name(&tokens).is_some() => self.unquoted(tokens[0]),
            Stop::Operator(at) if tokens[at].kind == TokenKind::Comma && *place == Place::Part("from") => {
                self.listed_values(&tokens)
            }
            Stop::End => self.dangling(tokens[tokens.len() - 1], place),
            Stop::Operand(at) => self.no_operand(&tokens, at, place),
            Stop::Operator(at) => self.no_operator(&tokens, at, place),
            Stop::Name(at) => self.no_name(&tokens, at),
            Stop::Fits if matches!(place, Place::Part("by")) => self
                .report
                .at(&codes::MALFORMED_VALUE, range, "`by` takes the name of a strategy, and nothing more")
                .help("the chain stands behind `from`: `shared trunk by hard from VALUE -> LAYER`"),
            Stop::Fits => self
                .report
                .at(&codes::MALFORMED_VALUE, range, "this value has a mistake inside its brackets")
                .help("write it in smaller steps, naming its parts"),
        };
        self.report.push(problem);
    }

    /// Reports an item between brackets that has a `*` in it and is no pattern.
    pub(in crate::syntax) fn explain_pattern(&mut self, range: Range<usize>) {
        if self.report.covers(range.clone()) {
            return;
        }
        let tokens = self.tokens(range.clone());
        let star = tokens.iter().position(|token| token.text(self.text) == "*");
        // `* - price`, `* but price`, `* except price year`: whatever stands behind it is most likely to be left out.
        let behind = star.map_or(&[][..], |star| &tokens[star + 1..]);
        let known = |token: &&Token| !matches!(token.text(self.text), "except" | "of" | "without" | "but" | "not");
        let names: Vec<&str> = behind
            .iter()
            .filter(|token| token.kind == TokenKind::Word)
            .filter(known)
            .map(|token| token.text(self.text))
            .collect();
        let example = match names.as_slice() {
            [] => "* except price".to_string(),
            [only] => format!("* except {only}"),
            several => format!("* except [{}]", several.join(", ")),
        };
        let problem = self.report.at(&codes::MALFORMED_VALUE, range, "this is no pattern of columns").help(format!(
            "write `{example}` to leave columns out, `* of number` for those of one kind, `bill_*` for those whose names begin alike"
        ));
        self.report.push(problem);
    }

    fn missing_value(&mut self, place_of_value: usize, place: &Place) {
        let before = self.token_before(place_of_value);
        let here = before.map_or(place_of_value..place_of_value, behind);
        let problem = self.report.at(&codes::MISSING_VALUE, here, format!("expected a value {}", place.words()));
        let next = self.token_at(place_of_value);
        let brace = next.filter(|next| next.kind == TokenKind::Open(Bracket::Curly));
        let problem = match (before, brace) {
            (Some(colon), Some(_)) if colon.kind == TokenKind::Colon => {
                let span = self.report.span(colon.range());
                self.report
                    .at(&codes::MISSING_VALUE, colon.range(), "there is no `:` before a `{`")
                    .help("a block follows its name directly: `split { … }`")
                    .fix("remove the `:`", span, "")
            }
            _ => match (place, next) {
                (Place::Field(_) | Place::Assign(_), Some(next)) if next.kind == TokenKind::LineEnd => {
                    problem.help("write the value on the same line")
                }
                _ => problem,
            },
        };
        self.report.push(problem);
    }

    fn first_misfit(&self, tokens: &[Token]) -> Stop {
        let kind = |at: usize| tokens.get(at).map(|token| token.kind);
        let mut at = 0;
        loop {
            while self.is_prefix(tokens, at) {
                at += 1;
            }
            match kind(at) {
                None => return Stop::End,
                Some(TokenKind::Number | TokenKind::String) => at += 1,
                Some(TokenKind::Open(Bracket::Round | Bracket::Square)) => at = skip_brackets(tokens, at),
                Some(TokenKind::Word) => {
                    let looper = matches!(tokens[at].text(self.text), "repeat" | "each");
                    at += 1;
                    while kind(at) == Some(TokenKind::Dot) {
                        let joined = |next: Token| next.kind == TokenKind::Word && next.start == tokens[at].end;
                        if tokens[at].start != tokens[at - 1].end || !tokens.get(at + 1).copied().is_some_and(joined) {
                            return Stop::Name(at);
                        }
                        at += 2;
                    }
                    if kind(at) == Some(TokenKind::DotDot) {
                        if kind(at + 1) != Some(TokenKind::Word) {
                            return Stop::Name(at);
                        }
                        at += 2;
                    }
                    if kind(at) == Some(TokenKind::Open(Bracket::Round)) {
                        at = skip_brackets(tokens, at);
                    }
                    let suffix = if looper { Bracket::Curly } else { Bracket::Square };
                    if kind(at) == Some(TokenKind::Open(suffix)) {
                        at = skip_brackets(tokens, at);
                    }
                }
                Some(_) => return Stop::Operand(at),
            }
            match kind(at) {
                None => return Stop::Fits,
                Some(TokenKind::Operator | TokenKind::Arrow) => at += 1,
                Some(TokenKind::Word) if self.joint(tokens, at) > 0 => at += self.joint(tokens, at),
                Some(_) => return Stop::Operator(at),
            }
        }
    }

    /// A sign, or a `not` or `if` before a value.
    fn is_prefix(&self, tokens: &[Token], at: usize) -> bool {
        let Some(token) = tokens.get(at) else { return false };
        let value = |next: &Token| match next.kind {
            TokenKind::Word => self.joint(tokens, at + 1) == 0,
            TokenKind::Number | TokenKind::String | TokenKind::Open(_) => true,
            TokenKind::Operator => next.text(self.text) == "-",
            _ => false,
        };
        match token.text(self.text) {
            "-" => token.kind == TokenKind::Operator,
            "not" | "if" => token.kind == TokenKind::Word && tokens.get(at + 1).is_some_and(value),
            _ => false,
        }
    }

    /// How many words here join two values: `and`, `not in`; 0 if none does.
    fn joint(&self, tokens: &[Token], at: usize) -> usize {
        let word = |at: usize| tokens.get(at).map_or("", |token| token.text(self.text));
        match word(at) {
            "and" | "or" | "in" | "is" | "then" | "else" => 1,
            "not" if word(at + 1) == "in" => 2,
            _ => 0,
        }
    }

    /// The value ends with an operator or an arrow.
    fn dangling(&self, last: Token, place: &Place) -> Diagnostic {
        let written = last.text(self.text);
        let problem =
            self.report.at(&codes::MISSING_VALUE, behind(last), format!("expected a value after `{written}`"));
        let line_ends = self.token_at(last.end as usize).is_some_and(|next| next.kind == TokenKind::LineEnd)
            || matches!(place, Place::Part(_));
        match last.kind {
            TokenKind::Arrow if line_ends => {
                problem.help("a chain goes on in the next line with the `->` at its start: `  -> relu`")
            }
            _ => problem,
        }
    }

    fn no_operand(&self, tokens: &[Token], at: usize, place: &Place) -> Diagnostic {
        let token = tokens[at];
        let written = token.text(self.text);
        let before = at.checked_sub(1).map(|before| tokens[before].text(self.text));
        let message = match (token.kind, before) {
            (TokenKind::Open(Bracket::Curly), _) => "a value does not start with `{`".to_string(),
            (_, Some(before)) => format!("expected a value between `{before}` and `{written}`"),
            (_, None) => format!("expected a value before `{written}`"),
        };
        let problem = self.report.at(&codes::MALFORMED_VALUE, token.range(), message);
        match (token.kind, place) {
            (TokenKind::Open(Bracket::Curly), _) => problem.help("lists are written `[a, b]`"),
            (TokenKind::Colon, Place::Field(_)) => problem.help("one `:` is enough"),
            _ => problem,
        }
    }

    fn no_name(&self, tokens: &[Token], at: usize) -> Diagnostic {
        let dot = tokens[at];
        if dot.kind == TokenKind::DotDot {
            return self
                .report
                .at(&codes::MALFORMED_VALUE, dot.range(), "expected a name after `..`")
                .help("a range goes from one name to another: `p00 .. p63`");
        }
        if let Some(next) = tokens.get(at + 1).filter(|next| self.quoted_name(&[**next]).is_some()) {
            return self.unquoted(*next);
        }
        let Some(next) = tokens.get(at + 1).filter(|next| next.kind == TokenKind::Word) else {
            return self.report.at(&codes::MALFORMED_VALUE, dot.range(), "expected a name after `.`");
        };
        let range = between(tokens[at - 1], *next);
        let joined = format!("{}.{}", tokens[at - 1].text(self.text), next.text(self.text));
        let span = self.report.span(range.clone());
        self.report.at(&codes::MALFORMED_VALUE, range, "a dotted name has no spaces in it").fix(
            format!("write `{joined}`"),
            span,
            joined,
        )
    }

    fn no_operator(&self, tokens: &[Token], at: usize, place: &Place) -> Diagnostic {
        let token = tokens[at];
        let before = tokens[at - 1];
        let (left, right) = (before.text(self.text), token.text(self.text));
        let next = tokens.get(at + 1).map(|next| next.kind);
        let at_token = |message: String| self.report.at(&codes::MALFORMED_VALUE, token.range(), message);
        let gap = self.report.span(behind(before));
        match token.kind {
            TokenKind::Equals if *place == Place::Argument && at == 1 && before.kind == TokenKind::Word => {
                let span = self.report.span(before.end as usize..token.end as usize);
                at_token(format!("the value of `{left}` is written after `:`, not after `=`")).fix(
                    format!("write `{left}:`"),
                    span,
                    ":",
                )
            }
            TokenKind::Equals => {
                at_token("`=` cannot stand inside a value".into()).help("two values are compared with `==`")
            }
            TokenKind::Colon if matches!(place, Place::Part(_)) => {
                at_token("this `:` stands too late in its declaration".into())
                    .help("the `:` part follows the name: `task species: classification from trunk`")
            }
            TokenKind::Colon => at_token(format!("this `:` does not belong behind `{left}`"))
                .help("only a single name stands before a `:`"),
            TokenKind::DotDot if before.kind == TokenKind::Number => {
                at_token(format!("the range behind `{left}` has no end"))
                    .help("classes that are whole numbers go from one to another: `category(1 .. 139)`")
            }
            TokenKind::Dot | TokenKind::DotDot => at_token(format!("`{right}` joins names, and `{left}` is none")),
            TokenKind::Open(Bracket::Curly) => {
                at_token("a `{` cannot stand here".into()).help("only `repeat(…)` and `each(…)` take a chain in braces")
            }
            TokenKind::Word if right == "as" && place.in_block() => {
                at_token("expected a name in quotes after `as`".into()).help("write `bill: number as \"Bill (mm)\"`")
            }
            TokenKind::Word if next == Some(TokenKind::Colon) && (place.in_block() || place.in_brackets()) => {
                let what = if place.in_block() { "entries on one line are" } else { "arguments are" };
                self.report
                    .at(&codes::MALFORMED_VALUE, behind(before), format!("{what} separated by commas"))
                    .here(format!("expected `,` before `{right}`"))
                    .fix("write `,`", gap, ",")
            }
            TokenKind::Word | TokenKind::Number | TokenKind::String
                if *place == Place::Part(":") && self.joint_behind_kind().is_some() =>
            {
                let joint = self.joint_behind_kind().unwrap_or_default();
                let rest = self.excerpt(&tokens[at..]);
                let place = self.report.span(before.end as usize..token.start as usize);
                at_token(format!("expected `{joint}` before `{right}`")).help(format!("write `{joint} {rest}`")).fix(
                    format!("write `{joint}`"),
                    place,
                    format!(" {joint} "),
                )
            }
            _ if place.in_brackets() && at == 1 && before.kind == TokenKind::Word && is_literal(token.kind) => {
                at_token(format!("expected `:` or `,` between `{left}` and `{right}`"))
                    .help(format!("a named argument is written `{left}: {right}`"))
            }
            _ => {
                let also = if place.in_brackets() {
                    "a comma"
                } else if place.in_block() {
                    "a comma, a new line"
                } else {
                    "`->`"
                };
                self.report
                    .at(
                        &codes::MALFORMED_VALUE,
                        between(before, token),
                        format!("two values stand side by side: `{left}` and `{right}`"),
                    )
                    .help(format!("write {also} or an operator between them"))
            }
        }
    }
}

impl Builder<'_, '_> {
    /// What stands behind the `:` part of the declaration at hand, if a value of its own kind can.
    fn joint_behind_kind(&self) -> Option<&'static str> {
        match keyword(self.token_at(self.base)?.text(self.text))? {
            Keyword::Task => Some("from"),
            Keyword::Param => Some("="),
            _ => None,
        }
    }

    /// The name in quotes, if that is all there is.
    fn quoted_name<'t>(&'t self, tokens: &[Token]) -> Option<&'t str> {
        match tokens {
            [only] if only.kind == TokenKind::String => {
                Some(only.text(self.text).trim_matches('"')).filter(|name| is_name(name))
            }
            _ => None,
        }
    }

    /// A name that stands in quotes.
    fn unquoted(&self, token: Token) -> Diagnostic {
        let name = token.text(self.text).trim_matches('"').to_string();
        self.report
            .at(&codes::MALFORMED_VALUE, token.range(), "a name stands without quotes")
            .help(format!("write `{name}`"))
            .fix(format!("write `{name}`"), self.report.span(token.range()), name)
    }

    /// Several values where one is read: columns stand in brackets behind their data, other values are joined by name.
    fn listed_values(&self, tokens: &[Token]) -> Diagnostic {
        let end = tokens.iter().position(|token| token.kind == TokenKind::Arrow).unwrap_or(tokens.len());
        let listed = &tokens[..end];
        let mut values: Vec<&[Token]> = Vec::new();
        let (mut start, mut at) = (0, 0);
        while at < listed.len() {
            match listed[at].kind {
                TokenKind::Comma => {
                    values.push(&listed[start..at]);
                    at += 1;
                    start = at;
                }
                TokenKind::Open(_) => at = skip_brackets(listed, at),
                _ => at += 1,
            }
        }
        values.push(&listed[start..]);
        values.retain(|value| !value.is_empty());
        let column = |value: &&[Token]| match value {
            [data, dot, column] if dot.kind == TokenKind::Dot => Some((data.text(self.text), column.text(self.text))),
            _ => None,
        };
        let columns: Option<Vec<(&str, &str)>> = values.iter().map(column).collect();
        let text = |value: &&[Token]| self.excerpt(value);
        let reader = self.token_at(self.base).map_or("", |first| first.text(self.text));
        if reader == "input" && values.iter().all(|value| matches!(value, [only] if only.kind == TokenKind::Word)) {
            let names = values.iter().map(text).collect::<Vec<_>>().join(", ");
            let range = between(listed[0], listed[listed.len() - 1]);
            return self
                .report
                .at(&codes::MALFORMED_VALUE, range, "columns that are read together stand in brackets")
                .help(format!("write the data before them: `DATA[{names}]`"));
        }
        let right = match columns.as_deref() {
            Some([(data, _), rest @ ..]) if rest.iter().all(|(other, _)| other == data) => {
                let names: Vec<&str> = columns.iter().flatten().map(|(_, column)| *column).collect();
                format!("{data}[{}]", names.join(", "))
            }
            _ => format!("concat({})", values.iter().map(text).collect::<Vec<_>>().join(", ")),
        };
        let range = between(listed[0], listed[listed.len() - 1]);
        let span = self.report.span(range.clone());
        let message = if right.ends_with(']') {
            "columns that are read together stand in brackets"
        } else {
            "one value is read here, and these are several"
        };
        let problem = self.report.at(&codes::MALFORMED_VALUE, range, message).help(format!("write `{right}`"));
        if right.contains('…') { problem } else { problem.fix(format!("write `{right}`"), span, right) }
    }
}

fn is_literal(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Number | TokenKind::String | TokenKind::Open(Bracket::Square))
}
