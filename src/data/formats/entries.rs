//! The lists of a file of COCO, entry by entry, so that what is wrong with one is said of that one.

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

use super::objects::{Member, cell, members};
use crate::data::problems::{shown, shown_long};

/// A number, or whatever a program has put there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Id {
    Number(i64),
    Text(String),
}

impl Id {
    /// As a column has it.
    pub fn plain(&self) -> String {
        match self {
            Id::Number(number) => number.to_string(),
            Id::Text(text) => text.clone(),
        }
    }

    /// The same written the other way: a number in quotes, or without.
    pub fn otherwise(&self) -> Option<Id> {
        match self {
            Id::Number(number) => Some(Id::Text(number.to_string())),
            Id::Text(text) => text.trim().parse().ok().map(Id::Number),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Number(number) => write!(f, "{number}"),
            Id::Text(text) => write!(f, "\"{}\"", shown(text)),
        }
    }
}

/// One of a list.
pub struct Entry<'t> {
    members: Vec<Member<'t>>,
    /// "annotation 3", or "annotation 3 (id 7)".
    pub called: String,
}

impl<'t> Entry<'t> {
    fn new(word: &str, number: usize, text: &'t str) -> Result<Self, String> {
        let called = format!("{word} {number}");
        if !text.starts_with('{') {
            return Err(format!("{called} is `{}`, and no group of named values", shown(text)));
        }
        let members = members(text).map_err(|why| format!("{called}: {why}"))?;
        let mut entry = Self { members, called };
        if let Ok(Some(id)) = entry.id("id") {
            entry.called = format!("{} (id {id})", entry.called);
        }
        Ok(entry)
    }

    /// What stands there as it is written; nothing for `null`.
    pub fn raw(&self, name: &str) -> Option<&'t str> {
        let (_, text) = self.members.iter().rev().find(|(other, _)| other == name)?;
        (*text != "null").then_some(*text)
    }

    fn wrong(&self, name: &str, text: &str, what: &str) -> String {
        format!("{} has `{}` in `{name}`, which is {what}", self.called, shown(text))
    }

    /// An id, if there is one.
    pub fn id(&self, name: &str) -> Result<Option<Id>, String> {
        let Some(text) = self.raw(name) else { return Ok(None) };
        if text.starts_with('"') {
            return Ok(cell(text).map(|text| Id::Text(text.into_owned())));
        }
        // Programs that know doubles alone write `3.0`.
        const EXACT: f64 = 9e15;
        let whole =
            |text: &str| text.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && number.abs() < EXACT);
        let number = text.parse().ok().or_else(|| whole(text).map(|number| number as i64));
        number
            .map(|number| Some(Id::Number(number)))
            .ok_or_else(|| self.wrong(name, text, "no id: a whole number or a text is one"))
    }

    /// An id that there must be.
    pub fn needed_id(&self, name: &str) -> Result<Id, String> {
        self.id(name)?.ok_or_else(|| self.lacks(name))
    }

    /// A text that there must be, and that says something.
    pub fn text(&self, name: &str) -> Result<Cow<'t, str>, String> {
        let text = self.raw(name).ok_or_else(|| self.lacks(name))?;
        let found = if text.starts_with('"') { cell(text) } else { None };
        let found = found.ok_or_else(|| self.wrong(name, text, "no text"))?;
        if found.trim().is_empty() { Err(format!("{} has an empty `{name}`", self.called)) } else { Ok(found) }
    }

    /// A number, if there is one.
    pub fn number(&self, name: &str) -> Result<Option<f64>, String> {
        let Some(text) = self.raw(name) else { return Ok(None) };
        let number = cell(text).and_then(|text| text.trim().parse().ok()).filter(|number: &f64| number.is_finite());
        number.map(Some).ok_or_else(|| self.wrong(name, text, "no number"))
    }

    fn lacks(&self, name: &str) -> String {
        format!("{} has no `{name}`", self.called)
    }
}

/// The entries of a list, each called by this word and its number; what is wrong with some of them.
pub fn entries<'t>(word: &str, list: Option<&'t RawValue>) -> Result<Vec<Entry<'t>>, Vec<String>> {
    let text = list.map_or("null", RawValue::get);
    if text == "null" {
        return Ok(Vec::new());
    }
    if !text.starts_with('[') {
        return Err(vec![format!("its list of each {word} is `{}`, and no list", shown(text))]);
    }
    let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| vec![shown_long(&error.to_string())])?;
    gathered(items.iter().enumerate().map(|(place, item)| Entry::new(word, place + 1, item.get())))
}

/// All of them, or all that is wrong.
pub fn gathered<T>(all: impl Iterator<Item = Result<T, String>>) -> Result<Vec<T>, Vec<String>> {
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    for one in all {
        match one {
            Ok(one) => good.push(one),
            Err(why) => wrong.push(why),
        }
    }
    if wrong.is_empty() { Ok(good) } else { Err(wrong) }
}

