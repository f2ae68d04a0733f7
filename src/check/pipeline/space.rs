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

#[cfg(test)]
mod tests {
    use super::*;

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
