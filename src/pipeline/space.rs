//! What `mtlc tune` may try for a param.

use crate::catalog::{ArgValue, Dim, ParamKind};

/// The values of a param to search.
#[derive(Clone, Debug, PartialEq)]
pub enum Space {
    /// `over [16, 32, 64]`.
    Choices(Vec<ArgValue>),
    /// `over linear(0, 1)` or `over log(1e-5, 1e-1)`, ends included.
    Range {
        low: f64,
        high: f64,
        /// Equal steps multiply instead of adding.
        log: bool,
        /// What the param is: decides how a value is rounded and written.
        kind: ParamKind,
    },
}

impl Space {
    /// The value at a place between 0 and 1, as `--set` takes it.
    pub fn at(&self, place: f64) -> String {
        let place = place.clamp(0.0, 1.0);
        match self {
            Space::Choices(choices) => {
                let index = ((place * choices.len() as f64) as usize).min(choices.len().saturating_sub(1));
                choices.get(index).map_or(String::new(), ArgValue::show)
            }
            Space::Range { low, high, log, kind } => {
                let value = if *log { low * (high / low).powf(place) } else { low + (high - low) * place };
                // More digits would only be noise to read; the ends are as written, and a whole number is one.
                let whole = matches!(kind, ParamKind::Dim | ParamKind::Integer);
                let value = if place > 0.0 && place < 1.0 && !whole { four_digits(value) } else { value };
                let value = value.clamp(*low, *high);
                match kind {
                    ParamKind::Dim => ArgValue::Dim(Dim::int(value.round() as i64)),
                    ParamKind::Integer => ArgValue::Integer(value.round() as i64),
                    ParamKind::Share => ArgValue::Share(value),
                    ParamKind::Factor => ArgValue::Factor(value),
                    _ => ArgValue::Number(value),
                }
                .show()
            }
        }
    }

    /// Where a value that `--set` takes lies between 0 and 1; `None` outside of the space. Of a choice, the middle of its
    /// part.
    pub fn place(&self, value: &str) -> Option<f64> {
        match self {
            Space::Choices(choices) => {
                let index = choices.iter().position(|choice| choice.show() == value)?;
                Some((index as f64 + 0.5) / choices.len() as f64)
            }
            Space::Range { low, high, log, .. } => {
                let value = number(value)?;
                let place = if *log { (value / low).ln() / (high / low).ln() } else { (value - low) / (high - low) };
                (-1e-9..=1.0 + 1e-9).contains(&place).then(|| place.clamp(0.0, 1.0))
            }
        }
    }

    /// How many different values there are; `None` where they are too many to count.
    pub fn size(&self) -> Option<usize> {
        match self {
            Space::Choices(choices) => Some(choices.len()),
            Space::Range { low, high, kind: ParamKind::Dim | ParamKind::Integer, .. } => {
                Some((high - low).max(0.0) as usize + 1)
            }
            Space::Range { .. } => None,
        }
    }

    /// As written: `log(1e-5, 1e-1)`.
    pub fn show(&self) -> String {
        match self {
            Space::Choices(choices) => ArgValue::List(choices.clone()).show(),
            Space::Range { log, .. } => {
                format!("{}({}, {})", if *log { "log" } else { "linear" }, self.at(0.0), self.at(1.0))
            }
        }
    }
}

/// Rounded to four significant digits.
fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// What a number, a share (`25%`) or a factor (`0.1x`) is worth.
fn number(text: &str) -> Option<f64> {
    if let Some(share) = text.strip_suffix('%') {
        return share.parse::<f64>().ok().map(|share| share / 100.0);
    }
    text.strip_suffix('x').unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_find_their_place_again() {
        let log = Space::Range { low: 1e-5, high: 1e-1, log: true, kind: ParamKind::Number };
        assert_eq!(log.at(0.123), "3.105e-5");
        assert!((log.place("3.105e-5").unwrap() - 0.123).abs() < 1e-4);
        assert_eq!((log.place("1e-5"), log.place("0.2"), log.place("relu")), (Some(0.0), None, None));
        let share = Space::Range { low: 0.0, high: 0.5, log: false, kind: ParamKind::Share };
        assert_eq!((share.place("25%"), share.place("50%"), share.place("60%")), (Some(0.5), Some(1.0), None));
        let choices = Space::Choices([true, false].map(ArgValue::Bool).to_vec());
        assert_eq!((choices.place("false"), choices.place("maybe")), (Some(0.75), None));
    }

    #[test]
    fn places_become_values_as_set_takes_them() {
        let log = Space::Range { low: 1e-5, high: 1e-1, log: true, kind: ParamKind::Number };
        assert_eq!((log.at(0.0), log.at(1.0)), ("1e-5".to_string(), "0.1".to_string()));
        let middle: f64 = log.at(0.5).parse().unwrap();
        assert!((middle / 1e-3 - 1.0).abs() < 1e-9, "{middle}");
        let width = Space::Range { low: 16.0, high: 64.0, log: false, kind: ParamKind::Dim };
        assert_eq!((width.at(0.5), width.at(0.501), width.size()), ("40".to_string(), "40".to_string(), Some(49)));
        let share = Space::Range { low: 0.0, high: 0.5, log: false, kind: ParamKind::Share };
        assert_eq!((share.at(0.5), share.size()), ("25%".to_string(), None));
    }

    #[test]
    fn choices_are_cut_evenly() {
        let space = Space::Choices([16, 32, 64].map(ArgValue::Integer).to_vec());
        let at = |place| space.at(place);
        assert_eq!((at(0.0), at(0.34), at(0.99), at(1.0)), ("16".into(), "32".into(), "64".into(), "64".into()));
        assert_eq!(space.show(), "[16, 32, 64]");
    }
}
