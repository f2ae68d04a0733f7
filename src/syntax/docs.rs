//! Which comment documents what: `///` belongs to the next declaration, parameter or entry, `//!` to the file.

use super::report::Report;
use super::scan::Scan;
use super::token::{Token, TokenKind};
use super::tree::{Comment, Doc};
use crate::diag::codes::syntax as codes;

/// The doc comments of a file, until the tree has taken them.
#[derive(Debug, Default)]
pub(super) struct Docs {
    /// In order of place.
    waiting: Vec<Waiting>,
    file: Vec<Doc>,
    comments: Vec<Comment>,
}

#[derive(Debug)]
struct Waiting {
    doc: Doc,
    own_line: bool,
    /// Where the token stands that it documents; past every token if it documents none.
    target: u32,
    taken: bool,
}

impl Docs {
    pub fn collect(text: &str, scan: &Scan, report: &Report) -> Self {
        let mut docs = Self::default();
        let mut seen_code = false;
        for token in &scan.tokens {
            match token.kind {
                TokenKind::Comment => docs.comments.push(comment(text, token, report)),
                TokenKind::FileDoc if !seen_code && token.first => docs.file.push(doc(text, token, report)),
                TokenKind::FileDoc | TokenKind::Doc => docs.waiting.push(Waiting {
                    doc: doc(text, token, report),
                    own_line: token.first,
                    target: u32::MAX,
                    taken: false,
                }),
                kind if kind.is_line_end() => {}
                _ => {
                    seen_code = true;
                    let unaimed = docs.waiting.iter_mut().rev().take_while(|waiting| waiting.target == u32::MAX);
                    for waiting in unaimed {
                        // A comment that stands behind something, or that is for a file, documents nothing.
                        let aims = waiting.own_line && text[waiting.doc.span.range()].starts_with("///");
                        waiting.target = if aims { token.start } else { u32::MAX - 1 };
                    }
                }
            }
        }
        docs
    }

    /// The docs of the declaration, parameter or entry that starts here.
    pub fn take(&mut self, start: usize) -> Vec<Doc> {
        let first = self.waiting.partition_point(|waiting| (waiting.doc.span.start as usize) < start);
        let mut found: Vec<Doc> = Vec::new();
        for waiting in self.waiting[..first].iter_mut().rev() {
            match waiting.target {
                target if target as usize == start => {
                    waiting.taken = true;
                    found.push(waiting.doc.clone());
                }
                // A misplaced one in between.
                target if target == u32::MAX - 1 => {}
                _ => break,
            }
        }
        found.reverse();
        found
    }

    /// Where inside a declaration docs stand that the tree has taken, from its beginning on.
    pub fn taken_in(&self, range: std::ops::Range<usize>) -> Vec<u32> {
        let inside = self.waiting.iter().filter(|waiting| range.contains(&(waiting.doc.span.start as usize)));
        inside.filter(|waiting| waiting.taken).map(|waiting| waiting.doc.span.start - range.start as u32).collect()
    }

    /// Takes the docs inside a declaration again, which stand where they stood from its beginning on.
    pub fn take_again(&mut self, start: usize, places: &[u32]) {
        for place in places {
            let place = start as u32 + place;
            if let Ok(index) = self.waiting.binary_search_by_key(&place, |waiting| waiting.doc.span.start) {
                self.waiting[index].taken = true;
            }
        }
    }

    /// The file's docs and every other comment, docs that document nothing among them.
    pub fn finish(self, text: &str, report: &mut Report) -> (Vec<Doc>, Vec<Comment>) {
        let mut comments = self.comments;
        let quiet = report.any();
        for waiting in self.waiting.into_iter().filter(|waiting| !waiting.taken) {
            let span = waiting.doc.span;
            let written = &text[span.range()];
            if !quiet {
                let (message, help) = if written.starts_with("//!") {
                    (
                        "`//!` documents the file only at its beginning",
                        "write `//` here, or move it up to the first line",
                    )
                } else {
                    (
                        "this doc comment documents nothing",
                        "write `//`, or move it to the line before a declaration, a parameter or an entry",
                    )
                };
                let marker = report.span(span.range().start..span.range().start + 3);
                let problem = report.at(&codes::MISPLACED_DOC, span.range(), message).help(help);
                report.push(problem.fix("write `//`", marker, "//"));
            }
            comments.push(Comment { text: written.to_string(), span, own_line: waiting.own_line });
        }
        comments.sort_by_key(|comment| comment.span.start);
        (self.file, comments)
    }
}

fn doc(text: &str, token: &Token, report: &Report) -> Doc {
    let inside = &token.text(text)[3..];
    Doc { text: inside.strip_prefix(' ').unwrap_or(inside).to_string(), span: report.span(token.range()) }
}

fn comment(text: &str, token: &Token, report: &Report) -> Comment {
    Comment { text: token.text(text).to_string(), span: report.span(token.range()), own_line: token.first }
}
