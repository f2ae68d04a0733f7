//! The formatter: one layout for every spec, and no options.
//!
//! It changes spaces, line ends and commas, and never a word: the tree before and after is the same, and every comment
//! keeps its place between the same two tokens. Formatting twice changes nothing more.
//!
//! - Two spaces of indentation. At most one blank line is kept, none at the edges of a block or of the file; one follows
//!   the `//!` lines.
//! - A block that was written on one line stays so while it fits into 120 columns; any other has one entry per line. The
//!   values of neighbouring fields start in one column, and so do the `=` of neighbouring assignments.
//! - A line end before a `->` is the author's way to group layers and is kept; a line that is too long is broken before a
//!   `->`. Inside a block the lines that follow start under the first `->`. The `{ }` of a declaration whose chain is
//!   broken stands on a line of its own.
//! - What stands in `( )` or `[ ]` is one line if that fits, otherwise one item per line; plain names and numbers fill
//!   the lines.
//! - Operators stand between spaces; a sign touches its value, and `1/3` is one fraction.
//! - A comment behind something follows it after two spaces; `///text` becomes `/// text`.
//! - The text ends with one line end and has no byte order mark. Line ends are `\r\n` throughout if the first one was,
//!   otherwise `\n`.

mod group;
mod lines;
mod measure;
mod writer;

use crate::diag::Sink;
use crate::source::FileId;
use crate::syntax;

/// The canonical layout of a spec; `None` if it has syntax errors, which are left in `sink`.
pub fn format(file: FileId, text: &str, sink: &mut Sink) -> Option<String> {
    let mut own = Sink::default();
    syntax::parse(file, text, &mut own);
    let broken = own.has_errors();
    for diagnostic in own.finish() {
        sink.push(diagnostic);
    }
    (!broken).then(|| layout(text))
}

/// Lays out a text that has no syntax errors.
fn layout(text: &str) -> String {
    let scan = syntax::scan::scan_again(text);
    let content = group::content(text, &scan.tokens);
    let laid_out = writer::write(text, &content);
    if text.find('\n').is_some_and(|at| text[..at].ends_with('\r')) {
        return laid_out.replace('\n', "\r\n");
    }
    laid_out
}
