//! What is said of a text file whose first lines, or whose quotes, are not what the spec takes them for.

use super::Request;
use super::separated::Separated;
use crate::data::kinds;
use crate::data::problems::shown;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

/// A first line that names none of the columns and looks like data, or like a comment.
pub fn no_header(text: &str, header: &[String], format: &Separated<'_>, request: &Request<'_>) -> Option<Diagnostic> {
    let set = request.set;
    let lacking = request.needed.contains(&true);
    let named = set.columns.iter().any(|column| header.iter().any(|name| name == column.source.trim()));
    if !format.header || named || !lacking {
        return None;
    }
    let first = shown(text.lines().next().unwrap_or_default().trim());
    if let Some(help) = comments(text, format) {
        let message = format!("`{}` begins with `{first}`, which names no columns", request.name);
        return Some(Diagnostic::new(&codes::MISSING_COLUMN, set.path_span, message).here("this file").help(help));
    }
    let numbers = header.iter().filter(|cell| kinds::number::parse(cell, '.').is_ok()).count();
    if numbers == 0 || header.len() < set.columns.len() {
        return None;
    }
    let message =
        format!("the first line of `{}` looks like data, and names none of the columns: `{first}`", request.name);
    Some(Diagnostic::new(&codes::MISSING_COLUMN, set.path_span, message).here("this file").help(
        "if the file has no header, write `header: false` after the path: the first declared column is then the first of the file, and so on",
    ))
}

/// What to write if lines of a file look like comments.
pub fn comments(text: &str, format: &Separated<'_>) -> Option<String> {
    if format.comment.is_some() {
        return None;
    }
    let sign = text.lines().find_map(|line| ["#", "%", ";"].into_iter().find(|sign| line.starts_with(sign)))?;
    (sign != format.delimiter)
        .then(|| format!("lines that begin with `{sign}` are passed over with `comment: {sign:?}` after the path"))
}

/// What to write if a backslash stands before a quote, which would otherwise end the value.
pub fn escapes(escaped: bool) -> Option<String> {
    escaped.then(|| {
        "a backslash before a quote that belongs to the value is written `escape: \"\\\\\"` after the path".into()
    })
}
