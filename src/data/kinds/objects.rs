//! Lists of objects in cells, as several kinds of labels have them: groups of named values, each with a class.

use serde_json::{Map, Value};

use crate::catalog::classes::Classes;
use crate::data::problems::shown;
use crate::diag::suggest::closest;

/// An object: values by their names.
pub type Members = Map<String, Value>;

/// Members that say of an object that nobody need find it.
const PASSED_OVER: [&str; 4] = ["iscrowd", "crowd", "difficult", "ignore"];
/// So many names are listed.
const LISTED: usize = 8;

/// What is asked of objects.
#[derive(Clone, Debug)]
pub struct Objects {
    /// The classes that are declared, if any are.
    classes: Vec<String>,
    /// Whether these are numbers, so that a number is a class by its name.
    numbered: bool,
    /// The member that names the class.
    class: String,
}

impl Objects {
    pub fn new(classes: &[String], class: &str) -> Self {
        let numbered = !classes.is_empty() && classes.iter().all(|class| class.parse::<f64>().is_ok());
        Self { classes: classes.to_vec(), numbered, class: class.to_string() }
    }

    /// What is made of each object of a cell.
    ///
    /// # Errors
    /// What is wrong with the first that is none, with its number.
    pub fn each<T>(&self, value: Value, make: impl Fn(&Members) -> Result<T, String>) -> Result<Vec<T>, String> {
        let objects = match value {
            Value::Array(objects) => objects,
            // A group of lists, as some programs write a list of groups.
            Value::Object(lists) => across(&lists)?,
            other => return Err(format!("it is `{}`", shown(&other.to_string()))),
        };
        let one = |object: &Value| match object {
            Value::Object(members) => make(members),
            other => Err(format!("is `{}`, and no group of named values", shown(&other.to_string()))),
        };
        let numbered = objects.iter().enumerate();
        numbered.map(|(place, object)| one(object).map_err(|why| format!("object {} {why}", place + 1))).collect()
    }

    /// The class of an object.
    ///
    /// # Errors
    /// Why it has none.
    pub fn class(&self, members: &Members) -> Result<String, String> {
        let (class, is_number) = match member(members, &self.class)? {
            Value::String(name) if name.trim().is_empty() => {
                return Err(format!("has an empty name in `{}`", self.class));
            }
            Value::String(name) => (name.trim().to_string(), false),
            Value::Number(number) => (number.to_string(), true),
            other => return Err(format!("has the class `{}`, which is no name", shown(&other.to_string()))),
        };
        let declared = &self.classes;
        if declared.is_empty() {
            return Ok(class);
        }
        if let Some(index) = Classes::new(declared).index(&class) {
            return Ok(declared[index].clone());
        }
        let index = class.parse::<usize>().ok().filter(|_| is_number && !self.numbered);
        if let Some(name) = index.and_then(|index| declared.get(index)) {
            return Ok(name.clone());
        }
        let known = declared.iter().take(LISTED).map(|class| format!("`{class}`")).collect::<Vec<_>>().join(", ");
        let more = if declared.len() > LISTED { ", …" } else { "" };
        Err(match closest(&class, declared.iter().map(String::as_str)) {
            Some(close) => format!("is of the class `{}`, which is not declared; is `{close}` meant?", shown(&class)),
            None if is_number && !self.numbered => {
                format!("is of class number {class}, and {}", numbered(declared.len()))
            }
            None => format!("is of the class `{}`, which is none of those declared: {known}{more}", shown(&class)),
        })
    }
}

/// How classes are numbered: "the 2 classes are numbered from 0 to 1".
pub fn numbered(classes: usize) -> String {
    match classes {
        1 => "the one class has the number 0".into(),
        _ => format!("the {classes} classes are numbered from 0 to {}", classes.saturating_sub(1)),
    }
}

/// A member of an object.
///
/// # Errors
/// That there is none, and which there are; or that it says nothing.
pub fn member<'m>(members: &'m Members, name: &str) -> Result<&'m Value, String> {
    if members.get(name).is_some_and(Value::is_null) {
        return Err(format!("has no `{name}`: it is `null`"));
    }
    members.get(name).ok_or_else(|| {
        let names = members.keys().take(LISTED).map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>();
        format!("has no `{name}`; it has {}", if names.is_empty() { "nothing".into() } else { names.join(", ") })
    })
}

/// Whether an object is one that nobody need find.
///
/// # Errors
/// A member that says neither.
pub fn passed_over(members: &Members) -> Result<bool, String> {
    let mut any = false;
    for name in PASSED_OVER {
        any |= match members.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(truth)) => *truth,
            Some(other) => {
                number(other).filter(|number| number.is_finite()).ok_or_else(|| {
                    format!("has `{}` in `{name}`, which is neither 0 nor 1", shown(&other.to_string()))
                })? != 0.0
            }
        };
    }
    Ok(any)
}

/// A number, in quotes or not.
pub fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A group for each place of a group of lists.
fn across(lists: &Members) -> Result<Vec<Value>, String> {
    let length = |value: &Value| value.as_array().map(Vec::len);
    let Some(count) = lists.values().find_map(length) else { return Err("it is a group without lists".into()) };
    if let Some((name, _)) = lists.iter().find(|(_, value)| length(value).is_some_and(|other| other != count)) {
        return Err(format!("the lists of its members are not equally long (`{}`)", shown(name)));
    }
    let at = |place: usize| {
        let members = lists.iter().filter_map(|(name, value)| Some((name.clone(), value.get(place)?.clone())));
        Value::Object(members.collect())
    };
    Ok((0..count).map(at).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(text: &str) -> Members {
        serde_json::from_str(text).expect("a group")
    }

    #[test]
    fn whoever_is_passed_over_is_said_by_a_number() {
        for (text, wanted) in [
            ("{}", Ok(false)),
            (r#"{"iscrowd": 0, "ignore": null}"#, Ok(false)),
            (r#"{"iscrowd": "1"}"#, Ok(true)),
            (r#"{"iscrowd": 0, "difficult": true}"#, Ok(true)),
            (r#"{"iscrowd": "yes"}"#, Err("has `\"yes\"` in `iscrowd`, which is neither 0 nor 1".to_string())),
            // Whatever the first says, the other is wrong.
            (
                r#"{"iscrowd": 1, "ignore": "no"}"#,
                Err("has `\"no\"` in `ignore`, which is neither 0 nor 1".to_string()),
            ),
        ] {
            assert_eq!(passed_over(&group(text)), wanted, "{text}");
        }
    }

    #[test]
    fn a_class_has_a_name() {
        let said = |classes: &[&str], text: &str| {
            let classes: Vec<String> = classes.iter().map(|class| class.to_string()).collect();
            Objects::new(&classes, "class").class(&group(text)).expect_err("no class")
        };
        assert_eq!(said(&[], r#"{"class": " "}"#), "has an empty name in `class`");
        assert_eq!(said(&[], r#"{"class": null, "bbox": []}"#), "has no `class`: it is `null`");
        assert_eq!(said(&[], r#"{"bbox": []}"#), "has no `class`; it has `bbox`");
        assert_eq!(said(&["cat"], r#"{"class": 4}"#), "is of class number 4, and the one class has the number 0");
    }
}
