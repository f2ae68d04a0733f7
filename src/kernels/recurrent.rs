//! Layers that walk along time: GRU and LSTM, a whole sequence at once.
//!
//! Their weights are those of the catalog: `[n, gates·units]` of the input, `[units, gates·units]` of the state, and a bias of each. On
//! the built-in backend the product of all places with the input's weights is one, and the walk is a kernel; libtorch has both as one.

use burn::tensor::{Tensor, activation, module};
use mtlc_kernels::recurrent::{Walk, gru, lstm};

use super::dense::{bias_gradient, dense, input_gradient, weight_gradient};
use super::{Kept, Numbers, tensor};

/// Which cell walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Gru,
    Lstm,
}

impl Cell {
    fn gates(self) -> usize {
        match self {
            Cell::Gru => 3,
            Cell::Lstm => 4,
        }
    }

    /// Numbers per unit that the way back wants to have.
    fn kept(self) -> usize {
        match self {
            Cell::Gru => 4,
            Cell::Lstm => 5,
        }
    }

    /// How many numbers per unit it remembers: its state, and the LSTM's cell behind it.
    pub fn memory(self) -> usize {
        match self {
            Cell::Gru => 1,
            Cell::Lstm => 2,
        }
    }

    /// One place, composed of burn's functions: what is remembered after it, `[rows, memory·units]`, of what was before and of the
    /// input's products `[rows, gates·units]`.
    fn step(self, own: &Tensor<2>, before: &Tensor<2>, weights: &Weights) -> Tensor<2> {
        let units = weights.state.dims()[0];
        let part = |tensor: &Tensor<2>, at: usize| tensor.clone().narrow(1, at * units, units);
        let state = part(before, 0);
        let of_state = module::linear(state.clone(), weights.state.clone(), Some(weights.state_bias.clone()));
        match self {
            Cell::Gru => {
                let gate = |at: usize| activation::sigmoid(part(own, at) + part(&of_state, at));
                let new = (part(own, 2) + gate(0) * part(&of_state, 2)).tanh();
                new.clone() + gate(1) * (state - new)
            }
            Cell::Lstm => {
                let sums = own.clone() + of_state;
                let gate = |at: usize| activation::sigmoid(part(&sums, at));
                let cell = gate(1) * part(before, 1) + gate(0) * part(&sums, 2).tanh();
                Tensor::cat(vec![gate(3) * cell.clone().tanh(), cell], 1)
            }
        }
    }
}

pub struct Weights {
    /// `[n, gates·units]`
    pub input: Tensor<2>,
    /// `[units, gates·units]`
    pub state: Tensor<2>,
    /// `[gates·units]`, as the next
    pub input_bias: Tensor<1>,
    pub state_bias: Tensor<1>,
}

impl Weights {
    fn units(&self) -> usize {
        self.state.dims()[0]
    }
}

/// The states of each place, and what [`gradients`] wants to have, if anything.
pub struct Walked {
    /// `[rows, time, units]`
    pub states: Tensor<3>,
    pub kept: Kept,
}

/// From a memory of zeros along `x`, `[rows, time, n]`. What gradients want to have is kept if they will be asked for.
pub fn walk(cell: Cell, x: &Tensor<3>, weights: &Weights, keep: bool) -> Walked {
    #[cfg(feature = "libtorch")]
    if let Some(walked) = by_libtorch::walk(cell, x, weights, keep) {
        return walked;
    }
    let _ = keep;
    let [rows, time, _] = x.dims();
    let units = weights.units();
    let products = products(x, weights);
    let numbers = (Numbers::of(&products), Numbers::of(&weights.state), Numbers::of(&weights.state_bias));
    if let (Some(inputs), Some(weight), Some(bias)) = numbers {
        let walk = Walk { rows, time, units };
        let (states, kept) = match cell {
            Cell::Gru => {
                let walked = gru::forward(&walk, inputs.slice(), weight.slice(), bias.slice());
                (walked.states, walked.kept)
            }
            Cell::Lstm => {
                let walked = lstm::forward(&walk, inputs.slice(), weight.slice(), bias.slice());
                (walked.states, walked.kept)
            }
        };
        return Walked {
            states: tensor(states, [rows, time, units], x),
            kept: vec![tensor(kept, [rows * time * cell.kept() * units], x)],
        };
    }
    let mut memory = Tensor::zeros([rows, cell.memory() * units], &x.device());
    let mut states = Vec::with_capacity(time);
    for place in 0..time {
        let own = products.clone().narrow(1, place, 1).reshape([rows, cell.gates() * units]);
        memory = cell.step(&own, &memory, weights);
        states.push(memory.clone().narrow(1, 0, units).reshape([rows, 1, units]));
    }
    Walked { states: Tensor::cat(states, 1), kept: Kept::new() }
}

