//! Objects of JSON that have the names of those before them and simple values, which are read at a glance. What is anything else is
//! left to the library.

use std::borrow::Cow;

use super::objects::Member;

/// The names of an object, as they are written.
#[derive(Default)]
pub struct Names {
    quoted: Vec<String>,
    /// Whether any of them is written otherwise than it is.
    odd: bool,
}

impl Names {
    pub fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let quoted: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        let odd = |name: &String| name[1..name.len() - 1].bytes().any(|byte| matches!(byte, b'"' | b'\\' | ..b' '));
        Self { odd: quoted.iter().any(odd), quoted }
    }

    /// The members of an object that has just these names in this order, and numbers, truth values, `null` and texts without escapes.
    pub fn members<'t>(&self, text: &'t str) -> Option<Vec<Member<'t>>> {
        let bytes = text.as_bytes();
        if self.odd || self.quoted.is_empty() {
            return None;
        }
        let mut members = Vec::with_capacity(self.quoted.len());
        let mut at = 0;
        for (place, name) in self.quoted.iter().enumerate() {
            at = behind(bytes, at, if place == 0 { b'{' } else { b',' })?;
            at = blank(bytes, at);
            let start = at;
            at += name.len();
            if bytes.get(start..at) != Some(name.as_bytes()) {
                return None;
            }
            at = blank(bytes, behind(bytes, at, b':')?);
            let end = at + simple(&bytes[at..])?;
            members.push((Cow::Borrowed(text.get(start + 1..start + name.len() - 1)?), text.get(at..end)?));
            at = end;
        }
        at = behind(bytes, at, b'}')?;
        (blank(bytes, at) == bytes.len()).then_some(members)
    }
}

/// The place behind a sign, before which there may be blanks.
fn behind(bytes: &[u8], at: usize, sign: u8) -> Option<usize> {
    let at = blank(bytes, at);
    (bytes.get(at) == Some(&sign)).then_some(at + 1)
}

/// The next place that is not blank.
fn blank(bytes: &[u8], at: usize) -> usize {
    let blanks = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    at + blanks
}

/// How long the simple value is that a text begins with.
fn simple(bytes: &[u8]) -> Option<usize> {
    match bytes.first()? {
        b'"' => {
            let length = bytes[1..].iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
            (bytes[1 + length] == b'"').then_some(length + 2)
        }
        b'-' | b'0'..=b'9' => number(bytes),
        _ => ["true", "false", "null"].iter().find(|word| bytes.starts_with(word.as_bytes())).map(|word| word.len()),
    }
}

/// How long the number is that a text begins with.
fn number(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(sign);
    // None begins with a zero but this.
    if whole == 0 || (whole > 1 && bytes[sign] == b'0') {
        return None;
    }
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        end += 1 + fraction;
        if fraction == 0 {
            return None;
        }
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let power = digits(end + 1 + sign);
        end += 1 + sign + power;
        if power == 0 {
            return None;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::objects::members;
    use super::*;

    proptest! {
        /// Whatever is read at a glance is what the library reads.
        #[test]
        fn objects_are_those_of_the_library(
            text in "\\{ ?\"a\" ?: ?([-0-9.eE+]{1,6}|\"[b\\\\u0 ä]{0,4}\"|true|null|fals|\\[1\\]) ?, ?\"[ab]\":[0-9]{0,2}[ ,}]{0,2}",
        ) {
            let names = Names::of(["a", "b"].into_iter());
            if let Some(found) = names.members(&text) {
                prop_assert_eq!(Ok(found), members(&text));
            }
        }

        #[test]
        fn numbers_are_those_of_the_library(text in "-?[0-9]{0,3}(\\.[0-9]{0,3})?([eE][-+]?[0-9]{0,2})?") {
            let is_number = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            prop_assert_eq!(number(text.as_bytes()) == Some(text.len()), is_number && !text.is_empty());
        }
    }

    #[test]
    fn simple_objects_are_read_and_others_are_not() {
        let names = Names::of(["a", "b"].into_iter());
        let found = names.members(r#"{"a": -1.5e3 , "b":"x y"}"#);
        assert_eq!(found, Some(vec![("a".into(), "-1.5e3"), ("b".into(), "\"x y\"")]));
        for text in [
            r#"{"b": 1, "a": 2}"#,
            r#"{"a": 1}"#,
            r#"{"a": 1, "b": 2, "c": 3}"#,
            r#"{"a": 1, "b": "\u0041"}"#,
            r#"{"a": 1, "b": [2]}"#,
            r#"{"a": 1, "b": 2} x"#,
            r#"{"a": 01, "b": 2}"#,
            r#"{"a": 1 "b": 2}"#,
            "",
        ] {
            assert_eq!(names.members(text), None, "{text}");
        }
        assert!(Names::of(["a\"b"].into_iter()).members(r#"{"a"b": 1}"#).is_none());
    }
}
