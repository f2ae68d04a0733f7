//! Where the records of separated text end: at line ends that stand neither in quotes nor in a comment.

use super::blocks::Ends;
use super::records::Marks;

/// A row that is longer is no row: it would not fit into memory with its neighbours.
const MOST_OF_A_ROW: usize = 1 << 30;

/// What the text so far leaves open, as the reader of records sees it.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Before a record.
    Start,
    Comment,
    /// Before a value, where a quote opens it.
    Fresh,
    Value,
    Quoted,
    /// In quotes, behind the sign that takes the next one for itself.
    Escaped,
    /// Behind a quote that closes the value, unless it is doubled.
    Closing,
}

pub struct RecordEnds {
    marks: Marks,
    state: State,
    /// Whether a backslash has stood before a quote anywhere, though no escape is declared.
    pub escaped: bool,
    previous: u8,
}

impl RecordEnds {
    pub fn new(marks: Marks) -> Self {
        Self { marks, state: State::Start, escaped: false, previous: 0 }
    }

    /// Where nothing but quotes hides line ends, it goes from quote to quote.
    fn last_between_quotes(&mut self, text: &[u8]) -> Option<usize> {
        let quote_in = |text: &[u8]| self.marks.quote.and_then(|quote| memchr::memchr(quote, text));
        let (mut found, mut at) = (None, 0);
        while at < text.len() {
            let rest = &text[at..];
            match self.state {
                State::Quoted => {
                    let Some(closing) = quote_in(rest) else { break };
                    at += closing + 1;
                    self.state = State::Closing;
                }
                State::Closing if Some(rest[0]) == self.marks.quote => {
                    at += 1;
                    self.state = State::Quoted;
                }
                before => {
                    let quote = quote_in(rest);
                    let open = &rest[..quote.unwrap_or(rest.len())];
                    let end = memchr::memrchr2(b'\r', b'\n', open).map(|at| at + 1);
                    let record = |end: &usize| before != State::Start || !open[..*end].iter().all(|byte| is_end(*byte));
                    found = end.filter(record).map(|end| at + end).or(found);
                    self.state = match open.last() {
                        Some(byte) if is_end(*byte) => State::Start,
                        Some(byte) if *byte == self.marks.delimiter => State::Fresh,
                        Some(_) => State::Value,
                        None => before,
                    };
                    at += open.len();
                    if quote.is_some() {
                        at += 1;
                        // Inside a value, a quote is a letter of it.
                        let opens = matches!(self.state, State::Start | State::Fresh);
                        self.state = if opens { State::Quoted } else { State::Value };
                    }
                }
            }
        }
        found
    }

    /// Sign by sign.
    fn last_of_any(&mut self, text: &[u8]) -> Option<usize> {
        let Marks { delimiter, quote, escape, comment } = self.marks;
        let mut found = None;
        for (at, byte) in text.iter().copied().enumerate() {
            self.state = match self.state {
                State::Start if is_end(byte) => State::Start,
                State::Start if Some(byte) == comment => State::Comment,
                State::Comment => {
                    if byte == b'\n' {
                        State::Start
                    } else {
                        State::Comment
                    }
                }
                State::Quoted if Some(byte) == quote => State::Closing,
                State::Quoted if Some(byte) == escape => State::Escaped,
                State::Quoted | State::Escaped => State::Quoted,
                State::Closing if Some(byte) == quote => State::Quoted,
                State::Start | State::Fresh if Some(byte) == quote => State::Quoted,
                _ if byte == delimiter => State::Fresh,
                _ if is_end(byte) => {
                    found = Some(at + 1);
                    State::Start
                }
                _ => State::Value,
            };
        }
        found
    }

    fn look_for_escapes(&mut self, text: &[u8]) {
        let Marks { quote: Some(quote), escape: None, .. } = self.marks else { return };
        self.escaped = self.escaped
            || (self.previous == b'\\' && text.first() == Some(&quote))
            || memchr::memmem::find(text, &[b'\\', quote]).is_some();
        self.previous = text.last().copied().unwrap_or(self.previous);
    }
}

impl Ends for RecordEnds {
    fn last(&mut self, text: &[u8]) -> Option<usize> {
        self.look_for_escapes(text);
        if self.marks.comment.is_some() || self.marks.escape.is_some() {
            self.last_of_any(text)
        } else {
            self.last_between_quotes(text)
        }
    }

    fn most(&self) -> usize {
        MOST_OF_A_ROW
    }

    fn too_long(&self, line: usize) -> String {
        format!("the row that begins in line {line} is longer than a gigabyte")
    }
}

/// Either ends a record, as the reader of records has it.
fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::records::Records;
    use super::*;

    const MARKS: Marks = Marks { delimiter: b',', quote: Some(b'"'), escape: None, comment: None };

    fn records(text: &[u8], marks: Marks) -> Vec<Vec<Vec<u8>>> {
        let mut records = Records::of(text, 1, false, marks);
        let mut record = ::csv::ByteRecord::new();
        let mut all = Vec::new();
        while let Ok(Some(_)) = records.next(&mut record) {
            all.push(record.iter().map(<[u8]>::to_vec).collect());
        }
        all
    }

    #[test]
    fn quotes_hold_line_ends() {
        let last = |text: &str| RecordEnds::new(MARKS).last(text.as_bytes());
        assert_eq!(last("a,b\nc"), Some(4));
        assert_eq!(last("a,\"b\nc"), None);
        assert_eq!(last("a,\"b\nc\"\nd"), Some(8));
        // A quote inside a value is a letter of it.
        assert_eq!(last("a,5\" b\nc"), Some(7));
        assert_eq!(last("\n\n\nc"), None);
    }

    proptest! {
        /// Where a text is cut by this, its records stay what they are, in whatever pieces it is looked at.
        #[test]
        fn a_text_may_be_cut_there(text in "[ab,\"\\\\#\r\n]{0,40}", at in 0..40usize, escape: bool, comment: bool, quote: bool) {
            let text = text.as_bytes();
            let marks = Marks {
                quote: quote.then_some(b'"'),
                escape: escape.then_some(b'\\'),
                comment: comment.then_some(b'#'),
                ..MARKS
            };
            let cut_well = |end: usize| {
                let mut both = records(&text[..end], marks);
                let some = !both.is_empty();
                both.extend(records(&text[end..], marks));
                some && both == records(text, marks)
            };
            let whole = RecordEnds::new(marks).last(text);
            prop_assert!(whole.is_none_or(cut_well));
            let at = at.min(text.len());
            let mut ends = RecordEnds::new(marks);
            let first = ends.last(&text[..at]);
            let second = ends.last(&text[at..]).map(|end| at + end).or(first);
            prop_assert_eq!(second.is_some(), whole.is_some());
            prop_assert!(second.is_none_or(cut_well));
        }
    }
}
