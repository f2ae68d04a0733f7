//! What undoes the steps of a target, so that answers are in the unit of the label.

use serde_json::Value as State;

use super::source::number;
use crate::catalog::steps::StepDef;

/// What stands for `x` before a step, of one whose inverse has a form. `numbers` says how those of each column are called, given what they are.
pub fn undone(
    def: &StepDef,
    state: &State,
    x: &str,
    numbers: &mut dyn FnMut(&str, Vec<f64>) -> String,
) -> Option<String> {
    let of = |name: &str| -> Option<Vec<f64>> { serde_json::from_value(state.get(name)?.clone()).ok() };
    let (by, plus) = match def {
        StepDef::Standardize(_) => (("deviation", of("deviation")?), ("mean", of("mean")?)),
        StepDef::RobustScale(_) => (("spread", of("spread")?), ("median", of("median")?)),
        StepDef::MinMax(step) => {
            let (min, max) = (of("min")?, of("max")?);
            let range = min.iter().zip(&max).map(|(min, max)| if max > min { max - min } else { 1.0 }).collect();
            let x = format!("({x} - {}) / {}", number(step.low), number(step.high - step.low));
            return Some(format!("({x} * {} + {})", numbers("range", range), numbers("min", min)));
        }
        StepDef::Scale(step) => return Some(format!("({x} / {})", number(step.by))),
        StepDef::Log(_) => return Some(format!("({x}.exp() - 1)")),
        StepDef::KeepAbove(_) => return Some(x.to_string()),
        _ => return None,
    };
    Some(format!("({x} * {} + {})", numbers(by.0, by.1), numbers(plus.0, plus.1)))
}
