//! Text in blocks that end where a record does, so that any thread can take any of them apart.

use std::io::BufRead;

use crate::data::encoding::lines;

/// How much text is taken apart at once, unless a record is longer.
const BLOCK: usize = 1 << 19;
/// How much of it is read at a time.
const READ: usize = 1 << 16;

/// Where records end, found while the text is read.
pub trait Ends: Send {
    /// Looks at text that follows what it has looked at before. The place behind the last record that ends in it, if one does; what
    /// stands in front of that is no less than a record.
    fn last(&mut self, text: &[u8]) -> Option<usize>;

    /// How long a record may be.
    fn most(&self) -> usize;

    /// What is said of one that is longer, by the line that it begins in.
    fn too_long(&self, line: usize) -> String;
}

/// Some whole records.
pub struct Block {
    pub text: Vec<u8>,
    /// Where in it the records begin, and in which line of the whole text.
    pub from: usize,
    pub line: usize,
    /// Whether the text ends with it, whatever its last record looks like.
    pub last: bool,
}

/// The blocks of a text.
pub struct Blocks<R, E> {
    inner: R,
    pub ends: E,
    /// What has been looked at and belongs to the next block.
    rest: Vec<u8>,
    line: usize,
}

impl<R: BufRead, E: Ends> Blocks<R, E> {
    pub fn new(inner: R, ends: E) -> Self {
        Self { inner, ends, rest: Vec::new(), line: 1 }
    }

    /// The next one; `None` behind the last.
    pub fn next(&mut self) -> Result<Option<Block>, String> {
        let mut text = std::mem::take(&mut self.rest);
        let mut end = None;
        let last = loop {
            let before = text.len();
            let some = self.inner.fill_buf().map_err(|error| error.to_string())?;
            let some = &some[..some.len().min(READ)];
            if some.is_empty() {
                break true;
            }
            // A few rows need no room for a block.
            if before > 0 && text.capacity() < BLOCK + READ {
                text.reserve_exact(BLOCK + READ - before);
            }
            text.extend_from_slice(some);
            self.inner.consume(text.len() - before);
            end = self.ends.last(&text[before..]).map(|end| before + end).or(end);
            if end.is_some() && text.len() >= BLOCK {
                break false;
            }
            if text.len() - end.unwrap_or(0) > self.ends.most() {
                return Err(self.ends.too_long(self.line + lines(&text[..end.unwrap_or(0)])));
            }
        };
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(end) = end.filter(|_| !last) {
            self.rest.extend_from_slice(&text[end..]);
            text.truncate(end);
        }
        let line = self.line;
        self.line += lines(&text);
        Ok(Some(Block { text, from: 0, line, last }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines, of at most so many bytes.
    struct Lines(usize);

    impl Ends for Lines {
        fn last(&mut self, text: &[u8]) -> Option<usize> {
            memchr::memrchr(b'\n', text).map(|at| at + 1)
        }

        fn most(&self) -> usize {
            self.0
        }

        fn too_long(&self, line: usize) -> String {
            format!("line {line}")
        }
    }

    fn blocks(text: &str, most: usize) -> Result<Vec<Block>, String> {
        let mut blocks = Blocks::new(text.as_bytes(), Lines(most));
        std::iter::from_fn(|| blocks.next().transpose()).collect()
    }

    #[test]
    fn blocks_are_whole_records_and_together_the_text() {
        let text: String = (0..200_000).map(|number| format!("{number}\n")).collect::<String>() + "end";
        let found = blocks(&text, usize::MAX).unwrap_or_default();
        assert!(found.len() > 2);
        let mut line = 1;
        for (index, block) in found.iter().enumerate() {
            assert_eq!((block.line, block.last), (line, index + 1 == found.len()));
            assert_eq!(block.text.ends_with(b"\n"), !block.last);
            line += lines(&block.text);
        }
        assert_eq!(found.iter().flat_map(|block| block.text.clone()).collect::<Vec<u8>>(), text.as_bytes());
        assert_eq!(blocks("", usize::MAX).map(|blocks| blocks.len()), Ok(0));
    }

    #[test]
    fn a_record_may_be_too_long() {
        let long = "short\n".to_string() + &"x".repeat(3 * READ);
        assert_eq!(blocks(&long, 2 * READ).map(|blocks| blocks.len()), Err("line 2".into()));
        assert_eq!(blocks(&long, 4 * READ).map(|blocks| blocks.len()), Ok(1));
    }
}
