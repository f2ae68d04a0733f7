//! Matches brackets, and finds where a declaration starts although a bracket before it is still open.

use super::lexer::Lexed;
use super::report::Report;
use super::token::{Bracket, Token, TokenKind};
use super::words::{PART_WORDS, keyword};
use crate::diag::Diagnostic;
use crate::diag::codes::syntax as codes;

/// Deeper than this, nobody reads; every later stage may recurse over what is left.
pub(super) const MAX_DEPTH: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Matched {
    /// Tokens at which a declaration starts whatever is still open, in order.
    pub cuts: Vec<usize>,
    /// Tokens at which the nesting got too deep, in order.
    pub too_deep: Vec<usize>,
}

/// Matches the brackets of a file. One without a partner becomes [`TokenKind::Unmatched`] and is blanked in the copy,
/// except for `{`, which the grammar lets end with its declaration.
pub(super) fn match_brackets(text: &str, lexed: &mut Lexed, report: &mut Report) -> Matched {
    let mut matcher = Matcher { text, lexed, report, open: Vec::new(), ignored: 0, matched: Matched::default() };
    matcher.run();
    matcher.matched
}

struct Open {
    token: usize,
    bracket: Bracket,
    /// The line and the indentation of that line.
    line: usize,
    indent: usize,
}

struct Matcher<'a, 'sink> {
    text: &'a str,
    lexed: &'a mut Lexed,
    report: &'a mut Report<'sink>,
    open: Vec<Open>,
    /// Brackets that were open when the nesting got too deep.
    ignored: usize,
    matched: Matched,
}

impl Matcher<'_, '_> {
    fn run(&mut self) {
        let braces = |kind| self.lexed.tokens.iter().filter(|token| token.kind == kind).count();
        let unbalanced = braces(TokenKind::Open(Bracket::Curly)) > braces(TokenKind::Close(Bracket::Curly));
        let (mut line, mut line_start, mut indent) = (0, 0, 0);
        // Where the declaration that is open stands.
        let mut declaration_indent = 0;
        // The first brace pair that closes further left than it opened: the likely place of a missing `}`.
        let mut suspect: Option<usize> = None;
        for index in 0..self.lexed.tokens.len() {
            let token = self.lexed.tokens[index];
            if token.kind == TokenKind::LineEnd {
                line += 1;
                line_start = token.end as usize;
                continue;
            }
            if token.first {
                indent = token.start as usize - line_start;
                if !token.kind.is_comment() {
                    if self.open.is_empty() && self.ignored == 0 {
                        declaration_indent = indent;
                    } else if self.starts_declaration(index, unbalanced && indent <= declaration_indent) {
                        self.close_all(suspect.take());
                        self.matched.cuts.push(index);
                        declaration_indent = indent;
                    }
                }
            }
            match token.kind {
                TokenKind::Open(bracket) if self.open.len() >= MAX_DEPTH => {
                    if self.ignored == 0 {
                        self.too_deep(index, bracket);
                    }
                    self.ignored += 1;
                }
                TokenKind::Open(bracket) => self.open.push(Open { token: index, bracket, line, indent }),
                TokenKind::Close(_) if self.ignored > 0 => self.ignored -= 1,
                TokenKind::Close(bracket) => {
                    if let Some(opener) = self.close(index, bracket, line) {
                        if bracket == Bracket::Curly && token.first && indent < opener.indent && suspect.is_none() {
                            suspect = Some(opener.token);
                        }
                        if self.open.is_empty() {
                            suspect = None;
                        }
                    }
                }
                _ => {}
            }
        }
        self.close_all(suspect);
    }

