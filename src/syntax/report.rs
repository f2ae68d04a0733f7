//! Where the parser leaves its problems: spans are made here, and what has been reported is remembered by place.

use crate::diag::{Code, Diagnostic, Sink};
use crate::source::{FileId, Span};

/// More problems than this in one file help nobody.
pub const LIMIT: usize = 1000;

pub(super) struct Report<'sink> {
    pub file: FileId,
    sink: &'sink mut Sink,
    /// Where the scanner's problems lie, in order.
    places: Vec<u32>,
    count: usize,
}

impl<'sink> Report<'sink> {
    pub fn new(file: FileId, sink: &'sink mut Sink) -> Self {
        Self { file, sink, places: Vec::new(), count: 0 }
    }

    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// A problem at a place, to be filled and given to [`Report::push`].
    pub fn at(&self, code: &'static Code, range: std::ops::Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.span(range), message)
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.count += 1;
        match self.count {
            count if count < LIMIT => self.sink.push(diagnostic),
            LIMIT => self.sink.push(diagnostic.note("there are more problems after this one; solve these first")),
            _ => {}
        }
    }

    /// A problem of the scanner: what cannot be parsed because of it is not reported again.
    pub fn push_scan(&mut self, diagnostic: Diagnostic) {
        self.places.push(diagnostic.span.start);
        self.push(diagnostic);
    }

    /// Called once between scanning and parsing.
    pub fn seal(&mut self) {
        self.places.sort_unstable();
    }

    /// True if the scanner has reported something in this range, its end included.
    pub fn covers(&self, range: std::ops::Range<usize>) -> bool {
        let first = self.places.partition_point(|place| (*place as usize) < range.start);
        self.places.get(first).is_some_and(|place| *place as usize <= range.end)
    }

    /// True if so much has been reported that reading on is of no use.
    pub fn is_full(&self) -> bool {
        self.count >= LIMIT
    }

    /// How much has been reported.
    pub fn count(&self) -> usize {
        self.count
    }

    /// True if anything has been reported.
    pub fn any(&self) -> bool {
        self.count > 0
    }
}
