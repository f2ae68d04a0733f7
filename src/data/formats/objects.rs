//! Objects of JSON, of which a value is looked at only where somebody reads it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::data::problems::shown_long;

/// Groups in groups deeper than this have no paths.
const DEEPEST: usize = 32;

/// A name and its value, as this is written.
pub type Member<'t> = (Cow<'t, str>, &'t str);

/// The members of an object, each as it is written.
pub fn members(text: &str) -> Result<Vec<Member<'_>>, String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_map(Members).and_then(|members| reader.end().map(|()| members));
    read.map_err(|error| {
        // Its own line says nothing: all of it is one.
        let said = error.to_string();
        shown_long(&said.replace(" at line 1 column ", " at character "))
    })
}

/// The paths of the values in a group, or in a list of groups.
pub fn leaves(path: &str, text: &str, deep: usize, take: &mut dyn FnMut(String)) {
    if deep == DEEPEST {
        return;
    }
    let groups = match text.as_bytes().first() {
        Some(b'{') => vec![text],
        Some(b'[') => listed(text).unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut inside = false;
    for group in groups.iter().filter(|group| group.starts_with('{')) {
        for (name, value) in members(group).unwrap_or_default().iter().filter(|(name, _)| !name.contains('.')) {
            inside = true;
            leaves(&format!("{path}.{name}"), value, deep + 1, take);
        }
    }
    if !inside && deep > 0 && text != "null" {
        take(path.to_string());
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            let value: &RawValue = value;
            members.push((name, value.get()));
        }
        Ok(members)
    }
}

/// A name, borrowed where it has no escapes.
struct Name<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_string())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// The value at a name or a path, as it is written; of a list of groups, the list of the members.
pub fn at<'v>(found: &HashMap<&str, &'v str>, source: &str, depth: usize) -> Result<Option<Cow<'v, str>>, String> {
    if let Some(value) = found.get(source) {
        return Ok(Some(Cow::Borrowed(*value)));
    }
    if depth > DEEPEST {
        return Ok(None);
    }
    for (dot, _) in source.match_indices('.') {
        if let Some(value) = found.get(&source[..dot]) {
            return below(value, &source[dot + 1..], depth + 1);
        }
    }
    Ok(None)
}

fn below<'v>(value: &'v str, rest: &str, depth: usize) -> Result<Option<Cow<'v, str>>, String> {
    if depth > DEEPEST {
        return Ok(None);
    }
    if value.starts_with('{') {
        let members = members(value)?;
        let found: HashMap<&str, &str> = members.iter().map(|(name, value)| (name.as_ref(), *value)).collect();
        return at(&found, rest, depth);
    }
    if !value.starts_with('[') {
        return Ok(None);
    }
    let items = listed(value)?;
    let of = items.iter().map(|item| Ok(below(item, rest, depth + 1)?.unwrap_or(Cow::Borrowed("null"))));
    let all: Vec<Cow<'_, str>> = of.collect::<Result<_, String>>()?;
    let some = all.is_empty() || all.iter().any(|item| item != "null");
    Ok(some.then(|| Cow::Owned(format!("[{}]", all.join(", ")))))
}

/// The items of a list, each as it is written.
fn listed(text: &str) -> Result<Vec<&str>, String> {
    let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| shown_long(&error.to_string()))?;
    Ok(items.into_iter().map(RawValue::get).collect())
}

/// A value as a cell; nothing for `null`. What is no plain value stays as it is written.
pub fn cell(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first() {
        Some(b'"') if !value.contains('\\') => Some(Cow::Borrowed(&value[1..value.len() - 1])),
        Some(b'"') => match serde_json::from_str::<Name<'_>>(value) {
            Ok(Name(text)) => Some(text),
            Err(_) => Some(Cow::Borrowed(value)),
        },
        Some(b'n') => None,
        _ => Some(Cow::Borrowed(value)),
    }
}
