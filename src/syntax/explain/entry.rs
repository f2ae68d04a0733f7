//! What is wrong with an entry of a block.

use std::ops::Range;

use super::{behind, skip_brackets};
use crate::diag::codes::syntax as codes;
use crate::syntax::build::Builder;
use crate::syntax::token::{Bracket, Token, TokenKind};
use crate::syntax::words;

impl Builder<'_, '_> {
    /// Reports why there is no entry in this range.
    pub(in crate::syntax) fn explain_entry(&mut self, range: Range<usize>) {
        if self.report.covers(range.clone()) {
            return;
        }
        let tokens = self.tokens(range.clone());
        let Some(first) = tokens.first().copied() else { return };
        let at = |token: Token, message: String| (token.range(), message);
        let written = first.text(self.text);
        let second = tokens.get(1).copied();
        let colonless =
            || tokens.iter().all(|token| token.kind != TokenKind::Colon || self.inside_brackets(&tokens, *token));
        let mut fix = None;
        let mut help = Some("an entry is written `name: value`, `name { … }` or `name = value`".to_string());
        let (place, message) = match (first.kind, second.map(|second| second.kind)) {
            (TokenKind::Comma, _) => {
                help = None;
                at(first, "there is nothing before this comma".into())
            }
            (TokenKind::String, _) => {
                let name = written.trim_matches('"');
                let rest = self.excerpt(&tokens[1..]);
                if words::is_name(name) {
                    help = Some(format!("write `{name}{rest}`"));
                    fix = Some((first.range(), name.to_string()));
                } else {
                    let kind = rest.trim_start_matches([':', ' ']);
                    let kind = if kind.is_empty() || kind == "…" { "number" } else { kind };
                    help =
                        Some(format!("a name with spaces or signs is written `{}: {kind} as {written}`", plain(name)));
                }
                at(first, "the name of an entry is a single word without quotes".into())
            }
            (TokenKind::Arrow, _) => at(first, "expected a value before `->`".into()),
            (TokenKind::Word, None) => {
                help = Some(format!("write `{written}: …`, or `{written} {{` if a block follows"));
                at(first, format!("`{written}` has no value"))
            }
            (TokenKind::Word, Some(TokenKind::Word)) if written == "join" && !self.columns && colonless() => {
                let name = tokens[1].text(self.text);
                help = Some(format!(
                    "a second table is joined by its name, its file and the key: \
                     `join {name}: csv(\"{name}.csv\") on COLUMN {{ COLUMN: KIND }}`"
                ));
                (behind(tokens[1]), format!("expected `:` and a file after `join {name}`"))
            }
            (
                TokenKind::Word,
                Some(TokenKind::Word | TokenKind::Number | TokenKind::String | TokenKind::Open(Bracket::Square)),
            ) if colonless() => {
                fix = Some((behind(first), ":".to_string()));
                help = Some(format!("write `{written}: {}`", self.excerpt(&tokens[1..])));
                (behind(first), format!("expected `:` after `{written}`"))
            }
            (TokenKind::Word, Some(TokenKind::Open(Bracket::Round))) => {
                at(first, format!("`{written}(…)` stands alone: an entry needs a name"))
            }
            (TokenKind::Word, Some(TokenKind::Dot)) => {
                if let Some(together) = self.with_the_column_before(&tokens) {
                    help = Some(format!("columns that are read together stand in brackets: `{together}`"));
                }
                at(first, "the name of an entry has no dots in it".into())
            }
            _ => match self.misplaced(&tokens) {
                Some((token, message, better)) => {
                    help = better;
                    at(token, message)
                }
                None => (range, "this is not an entry".into()),
            },
        };
        let mut problem = self.report.at(&codes::MALFORMED_ENTRY, place, message);
        if let Some(help) = help {
            problem = problem.help(help);
        }
        if let Some((place, text)) = fix {
            let span = self.report.span(place);
            problem = problem.fix(format!("write `{text}`"), span, text);
        }
        self.report.push(problem);
    }

    /// Reports names with commas between them and no value behind them.
    pub(in crate::syntax) fn explain_nameless(&mut self, names: &[Range<usize>]) {
        let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
        if !self.columns {
            names.iter().for_each(|name| self.explain_entry(name.clone()));
            return;
        }
        let range = first.start..last.end;
        if self.report.covers(range.clone()) {
            return;
        }
        let written: Vec<&str> = names.iter().filter_map(|name| self.text.get(name.clone())).collect();
        let shown = match written.as_slice() {
            [first, .., last] if written.len() > 6 => format!("{first}, …, {last}"),
            all => all.join(", "),
        };
        let message = format!("these {} columns have no kind", names.len());
        let problem = self.report.at(&codes::MALFORMED_ENTRY, range, message);
        self.report.push(problem.help(format!("write `{shown}: number`, or another kind")));
    }