/// What is remembered after one more place, `[rows, memory·units]`: of it the first units are the state. `x` is `[rows, n]`.
pub fn step(cell: Cell, x: &Tensor<2>, before: &Tensor<2>, weights: &Weights) -> Tensor<2> {
    let own = module::linear(x.clone(), weights.input.clone(), Some(weights.input_bias.clone()));
    cell.step(&own, before, weights)
}

/// `[rows, time, gates·units]`
fn products(x: &Tensor<3>, weights: &Weights) -> Tensor<3> {
    let [rows, time, features] = x.dims();
    let flat = x.clone().reshape([rows * time, features]);
    let products = dense(&flat, &weights.input, Some(&weights.input_bias));
    let all = products.dims()[1];
    products.reshape([rows, time, all])
}

/// Of what [`walk`] was given.
pub struct Gradients {
    pub x: Tensor<3>,
    pub weights: Weights,
}

/// The gradients, given that of the states.
///
/// # Panics
/// Of a walk that burn's autodiff recorded, which has its own way back.
pub fn gradients(cell: Cell, x: &Tensor<3>, weights: &Weights, walked: &Walked, cotangent: &Tensor<3>) -> Gradients {
    #[cfg(feature = "libtorch")]
    if let Some(gradients) = by_libtorch::gradients(cell, x, weights, &walked.kept, cotangent) {
        return gradients;
    }
    let ([rows, time, features], units) = (x.dims(), weights.units());
    let walk = Walk { rows, time, units };
    let kept = walked.kept.first().and_then(Numbers::of);
    let numbers = [Numbers::of(&walked.states), kept, Numbers::of(&weights.state), Numbers::of(cotangent)];
    let [Some(states), Some(kept), Some(weight), Some(slopes)] = numbers else {
        unreachable!("a walk is numbers of the built-in backend, of libtorch, or recorded");
    };
    // Of the input's products, and of the state's.
    let (of_inputs, of_states) = match cell {
        Cell::Gru => {
            let back = gru::backward(&walk, weight.slice(), states.slice(), kept.slice(), slopes.slice());
            (back.inputs, Some(back.states))
        }
        Cell::Lstm => (lstm::backward(&walk, weight.slice(), kept.slice(), slopes.slice()), None),
    };
    let flat = |numbers: Vec<f32>| tensor(numbers, [rows * time, cell.gates() * units], x);
    let of_inputs: Tensor<2> = flat(of_inputs);
    let of_states = of_states.map_or_else(|| of_inputs.clone(), flat);
    // The state before each place: zeros, then those of the places before.
    let zeros = Tensor::zeros([rows, 1, units], &x.device());
    let before = match time {
        0 | 1 => zeros,
        _ => Tensor::cat(vec![zeros, walked.states.clone().narrow(1, 0, time - 1)], 1),
    };
    Gradients {
        x: input_gradient(&weights.input, &of_inputs).reshape([rows, time, features]),
        weights: Weights {
            input: weight_gradient(&x.clone().reshape([rows * time, features]), &of_inputs),
            state: weight_gradient(&before.reshape([rows * time, units]), &of_states),
            input_bias: bias_gradient(&of_inputs),
            state_bias: bias_gradient(&of_states),
        },
    }
}

