//! The tokens of the scanner: enough to match brackets, to cut a file into declarations, and to lay it out again.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    Round,
    Square,
    Curly,
}

impl Bracket {
    pub fn open(self) -> char {
        match self {
            Bracket::Round => '(',
            Bracket::Square => '[',
            Bracket::Curly => '{',
        }
    }

    pub fn close(self) -> char {
        match self {
            Bracket::Round => ')',
            Bracket::Square => ']',
            Bracket::Curly => '}',
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    Number,
    /// Starts with a digit and is no number; reported.
    BadNumber,
    String,
    Arrow,
    Dot,
    DotDot,
    Comma,
    Colon,
    Equals,
    /// Arithmetic and comparison.
    Operator,
    Open(Bracket),
    Close(Bracket),
    /// A bracket without a partner; reported, and blank in the prepared copy.
    Unmatched,
    /// The end of a line that ends an entry or a declaration.
    LineEnd,
    /// The end of a line that ends nothing.
    Gap,
    /// `// …`
    Comment,
    /// `/// …`
    Doc,
    /// `//! …`
    FileDoc,
}

impl TokenKind {
    /// True for line ends and comments of every sort.
    pub fn is_trivia(self) -> bool {
        self.is_line_end() || self.is_comment()
    }

    pub fn is_line_end(self) -> bool {
        matches!(self, TokenKind::LineEnd | TokenKind::Gap)
    }

    pub fn is_comment(self) -> bool {
        matches!(self, TokenKind::Comment | TokenKind::Doc | TokenKind::FileDoc)
    }
}

/// A token and its place in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
    /// True if nothing but space stands before it on its line.
    pub first: bool,
}

impl Token {
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn text(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }
}
