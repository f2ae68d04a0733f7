//! From the grammar's pairs to the syntax tree.

mod block;
mod declaration;
mod expression;
mod logic;
mod precedence;

use std::ops::Range;

use pest::Parser;

use super::docs::Docs;
use super::grammar::{Grammar, Pair, Rule};
use super::pieces::Reading;
use super::report::Report;
use super::scan::Scan;
use super::token::{Token, TokenKind};
use super::tree::{Expr, File, Ident, Item};
use super::words;
use crate::diag::codes::syntax as codes;
use crate::source::Span;

pub(super) struct Builder<'a, 'sink> {
    pub text: &'a str,
    pub scan: &'a Scan,
    pub report: Report<'sink>,
    docs: Docs,
    /// Where the piece at hand starts in the file.
    pub base: usize,
    /// Whether the names of entries may have dots: in `transfer` and `variant`.
    dotted: bool,
    /// Whether an entry may have several names: in the `columns` of `data`.
    pub columns: bool,
    /// What was read before.
    pieces: Option<Reading<'a>>,
}

impl<'a, 'sink> Builder<'a, 'sink> {
    pub fn new(text: &'a str, scan: &'a Scan, report: Report<'sink>, pieces: Option<Reading<'a>>) -> Self {
        let docs = Docs::collect(text, scan, &report);
        Self { text, scan, report, docs, base: 0, dotted: false, columns: false, pieces }
    }

    pub fn file(mut self) -> File {
        let mut items = Vec::new();
        // Lines that belong to no declaration are reported together, however many they are.
        let mut stray: Option<Range<usize>> = None;
        let scan = self.scan;
        for piece in &scan.pieces {
            if self.report.is_full() {
                break;
            }
            let first = scan.tokens[piece.start];
            let range = first.start as usize..scan.tokens[piece.end - 1].end as usize;
            let word = if first.kind == TokenKind::Word { first.text(self.text) } else { "" };
            let item = if word == "use" {
                self.use_item(range.clone()).map(Item::Use)
            } else if let Some(keyword) = words::keyword(word).or_else(|| self.meant_keyword(piece.clone())) {
                self.known_declaration(keyword, range.clone()).map(Item::Decl)
            } else {
                self.docs.take(range.start);
                if !self.declares_unknown(piece.clone()) && !self.report.covers(range.clone()) {
                    stray.get_or_insert(range.clone()).end = range.end;
                }
                continue;
            };
            self.stray(stray.take());
            items.extend(item);
        }
        self.stray(stray.take());
        if let Some(pieces) = self.pieces {
            pieces.finish();
        }
        let (docs, comments) = self.docs.finish(self.text, &mut self.report);
        let span = self.report.span(0..self.text.len());
        File { docs, items, comments, span }
    }

    pub fn lone_expression(mut self) -> Option<Expr> {
        // What is wrong with its brackets has been said, and the grammar could try forever to pair them.
        if self.report.any() {
            return None;
        }
        let copy = self.scan.copy.as_str();
        let expression = match Grammar::parse(Rule::expression_piece, copy) {
            Ok(mut pairs) => {
                let inner = pairs.next()?.into_inner().next()?;
                self.value(inner, &super::explain::Place::Whole)
            }
            Err(_) => {
                self.unreadable(0..copy.len());
                return None;
            }
        };
        (!self.report.any()).then_some(expression)
    }

    /// The pairs of one piece; `None` (reported) if the parser gave up, which it does only when the stack is nearly full.
    fn pairs(&mut self, rule: Rule, range: Range<usize>) -> Option<pest::iterators::Pairs<'a, Rule>> {
        self.base = range.start;
        let scan = self.scan;
        match Grammar::parse(rule, &scan.copy[range.clone()]) {
            Ok(mut pairs) => pairs.next().map(Pair::into_inner),
            Err(_) => {
                self.unreadable(range);
                None
            }
        }
    }

    fn unreadable(&mut self, range: Range<usize>) {
        if !self.report.covers(range.clone()) {
            let problem = self.report.at(&codes::TOO_COMPLEX, range, "this is too complex to be read");
            self.report.push(problem.help("split it into smaller parts"));
        }
    }

    /// The bytes of a pair in the file, without the trivia behind it.
    fn range(&self, pair: &Pair) -> Range<usize> {
        let start = self.base + pair.as_span().start();
        let end = start + pair.as_str().trim_end().len();
        // The copy may have signs of other lengths than the file: `/` for `÷`, `!` and `=` for `≠`.
        let first = (0..=start).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let last = (end..self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or(self.text.len());
        first..last
    }

    fn span(&self, pair: &Pair) -> Span {
        self.report.span(self.range(pair))
    }

    fn ident(&self, pair: &Pair) -> Ident {
        Ident { name: pair.as_str().to_string(), span: self.span(pair) }
    }

    /// The tokens of a range, trivia left out.
    pub fn tokens(&self, range: Range<usize>) -> Vec<Token> {
        self.scan.tokens_in(range).iter().filter(|token| !token.kind.is_trivia()).copied().collect()
    }

    /// The last token before a place, trivia left out.
    pub fn token_before(&self, place: usize) -> Option<Token> {
        let end = self.scan.tokens.partition_point(|token| (token.start as usize) < place);
        self.scan.tokens[..end].iter().rev().find(|token| !token.kind.is_trivia()).copied()
    }

    /// The first token at or after a place; line ends that mean something count.
    pub fn token_at(&self, place: usize) -> Option<Token> {
        let start = self.scan.tokens.partition_point(|token| (token.start as usize) < place);
        let mut tokens = self.scan.tokens[start..].iter();
        tokens.find(|token| token.kind == TokenKind::LineEnd || !token.kind.is_trivia()).copied()
    }
}