/// libtorch's own cells, which keep their weights the other way round.
#[cfg(feature = "libtorch")]
mod by_libtorch {
    use super::{Cell, Gradients, Walked, Weights};
    use crate::kernels::{Kept, handle, handles, of_handle, pulled, recorded};
    use burn::tensor::Tensor;

    fn leaves(x: &Tensor<3>, weights: &Weights) -> Option<[tch::Tensor; 5]> {
        let ([input, state], biases) =
            (handles([&weights.input, &weights.state])?, handles([&weights.input_bias, &weights.state_bias])?);
        let [input_bias, state_bias] = biases;
        Some([handle(x)?, input.tr().contiguous(), state.tr().contiguous(), input_bias, state_bias])
    }

    fn states(cell: Cell, [x, input, state, input_bias, state_bias]: &[tch::Tensor; 5]) -> tch::Tensor {
        let zeros = tch::Tensor::zeros([1, x.size()[0], state.size()[1]], (x.kind(), x.device()));
        let weights = [input, state, input_bias, state_bias];
        match cell {
            Cell::Gru => x.gru(&zeros, &weights, true, 1, 0.0, true, false, true).0,
            Cell::Lstm => x.lstm(&[&zeros, &zeros], &weights, true, 1, 0.0, true, false, true).0,
        }
    }

    pub fn walk(cell: Cell, x: &Tensor<3>, weights: &Weights, keep: bool) -> Option<Walked> {
        let leaves = leaves(x, weights)?;
        if !keep {
            let states = of_handle(tch::no_grad(|| states(cell, &leaves)));
            return Some(Walked { states, kept: Kept::new() });
        }
        let inputs: Vec<&tch::Tensor> = leaves.iter().collect();
        let (found, kept) = recorded(&inputs, |given| match given {
            [x, input, state, input_bias, state_bias] => {
                states(cell, &[x, input, state, input_bias, state_bias].map(tch::Tensor::shallow_clone))
            }
            _ => unreachable!("there are as many as were given"),
        });
        Some(Walked { states: of_handle(found), kept })
    }

    /// Of a record, whose weights lie the other way round.
    fn of_record(x: &Tensor<3>, weights: &Weights, kept: &[Tensor<1>], slopes: &Tensor<3>) -> Option<Gradients> {
        let found = crate::kernels::libtorch::gradients(kept, Kept::new, slopes, &[true; 5])?;
        let [of_x, input, state, input_bias, state_bias] = <[Option<Tensor<1>>; 5]>::try_from(found).ok()?;
        let turned = |flat: Tensor<1>, like: &Tensor<2>| {
            let [rows, columns] = like.dims();
            flat.reshape([columns, rows]).transpose()
        };
        let weights = Weights {
            input: turned(input?, &weights.input),
            state: turned(state?, &weights.state),
            input_bias: input_bias?,
            state_bias: state_bias?,
        };
        Some(Gradients { x: of_x?.reshape(x.dims()), weights })
    }

    pub fn gradients(
        cell: Cell,
        x: &Tensor<3>,
        weights: &Weights,
        kept: &[Tensor<1>],
        cotangent: &Tensor<3>,
    ) -> Option<Gradients> {
        let slopes = handle(cotangent)?;
        if let Some(gradients) = of_record(x, weights, kept, cotangent) {
            return Some(gradients);
        }
        let leaves = leaves(x, weights)?.map(|leaf| leaf.detach().set_requires_grad(true));
        let [x, input, state, input_bias, state_bias] = pulled(&states(cell, &leaves), &slopes, &leaves)?;
        let turned = |weight: tch::Tensor| of_handle(weight.tr().contiguous());
        let weights = Weights {
            input: turned(input),
            state: turned(state),
            input_bias: of_handle(input_bias),
            state_bias: of_handle(state_bias),
        };
        Some(Gradients { x: of_handle(x), weights })
    }
}
