//! Typed parameters: what an argument may be, its default, its range.

use super::Dim;

/// A constant argument, as `check/` has evaluated it.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgValue {
    Number(f64),
    Integer(i64),
    Bool(bool),
    /// A quoted string.
    Text(String),
    /// One word of a fixed list: `same`, `macro`, `median`.
    Word(String),
    /// A share: 0 to 1, written `70%`.
    Share(f64),
    /// A factor, written `0.1x`.
    Factor(f64),
    /// A size, symbolic or not.
    Dim(Dim),
    List(Vec<ArgValue>),
}

impl ArgValue {
    /// As a person would write it in a `.mtl` file.
    pub fn show(&self) -> String {
        match self {
            ArgValue::Number(value) => show_number(*value),
            ArgValue::Integer(value) => value.to_string(),
            ArgValue::Bool(value) => value.to_string(),
            ArgValue::Text(value) => format!("{value:?}"),
            ArgValue::Word(value) => value.clone(),
            ArgValue::Share(value) => format!("{}%", show_number(value * 100.0)),
            ArgValue::Factor(value) => format!("{}x", show_number(*value)),
            ArgValue::Dim(value) => value.to_string(),
            ArgValue::List(values) => {
                format!("[{}]", values.iter().map(ArgValue::show).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A number in the shortest form that reads back the same; exponents for the very small and large.
pub fn show_number(value: f64) -> String {
    let magnitude = value.abs();
    if value != 0.0 && !(1e-3..1e7).contains(&magnitude) { format!("{value:e}") } else { format!("{value}") }
}

/// A number of data for reading: whole ones as they are, all others with as many digits as a person compares, five that count.
pub fn show_measured(value: f64) -> String {
    if !value.is_finite() || value == value.trunc() {
        return show_number(value);
    }
    const DIGITS: i32 = 5;
    let places = DIGITS - 1 - value.abs().log10().floor() as i32;
    // What stands before the point stays, and what is far too small for places is left to its exponent.
    match format!("{value:.*e}", (DIGITS - 1) as usize).parse() {
        Ok(rounded) if places > 0 => show_number(rounded),
        _ => show_number(value.round()),
    }
}

/// What a parameter expects; `check/` evaluates an argument by it.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamKind {
    Number,
    Integer,
    Bool,
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or a whole number.
    WordOrInteger(&'static [&'static str]),
    /// A name that the spec gives to something: a target of the task.
    Name,
    Share,
    Factor,
    /// A size: an integer, or a symbol such as `label.classes`.
    Dim,
    /// A list of these, or one alone.
    List(Box<ParamKind>),
}

impl ParamKind {
    /// In words, to complete "expects …".
    pub fn words(&self) -> String {
        match self {
            ParamKind::Number => "a number".into(),
            ParamKind::Integer => "a whole number".into(),
            ParamKind::Bool => "`true` or `false`".into(),
            ParamKind::Text => "a quoted text".into(),
            ParamKind::Word(words) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                match quoted.as_slice() {
                    [only] => only.clone(),
                    [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
                    [] => "a word".into(),
                }
            }
            ParamKind::WordOrInteger(words) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                format!("{} or a whole number", quoted.join(", "))
            }
            ParamKind::Name => "a name".into(),
            ParamKind::Share => "a share such as `70%`".into(),
            ParamKind::Factor => "a factor such as `0.1x`".into(),
            ParamKind::Dim => "a size".into(),
            ParamKind::List(inner) => format!("a list; each member is {}", inner.words()),
        }
    }
}

/// Which numbers a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub min: f64,
    pub max: f64,
    /// Whether the ends themselves are excluded.
    pub above_min: bool,
    pub below_max: bool,
}

impl Range {
    pub const ANY: Range = Range { min: f64::NEG_INFINITY, max: f64::INFINITY, above_min: false, below_max: false };
    pub const POSITIVE: Range = Range { min: 0.0, above_min: true, ..Range::ANY };
    pub const NON_NEGATIVE: Range = Range { min: 0.0, ..Range::ANY };
    pub const AT_LEAST_ONE: Range = Range { min: 1.0, ..Range::ANY };
    /// 0 ≤ x ≤ 1
    pub const UNIT: Range = Range { min: 0.0, max: 1.0, above_min: false, below_max: false };
    /// 0 ≤ x < 1
    pub const UNIT_BELOW_ONE: Range = Range { below_max: true, ..Range::UNIT };
    /// 0 < x < 1
    pub const UNIT_OPEN: Range = Range { above_min: true, below_max: true, ..Range::UNIT };

