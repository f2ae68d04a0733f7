//! A span as machines read it: file, 1-based lines and columns, byte offsets.

use serde::Serialize;

use crate::source::{Sources, Span};

#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub file: String,
    /// 1-based, in characters.
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    /// 0-based byte offsets.
    pub start: usize,
    pub end: usize,
}

impl Place {
    pub fn of(span: Span, sources: &Sources) -> Self {
        let (start, end) = (sources.position(span), sources.end_position(span));
        Self {
            file: sources.get(span.file).name.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: span.start as usize,
            end: span.end as usize,
        }
    }
}
