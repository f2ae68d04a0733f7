//! Places as editors count them: lines from 0, columns in UTF-16 units, or in bytes where the editor agrees to that.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::{LineIndex, SourceFile, Sources, Span};

/// In what a column is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// What every editor knows.
    #[default]
    Utf16,
}

impl Encoding {
    /// The better one of those that an editor knows: bytes need no counting.
    pub fn of(known: &[PositionEncodingKind]) -> Self {
        if known.contains(&PositionEncodingKind::UTF8) { Encoding::Utf8 } else { Encoding::Utf16 }
    }

    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// How wide a text is.
    pub fn width(self, text: &str) -> u32 {
        match self {
            Encoding::Utf8 => text.len() as u32,
            Encoding::Utf16 => text.chars().map(|character| character.len_utf16() as u32).sum(),
        }
    }

    pub fn position(self, text: &str, lines: &LineIndex, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = lines.line(offset);
        let start = lines.start(line);
        let column = match self {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => lines.widths(start..offset).1,
        };
        Position::new(line as u32, column as u32)
    }

    /// The byte of a position. A column behind the end of its line is that end, a line behind the last the end of the text.
    pub fn offset(self, text: &str, lines: &LineIndex, position: Position) -> usize {
        let line = position.line as usize;
        if line >= lines.count() {
            return text.len();
        }
        let start = lines.start(line);
        let rest = &text[start..];
        let content = rest.split('\n').next().unwrap_or(rest);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let mut column = 0;
        for (at, character) in content.char_indices() {
            column += self.width(character.encode_utf8(&mut [0; 4]));
            // Inside a character is before it.
            if column > position.character {
                return start + at;
            }
        }
        start + content.len()
    }

    pub fn range_in(self, file: &SourceFile, span: Span) -> Range {
        let position = |offset: u32| self.position(&file.text, &file.lines, offset as usize);
        Range::new(position(span.start), position(span.end))
    }

    pub fn range(self, sources: &Sources, span: Span) -> Range {
        self.range_in(sources.get(span.file), span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_units_or_bytes_and_lead_back() {
        let text = "a\r\nπ😀x\n";
        let lines = LineIndex::new(text);
        let x = text.find('x').expect("is there");
        assert_eq!(Encoding::Utf16.position(text, &lines, x), Position::new(1, 3));
        assert_eq!(Encoding::Utf8.position(text, &lines, x), Position::new(1, 6));
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for (offset, _) in text.char_indices().filter(|(_, character)| *character != '\n') {
                let position = encoding.position(text, &lines, offset);
                assert_eq!(encoding.offset(text, &lines, position), offset, "{encoding:?} {position:?}");
            }
        }
        // The second half of a pair, behind a line, behind the text.
        assert_eq!(Encoding::Utf16.offset(text, &lines, Position::new(1, 2)), text.find('😀').expect("is there"));
        assert_eq!(Encoding::Utf16.offset(text, &lines, Position::new(0, 99)), 1);
        assert_eq!(Encoding::Utf16.offset(text, &lines, Position::new(99, 0)), text.len());
    }
}