    pub fn contains(&self, value: f64) -> bool {
        let low = if self.above_min { value > self.min } else { value >= self.min };
        let high = if self.below_max { value < self.max } else { value <= self.max };
        low && high && value.is_finite()
    }

    /// In words, to complete "must be …".
    pub fn words(&self) -> String {
        let low = match (self.min.is_finite(), self.above_min) {
            (false, _) => None,
            (true, true) => Some(format!("greater than {}", show_number(self.min))),
            (true, false) => Some(format!("at least {}", show_number(self.min))),
        };
        let high = match (self.max.is_finite(), self.below_max) {
            (false, _) => None,
            (true, true) => Some(format!("less than {}", show_number(self.max))),
            (true, false) => Some(format!("at most {}", show_number(self.max))),
        };
        match (low, high) {
            (Some(low), Some(high)) => format!("{low} and {high}"),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => "a finite number".into(),
        }
    }
}

/// One parameter of a catalog entry.
#[derive(Clone, Debug)]
pub struct ParamSpec {
    pub name: &'static str,
    pub doc: &'static str,
    pub kind: ParamKind,
    /// `None` if the argument must be given.
    pub default: Option<ArgValue>,
    pub range: Range,
    /// Whether the argument may be given by position, in the order of the parameters.
    pub positional: bool,
}

/// Arguments bound to parameters: one value each, given or default.
#[derive(Clone, Debug, Default)]
pub struct Args {
    pub values: Vec<(&'static str, ArgValue)>,
}

impl Args {
    pub fn get(&self, name: &str) -> Option<&ArgValue> {
        self.values.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }
}

/// A Rust type that a parameter can have.
pub trait ParamValue: Sized {
    fn kind() -> ParamKind;
    fn from_arg(value: &ArgValue) -> Option<Self>;
    fn to_arg(&self) -> ArgValue;
    /// The numbers that a parameter of this type takes whatever else is said of it.
    fn range() -> Range {
        Range::ANY
    }
    /// Whether a parameter of this type may be left out without a default being shown (`Option`).
    fn absent() -> Option<Self> {
        None
    }
}

impl ParamValue for f64 {
    fn kind() -> ParamKind {
        ParamKind::Number
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Number(value) => Some(*value),
            ArgValue::Integer(value) => Some(*value as f64),
            _ => None,
        }
    }
    fn to_arg(&self) -> ArgValue {
        ArgValue::Number(*self)
    }
}

impl ParamValue for usize {
    fn kind() -> ParamKind {
        ParamKind::Integer
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Integer(value) => usize::try_from(*value).ok(),
            ArgValue::Dim(dim) => dim.value().and_then(|value| usize::try_from(value).ok()),
            _ => None,
        }
    }
    fn to_arg(&self) -> ArgValue {
        ArgValue::Integer(*self as i64)
    }
    fn range() -> Range {
        Range::NON_NEGATIVE
    }
}

impl ParamValue for bool {
    fn kind() -> ParamKind {
        ParamKind::Bool
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Bool(value) => Some(*value),
            _ => None,
        }
    }
    fn to_arg(&self) -> ArgValue {
        ArgValue::Bool(*self)
    }
}

impl ParamValue for String {
    fn kind() -> ParamKind {
        ParamKind::Text
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Text(value) => Some(value.clone()),
            _ => None,
        }
    }
    fn to_arg(&self) -> ArgValue {
        ArgValue::Text(self.clone())
    }
}

