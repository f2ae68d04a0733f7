//! The gated recurrent unit. With a the place's input times its weights (and bias), s = h·U + c the state's, each of three parts:
//! r = σ(a₀ + s₀), z = σ(a₁ + s₁), n = tanh(a₂ + r∘s₂), h′ = n + z∘(h − n).

use crate::processor::arch;
use pulp::NullaryFnOnce;

use super::{Walk, at, at_mut};
use crate::matrix::{Matrix, multiply};
use crate::pointwise::functions::{sigmoid, tanh};

/// What the walk gives, and what its way back needs.
pub struct Walked {
    /// `[rows, time, units]`
    pub states: Vec<f32>,
    /// r, z, n and s₂: `[rows, time, 4·units]`
    pub kept: Vec<f32>,
}

/// Cotangents of what the walk was given.
pub struct Back {
    /// Of the inputs' products: `[rows, time, 3·units]`
    pub inputs: Vec<f32>,
    /// Of the state's: `[rows, time, 3·units]`
    pub states: Vec<f32>,
}

/// From a state of zeros along `inputs`, `[rows, time, 3·units]`, with the weights `[units, 3·units]` and the bias of the state.
///
/// # Panics
/// If a slice is not as long as that.
pub fn forward(walk: &Walk, inputs: &[f32], weight: &[f32], bias: &[f32]) -> Walked {
    let Walk { rows, time, units } = *walk;
    assert_eq!((inputs.len(), weight.len(), bias.len()), (rows * time * 3 * units, units * 3 * units, 3 * units));
    let mut states = vec![0.0; rows * time * units];
    let mut kept = vec![0.0; rows * time * 4 * units];
    walk.by_rows(
        [inputs],
        [3 * units],
        [&mut states, &mut kept],
        [units, 4 * units],
        |rows, [inputs], [states, kept]| {
            let (mut state, mut products) = (vec![0.0; rows * units], vec![0.0; rows * 3 * units]);
            for place in 0..time {
                products.chunks_exact_mut(3 * units).for_each(|row| row.copy_from_slice(bias));
                let weight = Matrix::new(weight, units, 3 * units, 3 * units);
                multiply(&mut products, 3 * units, Matrix::new(&state, rows, units, units), weight, 1.0, true);
                let of_rows = at(inputs, time, 3 * units, place).zip(products.chunks_exact(3 * units));
                let results = at_mut(kept, time, 4 * units, place).zip(state.chunks_exact_mut(units));
                for ((input, product), (kept, state)) in of_rows.zip(results) {
                    arch().dispatch(Step { units, input, product, kept, state });
                }
                let to = at_mut(states, time, units, place);
                to.zip(state.chunks_exact(units)).for_each(|(to, state)| to.copy_from_slice(state));
            }
        },
    );
    Walked { states, kept }
}

/// One place of one row.
struct Step<'a> {
    units: usize,
    input: &'a [f32],
    product: &'a [f32],
    kept: &'a mut [f32],
    state: &'a mut [f32],
}

impl NullaryFnOnce for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let units = self.units;
        let (reset, rest) = self.kept.split_at_mut(units);
        let (update, rest) = rest.split_at_mut(units);
        let (new, inner) = rest.split_at_mut(units);
        let [input_reset, input_update, input_new] = parts(self.input, units);
        let [state_reset, state_update, state_new] = parts(self.product, units);
        inner.copy_from_slice(state_new);
        let (reset, update, new, state) =
            (&mut reset[..units], &mut update[..units], &mut new[..units], &mut self.state[..units]);
        for at in 0..units {
            reset[at] = sigmoid(input_reset[at] + state_reset[at]);
            update[at] = sigmoid(input_update[at] + state_update[at]);
            new[at] = tanh(input_new[at] + reset[at] * state_new[at]);
            state[at] = new[at] + update[at] * (state[at] - new[at]);
        }
    }
}

/// The gates of one row, `units` numbers each.
#[inline(always)]
fn parts<const N: usize>(numbers: &[f32], units: usize) -> [&[f32]; N] {
    std::array::from_fn(|at| &numbers[at * units..][..units])
}

