//! Which columns a model could answer, best first.

use super::Wishes;
use super::columns::{Guessed, Kind};
use super::names::{says_label, says_wanted, words};
use super::no_guess::{NoGuess, NotATask};
use super::relations::Sample;
use super::spec::quote;
use crate::data::problems::count;

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

/// So many tasks are written out by themselves; the rest are comments.
const MOST_TASKS: usize = 3;
/// A column that scores less is an input unless no other is better.
const GOOD: i32 = 3;
/// A column with a value in so many of a hundred rows is nearly constant.
const NEARLY_ALL: usize = 99;
/// Unless its name says label, and so many rows have another value.
const ENOUGH_OTHERS: usize = 50;
/// Labels of more classes are not suggested.
const MOST_CLASSES: usize = 100;

/// Suggests tasks.
///
/// # Errors
/// If no column can be a label or nothing is left to read.
pub fn suggest(
    columns: &[Guessed],
    sample: &Sample<'_>,
    rows: usize,
    wishes: &Wishes,
) -> Result<Vec<Suggested>, NoGuess> {
    if rows == 0 {
        return Err(NoGuess::NoRows);
    }
    let usable = columns.iter().filter(|column| column.unread.is_none()).count();
    if !wishes.tasks.is_empty() {
        return asked(columns, rows, wishes);
    }
    let named = columns
        .iter()
        .enumerate()
        .any(|(index, column)| possible(column, rows).is_none() && by_name(columns, index) > 3);
    let able = |index: &usize| possible(&columns[*index], rows).is_none() && !wishes.not_task.contains(index);
    let mut scored: Vec<(i32, usize)> =
        (0..columns.len()).filter(able).map(|index| (score(columns, index, named), index)).collect();
    // Of equals, the one that stands nearer to the end: labels tend to.
    scored.sort_by_key(|(score, index)| (-score, std::cmp::Reverse(*index)));
    let best = match scored.first() {
        Some((score, _)) => *score,
        None => return Err(none_possible(columns)),
    };
    if usable < 2 {
        return Err(NoGuess::TooFewColumns);
    }
    let mut chosen: Vec<usize> = Vec::new();
    for (score, index) in &scored {
        let enough = *score >= GOOD || *score == best && chosen.is_empty();
        // At least one column must be left to read, and of a small table as many as are learnt.
        if enough && chosen.len() < MOST_TASKS && usable > 2 * chosen.len().max(1) - usize::from(chosen.is_empty()) {
            chosen.push(*index);
        }
    }
    if let ([only], true) = (chosen.as_slice(), usable >= 4) {
        chosen.extend(second(columns, sample, *only, &scored));
    }
    Ok(scored.into_iter().map(|(_, index)| suggested(columns, index, chosen.contains(&index))).collect())
}

/// The tasks that a person named, in that order.
fn asked(columns: &[Guessed], rows: usize, wishes: &Wishes) -> Result<Vec<Suggested>, NoGuess> {
    for index in &wishes.tasks {
        let column = &columns[*index];
        let not = |why: NotATask| Err(NoGuess::NotATask(column.header.clone(), why));
        if let Some(reason) = impossible(column, rows) {
            return not(NotATask::Impossible(reason));
        }
        if wishes.id == Some(*index) {
            return not(NotATask::IsId);
        }
        if wishes.drop.contains(index) {
            return not(NotATask::IsDropped);
        }
    }
    if !columns.iter().enumerate().any(|(index, column)| column.unread.is_none() && !wishes.tasks.contains(&index)) {
        return Err(NoGuess::NothingToRead);
    }
    Ok(wishes.tasks.iter().map(|index| suggested(columns, *index, true)).collect())
}

fn suggested(columns: &[Guessed], index: usize, chosen: bool) -> Suggested {
    let column = &columns[index];
    let (template, import, what) = template(column);
    Suggested {
        column: index,
        name: column.name.clone(),
        template,
        import,
        chosen,
        why: format!("{what} of `{}`", column.header),
    }
}

/// Why nothing at all can be a label.
fn none_possible(columns: &[Guessed]) -> NoGuess {
    let mut undeclared = columns.iter().filter(|column| !column.declared);
    NoGuess::NoLabel(undeclared.find_map(|column| Some((column.header.clone(), column.unread.clone()?))))
}

/// Why a column cannot be a label, even if it is asked for.
fn impossible(column: &Guessed, rows: usize) -> Option<String> {
    if !column.declared || column.part || column.present == 0 {
        return Some(column.unread.clone().unwrap_or_else(|| "it has no value".into()));
    }
    if !column.shape.is_empty() {
        return Some("it holds an array in each row".into());
    }
    match &column.kind {
        Kind::Category(classes) if classes.len() >= 2 => None,
        Kind::Labels(..) => None,
        Kind::Number if column.distinct >= 2 => None,
        Kind::Category(_) | Kind::Number => Some("it has one value".into()),
        Kind::Id => Some("it tells every row apart".into()),
        Kind::Time => Some("it holds dates".into()),
        Kind::Image => Some("it holds pictures".into()),
        Kind::Audio => Some("it holds sounds".into()),
        Kind::Text => Some(format!(
            "it is text ({} in {rows} rows)",
            column.unread.clone().unwrap_or_else(|| count(column.distinct, "different value"))
        )),
    }
}