impl ParamValue for Dim {
    fn kind() -> ParamKind {
        ParamKind::Dim
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Dim(value) => Some(value.clone()),
            ArgValue::Integer(value) => Some(Dim::int(*value)),
            _ => None,
        }
    }
    fn to_arg(&self) -> ArgValue {
        match self.value() {
            Some(value) => ArgValue::Integer(value),
            None => ArgValue::Dim(self.clone()),
        }
    }
}

/// A name that the spec gives, without quotes.
#[derive(Clone, Debug, PartialEq)]
pub struct Name(pub String);

impl ParamValue for Name {
    fn kind() -> ParamKind {
        ParamKind::Name
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Word(name) => Some(Name(name.clone())),
            _ => None,
        }
    }
    fn to_arg(&self) -> ArgValue {
        ArgValue::Word(self.0.clone())
    }
}

/// A share between 0 and 1, written with `%`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(pub f64);

impl ParamValue for Share {
    fn kind() -> ParamKind {
        ParamKind::Share
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Share(value) => Some(Share(*value)),
            _ => None,
        }
    }
    fn to_arg(&self) -> ArgValue {
        ArgValue::Share(self.0)
    }
}

/// A factor, written with `x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor(pub f64);

impl ParamValue for Factor {
    fn kind() -> ParamKind {
        ParamKind::Factor
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Factor(value) => Some(Factor(*value)),
            _ => None,
        }
    }
    fn to_arg(&self) -> ArgValue {
        ArgValue::Factor(self.0)
    }
}

/// An optional parameter: left out unless written; has no default to show.
impl<T: ParamValue> ParamValue for Option<T> {
    fn kind() -> ParamKind {
        T::kind()
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        // What `to_arg` shows of an absent value is read back as one, so that arguments survive the way there and back.
        T::from_arg(value).map(Some).or_else(|| matches!(value, ArgValue::Word(word) if word == "none").then_some(None))
    }
    fn to_arg(&self) -> ArgValue {
        self.as_ref().map_or(ArgValue::Word("none".into()), T::to_arg)
    }
    fn range() -> Range {
        T::range()
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// A list, or one member alone.
impl<T: ParamValue> ParamValue for Vec<T> {
    fn kind() -> ParamKind {
        ParamKind::List(Box::new(T::kind()))
    }
    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::List(values) => values.iter().map(T::from_arg).collect(),
            one => T::from_arg(one).map(|value| vec![value]),
        }
    }
    fn to_arg(&self) -> ArgValue {
        ArgValue::List(self.iter().map(T::to_arg).collect())
    }
    fn range() -> Range {
        T::range()
    }
}

/// Declares an enum whose values are words of the language.
///
/// `words! { /// doc
///   pub enum Padding { Valid = "valid", Same = "same" } }`
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vmeta])* $variant),* }

        impl $name {
            /// The word in the language.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }

        impl $crate::catalog::ParamValue for $name {
            fn kind() -> $crate::catalog::ParamKind {
                $crate::catalog::ParamKind::Word(&[$($word),*])
            }
            fn from_arg(value: &$crate::catalog::ArgValue) -> Option<Self> {
                match value {
                    $crate::catalog::ArgValue::Word(word) => match word.as_str() {
                        $($word => Some($name::$variant),)*
                        _ => None,
                    },
                    _ => None,
                }
            }
            fn to_arg(&self) -> $crate::catalog::ArgValue {
                $crate::catalog::ArgValue::Word(self.word().to_string())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::show_measured;

    #[test]
    fn numbers_of_data_are_rounded_for_reading() {
        for (value, shown) in [
            (2.8630869928747416e-4, "2.8631e-4"),
            (0.9995412826538086, "0.99954"),
            (0.25, "0.25"),
            (-12.345678, "-12.346"),
            (123_456.789, "123457"),
            (1999.0, "1999"),
            (12_345_678.0, "1.2345678e7"),
            (0.0, "0"),
        ] {
            assert_eq!(show_measured(value), shown);
        }
    }
}