/// Words that programs write for numbers, and that are none of JSON.
const NO_NUMBERS: [&str; 5] = ["NaN", "nan", "Infinity", "-Infinity", "inf"];

/// Why a text is no JSON: the place, and what stands there.
pub fn no_json(text: &str, error: &serde_json::Error) -> String {
    let start = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let around = start + error.column().saturating_sub(1);
    // The library says the sign at which it gave up, which may be the second of a word.
    let at = (around.saturating_sub(2)..=around).find_map(|at| {
        let rest = text.get(at..)?;
        NO_NUMBERS.iter().find(|word| rest.starts_with(**word)).map(|word| (at, *word))
    });
    let Some((at, word)) = at else { return shown_long(&error.to_string()) };
    let place = place(text, at).map_or(String::new(), |place| format!(" in {place}"));
    format!("line {}, column {}:{place} `{word}` is no number of JSON", error.line(), at - start + 1)
}

/// In which entry of a list something stands: "entry 3 of `annotations`, in `bbox`".
fn place(text: &str, at: usize) -> Option<String> {
    // Of each group and list that is open there, how many entries it has so far, and the name of the last.
    let mut open: Vec<(usize, Option<&str>)> = Vec::new();
    let bytes = text.as_bytes();
    let mut place = 0;
    while place < at {
        match bytes[place] {
            b'"' => {
                let start = place + 1;
                place = start;
                while place < at && bytes[place] != b'"' {
                    place += if bytes[place] == b'\\' { 2 } else { 1 };
                }
                let named = text
                    .get(start..place.min(at))
                    .filter(|_| text.get(place + 1..).is_some_and(|rest| rest.trim_start().starts_with(':')));
                if let (Some((_, name)), Some(named)) = (open.last_mut(), named) {
                    *name = Some(named);
                }
            }
            b'{' | b'[' => open.push((1, None)),
            b'}' | b']' => _ = open.pop(),
            b',' => open.iter_mut().last().into_iter().for_each(|(count, _)| *count += 1),
            _ => {}
        }
        place += 1;
    }
    let [(_, Some(list)), (number, None), (_, Some(member)), ..] = open.as_slice() else { return None };
    Some(format!("entry {number} of `{list}`, in `{}`,", shown(member)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        no_json(text, &serde_json::from_str::<serde_json::Value>(text).expect_err("no JSON"))
    }

    #[test]
    fn what_is_no_number_is_said_with_its_entry() {
        let text =
            "{\"images\": [{\"a, [\": 1}],\n \"annotations\": [{\"id\": 1}, {\"id\": 2, \"bbox\": [1, NaN, 2, 3]}]}";
        assert_eq!(said(text), "line 2, column 51: in entry 2 of `annotations`, in `bbox`, `NaN` is no number of JSON");
        assert!(said("[1, Infinity]").ends_with("`Infinity` is no number of JSON"), "{}", said("[1, Infinity]"));
        assert!(said("{\"a\" 1}").contains("expected `:`"));
    }

    #[test]
    fn what_is_wrong_is_said_of_its_entry() {
        let list = |text: &str| RawValue::from_string(text.to_string()).expect("JSON");
        let wrong = |text: &str| entries("annotation", Some(&list(text))).err().expect("wrong");
        assert_eq!(wrong("{}"), ["its list of each annotation is `{}`, and no list"]);
        assert_eq!(wrong("[{}, [1]]"), ["annotation 2 is `[1]`, and no group of named values"]);
        assert!(entries("annotation", None).is_ok_and(|all| all.is_empty()));
        let text = list(r#"[{"id": 7, "a": 3.0, "b": "3", "c": 1.5, "d": null, "e": " ", "f": "640", "g": [1]}]"#);
        let all = entries("annotation", Some(&text)).expect("a list");
        let one = &all[0];
        assert_eq!((one.id("a"), one.id("b")), (Ok(Some(Id::Number(3))), Ok(Some(Id::Text("3".into())))));
        assert_eq!(
            one.id("c"),
            Err("annotation 1 (id 7) has `1.5` in `c`, which is no id: a whole number or a text is one".into())
        );
        assert_eq!((one.id("d"), one.needed_id("d")), (Ok(None), Err("annotation 1 (id 7) has no `d`".into())));
        assert_eq!(one.text("e"), Err("annotation 1 (id 7) has an empty `e`".into()));
        assert_eq!(one.text("a"), Err("annotation 1 (id 7) has `3.0` in `a`, which is no text".into()));
        assert_eq!(
            (one.number("f"), one.number("g")),
            (Ok(Some(640.0)), Err("annotation 1 (id 7) has `[1]` in `g`, which is no number".into()))
        );
        assert_eq!(
            (Id::Text("3".into()).to_string(), Id::Text("3".into()).otherwise()),
            ("\"3\"".into(), Some(Id::Number(3)))
        );
    }
}
