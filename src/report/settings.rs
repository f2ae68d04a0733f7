//! Settings as people read them. Of many task weights the range stands for all, in the terminal as on the page.

use super::MANY;
use crate::study::tune::space::Setting;

const WEIGHTS: &str = "weights.";
const LAMBDA: &str = "λ";

/// How a figure is written.
pub type Number = fn(f64) -> String;

/// `lr`, `λ species`
fn short(name: &str) -> String {
    name.strip_prefix(WEIGHTS).map_or(name.to_string(), |task| format!("{LAMBDA} {task}"))
}

/// A weight that the spec says as 1/3 has too many digits for a table.
fn rounded(value: &str, number: Number) -> String {
    match value.parse::<f64>() {
        Ok(parsed) if value.len() > 8 => number(parsed),
        _ => value.to_string(),
    }
}

/// The smallest and the largest of many weights: `0.001–0.04`; `None` if they are few enough to be read.
fn range_of_weights(set: &Setting, number: Number) -> Option<String> {
    let weights = set.iter().filter(|(name, _)| name.starts_with(WEIGHTS));
    let mut weights: Vec<(f64, &str)> =
        weights.filter_map(|(_, value)| Some((value.parse().ok()?, value.as_str()))).collect();
    weights.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    match weights.as_slice() {
        [(_, low), .., (_, high)] if weights.len() >= MANY => {
            Some(format!("{}–{}", rounded(low, number), rounded(high, number)))
        }
        _ => None,
    }
}

/// `lr=0.002, λ species=0.4`, and `lr=0.002, λ 0.001–0.04` of many weights.
pub fn in_words(set: &Setting, number: Number) -> String {
    let range = range_of_weights(set, number);
    let own = set.iter().filter(|(name, _)| range.is_none() || !name.starts_with(WEIGHTS));
    let mut words: Vec<String> = own.map(|(name, value)| format!("{}={value}", short(name))).collect();
    words.extend(range.map(|range| format!("{LAMBDA} {range}")));
    words.join(", ")
}

/// What was set, as columns of a table.
pub struct SettingColumns {
    /// One column for all weights, if they are many.
    pub summed_up: bool,
    pub number: Number,
}

impl SettingColumns {
    fn range(&self, set: &Setting) -> Option<String> {
        range_of_weights(set, self.number).filter(|_| self.summed_up)
    }

    pub fn header(&self, set: &Setting) -> Vec<String> {
        let range = self.range(set);
        let own = set.iter().filter(|(name, _)| range.is_none() || !name.starts_with(WEIGHTS));
        own.map(|(name, _)| short(name)).chain(range.iter().map(|_| LAMBDA.to_string())).collect()
    }

    pub fn cells(&self, set: &Setting) -> Vec<String> {
        let range = self.range(set);
        let own = set.iter().filter(|(name, _)| range.is_none() || !name.starts_with(WEIGHTS));
        own.map(|(_, value)| rounded(value, self.number)).chain(range.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_weights_are_one_column() {
        let number: Number = |value| format!("{value:.4}");
        let set = |count: usize| -> Setting {
            let weight = |task: usize| (format!("weights.t{task}"), format!("0.{}", task + 1));
            std::iter::once(("lr".to_string(), "0.002".to_string())).chain((0..count).map(weight)).collect()
        };
        let columns = SettingColumns { summed_up: true, number };
        assert_eq!(columns.header(&set(2)), ["lr", "λ t0", "λ t1"]);
        assert_eq!(columns.header(&set(MANY)), ["lr", "λ"]);
        assert_eq!(columns.cells(&set(MANY)), ["0.002", "0.1–0.9"]);
        assert_eq!(SettingColumns { summed_up: false, number }.cells(&set(MANY)).len(), MANY + 1);
        assert_eq!(in_words(&set(2), number), "lr=0.002, λ t0=0.1, λ t1=0.2");
        assert_eq!(in_words(&set(MANY), number), "lr=0.002, λ 0.1–0.9");
        assert_eq!(rounded("0.3333333333333333", number), "0.3333");
        assert_eq!((rounded("3.105e-5", number), rounded("relu", number)), ("3.105e-5".into(), "relu".into()));
    }
}