    /// Reports what is no `"Male": "male"` in the braces of a `map`.
    pub(in crate::syntax) fn explain_meaning(&mut self, range: Range<usize>) {
        if self.report.covers(range.clone()) {
            return;
        }
        // `Male: male` and `1: "one"` lack their quotes.
        let tokens = self.tokens(range.clone());
        let quoted = |token: &Token| match token.kind {
            TokenKind::Word | TokenKind::Number => Some(format!("{:?}", token.text(self.text))),
            TokenKind::String => Some(token.text(self.text).to_string()),
            _ => None,
        };
        let written = match tokens.as_slice() {
            [from, colon, to] if matches!(colon.kind, TokenKind::Colon | TokenKind::Equals | TokenKind::Arrow) => {
                quoted(from).zip(quoted(to)).map(|(from, to)| format!("{from}: {to}"))
            }
            _ => None,
        };
        let span = self.report.span(range.clone());
        let message = "a `map` says what a cell means, both in quotes";
        let mut problem = self.report.at(&codes::MALFORMED_ENTRY, range, message);
        problem = match written {
            Some(written) => {
                problem.help(format!("write `{written}`")).fix(format!("write `{written}`"), span, written)
            }
            None => problem.help("write `\"Male\": \"male\"`, or `\"Male\", \"M\": \"male\"` for several"),
        };
        self.report.push(problem);
    }

    /// `d[a, b]` for the `d.b` that stands behind `d.a,`.
    fn with_the_column_before(&self, tokens: &[Token]) -> Option<String> {
        let [data, _, column] = tokens else { return None };
        let comma = self.token_before(data.start as usize).filter(|comma| comma.kind == TokenKind::Comma)?;
        let first = self.token_before(comma.start as usize).filter(|first| first.kind == TokenKind::Word)?;
        let dot = self.token_before(first.start as usize).filter(|dot| dot.kind == TokenKind::Dot)?;
        let same = self.token_before(dot.start as usize)?.text(self.text) == data.text(self.text);
        let text = |token: &Token| token.text(self.text).to_string();
        same.then(|| format!("{}[{}, {}]", text(data), text(&first), text(column)))
    }

    /// Reports a dotted name of an entry where none can be.
    pub(in crate::syntax) fn explain_dotted(&mut self, range: Range<usize>) {
        let problem = self.report.at(&codes::MALFORMED_ENTRY, range, "the name of an entry has no dots in it");
        self.report
            .push(problem.help("only `transfer` and `variant` name parts of others: `trunk.dense.2 { freeze: true }`"));
    }

    /// The first token behind a whole entry that does not belong to it.
    fn misplaced(&self, tokens: &[Token]) -> Option<(Token, String, Option<String>)> {
        let brace = tokens.iter().position(|token| token.kind == TokenKind::Open(Bracket::Curly));
        let looper = "only `repeat(…)` and `each(…)` take a chain in braces".to_string();
        let rename = tokens.iter().position(|token| token.kind == TokenKind::Word && token.text(self.text) == "as");
        if let Some(at) = rename.filter(|at| brace.is_none_or(|brace| *at < brace) && *at > 1) {
            let (message, token) = match tokens.get(at + 1) {
                Some(text) if text.kind == TokenKind::String => {
                    let behind = tokens.get(at + 2)?;
                    (format!("`{}` cannot stand behind the name in the file", behind.text(self.text)), *behind)
                }
                _ => ("expected a name in quotes after `as`".to_string(), tokens[at]),
            };
            return Some((token, message, Some("write `bill: number as \"Bill (mm)\"`".into())));
        }
        let brace = brace?;
        let after_call = tokens[brace.checked_sub(1)?].kind == TokenKind::Close(Bracket::Round);
        let assigned = tokens.get(1).is_some_and(|token| token.kind == TokenKind::Equals);
        match tokens.get(skip_brackets(tokens, brace)) {
            Some(behind) => {
                let written = behind.text(self.text);
                Some((*behind, format!("`{written}` cannot stand behind a block"), after_call.then_some(looper)))
            }
            None if assigned || after_call => Some((tokens[brace], "a `{` cannot stand here".into(), Some(looper))),
            None => None,
        }
    }

    fn inside_brackets(&self, tokens: &[Token], sought: Token) -> bool {
        let mut depth = 0;
        for token in tokens {
            match token.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) => depth -= 1,
                _ if *token == sought => return depth > 0,
                _ => {}
            }
        }
        false
    }

    /// The text of some tokens, if it is short; dots otherwise.
    pub(super) fn excerpt(&self, tokens: &[Token]) -> String {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => match self.text.get(first.start as usize..last.end as usize) {
                Some(text) if text.len() <= 40 && !text.contains('\n') => text.to_string(),
                _ => "…".into(),
            },
            _ => "…".into(),
        }
    }
}

/// A name made of what is no name: `bill_length_mm` of `Bill Length (mm)`.
fn plain(text: &str) -> String {
    let letters = text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect::<String>();
    let name = letters.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
    if words::is_name(&name) { name } else { format!("column_{name}") }
}
