//! Functions of texts.

use super::{Apply, Function};

super::functions! {
    /// `concat(a, b, …)`: several texts behind one another.
    concat = Apply::Texts(|texts| texts.concat());

    /// `contains(text, part)`: whether a text has another somewhere in it.
    contains = Apply::TruthOfTexts(|text, part| text.contains(part));

    /// `ends_with(text, part)`: whether a text ends with another.
    ends_with = Apply::TruthOfTexts(|text, part| text.ends_with(part));

    /// `length(text)`: how many characters a text has.
    length = Apply::NumberOfText(|text| text.chars().count() as f64);

    /// `lower(text)`: in small letters.
    lower = Apply::Text(str::to_lowercase);

    /// `number(text)`: the number that a text spells, with a decimal point.
    ///
    /// Has no value where the text is none.
    number = Apply::NumberOfText(|text| text.trim().parse().unwrap_or(f64::NAN));

    /// `starts_with(text, part)`: whether a text starts with another.
    starts_with = Apply::TruthOfTexts(|text, part| text.starts_with(part));

    /// `trim(text)`: without spaces at its ends.
    trim = Apply::Text(|text| text.trim().to_string());

    /// `upper(text)`: in capital letters.
    upper = Apply::Text(str::to_uppercase);
}
