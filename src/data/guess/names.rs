//! Headers: as names of the language, and what they say of their column.

use std::collections::HashSet;

use crate::syntax;

/// Words that people call identifiers by.
const IDS: [&str; 11] = ["id", "ids", "uid", "uuid", "guid", "key", "identifier", "rowid", "rownames", "ident", "pk"];
/// Words for a place in the file.
const PLACES: [&str; 8] = ["index", "idx", "row", "nr", "no", "rownum", "number", "seq"];
/// Words that people call labels by.
const LABELS: [&str; 22] = [
    "target",
    "targets",
    "label",
    "labels",
    "class",
    "classes",
    "outcome",
    "outcomes",
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
    "survived",
    "churn",
    "churned",
    "output",
];
/// Words for what people often want to know.
const WANTED: [&str; 72] = [
    "price",
    "amount",
    "cost",
    "costs",
    "fare",
    "salary",
    "income",
    "wage",
    "revenue",
    "sales",
    "profit",
    "spend",
    "score",
    "rating",
    "grade",
    "quality",
    "risk",
    "default",
    "fraud",
    "spam",
    "toxic",
    "toxicity",
    "approved",
    "accepted",
    "sold",
    "cnt",
    "demand",
    "load",
    "yield",
    "strength",
    "mpg",
    "consumption",
    "mass",
    "weight",
    "medv",
    "charges",
    "premium",
    "mortality",
    "survival",
    "death",
    "died",
    "relapse",
    "recurrence",
    "readmitted",
    "solubility",
    "activity",
    "affinity",
    "potency",
    "logp",
    "sentiment",
    "emotion",
    "mood",
    "stars",
    "rings",
    "disease",
    "malignant",
    "canceled",
    "cancelled",
    "inflation",
    "infl",
    "unemployment",
    "unemp",
    "growth",
    "active",
    "hit",
    "protein",
    "moisture",
    "fat",
    "starch",
    "octane",
    "slump",
    "pulse",
];

/// The words of a name, in lower case: `customer_id`, `CustomerID` and `customer id` have two.
pub fn words(header: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for letter in header.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase()) {
            parts.push(String::new());
        }
        if letter.is_alphanumeric() {
            parts.last_mut().into_iter().for_each(|part| part.extend(letter.to_lowercase()));
        }
        before = letter;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether one of these words is a part of a name.
pub fn named(header: &str, list: &[&str]) -> bool {
    words(header).iter().any(|part| list.contains(&part.as_str()))
}

/// Whether a header is a number, as those of a spectrum or of years are.
pub fn is_number(header: &str) -> bool {
    header.replace(',', ".").parse::<f64>().is_ok_and(f64::is_finite)
}

/// A header that says nothing, as programs give an index that they write: none, `Unnamed: 0`, `index`.
pub fn unnamed(header: &str) -> bool {
    let header = header.trim();
    header.is_empty() || header.starts_with("Unnamed:") || ["index", "Index", "_1", "...1"].contains(&header)
}

/// Whether a header says that its column tells rows apart.
pub fn says_id(header: &str) -> bool {
    let fused = |part: &String| {
        ["customerid", "userid", "patientid", "passengerid", "recordid", "sampleid", "objectid", "itemid", "orderid"]
            .contains(&part.as_str())
    };
    named(header, &IDS) || words(header).iter().any(fused)
}

pub fn says_place(header: &str) -> bool {
    unnamed(header) || says_id(header) || named(header, &PLACES)
}

/// Whether rows with one value of the column belong together: a patient, a household.
pub fn says_group(header: &str) -> bool {
    const WHO: [&str; 14] = [
        "patient",
        "subject",
        "person",
        "participant",
        "user",
        "customer",
        "client",
        "household",
        "family",
        "animal",
        "session",
        "case",
        "donor",
        "group",
    ];
    let words = words(header);
    says_id(header) && words.iter().any(|word| WHO.contains(&word.as_str()) || word.len() > 2 && word.ends_with("id"))
}

pub fn says_label(header: &str) -> bool {
    words(header).iter().any(|part| LABELS.contains(&part.trim_end_matches(|letter: char| letter.is_ascii_digit())))
}

pub fn says_wanted(header: &str) -> bool {
    named(header, &WANTED)
}

/// Whether one name goes on where the other ends, word by word: `SOL`, `SOL_classification`.
pub fn goes_on(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    !short.is_empty() && short.len() < long.len() && long.starts_with(&short)
}

/// Whether a name is the next after another: `p08`, `p09`.
pub fn follows(before: &str, after: &str) -> bool {
    let stem = before.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = &before[stem.len()..];
    let Ok(number) = digits.parse::<u64>() else { return false };
    after == format!("{stem}{:0width$}", number.saturating_add(1), width = digits.len())
}

/// A header as a name of the language.
pub fn word(header: &str, index: usize) -> String {
    if syntax::is_name(header) {
        return header.to_string();
    }
    let mut name = String::new();
    for letter in header.to_lowercase().chars() {
        if syntax::is_name(&format!("x{letter}")) {
            name.push(letter);
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_').to_string();
    match name {
        name if syntax::is_name(&name) => name,
        name if name.is_empty() => format!("column_{}", index + 1),
        name => format!("c_{name}"),
    }
}

/// A name that nobody has yet.
pub fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::{follows, goes_on, says_group, says_id, says_label, says_wanted, unnamed, words};

    #[test]
    fn headers_are_taken_apart() {
        assert_eq!(words("CustomerID"), ["customer", "id"]);
        assert_eq!(words("sepal width (cm)"), ["sepal", "width", "cm"]);
        assert!(
            says_id("PassengerId")
                && says_id("user id")
                && says_id("customerid")
                && !says_id("acid")
                && !says_id("width")
        );
        assert!(says_label("Y1") && says_label("target_b") && !says_label("year"));
        assert!(!says_wanted("pricey") && says_wanted("Price") && says_wanted("body_mass_g"));
        assert!(says_group("patient_id") && !says_group("id") && !says_group("store_id"));
        assert!(unnamed("") && unnamed("Unnamed: 0") && !unnamed("name"));
        assert!(goes_on("SOL", "SOL_classification") && !goes_on("bill_length", "bill_depth") && !goes_on("a", "a"));
    }

    #[test]
    fn names_are_followed_as_ranges_spell_them_out() {
        assert!(follows("p08", "p09") && follows("p09", "p10") && follows("x9", "x10") && follows("x0", "x1"));
        assert!(!follows("p08", "p10") && !follows("p", "q"));
    }
}
