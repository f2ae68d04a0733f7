//! Functions: what can be called where a column is made of others, and in `where`.
//!
//! The type of what a function computes with is its signature, so that the two cannot disagree. Numbers and times are `f64`; one that is
//! not finite has no value.

mod numbers;
mod texts;
mod times;

/// What a value of an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    Number,
    Truth,
    Text,
    Time,
    /// The classes of a `labels` column.
    Set,
}

impl ValueType {
    /// Completes "`x` is …" and "… is expected".
    pub const fn words(self) -> &'static str {
        match self {
            ValueType::Number => "a number",
            ValueType::Truth => "true or false",
            ValueType::Text => "a text",
            ValueType::Time => "a time",
            ValueType::Set => "a set of classes",
        }
    }
}

/// What a function computes with.
#[derive(Clone, Copy)]
pub enum Apply {
    Number(fn(f64) -> f64),
    /// From so many numbers to so many.
    Numbers(fn(&[f64]) -> f64, usize, usize),
    NumberOfText(fn(&str) -> f64),
    Text(fn(&str) -> String),
    /// Of two texts or more.
    Texts(fn(&[&str]) -> String),
    TruthOfTexts(fn(&str, &str) -> bool),
    NumberOfTime(fn(f64) -> f64),
    NumberOfTimes(fn(f64, f64) -> f64),
    /// The first of several values of one type that is not missing.
    First,
}

/// No bound on how many arguments.
pub const ANY: usize = usize::MAX;

pub struct Function {
    pub name: &'static str,
    /// Markdown; the first paragraph begins with the call.
    pub doc: &'static str,
    pub apply: Apply,
}

impl Function {
    /// What its arguments are (`None`: of any one type), and how few and how many it takes.
    pub fn takes(&self) -> (Option<ValueType>, usize, usize) {
        match self.apply {
            Apply::Number(_) => (Some(ValueType::Number), 1, 1),
            Apply::Numbers(_, least, most) => (Some(ValueType::Number), least, most),
            Apply::NumberOfText(_) | Apply::Text(_) => (Some(ValueType::Text), 1, 1),
            Apply::Texts(_) => (Some(ValueType::Text), 2, ANY),
            Apply::TruthOfTexts(_) => (Some(ValueType::Text), 2, 2),
            Apply::NumberOfTime(_) => (Some(ValueType::Time), 1, 1),
            Apply::NumberOfTimes(_) => (Some(ValueType::Time), 2, 2),
            Apply::First => (None, 2, ANY),
        }
    }

    /// What it gives; `None` if that is of the type of its arguments.
    pub fn gives(&self) -> Option<ValueType> {
        match self.apply {
            Apply::Number(_)
            | Apply::Numbers(..)
            | Apply::NumberOfText(_)
            | Apply::NumberOfTime(_)
            | Apply::NumberOfTimes(_) => Some(ValueType::Number),
            Apply::Text(_) | Apply::Texts(_) => Some(ValueType::Text),
            Apply::TruthOfTexts(_) => Some(ValueType::Truth),
            Apply::First => None,
        }
    }

    /// The call with names for its arguments, as its page begins.
    pub fn call(&self) -> &'static str {
        self.doc.trim().strip_prefix('`').and_then(|rest| rest.split_once('`')).map_or(self.name, |(call, _)| call)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// A list of functions: each is its page, its name, and what it computes with.
macro_rules! functions {
    ($($(#[doc = $doc:literal])* $name:ident = $apply:expr;)*) => {
        pub(super) static FUNCTIONS: &[Function] = &[
            $(Function { name: stringify!($name), doc: concat!($($doc, "\n"),*), apply: $apply }),*
        ];
    };
}
use functions;

/// Every function: those of numbers, of texts and of times.
pub fn all() -> impl Iterator<Item = &'static Function> {
    numbers::FUNCTIONS.iter().chain(texts::FUNCTIONS).chain(times::FUNCTIONS)
}

/// The function of a name.
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

#[cfg(test)]
mod tests {
    use super::{Apply, all};

    #[test]
    fn each_page_begins_with_the_call() {
        for function in all() {
            assert!(function.call().starts_with(&format!("{}(", function.name)), "{}", function.name);
        }
    }

    #[test]
    fn each_list_is_sorted_and_each_name_stands_once() {
        for list in [super::numbers::FUNCTIONS, super::texts::FUNCTIONS, super::times::FUNCTIONS] {
            assert!(list.windows(2).all(|pair| pair[0].name < pair[1].name));
        }
        let mut names: Vec<&str> = all().map(|function| function.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    /// Values worked out by hand, or by the calendar.
    #[test]
    fn numbers_of_numbers_and_times() {
        let monday_noon = 1_795_392_000.0 + 12.0 * 3600.0; // 2026-11-23T12:00:00Z
        let seven = -11_644_473_600.0; // 1601-01-01, a Monday
        for (name, arguments, wanted) in [
            ("abs", vec![-2.5], 2.5),
            ("ceil", vec![2.1], 3.0),
            ("clamp", vec![7.0, 0.0, 5.0], 5.0),
            ("clamp", vec![-7.0, 0.0, 5.0], 0.0),
            ("exp", vec![0.0], 1.0),
            ("floor", vec![-2.1], -3.0),
            ("log", vec![1.0], 0.0),
            ("max", vec![1.0, 3.0, 2.0], 3.0),
            ("min", vec![1.0, 3.0, -2.0], -2.0),
            ("remainder", vec![-7.0, 3.0], 2.0),
            ("round", vec![2.5], 3.0),
            ("round", vec![-2.5], -3.0),
            ("round", vec![2.345, 2.0], 2.35),
            ("round", vec![1234.0, -2.0], 1200.0),
            ("sqrt", vec![9.0], 3.0),
            ("year", vec![monday_noon], 2026.0),
            ("month", vec![monday_noon], 11.0),
            ("day", vec![monday_noon], 23.0),
            ("weekday", vec![monday_noon], 1.0),
            ("hour", vec![monday_noon], 12.0),
            ("minute", vec![monday_noon + 185.0], 3.0),
            ("weekday", vec![seven], 1.0),
            ("year", vec![-1.0], 1969.0),
            ("hour", vec![-1.0], 23.0),
            ("days_between", vec![0.0, 129_600.0], 1.5),
        ] {
            let found = match super::find(name).expect(name).apply {
                Apply::Number(function) | Apply::NumberOfTime(function) => function(arguments[0]),
                Apply::Numbers(function, ..) => function(&arguments),
                Apply::NumberOfTimes(function) => function(arguments[0], arguments[1]),
                _ => f64::NAN,
            };
            assert_eq!(found, wanted, "{name}({arguments:?})");
        }
    }
}
