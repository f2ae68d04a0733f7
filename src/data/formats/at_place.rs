//! What is said of a declared column that a file lacks, or has twice.

use crate::data::problems::visible;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Column;

/// A declared column that the file has twice, at these places.
pub fn column_twice(column: &Column, file: &str, first: usize, second: usize) -> Diagnostic {
    let message = format!(
        "`{file}` has two columns `{}`, the {} and the {}",
        column.source,
        ordinal(first + 1),
        ordinal(second + 1)
    );
    Diagnostic::new(&codes::DUPLICATE_COLUMN, column.span, message)
        .here("which of them?")
        .help("give one of them another name in the file")
}

/// A declared column that the file lacks.
pub fn missing_column(column: &Column, header: &[String], file: &str) -> Diagnostic {
    let message = format!("`{file}` has no column `{}`", column.source);
    let mut diagnostic = Diagnostic::new(&codes::MISSING_COLUMN, column.span, message).here("not in the file");
    let close = crate::diag::suggest::closest(&column.source, header.iter().map(String::as_str))
        .or_else(|| header.iter().map(String::as_str).find(|name| name.eq_ignore_ascii_case(&column.source)));
    diagnostic = diagnostic.help(match close {
        Some(close) if is_word(close) => format!("did you mean `{close}`?"),
        Some(close) => format!("did you mean `{} … as {close:?}`?", column.name),
        None => format!("a column that has another name in the file is read by `{} … as \"NAME\"`", column.name),
    });
    let names: Vec<&str> = header.iter().take(30).map(String::as_str).collect();
    let more = header.len().saturating_sub(names.len());
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    diagnostic = diagnostic.note(format!("the file has: {}{rest}", visible(&names.join(", "))));
    diagnostic
}

fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn ordinal(number: usize) -> String {
    let suffix = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}
