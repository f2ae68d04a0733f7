//! Which columns a model could answer, best first.

use super::columns::{Guessed, Kind, named};

/// A task that the table could have.
pub struct Suggested {
    /// Index of the label's column.
    pub column: usize,
    pub name: String,
    /// `classification`, `binary(positive: "yes")`, …
    pub template: String,
    /// The template alone, for `use`.
    pub import: &'static str,
    pub chosen: bool,
    pub why: String,
}

/// So many tasks are written out; the rest are comments.
const MOST_TASKS: usize = 3;
/// A column that scores less is an input unless no other is better.
const GOOD: i32 = 3;

/// Suggests tasks; the reason if no column can be a label or nothing is left to read.
pub fn suggest(columns: &[Guessed], rows: usize) -> Result<Vec<Suggested>, String> {
    if rows == 0 {
        return Err("it has a header and no rows".into());
    }
    let mut scored: Vec<(i32, usize)> =
        (0..columns.len()).filter_map(|index| Some((score(columns, index)?, index))).collect();
    scored.sort_by_key(|(score, index)| (-score, *index));
    let best = scored.first().map(|(score, _)| *score).ok_or(
        "no column can be a label: a label is a category of at least two classes, a set of labels, or numbers that differ",
    )?;
    let usable = (0..columns.len()).filter(|index| is_input(&columns[*index])).count();
    let mut chosen = 0;
    let mut tasks = Vec::new();
    for (score, index) in scored {
        let column = &columns[index];
        let enough = score >= GOOD || score == best && chosen == 0;
        // At least one column must be left to read.
        let take = enough && chosen < MOST_TASKS && usable > chosen + 1;
        chosen += usize::from(take);
        let (template, import, what) = template(column);
        tasks.push(Suggested {
            column: index,
            name: column.name.clone(),
            template,
            import,
            chosen: take,
            why: format!("{what} of `{}`", column.header),
        });
    }
    if chosen == 0 {
        return Err(
            "it needs at least two columns that differ from row to row: one to learn, one to learn it from".into()
        );
    }
    Ok(tasks)
}

/// Whether an input can read a column.
pub fn is_input(column: &Guessed) -> bool {
    !column.constant && !column.part && !matches!(column.kind, Kind::Id | Kind::Time)
}

/// Words that people call labels by.
pub const NAMES: [&str; 14] = [
    "target",
    "label",
    "class",
    "outcome",
    "species",
    "diagnosis",
    "response",
    "status",
    "result",
    "y",
    "digit",
    "progression",
    "cultivar",
    "classification",
];

/// How much a column looks like a label; `None` if it cannot be one.
fn score(columns: &[Guessed], index: usize) -> Option<i32> {
    let column = &columns[index];
    if column.constant || column.part || !column.shape.is_empty() {
        return None;
    }
    let last = if index + 1 == columns.len() { 3 } else { 0 };
    let by_name = if named(&column.header, &NAMES) { 4 } else { 0 };
    match &column.kind {
        Kind::Category(classes) if classes.len() >= 2 && column.rarest >= 3 => {
            let first = if index == 0 { 2 } else { 0 };
            Some(by_name + last + first + 1)
        }
        Kind::Labels => Some(by_name + last),
        Kind::Number => Some(by_name + last),
        _ => None,
    }
}

fn template(column: &Guessed) -> (String, &'static str, String) {
    match &column.kind {
        Kind::Category(classes) if classes.len() == 2 => {
            let positive = positive(classes);
            (
                format!("binary(positive: {positive:?})"),
                "binary",
                format!("yes or no, whether it is `{positive}`: the value"),
            )
        }
        Kind::Category(classes) => {
            ("classification".into(), "classification", format!("one of {} classes: the value", classes.len()))
        }
        Kind::Labels => ("multilabel".into(), "multilabel", "any number of classes: the value".into()),
        _ => ("regression".into(), "regression", "a number: the value".into()),
    }
}

/// The class that a person would call "yes".
fn positive(classes: &[String]) -> &str {
    const YES: [&str; 11] =
        ["yes", "true", "1", "y", "t", "positive", "malignant", "bad", "default", "churned", "spam"];
    let found = YES.iter().find_map(|word| classes.iter().find(|class| class.to_lowercase() == *word));
    found.or(classes.last()).map_or("", String::as_str)
}
