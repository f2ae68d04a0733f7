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
            None if is_number && !self.numbered => format!(
                "is of class number {class}, and the {} classes are numbered from 0 to {}",
                declared.len(),
                declared.len() - 1
            ),
            None => format!("is of the class `{}`, which is none of those declared: {known}{more}", shown(&class)),
        })
    }
}

/// A member of an object.
///
/// # Errors
/// That there is none, and which there are.
pub fn member<'m>(members: &'m Members, name: &str) -> Result<&'m Value, String> {
    members.get(name).filter(|value| !value.is_null()).ok_or_else(|| {
        let names = members.keys().take(LISTED).map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>();
        format!("has no `{name}`; it has {}", if names.is_empty() { "nothing".into() } else { names.join(", ") })
    })
}

/// Whether an object is one that nobody need find.
pub fn passed_over(members: &Members) -> bool {
    PASSED_OVER.iter().any(|name| match members.get(*name) {
        Some(Value::Bool(truth)) => *truth,
        Some(other) => number(other).is_some_and(|number| number != 0.0),
        None => false,
    })
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
