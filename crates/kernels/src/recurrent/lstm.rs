//! The long short-term memory. With a the place's input times its weights plus h·U plus biases, of four parts: i = σ(a₀), f = σ(a₁),
//! g = tanh(a₂), o = σ(a₃), c′ = f∘c + i∘g, h′ = o∘tanh(c′).

use crate::processor::arch;
use pulp::NullaryFnOnce;

use super::{Walk, at, at_mut};
use crate::matrix::{Matrix, multiply};
use crate::pointwise::functions::{sigmoid, tanh};

/// What the walk gives, and what its way back needs.
pub struct Walked {
    /// h: `[rows, time, units]`
    pub states: Vec<f32>,
    /// i, f, g, o and c: `[rows, time, 5·units]`
    pub kept: Vec<f32>,
}

/// From states of zeros along `inputs`, `[rows, time, 4·units]`, with the weights `[units, 4·units]` and the bias of the state.
///
/// # Panics
/// If a slice is not as long as that.
pub fn forward(walk: &Walk, inputs: &[f32], weight: &[f32], bias: &[f32]) -> Walked {
    let Walk { rows, time, units } = *walk;
    assert_eq!((inputs.len(), weight.len(), bias.len()), (rows * time * 4 * units, units * 4 * units, 4 * units));
    let mut states = vec![0.0; rows * time * units];
    let mut kept = vec![0.0; rows * time * 5 * units];
    let results = [states.as_mut_slice(), kept.as_mut_slice()];
    walk.by_rows([inputs], [4 * units], results, [units, 5 * units], |rows, [inputs], [states, kept]| {
        let (mut state, mut cell) = (vec![0.0; rows * units], vec![0.0; rows * units]);
        let mut products = vec![0.0; rows * 4 * units];
        for place in 0..time {
            let to = products.chunks_exact_mut(4 * units);
            for (to, input) in to.zip(at(inputs, time, 4 * units, place)) {
                to.iter_mut().zip(input.iter().zip(bias)).for_each(|(to, (input, bias))| *to = input + bias);
            }
            let weight = Matrix::new(weight, units, 4 * units, 4 * units);
            multiply(&mut products, 4 * units, Matrix::new(&state, rows, units, units), weight, 1.0, true);
            let rows = products.chunks_exact(4 * units).zip(at_mut(kept, time, 5 * units, place));
            let carried = state.chunks_exact_mut(units).zip(cell.chunks_exact_mut(units));
            for ((product, kept), (state, cell)) in rows.zip(carried) {
                arch().dispatch(Step { units, product, kept, state, cell });
            }
            let to = at_mut(states, time, units, place);
            to.zip(state.chunks_exact(units)).for_each(|(to, state)| to.copy_from_slice(state));
        }
    });
    Walked { states, kept }
}

/// One place of one row.
struct Step<'a> {
    units: usize,
    product: &'a [f32],
    kept: &'a mut [f32],
    state: &'a mut [f32],
    cell: &'a mut [f32],
}

impl NullaryFnOnce for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let units = self.units;
        let [input, forget, new, output]: [&[f32]; 4] = std::array::from_fn(|at| &self.product[at * units..][..units]);
        let (kept_gates, kept_cell) = self.kept.split_at_mut(4 * units);
        let mut kept_gates = kept_gates.chunks_exact_mut(units);
        let mut gate = || kept_gates.next().unwrap_or_default();
        let (i, f, g, o) = (gate(), gate(), gate(), gate());
        let (i, f, g, o) = (&mut i[..units], &mut f[..units], &mut g[..units], &mut o[..units]);
        let (state, cell) = (&mut self.state[..units], &mut self.cell[..units]);
        for at in 0..units {
            i[at] = sigmoid(input[at]);
            f[at] = sigmoid(forget[at]);
            g[at] = tanh(new[at]);
            o[at] = sigmoid(output[at]);
            cell[at] = f[at] * cell[at] + i[at] * g[at];
            state[at] = o[at] * tanh(cell[at]);
        }
        kept_cell.copy_from_slice(cell);
    }
}

