//! Which texts name one class: classes that are all numbers compare as numbers, others letter by letter.
//!
//! Programs write one and the same code as `1`, `1.0` or `01`. Where every class of a column is a number, these are one
//! class; unless a leading zero tells two of them apart, as in article numbers `12` and `012`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A text as a number: its digits without signs of plus, without leading zeros, and without zeros at the end of the
/// fraction; and how many zeros led. Exact, however many digits. No exponents: `1e5` is as likely a code.
pub fn as_number(text: &str) -> Option<(String, usize)> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some(parts) => parts,
        // A decimal comma, but for what may as well be thousands.
        None => match digits.split_once(',') {
            Some((_, fraction)) if fraction.len() == 3 => return None,
            Some(parts) => parts,
            None => (digits, ""),
        },
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let significant = whole.trim_start_matches('0');
    let whole_part = if significant.is_empty() { "0" } else { significant };
    let zeros = whole.len().saturating_sub(whole_part.len());
    let fraction = fraction.trim_end_matches('0');
    let zero = whole_part == "0" && fraction.is_empty();
    let sign = if negative && !zero { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    Some((format!("{sign}{whole_part}{point}{fraction}"), zeros))
}

/// The numbers of texts that are all numbers, if no leading zero tells two of them apart.
fn numbers<'c>(texts: impl Iterator<Item = &'c str>) -> Option<Vec<String>> {
    let mut zeros_of: HashMap<String, usize> = HashMap::new();
    let mut all = Vec::new();
    for text in texts {
        let (number, zeros) = as_number(text)?;
        if *zeros_of.entry(number.clone()).or_insert(zeros) != zeros {
            return None;
        }
        all.push(number);
    }
    Some(all)
}

/// The classes of a column, to find one by what a cell or a spec says.
#[derive(Clone, Debug, Default)]
pub struct Classes<'c> {
    exact: HashMap<&'c str, usize>,
    by_number: HashMap<String, usize>,
}

impl<'c> Classes<'c> {
    pub fn new(classes: &'c [String]) -> Self {
        let exact = classes.iter().enumerate().map(|(index, class)| (class.as_str(), index)).collect();
        let mut by_number = HashMap::new();
        // Who declares both `1` and `1.0` wants two classes.
        if let Some(numbers) = numbers(classes.iter().map(String::as_str)) {
            let count = numbers.len();
            by_number = numbers.into_iter().enumerate().map(|(index, number)| (number, index)).collect();
            if by_number.len() < count {
                by_number.clear();
            }
        }
        Self { exact, by_number }
    }

    /// The class that a text names.
    pub fn index(&self, text: &str) -> Option<usize> {
        self.exact.get(text).copied().or_else(|| {
            let (number, _) = as_number(text).filter(|_| !self.by_number.is_empty())?;
            self.by_number.get(&number).copied()
        })
    }

    pub fn contains(&self, text: &str) -> bool {
        self.index(text).is_some()
    }
}

/// One text for each class that these name, the shortest spelling of it.
pub fn distinct(texts: BTreeSet<String>) -> BTreeSet<String> {
    let Some(numbers) = numbers(texts.iter().map(String::as_str)) else { return texts };
    let mut shortest: BTreeMap<String, String> = BTreeMap::new();
    for (number, text) in numbers.into_iter().zip(texts) {
        match shortest.get_mut(&number) {
            Some(kept) if text.len() < kept.len() => *kept = text,
            Some(_) => {}
            None => {
                shortest.insert(number, text);
            }
        }
    }
    shortest.into_values().collect()
}

/// Whether two texts name one class of a column that holds these texts.
pub fn same<'c>(one: &str, other: &str, column: impl Iterator<Item = &'c str>) -> bool {
    if one == other {
        return true;
    }
    match (as_number(one), as_number(other)) {
        (Some((one, _)), Some((other, _))) if one == other => numbers(column).is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Classes, as_number, distinct, same};

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_string()).collect()
    }

    #[test]
    fn one_number_has_many_spellings() {
        for (text, number, zeros) in [
            ("1", "1", 0),
            ("1.0", "1", 0),
            ("+1.", "1", 0),
            ("01", "1", 1),
            ("-0.50", "-0.5", 0),
            (".5", "0.5", 0),
            ("-0.0", "0", 0),
            ("000", "0", 2),
            ("1,0", "1", 0),
            ("12345678901234567890.10", "12345678901234567890.1", 0),
        ] {
            assert_eq!(as_number(text), Some((number.to_string(), zeros)), "{text}");
        }
        for text in ["", "-", ".", "1e5", "a", "1,000", "1 0", "0x1", "١", "1.2.3", "inf", "--1"] {
            assert_eq!(as_number(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_found_by_value_and_words_by_letter() {
        let known = texts(&["0", "1", "10"]);
        let classes = Classes::new(&known);
        assert_eq!(
            ["1", "1.0", "01", "10.00", "2", "x"].map(|text| classes.index(text)),
            [Some(1), Some(1), Some(1), Some(2), None, None]
        );
        let mixed = texts(&["1", "other"]);
        assert_eq!(Classes::new(&mixed).index("1.0"), None, "not all classes are numbers");
        let codes = texts(&["1", "01"]);
        assert_eq!(
            ["1", "01", "1.0", "001"].map(|text| Classes::new(&codes).index(text)),
            [Some(0), Some(1), None, None]
        );
        let padded = texts(&["001", "002"]);
        assert_eq!(Classes::new(&padded).index("1"), Some(0), "no zero tells two of them apart");
        let declared = texts(&["1", "1.0"]);
        assert_eq!(["1", "1.0", "1.00"].map(|text| Classes::new(&declared).index(text)), [Some(0), Some(1), None]);
    }

    #[test]
    fn spellings_of_one_number_are_one_class() {
        let of = |all: &[&str]| distinct(texts(all).into_iter().collect()).into_iter().collect::<Vec<_>>();
        assert_eq!(of(&["1", "1.0", "2.0"]), ["1", "2.0"]);
        assert_eq!(of(&["01", "1", "2"]), ["01", "1", "2"]);
        assert_eq!(of(&["1", "1.0", "many"]), ["1", "1.0", "many"]);
        let column = ["1.0", "2.0"];
        assert!(same("1", "1.0", column.into_iter()));
        assert!(!same("1", "1.0", ["1.0", "x"].into_iter()));
        assert!(!same("1", "2.0", column.into_iter()));
        assert!(same("x", "x", ["1.0", "x"].into_iter()));
    }
}
