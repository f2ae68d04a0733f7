//! What undoes the steps of a target, so that answers are in the unit of the label.

use serde_json::Value as State;

use super::source::{list, number};
use crate::catalog::steps::StepDef;

/// What stands for `x` before a step, of one whose inverse has a form.
pub fn undone(def: &StepDef, state: &State, x: &str) -> Option<String> {
    let of = |name: &str| numbers(state.get(name)?);
    match def {
        StepDef::Standardize(_) => Some(format!("({x} * {} + {})", of("deviation")?, of("mean")?)),
        StepDef::RobustScale(_) => Some(format!("({x} * {} + {})", of("spread")?, of("median")?)),
        StepDef::MinMax(step) => {
            let (min, max) = (floats(state.get("min")?)?, floats(state.get("max")?)?);
            let range = min.iter().zip(&max).map(|(min, max)| if max > min { max - min } else { 1.0 });
            let (low, span) = (number(step.low), number(step.high - step.low));
            Some(format!("(({x} - {low}) / {span} * {} + {})", shown(&range.collect::<Vec<_>>()), shown(&min)))
        }
        StepDef::Scale(step) => Some(format!("({x} / {})", number(step.by))),
        StepDef::Log(_) => Some(format!("({x}.exp() - 1)")),
        StepDef::KeepAbove(_) => Some(x.to_string()),
        _ => None,
    }
}

fn floats(state: &State) -> Option<Vec<f64>> {
    serde_json::from_value(state.clone()).ok()
}

fn numbers(state: &State) -> Option<String> {
    floats(state).map(|values| shown(&values))
}

/// One number as it is, several as a tensor.
fn shown(values: &[f64]) -> String {
    match values {
        [one] => number(*one),
        values => format!("torch.tensor({}, dtype=torch.float64)", list(values.iter().map(|value| number(*value)))),
    }
}