/// The cotangents of `inputs`, `[rows, time, 4·units]`, which are those of the state's products too; given what was kept of
/// the walk and the cotangents of the states.
///
/// # Panics
/// As [`forward`].
pub fn backward(walk: &Walk, weight: &[f32], kept: &[f32], cotangents: &[f32]) -> Vec<f32> {
    let Walk { rows, time, units } = *walk;
    assert_eq!((weight.len(), cotangents.len()), (units * 4 * units, rows * time * units));
    assert_eq!(kept.len(), rows * time * 5 * units);
    let mut inputs = vec![0.0; rows * time * 4 * units];
    let given = [kept, cotangents];
    let results = [inputs.as_mut_slice()];
    walk.by_rows(given, [5 * units, units], results, [4 * units], |rows, [kept, cotangents], [of_inputs]| {
        let (mut carried, mut of_cell) = (vec![0.0; rows * units], vec![0.0; rows * units]);
        let zeros = vec![0.0; units];
        let mut slopes = vec![0.0; rows * 4 * units];
        for place in (0..time).rev() {
            let given = at(kept, time, 5 * units, place).zip(at(cotangents, time, units, place));
            let to = at_mut(of_inputs, time, 4 * units, place);
            let own = carried.chunks_exact(units).zip(of_cell.chunks_exact_mut(units));
            for (row, (((now, cotangent), to), (carried, of_cell))) in given.zip(to).zip(own).enumerate() {
                let cell_before = match place {
                    0 => &zeros,
                    _ => &kept[((row * time + place - 1) * 5 + 4) * units..][..units],
                };
                arch().dispatch(StepBack { units, now, cell_before, cotangent, carried, of_cell, to });
            }
            let to = slopes.chunks_exact_mut(4 * units);
            to.zip(at(of_inputs, time, 4 * units, place)).for_each(|(to, slopes)| to.copy_from_slice(slopes));
            let weight = Matrix::new(weight, units, 4 * units, 4 * units).transposed();
            multiply(&mut carried, units, Matrix::new(&slopes, rows, 4 * units, 4 * units), weight, 1.0, false);
        }
    });
    inputs
}

/// One place of one row.
struct StepBack<'a> {
    units: usize,
    /// The gates and the cell.
    now: &'a [f32],
    cell_before: &'a [f32],
    cotangent: &'a [f32],
    /// What came back to the state from the place behind.
    carried: &'a [f32],
    /// The same of the cell; left is what goes on to the one before.
    of_cell: &'a mut [f32],
    to: &'a mut [f32],
}

impl NullaryFnOnce for StepBack<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let units = self.units;
        let [i, f, g, o, cell]: [&[f32]; 5] = std::array::from_fn(|at| &self.now[at * units..][..units]);
        let (before, cotangent) = (&self.cell_before[..units], &self.cotangent[..units]);
        let (carried, of_cell) = (&self.carried[..units], &mut self.of_cell[..units]);
        let mut gates = self.to.chunks_exact_mut(units);
        let mut gate = || gates.next().unwrap_or_default();
        let (to_i, to_f, to_g, to_o) = (gate(), gate(), gate(), gate());
        let (to_i, to_f, to_g, to_o) = (&mut to_i[..units], &mut to_f[..units], &mut to_g[..units], &mut to_o[..units]);
        for at in 0..units {
            let slope = cotangent[at] + carried[at];
            let bent = tanh(cell[at]);
            let slope_of_cell = of_cell[at] + slope * o[at] * (1.0 - bent * bent);
            to_i[at] = slope_of_cell * g[at] * i[at] * (1.0 - i[at]);
            to_f[at] = slope_of_cell * before[at] * f[at] * (1.0 - f[at]);
            to_g[at] = slope_of_cell * i[at] * (1.0 - g[at] * g[at]);
            to_o[at] = slope * bent * o[at] * (1.0 - o[at]);
            of_cell[at] = slope_of_cell * f[at];
        }
    }
}
