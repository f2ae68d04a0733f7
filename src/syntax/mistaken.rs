//! Characters that mean nothing in the language, and what people most likely meant by them.

use super::token::TokenKind;

/// How to report a stretch of text, and how to go on as if it had been right.
pub(super) struct Mistake {
    /// Bytes of the stretch.
    pub length: usize,
    /// What stands in its place in the prepared copy (never longer; the rest is spaces).
    pub copy: String,
    pub token: Option<TokenKind>,
    pub message: String,
    pub help: Option<String>,
    /// The title of a safe fix, and the replacement.
    pub fix: Option<(String, String)>,
}

/// Single characters and what to write instead.
const INSTEAD: [(&str, &str, TokenKind); 15] = [
    ("=>", "->", TokenKind::Arrow),
    ("|>", "->", TokenKind::Arrow),
    ("→", "->", TokenKind::Arrow),
    ("⟶", "->", TokenKind::Arrow),
    ("⇒", "->", TokenKind::Arrow),
    ("−", "-", TokenKind::Operator),
    ("–", "-", TokenKind::Operator),
    ("—", "-", TokenKind::Operator),
    ("×", "*", TokenKind::Operator),
    ("÷", "/", TokenKind::Operator),
    ("≤", "<=", TokenKind::Operator),
    ("≥", ">=", TokenKind::Operator),
    ("≠", "!=", TokenKind::Operator),
    ("…", "..", TokenKind::DotDot),
    ("：", ":", TokenKind::Colon),
];

/// Quotes of one stroke, those of a typewriter first; then those of two.
const SINGLE: [char; 6] = ['\'', '`', '´', '‘', '’', '‚'];
const DOUBLE: [char; 7] = ['“', '”', '„', '‟', '«', '»', '＂'];

/// True for a quote of two strokes that a program for writing letters has put in the place of `"`.
pub(super) fn is_double_quote(character: char) -> bool {
    DOUBLE.contains(&character)
}

fn is_quote(character: char) -> bool {
    SINGLE.contains(&character) || DOUBLE.contains(&character)
}

/// Looks at text that starts with a character the language does not use; `comment_end` is where a `/*` that stands there
/// is closed. Takes time by the length of the mistake, not of the line: a line may have many.
pub(super) fn read(rest: &str, comment_end: Option<usize>) -> Mistake {
    if let Some((written, instead, token)) = INSTEAD.iter().find(|(written, ..)| rest.starts_with(written)) {
        return Mistake {
            length: written.len(),
            copy: (*instead).into(),
            token: Some(*token),
            message: format!("`{written}` is written `{instead}`"),
            help: None,
            fix: Some((format!("write `{instead}`"), (*instead).into())),
        };
    }
    let line = || rest.lines().next().unwrap_or("");
    let Some(first) = rest.chars().next() else { return nothing(1, "this means nothing here".into()) };
    match first {
        ';' => semicolon(rest),
        '#' => comment(
            line().trim_end().len(),
            "a comment starts with `//`",
            Some(("write `//`", line().replacen('#', "//", 1))),
        ),
        '/' => {
            let length = comment_end.map_or_else(|| line().len(), |end| end + 2);
            comment(length, "a comment starts with `//` and ends with its line", None)
        }
        '&' | '|' if rest[1..].starts_with(first) => {
            let word = if first == '&' { "and" } else { "or" };
            Mistake {
                message: format!("`{first}{first}` is written `{word}`"),
                fix: Some((format!("write `{word}`"), word.into())),
                ..nothing(2, String::new())
            }
        }
        '|' => Mistake {
            help: Some("layers of a chain are joined by `->`".into()),
            ..nothing(1, "`|` means nothing here".into())
        },
        quote if is_quote(quote) => quoted(quote, rest),
        space if space.is_whitespace() => {
            unseen(space, format!("this space is not an ordinary one (U+{:04X})", u32::from(space)), " ")
        }
        hidden if hidden.is_control() || is_invisible(hidden) => {
            unseen(hidden, format!("there is an invisible character here (U+{:04X})", u32::from(hidden)), "")
        }
        _ => {
            let length = rest.find(|next| !is_meaningless(next)).unwrap_or(rest.len()).max(first.len_utf8());
            nothing(length, format!("`{}` means nothing here", shortened(&rest[..length])))
        }
    }
}

fn nothing(length: usize, message: String) -> Mistake {
    Mistake { length, copy: String::new(), token: None, message, help: None, fix: None }
}

fn semicolon(rest: &str) -> Mistake {
    let after = rest[1..].trim_start_matches([' ', '\t', '\r']);
    let last = after.is_empty() || after.starts_with(['\n', '}']) || after.starts_with("//");
    Mistake {
        length: 1,
        copy: if last { " " } else { "," }.into(),
        token: (!last).then_some(TokenKind::Comma),
        message: "an entry ends with its line or with a comma, not with `;`".into(),
        help: None,
        fix: Some(if last { ("remove it".into(), String::new()) } else { ("write `,`".into(), ",".into()) }),
    }
}

fn comment(length: usize, message: &str, fix: Option<(&str, String)>) -> Mistake {
    Mistake {
        length,
        copy: String::new(),
        token: None,
        message: message.into(),
        help: None,
        fix: fix.map(|(title, text)| (title.into(), text.trim_end().into())),
    }
}

/// Text in the wrong quotes, if it ends on its line.
fn quoted(quote: char, rest: &str) -> Mistake {
    let width = quote.len_utf8();
    let ends = |character: char| {
        match quote {
            '\'' => character == '\'',
            // An apostrophe may well stand between quotes of two strokes.
            _ if DOUBLE.contains(&quote) => character == '"' || DOUBLE.contains(&character),
            _ => character == '"' || SINGLE.contains(&character),
        }
    };
    let Some((end, closing)) = rest[width..]
        .char_indices()
        .take_while(|(_, character)| *character != '\n')
        .find(|(_, character)| ends(*character))
    else {
        return Mistake {
            help: Some("text is written in double quotes: `\"…\"`".into()),
            ..nothing(width, format!("`{quote}` means nothing here"))
        };
    };
    let inside = &rest[width..width + end];
    let safe = inside.replace('"', "'").replace('\\', "/");
    Mistake {
        length: width + end + closing.len_utf8(),
        copy: format!("\"{safe}\""),
        token: Some(TokenKind::String),
        message: "text is written in double quotes".into(),
        help: None,
        fix: (safe == inside).then(|| (format!("write `\"{inside}\"`"), format!("\"{inside}\""))),
    }
}

fn unseen(character: char, message: String, replacement: &str) -> Mistake {
    let title = if replacement.is_empty() { "remove it" } else { "write an ordinary space" };
    Mistake { fix: Some((title.into(), replacement.into())), ..nothing(character.len_utf8(), message) }
}

/// True for signs of no width that join or part no letters: in no script does a text need them.
pub(super) fn has_no_width(character: char) -> bool {
    is_invisible(character) && !matches!(character, '\u{200c}' | '\u{200d}')
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// True for characters that can only be part of a stretch of nonsense.
fn is_meaningless(character: char) -> bool {
    !(character.is_ascii_alphanumeric()
        || character.is_whitespace()
        || character.is_control()
        || is_invisible(character)
        || super::words::continues_word(character)
        || "_\"'()[]{},.:;=<>+-*/#".contains(character)
        || is_quote(character)
        || INSTEAD.iter().any(|(written, ..)| written.starts_with(character)))
}

fn shortened(text: &str) -> String {
    let shown: String = text.chars().take(12).collect();
    if shown.len() < text.len() { format!("{shown}…") } else { shown }
}
