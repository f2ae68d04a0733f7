//! Prepares a text for the grammar: finds tokens, comments and brackets, decides which line ends mean something, and
//! cuts the file into declarations.
//!
//! The result's `copy` has the same length as the text: whatever the grammar need not see is a space in it. A line end
//! is trivia inside `( )` and `[ ]`, before a `->` that continues a chain, and before a `{` that starts a line.

use std::ops::Range;

use super::brackets::{self, Matched};
use super::lexer;
use super::report::Report;
use super::token::{Bracket, Token, TokenKind};
use crate::diag::codes::syntax as codes;

/// Larger texts are not read.
const MAX_BYTES: usize = 64 << 20;

/// A text, ready for the grammar.
#[derive(Debug, Default)]
pub struct Scan {
    pub tokens: Vec<Token>,
    pub copy: String,
    /// The declarations, each as a range of tokens that starts and ends with one that is not trivia.
    pub pieces: Vec<Range<usize>>,
}

impl Scan {
    /// The tokens, trivia included, that start in a range of bytes.
    pub fn tokens_in(&self, range: Range<usize>) -> &[Token] {
        let start = self.tokens.partition_point(|token| (token.start as usize) < range.start);
        let end = self.tokens.partition_point(|token| (token.start as usize) < range.end);
        &self.tokens[start..end.max(start)]
    }
}

/// Scans without keeping the problems: for text that has been parsed already.
pub fn scan_again(text: &str) -> Scan {
    let mut sink = crate::diag::Sink::default();
    scan(text, &mut Report::new(crate::source::FileId::default(), &mut sink))
}

pub(super) fn scan(text: &str, report: &mut Report) -> Scan {
    if text.len() > MAX_BYTES {
        let size = text.len() >> 20;
        let problem = report.at(&codes::TOO_COMPLEX, 0..0, format!("this file is too large for a spec ({size} MB)"));
        report.push_scan(problem.help("data belongs in files of its own, which a `data` block names"));
        return Scan::default();
    }
    if let Some(at) = binary(text) {
        let problem = report.at(&codes::UNEXPECTED_CHARACTER, at..at + 1, "this is not a text file");
        report.push_scan(problem.help("a spec is written in plain text (UTF-8)"));
        return Scan::default();
    }
    let mut lexed = lexer::lex(text, report);
    let matched = brackets::match_brackets(text, &mut lexed, report);
    let pieces = cut(&mut lexed.tokens, &mut lexed.copy, &matched);
    report.seal();
    // The copy differs from the text by spaces and ASCII in place of whole characters, so it is UTF-8 as well.
    let copy = String::from_utf8(lexed.copy).unwrap_or_else(|error| " ".repeat(error.as_bytes().len()));
    Scan { tokens: lexed.tokens, copy, pieces }
}

/// Where a text that is no text gives itself away: more than a few control characters in its beginning.
fn binary(text: &str) -> Option<usize> {
    let control = |byte: &u8| matches!(byte, 0..=8 | 14..=31 | 127);
    let start = &text.as_bytes()[..text.len().min(4096)];
    (start.iter().filter(|byte| control(byte)).count() > 8).then(|| start.iter().position(control))?
}

/// Decides which line ends are gaps, and cuts the tokens into declarations.
fn cut(tokens: &mut [Token], copy: &mut [u8], matched: &Matched) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut open: Vec<Bracket> = Vec::new();
    let mut cuts = matched.cuts.iter().copied().peekable();
    let mut too_deep = matched.too_deep.iter().copied().peekable();
    // The piece at hand, the line ends since its last token, and whether the nesting allows to parse it.
    let mut piece: Option<Range<usize>> = None;
    let mut line_ends: Vec<usize> = Vec::new();
    let mut ignored = 0;
    let mut finish = |piece: &mut Option<Range<usize>>| {
        let Some(range) = piece.take() else { return };
        let mut deep = false;
        while too_deep.next_if(|index| *index < range.end).is_some() {
            deep = true;
        }
        if !deep {
            pieces.push(range);
        }
    };
    for index in 0..tokens.len() {
        let kind = tokens[index].kind;
        if kind == TokenKind::LineEnd {
            line_ends.push(index);
            continue;
        }
        if kind.is_trivia() {
            continue;
        }
        if cuts.next_if_eq(&index).is_some() {
            open.clear();
            ignored = 0;
            finish(&mut piece);
            line_ends.clear();
        }
        let continues = matches!(kind, TokenKind::Arrow | TokenKind::Open(Bracket::Curly));
        let inside = matches!(open.last(), Some(Bracket::Round | Bracket::Square)) || ignored > 0;
        if piece.is_some() && (continues || inside) {
            for line_end in line_ends.drain(..) {
                tokens[line_end].kind = TokenKind::Gap;
                copy[tokens[line_end].start as usize] = b' ';
            }
        } else if !line_ends.is_empty() && open.is_empty() {
            finish(&mut piece);
        }
        line_ends.clear();
        match kind {
            TokenKind::Open(_) if open.len() >= brackets::MAX_DEPTH => ignored += 1,
            TokenKind::Open(bracket) => open.push(bracket),
            TokenKind::Close(_) if ignored > 0 => ignored -= 1,
            TokenKind::Close(_) => {
                open.pop();
            }
            _ => {}
        }
        piece.get_or_insert(index..index).end = index + 1;
    }
    finish(&mut piece);
    pieces
}
