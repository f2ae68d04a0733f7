//! The text under construction: lines, indentation and the column at hand.

use super::measure;

/// Lines are not longer than this if they can be broken.
pub(super) const MAX_WIDTH: usize = 120;

#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    pub column: usize,
    /// The indentation of the line at hand.
    pub indent: usize,
    /// True if nothing has been written on the line at hand.
    fresh: bool,
}

impl Lines {
    pub fn new() -> Self {
        Self { fresh: true, ..Self::default() }
    }

    pub fn put(&mut self, text: &str) {
        if std::mem::take(&mut self.fresh) {
            self.text.extend(std::iter::repeat_n(' ', self.indent));
            self.column = self.indent;
        }
        self.text.push_str(text);
        self.column += measure::width(text);
    }

    pub fn spaces(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
        self.column += count;
    }

    /// Starts a line, after a blank one if `blank`.
    pub fn start(&mut self, indent: usize, blank: bool) {
        if !self.fresh {
            self.text.push('\n');
            self.fresh = true;
        }
        if blank && !self.text.is_empty() {
            self.text.push('\n');
        }
        self.indent = indent;
        self.column = indent;
    }

    /// True if a text of this width still fits on the line.
    pub fn fits(&self, width: usize) -> bool {
        self.column + width <= MAX_WIDTH
    }

    pub fn finish(mut self) -> String {
        if !self.fresh {
            self.text.push('\n');
        }
        self.text
    }
}
