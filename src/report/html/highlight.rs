//! Colours for a spec: comments, strings, numbers, and the keywords that start declarations.

use super::text::escape;
use crate::syntax::{KEYWORDS, PART_WORDS};

/// The text as HTML; what it says is unchanged.
pub fn highlight(text: &str) -> String {
    let mut html = String::new();
    for line in text.trim_end().lines() {
        html += &of_line(line);
        html.push('\n');
    }
    html
}

fn of_line(line: &str) -> String {
    let mut html = String::new();
    let mut rest = line;
    let mut first = true;
    while let Some(character) = rest.chars().next() {
        let (length, class) = if rest.starts_with("//") {
            (rest.len(), "c")
        } else if character == '"' {
            (string_length(rest), "s")
        } else if character.is_alphabetic() || character == '_' {
            let length = length_while(rest, |one| one.is_alphanumeric() || one == '_');
            let word = &rest[..length];
            let keyword = (first && KEYWORDS.contains(&word)) || PART_WORDS.contains(&word);
            first = false;
            (length, if keyword { "k" } else { "" })
        } else if character.is_ascii_digit() {
            (length_while(rest, |one| one.is_ascii_alphanumeric() || one == '.' || one == '%'), "n")
        } else {
            first &= character.is_whitespace();
            (character.len_utf8(), "")
        };
        let (piece, after) = rest.split_at(length);
        if class.is_empty() {
            html += &escape(piece);
        } else {
            html += &format!("<span class=\"{class}\">{}</span>", escape(piece));
        }
        rest = after;
    }
    html
}

fn length_while(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.char_indices().find(|(_, character)| !keep(*character)).map_or(text.len(), |(place, _)| place)
}

/// Up to and with the closing quote; all of the line if there is none.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (place, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return place + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_is_coloured_and_escaped() {
        assert_eq!(
            highlight("task a: b(\"<//\") // x"),
            "<span class=\"k\">task</span> a: b(<span class=\"s\">&quot;&lt;//&quot;</span>) <span class=\"c\">// x</span>\n"
        );
        assert_eq!(highlight("lr: 3e-3"), "lr: <span class=\"n\">3e</span>-<span class=\"n\">3</span>\n");
        assert_eq!(highlight("\"open"), "<span class=\"s\">&quot;open</span>\n");
    }
}