/// Why a column is not suggested.
fn possible(column: &Guessed, rows: usize) -> Option<String> {
    if let Some(reason) = impossible(column, rows).or(column.unread.clone()) {
        return Some(reason);
    }
    let others = column.present - column.commonest.min(column.present);
    let label = says_label(&column.header);
    let nearly = others * 100 < column.present * (100 - NEARLY_ALL) && !(label && others >= ENOUGH_OTHERS);
    let few_labels = column.present * 10 < rows;
    match &column.kind {
        _ if few_labels => Some("few rows have it".into()),
        Kind::Category(_) | Kind::Number if nearly => Some("nearly all rows have one value".into()),
        Kind::Category(classes) if classes.len() > MOST_CLASSES => Some("it has too many classes".into()),
        Kind::Category(_) | Kind::Labels(..) if column.rarest < 3 => Some("a class has fewer than three rows".into()),
        Kind::Number if column.commonest * 20 > column.present * 19 && rows >= 20 => {
            Some("nearly all rows have one value".into())
        }
        _ => None,
    }
}

fn by_name(columns: &[Guessed], index: usize) -> i32 {
    let header = &columns[index].header;
    // Beside x and z, y is a place.
    let coordinate = words(header) == ["y"] && columns.iter().any(|other| words(&other.header) == ["z"]);
    match () {
        () if says_label(header) && !coordinate => 4,
        () if says_wanted(header) => 3,
        () => 0,
    }
}

/// How much a column looks like a label. `named`: the name of some column says so.
fn score(columns: &[Guessed], index: usize, named: bool) -> i32 {
    let column = &columns[index];
    let read = (0..columns.len()).rev().find(|other| columns[*other].unread.is_none());
    let name = by_name(columns, index);
    let category = matches!(column.kind, Kind::Category(_));
    let last = match read == Some(index) {
        // The last number of many says less than a name does.
        true if !category && name == 0 && named => 2,
        true => 3,
        false => 0,
    };
    let first = if index == 0 && category && !column.codes { 2 } else { 0 };
    // Beside a block of numbers, which is read as a whole, the few other columns are what was measured for it.
    let blocks = columns.iter().filter(|column| column.block).count();
    let block = match column.block {
        true if name == 0 => -6,
        false if blocks >= 16 && columns.len() - blocks <= 8 => 3,
        _ => 0,
    };
    name + last + first + i32::from(category) + block
}

/// A second task for a table that names only one: a category whose classes are all frequent, and the one that tells least of
/// the first, since what is asked can no longer be read.
fn second(columns: &[Guessed], sample: &Sample<'_>, first: usize, scored: &[(i32, usize)]) -> Option<usize> {
    let balanced = |index: &usize| {
        let column = &columns[*index];
        let Kind::Category(classes) = &column.kind else { return false };
        (2..=10).contains(&classes.len())
            && column.rarest * 20 >= column.present
            && column.rarest >= 10
            && column.missing * 5 <= column.missing + column.present
            && classes.iter().any(|class| class.parse::<f64>().is_err())
    };
    scored
        .iter()
        .map(|(_, index)| *index)
        .filter(|index| *index != first && balanced(index))
        .map(|index| (sample.association(first, index), index))
        .filter(|(association, _)| *association < 0.5)
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, index)| index)
}

fn template(column: &Guessed) -> (String, &'static str, String) {
    match &column.kind {
        Kind::Category(classes) if classes.len() == 2 => {
            let positive = positive(classes);
            (
                format!("binary(positive: {})", quote(positive)),
                "binary",
                format!("yes or no, whether it is `{positive}`: the value"),
            )
        }
        Kind::Category(classes) => {
            ("classification".into(), "classification", format!("one of {} classes: the value", classes.len()))
        }
        Kind::Labels(..) => ("multilabel".into(), "multilabel", "any number of classes: the value".into()),
        _ => ("regression".into(), "regression", "a number: the value".into()),
    }
}

/// The class that a person would call "yes".
fn positive(classes: &[String]) -> &str {
    const YES: [&str; 19] = [
        "yes",
        "true",
        "1",
        "y",
        "t",
        "positive",
        "malignant",
        "bad",
        "default",
        "churned",
        "spam",
        "fraud",
        "sick",
        "dead",
        "ja",
        "oui",
        "si",
        "sí",
        "sim",
    ];
    let found = YES.iter().find_map(|word| classes.iter().find(|class| class.to_lowercase() == *word));
    // Of two that say nothing, the one that does not say no.
    const NO: [&str; 12] = ["no", "false", "0", "n", "f", "negative", "none", "normal", "nein", "non", "não", "ok"];
    let other = || classes.iter().rev().find(|class| !NO.contains(&class.to_lowercase().as_str()));
    found.or_else(other).or(classes.last()).map_or("", String::as_str)
}
