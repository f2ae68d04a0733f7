//! A column that already says which part of the split each row belongs to.

use super::columns::{Guessed, Kind, named};

/// How people call each part.
const PARTS: [(&str, &[&str]); 3] = [
    ("train", &["train", "training"]),
    ("valid", &["valid", "validation", "val", "dev", "validate"]),
    ("test", &["test", "testing", "holdout"]),
];

/// Whether all classes of a column are names of parts, train among them, and its own name says so too.
pub fn says_part(header: &str, kind: &Kind) -> bool {
    let Kind::Category(classes) = kind else { return false };
    named(header, &["split", "part", "set", "fold", "subset", "partition"])
        && classes.iter().all(|class| part_of(class).is_some())
        && classes.iter().any(|class| part_of(class) == Some("train"))
}

fn part_of(class: &str) -> Option<&'static str> {
    let class = class.to_lowercase();
    PARTS.iter().find(|(_, words)| words.contains(&class.as_str())).map(|(part, _)| *part)
}

/// The fields of a split by such a column.
pub fn fields(column: &Guessed, quote: fn(&str) -> String) -> String {
    let Kind::Category(classes) = &column.kind else { return String::new() };
    let mut fields = vec![format!("by: {}", column.name)];
    for (part, _) in PARTS {
        let own: Vec<String> =
            classes.iter().filter(|class| part_of(class) == Some(part)).map(|class| quote(class)).collect();
        match own.as_slice() {
            [] => {}
            [only] => fields.push(format!("{part}: {only}")),
            several => fields.push(format!("{part}: [{}]", several.join(", "))),
        }
    }
    fields.join(", ")
}
