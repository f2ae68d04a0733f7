//! What layers that walk along time have in common: so many gates of `units` numbers, one way or both.

use super::{Init, WeightSpec, require_sequence};
use crate::catalog::along_time::AlongTime;
use crate::catalog::{Dim, ShapeError, Type};

/// The type of what `layer` remembers at each place.
pub(super) fn infer(layer: &str, input: &Type, units: &Dim, bidirectional: bool) -> Result<Type, ShapeError> {
    require_sequence(layer, input)?;
    Ok(input.with_last(if bidirectional { units.clone() * Dim::int(2) } else { units.clone() }))
}

/// Of the way there, then of the way back.
pub(super) fn weights(input: &Type, units: &Dim, gates: i64, bidirectional: bool) -> Vec<WeightSpec> {
    let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: units.clone() };
    let gates = units.clone() * Dim::int(gates);
    let way = |names: [&'static str; 4]| {
        [
            WeightSpec::matrix(names[0], vec![input.last().size.clone(), gates.clone()], init.clone()),
            WeightSpec::matrix(names[1], vec![units.clone(), gates.clone()], init.clone()),
            WeightSpec::bias(names[2], vec![gates.clone()], init.clone()),
            WeightSpec::bias(names[3], vec![gates.clone()], init.clone()),
        ]
    };
    let there = way(["weight_input", "weight_state", "bias_input", "bias_state"]);
    let back = bidirectional
        .then(|| way(["weight_input_reverse", "weight_state_reverse", "bias_input_reverse", "bias_state_reverse"]));
    there.into_iter().chain(back.into_iter().flatten()).collect()
}

pub(super) fn operations(input: &Type, output: &Type, units: &Dim, gates: i64) -> Dim {
    output.elements_per_row() * (input.last().size.clone() + units.clone()) * Dim::int(gates)
}

/// Whoever walks both ways knows all.
pub(super) fn along_time(bidirectional: bool) -> AlongTime {
    if bidirectional { AlongTime::All } else { AlongTime::Past }
}