/// The way back, given the states and what was kept of the walk, and the states' cotangents.
///
/// # Panics
/// As [`forward`].
pub fn backward(walk: &Walk, weight: &[f32], states: &[f32], kept: &[f32], cotangents: &[f32]) -> Back {
    let Walk { rows, time, units } = *walk;
    assert_eq!((weight.len(), cotangents.len()), (units * 3 * units, rows * time * units));
    assert_eq!((states.len(), kept.len()), (rows * time * units, rows * time * 4 * units));
    let mut of_inputs = vec![0.0; rows * time * 3 * units];
    let mut of_states = vec![0.0; rows * time * 3 * units];
    let given = [states, kept, cotangents];
    let results = [of_inputs.as_mut_slice(), of_states.as_mut_slice()];
    walk.by_rows(
        given,
        [units, 4 * units, units],
        results,
        [3 * units; 2],
        |rows, [seen, kept, cotangents], [of_inputs, of_states]| {
            let (mut carried, zeros) = (vec![0.0; rows * units], vec![0.0; units]);
            let mut slopes = vec![0.0; rows * 3 * units];
            for place in (0..time).rev() {
                let given = at(kept, time, 4 * units, place).zip(at(cotangents, time, units, place));
                let to = at_mut(of_inputs, time, 3 * units, place).zip(slopes.chunks_exact_mut(3 * units));
                for (row, ((kept, cotangent), (of_input, slopes))) in given.zip(to).enumerate() {
                    let before = match place {
                        0 => &zeros,
                        _ => &seen[(row * time + place - 1) * units..][..units],
                    };
                    let carried = &mut carried[row * units..][..units];
                    arch().dispatch(StepBack { units, kept, before, cotangent, of_input, slopes, carried });
                }
                let to = at_mut(of_states, time, 3 * units, place);
                to.zip(slopes.chunks_exact(3 * units)).for_each(|(to, slopes)| to.copy_from_slice(slopes));
                let weight = Matrix::new(weight, units, 3 * units, 3 * units).transposed();
                let slopes = Matrix::new(&slopes, rows, 3 * units, 3 * units);
                multiply(&mut carried, units, slopes, weight, 1.0, true);
            }
        },
    );
    Back { inputs: of_inputs, states: of_states }
}

/// One place of one row.
struct StepBack<'a> {
    units: usize,
    kept: &'a [f32],
    /// The state before.
    before: &'a [f32],
    cotangent: &'a [f32],
    of_input: &'a mut [f32],
    /// Of the state's products.
    slopes: &'a mut [f32],
    /// What came back from the place behind; left is what goes on to the state before without a product.
    carried: &'a mut [f32],
}

impl NullaryFnOnce for StepBack<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let units = self.units;
        let [reset, update, new, inner] = parts(self.kept, units);
        let (before, cotangent, carried) =
            (&self.before[..units], &self.cotangent[..units], &mut self.carried[..units]);
        let (to_reset, rest) = self.of_input.split_at_mut(units);
        let (to_update, to_new) = rest.split_at_mut(units);
        let (to_reset, to_update, to_new) = (&mut to_reset[..units], &mut to_update[..units], &mut to_new[..units]);
        let (copied, to_inner) = self.slopes.split_at_mut(2 * units);
        let to_inner = &mut to_inner[..units];
        for at in 0..units {
            let slope = cotangent[at] + carried[at];
            to_new[at] = slope * (1.0 - update[at]) * (1.0 - new[at] * new[at]);
            to_update[at] = slope * (before[at] - new[at]) * update[at] * (1.0 - update[at]);
            to_reset[at] = to_new[at] * inner[at] * reset[at] * (1.0 - reset[at]);
            to_inner[at] = to_new[at] * reset[at];
            carried[at] = slope * update[at];
        }
        copied[..units].copy_from_slice(to_reset);
        copied[units..].copy_from_slice(to_update);
    }
}
