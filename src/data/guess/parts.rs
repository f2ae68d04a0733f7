//! A column that already says which part of the split each row belongs to.

use super::columns::{Guessed, Kind};
use super::names::{named, words};

/// How people call each part.
const PARTS: [(&str, &[&str]); 3] = [
    ("train", &["train", "training", "tr", "train_set", "trn"]),
    ("valid", &["valid", "validation", "val", "dev", "validate", "eval", "tune"]),
    ("test", &["test", "testing", "holdout", "te", "tst", "heldout"]),
];

/// Whether a column says to which part a row belongs: all its classes are names of parts, train among them; or it is one of
/// yes and no and its name asks whether the row trains (`is_train`).
pub fn says_part(header: &str, kind: &Kind) -> bool {
    let Kind::Category(classes) = kind else { return false };
    let parts: Vec<&str> = classes.iter().filter_map(|class| part_of(header, class)).collect();
    let several = parts.iter().any(|part| *part != "train");
    let by_name = named(header, &["split", "part", "set", "fold", "subset", "partition", "usage", "dataset"]);
    parts.len() == classes.len() && parts.contains(&"train") && (by_name || several)
}

/// The part that a class means, under this header.
fn part_of(header: &str, class: &str) -> Option<&'static str> {
    let class = class.to_lowercase();
    if let Some((part, _)) = PARTS.iter().find(|(_, words)| words.contains(&class.as_str())) {
        return Some(part);
    }
    let words = words(header);
    let asks = |part: &str| match words.as_slice() {
        [is, what] => is == "is" && part_named(what) == Some(part),
        [one] => one.strip_prefix("is").and_then(part_named) == Some(part),
        _ => false,
    };
    let yes = match class.as_str() {
        "1" | "true" | "yes" | "t" | "y" | "1.0" => true,
        "0" | "false" | "no" | "f" | "n" | "0.0" => false,
        _ => return None,
    };
    match (asks("train"), asks("test"), yes) {
        (true, _, true) | (_, true, false) => Some("train"),
        (true, _, false) | (_, true, true) => Some("test"),
        _ => None,
    }
}

fn part_named(word: &str) -> Option<&'static str> {
    PARTS.iter().find(|(_, words)| words.contains(&word)).map(|(part, _)| *part)
}

/// The fields of a split by such a column.
pub fn fields(column: &Guessed, quote: fn(&str) -> String) -> String {
    let Kind::Category(classes) = &column.kind else { return String::new() };
    let mut fields = vec![format!("by: {}", column.name)];
    for (part, _) in PARTS {
        let own: Vec<String> = classes
            .iter()
            .filter(|class| part_of(&column.header, class) == Some(part))
            .map(|class| quote(class))
            .collect();
        match own.as_slice() {
            [] => {}
            [only] => fields.push(format!("{part}: {only}")),
            several => fields.push(format!("{part}: [{}]", several.join(", "))),
        }
    }
    fields.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Kind, says_part};

    #[test]
    fn parts_are_known_by_their_values() {
        let says = |header: &str, classes: &[&str]| {
            says_part(header, &Kind::Category(classes.iter().map(|class| class.to_string()).collect()))
        };
        assert!(says("split", &["test", "train"]) && says("whatever", &["dev", "test", "train"]));
        assert!(says("is_train", &["0", "1"]) && says("isTest", &["False", "True"]));
        assert!(!says("split", &["a", "train"]) && !says("is_large", &["0", "1"]) && !says("test", &["dev", "test"]));
        assert!(!says("transport", &["train"]) && !says("transport", &["bus", "train"]));
    }
}
