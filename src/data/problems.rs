//! Problems of the data as diagnostics: many bad cells of a column are one problem with a few examples.

use super::table::Table;
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

/// How many places a problem names.
pub const EXAMPLES: usize = 5;

/// Something that is wrong at several places: the first few in full, the rest counted.
#[derive(Debug, Default)]
pub struct Places {
    examples: Vec<String>,
    count: usize,
}

impl Places {
    pub fn add(&mut self, example: impl FnOnce() -> String) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
        self.count += 1;
    }

    /// Adds those that come behind.
    pub fn extend(&mut self, more: Places) {
        self.count += more.count;
        self.examples.extend(more.examples);
        self.examples.truncate(EXAMPLES);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn first(&self) -> &str {
        self.examples.first().map_or("", String::as_str)
    }

    /// The places after the first as notes.
    pub fn note_rest(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        for example in self.examples.iter().skip(1) {
            diagnostic = diagnostic.note(format!("also {example}"));
        }
        if self.count > self.examples.len() {
            diagnostic = diagnostic.note(format!("and {} more", self.count - self.examples.len()));
        }
        diagnostic
    }
}

/// A problem of some rows: the message ends in the first place, notes name a few more.
pub fn at_rows(code: &'static Code, span: Span, message: &str, table: &Table, rows: &[usize]) -> Diagnostic {
    let first = rows.first().map_or(String::new(), |row| format!(" ({})", table.place(*row)));
    let diagnostic = Diagnostic::new(code, span, format!("{message}{first}"));
    let more: Vec<String> = rows.iter().skip(1).take(EXAMPLES).map(|row| table.short_place(*row)).collect();
    match (more.is_empty(), rows.len().saturating_sub(1 + more.len())) {
        (true, _) => diagnostic,
        (false, 0) => diagnostic.note(format!("also {}", more.join(", "))),
        (false, rest) => diagnostic.note(format!("also {}, and {rest} more", more.join(", "))),
    }
}

/// "1 row", "7 rows".
pub fn count(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}{}", if word.ends_with('s') { "es" } else { "s" }),
    }
}

/// A value as a message shows it: short, on one line, and with every sign that cannot be seen as its number.
pub fn shown(value: &str) -> String {
    let mut text = visible(&value.chars().take(40).collect::<String>());
    if value.chars().nth(40).is_some() {
        text.push('…');
    }
    text
}

/// What another library says: on one line, and no longer than a person reads.
pub fn shown_long(text: &str) -> String {
    let mut shown = visible(&text.chars().take(200).collect::<String>());
    if text.chars().nth(200).is_some() {
        shown.push('…');
    }
    shown
}

/// A text with every sign that cannot be seen, or that looks like a space and is none, as its number: `<U+00A0>`.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\t' | '\n' | '\r' => shown.push(' '),
            letter if letter.is_control() || is_unseen(letter) => {
                shown.push_str(&format!("<U+{:04X}>", u32::from(letter)));
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// True for signs of no width and for spaces that are not the ordinary one.
fn is_unseen(letter: char) -> bool {
    (letter != ' ' && letter.is_whitespace())
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{shown, visible};

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(visible("a\u{200b}b\u{a0}c\u{feff}"), "a<U+200B>b<U+00A0>c<U+FEFF>");
        assert_eq!(visible("naïve – 漢字 e\u{301}"), "naïve – 漢字 e\u{301}");
        assert_eq!(shown("two\nlines"), "two lines");
    }
}