    /// True if a declaration starts at this token, by its shape: a keyword, a name and what can follow a name. The
    /// shapes without a name (`train {`) are legal inside blocks too, so they count only if `loose`.
    fn starts_declaration(&self, index: usize, loose: bool) -> bool {
        let word = |at: usize| match self.lexed.tokens.get(index + at) {
            Some(token) if token.kind == TokenKind::Word => token.text(self.text),
            _ => "",
        };
        let kind = |at: usize| self.lexed.tokens.get(index + at).map(|token| token.kind);
        let first = word(0);
        if first == "use" {
            return kind(1) == Some(TokenKind::String) || (!word(1).is_empty() && kind(2) == Some(TokenKind::Dot));
        }
        let Some(keyword) = keyword(first) else { return false };
        let brace = Some(TokenKind::Open(Bracket::Curly));
        if word(1) == "by" && !keyword.named() {
            return !word(2).is_empty();
        }
        if !word(1).is_empty() {
            return PART_WORDS.contains(&word(2))
                || kind(2) == brace
                || matches!(kind(2), Some(TokenKind::Colon | TokenKind::Equals | TokenKind::Open(Bracket::Round)));
        }
        loose && !keyword.named() && kind(1) == brace
    }

    fn close(&mut self, index: usize, bracket: Bracket, line: usize) -> Option<Open> {
        let partner = self.open.iter().rposition(|open| open.bracket == bracket).filter(|at| {
            bracket == Bracket::Curly || self.open[at + 1..].iter().all(|open| open.bracket != Bracket::Curly)
        });
        if let Some(at) = partner {
            for unclosed in self.open.split_off(at + 1) {
                self.unclosed(&unclosed, None);
            }
            return self.open.pop();
        }
        let token = self.lexed.tokens[index];
        let same_line = self.open.pop_if(|open| open.line == line);
        match same_line {
            // The wrong one of the three, most likely.
            Some(open) => {
                let (written, right) = (bracket.close(), open.bracket.close());
                let opener = self.report.span(self.lexed.tokens[open.token].range());
                let span = self.report.span(token.range());
                let problem = self
                    .report
                    .at(
                        &codes::UNMATCHED_BRACKET,
                        token.range(),
                        format!("this `{written}` closes a `{}`", open.bracket.open()),
                    )
                    .also(opener, "opened here")
                    .fix(format!("write `{right}`"), span, right.to_string());
                self.report.push_scan(problem);
                self.lexed.tokens[index].kind = TokenKind::Close(open.bracket);
                self.lexed.copy[token.start as usize] = right as u8;
                Some(open)
            }
            None => {
                let written = bracket.close();
                let problem = self
                    .report
                    .at(&codes::UNMATCHED_BRACKET, token.range(), format!("this `{written}` closes nothing"))
                    .help(format!("remove it, or write the `{}` that it should close", bracket.open()));
                self.report.push_scan(problem);
                self.unmatch(index);
                None
            }
        }
    }

    fn close_all(&mut self, suspect: Option<usize>) {
        for open in std::mem::take(&mut self.open) {
            self.unclosed(&open, suspect);
        }
        self.ignored = 0;
    }

    fn unclosed(&mut self, open: &Open, suspect: Option<usize>) {
        let token = self.lexed.tokens[open.token];
        let (written, closing) = (open.bracket.open(), open.bracket.close());
        let mut problem = self
            .report
            .at(&codes::UNMATCHED_BRACKET, token.range(), format!("this `{written}` is never closed"))
            .help(format!("write the `{closing}` that closes it"));
        if let Some(suspect) = suspect.filter(|suspect| open.bracket == Bracket::Curly && *suspect > open.token) {
            let place = self.report.span(self.lexed.tokens[suspect].range());
            problem = problem.also(place, "by its indentation, this one may be the one that lacks its `}`");
        }
        self.report.push_scan(problem);
        if open.bracket != Bracket::Curly {
            self.unmatch(open.token);
        }
    }

    fn unmatch(&mut self, index: usize) {
        let token: &mut Token = &mut self.lexed.tokens[index];
        token.kind = TokenKind::Unmatched;
        self.lexed.copy[token.start as usize] = b' ';
    }

    fn too_deep(&mut self, index: usize, bracket: Bracket) {
        self.matched.too_deep.push(index);
        let problem: Diagnostic = self.report.at(
            &codes::TOO_COMPLEX,
            self.lexed.tokens[index].range(),
            format!("this `{}` is nested too deeply", bracket.open()),
        );
        self.report.push_scan(
            problem.help(format!("brackets may be nested {MAX_DEPTH} deep; name a part with `let` or `block`")),
        );
    }
}
