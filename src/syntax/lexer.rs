//! From characters to tokens, and the first draft of the prepared copy: the text with everything that the grammar does
//! not need to see turned to spaces, byte by byte.

use super::mistaken::{self, Mistake};
use super::report::Report;
use super::token::{Bracket, Token, TokenKind};
use super::words::{continues_word, starts_word};
use crate::diag::codes::syntax as codes;

/// Tokens in order of place, and the copy.
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    pub copy: Vec<u8>,
}

pub(super) fn lex(text: &str, report: &mut Report) -> Lexed {
    let mut lexer = Lexer {
        text,
        at: 0,
        first: true,
        tokens: Vec::with_capacity(text.len() / 4),
        copy: text.as_bytes().to_vec(),
        report,
        unclosed_comment: false,
    };
    if text.starts_with('\u{feff}') {
        lexer.blank(0..3);
        lexer.at = 3;
    }
    while lexer.at < text.len() {
        lexer.step();
    }
    Lexed { tokens: lexer.tokens, copy: lexer.copy }
}

struct Lexer<'a, 'sink> {
    text: &'a str,
    at: usize,
    /// True while nothing but space has been seen on the line.
    first: bool,
    tokens: Vec<Token>,
    copy: Vec<u8>,
    report: &'a mut Report<'sink>,
    /// True if there is a `/*` and no `*/` behind it.
    unclosed_comment: bool,
}

