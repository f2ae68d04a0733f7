//! Cells that hold a list as other programs write it: `["a", "b"]` (JSON), `['a', 'b']` (Python), `['a' 'b']` (NumPy).

use std::borrow::Cow;

/// The members of a list; `None` if the cell is none. Round brackets and braces count where a quote, or nothing, follows.
pub fn members(cell: &str) -> Option<Vec<Cow<'_, str>>> {
    let cell = cell.trim();
    let inside = |open: char, close: char| cell.strip_prefix(open)?.strip_suffix(close).map(str::trim);
    let quoted = |inside: &&str| inside.is_empty() || inside.starts_with(['"', '\'']);
    let mut rest =
        inside('[', ']').or_else(|| inside('(', ')').filter(quoted)).or_else(|| inside('{', '}').filter(quoted))?;
    let mut members = Vec::new();
    while let Some(first) = rest.chars().next() {
        rest = match first {
            ',' => &rest[1..],
            '"' | '\'' => {
                let (text, length) = quoted_text(rest, first)?;
                members.push(Cow::Owned(text));
                &rest[length..]
            }
            _ => {
                let end = rest.find(',').unwrap_or(rest.len());
                members.push(Cow::Borrowed(rest[..end].trim()));
                &rest[end..]
            }
        };
        rest = rest.trim_start();
    }
    members.retain(|member| !member.is_empty());
    Some(members)
}

/// The text in the quotes that a text starts with, and how long it is with them; `None` if they are never closed.
fn quoted_text(written: &str, quote: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut signs = written.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => match signs.next()?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'u' => {
                    let digits: String = signs.by_ref().take(4).map(|(_, digit)| digit).collect();
                    text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                other => text.push(other),
            },
            _ if sign == quote => return Some((text.trim().to_string(), at + sign.len_utf8())),
            _ => text.push(sign),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::members;

    #[test]
    fn lists_are_those_of_json_python_and_numpy() {
        for (cell, wanted) in [
            (r#"["red", "round"]"#, Some(vec!["red", "round"])),
            (r#"['red', 'it\'s']"#, Some(vec!["red", "it's"])),
            (r#"["a, b", "c\u00e9"]"#, Some(vec!["a, b", "cé"])),
            ("['red' 'round']", Some(vec!["red", "round"])),
            ("[red, round,]", Some(vec!["red", "round"])),
            ("('red',)", Some(vec!["red"])),
            ("{'red', \"round\"}", Some(vec!["red", "round"])),
            (" [] ", Some(vec![])),
            ("{}", Some(vec![])),
            ("(unknown)", None),
            ("red|round", None),
            ("['red", None),
            ("[\"red]", None),
        ] {
            let found = members(cell);
            assert_eq!(found.as_ref().map(|all| all.iter().map(AsRef::as_ref).collect()), wanted, "{cell}");
        }
    }
}
