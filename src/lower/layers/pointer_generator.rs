//! `pointer_generator`: a token is written, or one of the source copied.

use burn::tensor::{Bool, Tensor, TensorData, activation};

use super::{Compute, Forward, State};
use crate::catalog::layers::pointer_generator::PointerGenerator;
use crate::lower::{Real, Value, half};

/// What a probability of 0 counts as.
const LEAST: f64 = 1e-10;

/// The keys of the places that were read, and which token each of them has, as rows of zeros and a one.
fn of_source(call: &Forward<'_>) -> [Real; 2] {
    let (memory, tokens) = (call.inputs[2].real().filled(0.0), call.inputs[3].index());
    let ([rows, places, _], vocabulary) = (memory.ranked::<3>().dims(), call.x().width());
    let keys = half::dense(&memory.by_last(), &call.weights[1].ranked(), None, call.half);
    let keys = Real::new(keys).reshaped(vec![rows, places, call.weights[1].width()]);
    let mut ones = vec![0.0; rows * places * vocabulary];
    for (at, token) in tokens.flat().into_data().iter::<i64>().enumerate() {
        ones[at * vocabulary + token as usize] = 1.0;
    }
    [keys, Real::from_host(ones, vec![rows, places, vocabulary], &memory.device())]
}

fn compute(call: &Forward<'_>, [keys, ones]: [&Real; 2]) -> Value {
    let logits = call.x().filled(0.0);
    let (states, memory) = (call.inputs[1].real().filled(0.0), call.inputs[2].real().filled(0.0));
    let ([rows, time, width], places) = (states.ranked::<3>().dims(), memory.shape()[1]);
    let queries = half::dense(&states.by_last(), &call.weights[0].ranked(), None, call.half);
    let scores = queries.reshape([rows, time, width]).matmul(keys.ranked::<3>().transpose()) / (width as f64).sqrt();
    let scores = match memory.extents().of(1) {
        // The first place is looked at by a row that has none, so that its weights are numbers.
        Some(lengths) => {
            let hidden: Vec<bool> =
                lengths.iter().flat_map(|length| (0..places).map(|place| place >= (*length).max(1))).collect();
            let hidden = Tensor::<3, Bool>::from_data(TensorData::new(hidden, [rows, 1, places]), &scores.device());
            scores.mask_fill(hidden.expand([rows, time, places]), f64::from(f32::MIN))
        }
        None => scores,
    };
    let looked = activation::softmax(scores, 2);
    let seen = looked.clone().matmul(memory.ranked::<3>());
    let gate = Tensor::cat(vec![states.ranked::<3>(), seen], 2);
    let inner = gate.dims()[2];
    let gate = gate.reshape([rows * time, inner]).matmul(call.weights[2].ranked::<2>());
    let gate = activation::sigmoid(gate + call.weights[3].flat().reshape([1, 1])).reshape([rows, time, 1]);
    let vocabulary = logits.width();
    let wide = gate.expand([rows, time, vocabulary]);
    let written = activation::softmax(logits.ranked::<3>(), 2) * wide.clone();
    let copied = looked.matmul(ones.ranked::<3>()) * (-wide + 1.0);
    Value::Real(logits.like((written + copied + LEAST).log()))
}

impl Compute for PointerGenerator {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let [keys, ones] = of_source(call);
        compute(call, [&keys, &ones])
    }

    /// The state is what is known of the source, which does not change.
    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        if state.read.is_empty() {
            state.read = of_source(call).into();
        }
        compute(call, [&state.read[0], &state.read[1]])
    }
}
