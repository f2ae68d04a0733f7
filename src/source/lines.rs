//! From byte offsets to lines and columns, for people and for editors.

/// A place in a file as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// 1-based line.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
    /// 0-based column in UTF-16 code units, as the language server protocol counts.
    pub utf16: usize,
}

/// The byte offset at which each line starts, and what makes columns differ from bytes: a column is looked up, and not counted again
/// from the start of its line, which may be the whole text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    wide: Vec<Wide>,
}

/// A character of several bytes, with how many bytes more than characters and than UTF-16 units the text has up to its end.
#[derive(Clone, Copy, Debug)]
struct Wide {
    end: u32,
    over_characters: u32,
    over_units: u32,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let mut index = Self { starts: vec![0], wide: Vec::new() };
        let (mut over_characters, mut over_units) = (0, 0);
        for (at, character) in text.char_indices() {
            if character == '\n' {
                index.starts.push(at as u32 + 1);
            } else if !character.is_ascii() {
                let bytes = character.len_utf8() as u32;
                over_characters += bytes - 1;
                over_units += bytes - character.len_utf16() as u32;
                index.wide.push(Wide { end: at as u32 + bytes, over_characters, over_units });
            }
        }
        index
    }

    /// The 0-based line of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset) - 1
    }

    /// The byte offset at which a 0-based line starts.
    pub fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(u32::MAX) as usize
    }

    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// How many characters and UTF-16 units stand between two offsets, neither of which is inside a character.
    pub fn widths(&self, range: std::ops::Range<usize>) -> (usize, usize) {
        let over = |offset: usize| {
            let before = self.wide.partition_point(|one| one.end as usize <= offset);
            before.checked_sub(1).map_or((0, 0), |last| (self.wide[last].over_characters, self.wide[last].over_units))
        };
        let (from, to) = (over(range.start), over(range.end));
        (range.len() - (to.0 - from.0) as usize, range.len() - (to.1 - from.1) as usize)
    }

    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset);
        let (characters, utf16) = self.widths(self.starts[line] as usize..offset);
        Position { line: line + 1, column: characters + 1, utf16 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_utf16_units() {
        let text = "a\nπ😀x\n";
        let index = LineIndex::new(text);
        let at = index.position(text, text.find('x').expect("present"));
        assert_eq!((at.line, at.column, at.utf16), (2, 3, 3));
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1, utf16: 0 });
        assert_eq!(index.position(text, 9999).line, 3);
    }

    #[test]
    fn columns_that_are_looked_up_are_those_that_are_counted() {
        let text = "é𝕏 a\r\n\nπ\u{301}😀x = \"ü\" // é𝕏é𝕏\nend 😀";
        let index = LineIndex::new(text);
        for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
            let before = text[..offset].rsplit('\n').next().unwrap_or_default();
            let at = index.position(text, offset);
            assert_eq!((at.column, at.utf16), (before.chars().count() + 1, before.encode_utf16().count()), "{offset}");
        }
    }

    #[test]
    fn places_of_one_long_line_cost_as_much_as_those_of_many() {
        // Counted from the start of the line, these are 80 thousand million characters.
        let text = "é -> relu ".repeat(40_000);
        let index = LineIndex::new(&text);
        let started = std::time::Instant::now();
        let last = (0..text.len()).filter(|at| text.is_char_boundary(*at)).map(|at| index.position(&text, at).utf16);
        assert_eq!(last.max(), Some(text.chars().count() - 1));
        assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
    }
}