impl<'a> Lexer<'a, '_> {
    fn step(&mut self) {
        let bytes = self.text.as_bytes();
        let next = bytes.get(self.at + 1).copied();
        match bytes[self.at] {
            b' ' => self.at += 1,
            b'\t' => self.skip(1),
            b'\r' if next == Some(b'\n') => self.skip(1),
            b'\n' => {
                self.push(TokenKind::LineEnd, 1);
                self.first = true;
            }
            b'/' if next == Some(b'/') => self.comment(),
            b'"' => self.string(),
            b'(' => self.push(TokenKind::Open(Bracket::Round), 1),
            b')' => self.push(TokenKind::Close(Bracket::Round), 1),
            b'[' => self.push(TokenKind::Open(Bracket::Square), 1),
            b']' => self.push(TokenKind::Close(Bracket::Square), 1),
            b'{' => self.push(TokenKind::Open(Bracket::Curly), 1),
            b'}' => self.push(TokenKind::Close(Bracket::Curly), 1),
            b',' => self.push(TokenKind::Comma, 1),
            b':' => self.push(TokenKind::Colon, 1),
            b'0'..=b'9' => self.number(),
            b'.' => self.dot(),
            b'-' if next == Some(b'>') => self.push(TokenKind::Arrow, 2),
            b'=' | b'!' | b'<' | b'>' if next == Some(b'=') => self.push(TokenKind::Operator, 2),
            b'=' if next != Some(b'>') => self.push(TokenKind::Equals, 1),
            b'/' if next == Some(b'*') => self.mistake(),
            b'+' | b'-' | b'*' | b'/' | b'^' | b'<' | b'>' => self.push(TokenKind::Operator, 1),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => self.word(),
            _ if self.rest().chars().next().is_some_and(starts_word) => self.word(),
            _ => self.mistake(),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// What is left of the line, without its end.
    fn line_rest(&self) -> &'a str {
        let rest = self.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        line.strip_suffix('\r').unwrap_or(line)
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        self.tokens.push(Token { kind, start: self.at as u32, end: (self.at + length) as u32, first: self.first });
        self.at += length;
        self.first = false;
    }

    fn blank(&mut self, range: std::ops::Range<usize>) {
        self.copy[range].fill(b' ');
    }

    fn skip(&mut self, length: usize) {
        self.blank(self.at..self.at + length);
        self.at += length;
    }

    fn comment(&mut self) {
        let line = self.line_rest();
        let length = line.trim_end().len();
        let kind = if line.starts_with("//!") {
            TokenKind::FileDoc
        } else if line.starts_with("///") && !line.starts_with("////") {
            TokenKind::Doc
        } else {
            TokenKind::Comment
        };
        self.blank(self.at..self.at + line.len());
        self.push(kind, length);
    }

    fn word(&mut self) {
        let rest = self.rest();
        let length = rest.find(|character| !continues_word(character)).unwrap_or(rest.len());
        self.push(TokenKind::Word, length);
    }

    /// True if the last token is of this kind and ends here.
    fn touches(&self, kind: TokenKind) -> bool {
        self.tokens.last().is_some_and(|token| token.kind == kind && token.end as usize == self.at)
    }

    fn dot(&mut self) {
        let rest = self.rest();
        if rest.starts_with("...") {
            let span = self.at..self.at + 3;
            let problem =
                self.report.at(&codes::UNEXPECTED_CHARACTER, span.clone(), "a range is written with two dots");
            let fix = self.report.span(span);
            self.report.push_scan(problem.help("write `p00 .. p63`").fix("write `..`", fix, ".."));
            self.copy[self.at + 2] = b' ';
            self.push(TokenKind::DotDot, 3);
        } else if rest.starts_with("..") {
            self.push(TokenKind::DotDot, 2);
        } else if rest[1..].starts_with(|next: char| next.is_ascii_digit()) && !self.touches(TokenKind::Word) {
            self.bad_number(1);
        } else {
            self.push(TokenKind::Dot, 1);
        }
    }

    fn number(&mut self) {
        // A part of a path: the `2` of `trunk.conv2d.2`.
        if self.touches(TokenKind::Dot) {
            return self.word();
        }
        let bytes = self.rest().as_bytes();
        let digits =
            |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut length = digits(0);
        if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
            length += 1 + digits(length + 1);
        }
        if matches!(bytes.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
            let exponent = digits(length + 1 + sign);
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        let plain = length;
        if matches!(bytes.get(length), Some(b'%' | b'x')) {
            length += 1;
        }
        let after = &self.rest()[length..];
        let broken = after.starts_with(|next: char| continues_word(next) || next == '%')
            || (after.starts_with('.') && !after.starts_with(".."));
        if broken { self.bad_number(plain) } else { self.push(TokenKind::Number, length) }
    }

    fn bad_number(&mut self, minimum: usize) {
        let rest = self.rest();
        let tail = &rest[minimum..];
        let length = minimum
            + tail.find(|next: char| !(continues_word(next) || next == '.' || next == '%')).unwrap_or(tail.len());
        let range = self.at..self.at + length;
        let written = &rest[..length];
        let problem = self.report.at(&codes::BAD_NUMBER, range.clone(), format!("`{written}` is not a number"));
        let fix = self.report.span(range);
        let separated: String = written.chars().filter(|character| *character != '_').collect();
        let problem = if written.starts_with('.') && is_plain(&format!("0{written}")) {
            problem.help(format!("write `0{written}`")).fix(format!("write `0{written}`"), fix, format!("0{written}"))
        } else if let Some(whole) = written.strip_suffix('.').filter(|whole| is_plain(whole)) {
            problem.help(format!("write `{whole}` or `{whole}.0`"))
        } else if separated != written && is_plain(&separated) {
            problem.help("write the digits without `_`").fix(format!("write `{separated}`"), fix, separated)
        } else {
            problem.help("numbers look like `64`, `0.5`, `1e-3`, `70%` (a share) or `0.1x` (a factor); names start with a letter")
        };
        self.report.push_scan(problem);
        self.push(TokenKind::BadNumber, length);
    }

    fn string(&mut self) {
        // The line is not looked at as a whole: it may be long, and have many strings.
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut at = 1;
        // True once a sign has been passed that may open a quotation inside the text.
        let mut quotes = false;
        while at < bytes.len() && !matches!(bytes[at], b'"' | b'\n') {
            if bytes[at] == b'\\' {
                at += self.escape(at, &rest[at + 1..]);
                continue;
            }
            let letter = rest[at..].chars().next().unwrap_or_default();
            if mistaken::is_double_quote(letter) {
                if !quotes && self.curly_end(at, letter) {
                    return;
                }
                quotes = true;
            }
            at += letter.len_utf8();
        }
        if bytes.get(at) == Some(&b'"') {
            self.unseen_in_text(&rest[..at]);
            return self.push(TokenKind::String, at + 1);
        }
        let line = self.line_rest();
        // The rest of the line is most likely not all meant to be text: end it where a value would end.
        let guess = line.find([')', ']', '}', ',']).unwrap_or(line.len());
        let end = line[..guess].trim_end().len();
        let problem = self.report.at(&codes::UNCLOSED_STRING, self.at..self.at + end, "this text has no closing quote");
        let closing = self.report.span(self.at + end..self.at + end);
        let problem = problem.here("the text starts here").help("end it with `\"` on the same line");
        self.report.push_scan(problem.proposal("end it here", closing, "\""));
        let last = line[1..end].char_indices().last().map(|(index, _)| index + 1);
        match last {
            Some(last) => {
                self.blank(self.at + last..self.at + end);
                // A backslash would hide the quote that is put behind it.
                for byte in &mut self.copy[self.at..self.at + last] {
                    if *byte == b'\\' {
                        *byte = b' ';
                    }
                }
                self.copy[self.at + last] = b'"';
                self.push(TokenKind::String, end);
            }
            None => self.skip(1),
        }
    }

    /// Reports the first sign of no width inside a text: nobody can see why it is not the text that it looks like.
    fn unseen_in_text(&mut self, text: &str) {
        let Some((at, sign)) = text.char_indices().find(|(_, letter)| mistaken::has_no_width(*letter)) else { return };
        let place = self.at + at..self.at + at + sign.len_utf8();
        let number = format!("U+{:04X}", u32::from(sign));
        let problem = self
            .report
            .at(
                &codes::UNEXPECTED_CHARACTER,
                place.clone(),
                format!("this text has an invisible character in it ({number})"),
            )
            .help(format!("if it is meant, write `\\u{{{:x}}}`", u32::from(sign)));
        let fix = self.report.span(place);
        self.report.push_scan(problem.fix("remove it", fix, ""));
    }

    /// Ends a text that starts with `"` at another sort of quote (reported), if that stands where a text ends.
    fn curly_end(&mut self, at: usize, closing: char) -> bool {
        let after = self.rest()[at + closing.len_utf8()..].trim_start_matches([' ', '\t']);
        if at == 1 || !(after.is_empty() || after.starts_with([',', ')', ']', '}', '\n', '\r'])) {
            return false;
        }
        let place = self.at + at..self.at + at + closing.len_utf8();
        let problem = self.report.at(
            &codes::UNEXPECTED_CHARACTER,
            place.clone(),
            format!("this text starts with `\"` and ends with `{closing}`"),
        );
        let fix = self.report.span(place.clone());
        self.report.push_scan(problem.fix("write `\"`", fix, "\""));
        self.blank(place.clone());
        self.copy[place.start] = b'"';
        let length = place.end - self.at;
        self.push(TokenKind::String, length);
        true
    }

    /// Checks the escape whose backslash stands `offset` bytes into the token; returns its length.
    fn escape(&mut self, offset: usize, after: &str) -> usize {
        let line_ends = after.starts_with('\n') || after.starts_with("\r\n");
        let Some(escaped) = after.chars().next().filter(|_| !line_ends) else { return 1 };
        let length = 1 + escaped.len_utf8();
        match escaped {
            '"' | '\\' | 'n' | 't' => length,
            'u' if unicode_escape(after).is_some() => 1 + unicode_escape(after).map_or(1, |(_, length)| length),
            _ => {
                let start = self.at + offset;
                let problem = self
                    .report
                    .at(&codes::BAD_ESCAPE, start..start + length, format!("`\\{escaped}` means nothing inside text"))
                    .help("write `\\\\` for a backslash; the others are `\\\"`, `\\n`, `\\t` and `\\u{e9}`");
                let fix = self.report.span(start..start + 1);
                self.report.push_scan(problem.fix("write `\\\\`", fix, "\\\\"));
                length
            }
        }
    }

    fn mistake(&mut self) {
        let rest = self.rest();
        // Looked for once, not at every `/*` of a file that never closes one.
        let comment_end = if rest.starts_with("/*") && !self.unclosed_comment { rest.find("*/") } else { None };
        self.unclosed_comment |= rest.starts_with("/*") && comment_end.is_none();
        let Mistake { length, copy, token, message, help, fix } = mistaken::read(rest, comment_end);
        let range = self.at..self.at + length;
        let mut problem = self.report.at(&codes::UNEXPECTED_CHARACTER, range.clone(), message);
        if let Some(help) = help {
            problem = problem.help(help);
        }
        if let Some((title, replacement)) = fix {
            let span = self.report.span(range.clone());
            problem = problem.fix(title, span, replacement);
        }
        self.report.push_scan(problem);
        self.blank(range);
        let copied = copy.len().min(length);
        self.copy[self.at..self.at + copied].copy_from_slice(&copy.as_bytes()[..copied]);
        match token {
            Some(kind) => self.push(kind, length),
            None => self.at += length,
        }
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.parse::<f64>().is_ok()
}

/// Reads `u{e9}`: the character, and how many bytes it took.
pub(super) fn unicode_escape(after: &str) -> Option<(char, usize)> {
    let digits = after.strip_prefix("u{")?;
    let end = digits.bytes().take(7).position(|byte| byte == b'}').filter(|end| *end > 0)?;
    let code = u32::from_str_radix(&digits[..end], 16).ok()?;
    Some((char::from_u32(code)?, 2 + end + 1))
}
