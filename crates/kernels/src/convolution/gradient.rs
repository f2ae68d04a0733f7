//! The gradient of the filters: for each pair of channels and each tap, the inner product of what the tap saw with the outputs' gradient.

use crate::processor::arch;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::Convolution;
use super::planes::{Planes, SLACK};

/// Outputs' channels, and numbers of filters, whose inner products are made together: twelve sums, of sixteen registers.
const OUTPUTS: usize = 4;
const TAPS: usize = 3;

/// Places that are gone through for all taps before the next ones are: four channels of the gradient, and a plane, at hand.
const PLACES: usize = 1024;

/// Outputs' channels per task.
const OUTPUTS_OF_TASK: usize = 16;

/// The most numbers that a vector holds: lengths are whole multiples of it.
const LANES: usize = 16;

impl Convolution {
    /// The gradients of the filters and of the bias, given the pictures and the gradient of the outputs.
    ///
    /// # Panics
    /// As [`Convolution::forward`].
    pub fn weight_gradient(&self, pictures: &[f32], gradient: &[f32]) -> Vec<f32> {
        assert_eq!(pictures.len(), self.batch * self.input_size(), "the pictures");
        assert_eq!(gradient.len(), self.batch * self.output_size(), "the outputs' gradient");
        if self.batch * self.weight_size() == 0 || gradient.is_empty() {
            return vec![0.0; self.weight_size()];
        }
        if self.is_small() {
            return self.weight_gradient_of_small(pictures, gradient);
        }
        let planes = Planes::of_pictures(self);
        let own = self.input_size() / self.groups;
        let mut seen = vec![0.0; self.batch * self.groups * planes.total() + SLACK];
        seen.par_chunks_exact_mut(planes.total()).zip(pictures.par_chunks(own)).for_each(|(seen, picture)| {
            planes.fill(seen, picture);
        });
        // The gradient in rows as wide as the planes', zeros where no output is.
        let length = ((self.output[0] - 1) * planes.pitch() + self.output[1]).next_multiple_of(LANES);
        let mut wide = vec![0.0; self.batch * self.outputs * length];
        let channel = self.output[0] * self.output[1];
        wide.par_chunks_mut(length).zip(gradient.par_chunks(channel)).for_each(|(wide, channel)| {
            let rows = channel.chunks(self.output[1]);
            wide.chunks_mut(planes.pitch()).zip(rows).for_each(|(wide, row)| wide[..row.len()].copy_from_slice(row));
        });
        let products = Products { convolution: self, seen: &seen, planes: &planes, wide: &wide, length };
        products.by_task()
    }
}

struct Products<'a> {
    convolution: &'a Convolution,
    /// Planes of every picture and group.
    seen: &'a [f32],
    planes: &'a Planes,
    /// `[batch, outputs, length]`
    wide: &'a [f32],
    length: usize,
}

/// Some outputs' channels, all of one group, with some inputs' channels of it.
struct Task {
    group: usize,
    outputs: std::ops::Range<usize>,
    inputs: std::ops::Range<usize>,
}

impl Products<'_> {
    /// A task owns its part of the filters, and goes through all pictures in order: the sums are the same for any number of threads.
    fn by_task(&self) -> Vec<f32> {
        let (inputs, outputs) = (self.convolution.inputs_of_group(), self.convolution.outputs_of_group());
        let taps = self.convolution.taps();
        let inputs_at_once = inputs.div_ceil((16 / outputs.div_ceil(OUTPUTS_OF_TASK)).clamp(1, 4));
        let mut tasks = Vec::new();
        for group in 0..self.convolution.groups {
            for first in (0..outputs).step_by(OUTPUTS_OF_TASK) {
                for input in (0..inputs).step_by(inputs_at_once) {
                    tasks.push(Task {
                        group,
                        outputs: group * outputs + first..group * outputs + outputs.min(first + OUTPUTS_OF_TASK),
                        inputs: input..inputs.min(input + inputs_at_once),
                    });
                }
            }
        }
        let parts: Vec<Vec<f32>> = tasks.par_iter().map(|task| self.of(task)).collect();
        let mut gradient = vec![0.0; self.convolution.weight_size()];
        for (task, part) in tasks.iter().zip(parts) {
            let size = task.inputs.len() * taps;
            for (output, part) in task.outputs.clone().zip(part.chunks(size)) {
                gradient[self.convolution.weight_at(output, task.inputs.start, 0)..][..size].copy_from_slice(part);
            }
        }
        gradient
    }

    /// `[outputs, inputs, taps]` of a task.
    fn of(&self, task: &Task) -> Vec<f32> {
        let taps = self.convolution.taps();
        let offset = |at: usize| self.planes.offset(self.convolution, task.inputs.start + at / taps, at % taps);
        let offsets: Vec<usize> = (0..task.inputs.len() * taps).map(offset).collect();
        let mut sums = vec![0.0; task.outputs.len() * offsets.len()];
        let arch = arch();
        let pieces: Vec<(usize, usize)> = (0..self.convolution.batch)
            .flat_map(|picture| (0..self.length).step_by(PLACES).map(move |place| (picture, place)))
            .collect();
        // As many pieces at a time as have PLACES places: small pictures, a few together.
        for pieces in pieces.chunks((PLACES / self.length).max(1)) {
            for (first, sums) in sums.chunks_mut(OUTPUTS * offsets.len()).enumerate() {
                let first = task.outputs.start + first * OUTPUTS;
                let runs: Vec<Run> = pieces
                    .iter()
                    .map(|(picture, place)| Run {
                        seen: (picture * self.convolution.groups + task.group) * self.planes.total() + place,
                        wide: (picture * self.convolution.outputs + first) * self.length + place,
                        length: PLACES.min(self.length - place),
                    })
                    .collect();
                let tile = Tile { products: self, runs: &runs, offsets: &offsets, sums };
                match tile.sums.len() / offsets.len() {
                    1 => arch.dispatch(Wide::<1>(tile)),
                    2 => arch.dispatch(Wide::<2>(tile)),
                    3 => arch.dispatch(Wide::<3>(tile)),
                    _ => arch.dispatch(Wide::<OUTPUTS>(tile)),
                }
            }
        }
        sums
    }
}

/// Where a run of places begins, in the planes and in the gradient of the tile's first channel.
struct Run {
    seen: usize,
    wide: usize,
    length: usize,
}

struct Tile<'a> {
    products: &'a Products<'a>,
    runs: &'a [Run],
    offsets: &'a [usize],
    /// `[channels, offsets]`, added to.
    sums: &'a mut [f32],
}

/// A tile of so many outputs' channels.
struct Wide<'a, const CHANNELS: usize>(Tile<'a>);

impl<const CHANNELS: usize> WithSimd for Wide<'_, CHANNELS> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let offsets = self.0.offsets;
        let (tiles, rest) = offsets.as_chunks::<TAPS>();
        for (index, offsets) in tiles.iter().enumerate() {
            self.taps::<S, TAPS>(simd, index * TAPS, offsets);
        }
        for (index, offset) in rest.iter().enumerate() {
            self.taps::<S, 1>(simd, offsets.len() - rest.len() + index, &[*offset]);
        }
    }
}

impl<const CHANNELS: usize> Wide<'_, CHANNELS> {
    #[inline(always)]
    fn taps<S: Simd, const COUNT: usize>(&mut self, simd: S, first: usize, offsets: &[usize; COUNT]) {
        let Tile { products, runs, offsets: all, sums } = &mut self.0;
        let mut products_of = [[simd.splat_f32s(0.0); COUNT]; CHANNELS];
        for run in runs.iter() {
            let seen = offsets.map(|offset| S::as_simd_f32s(&products.seen[run.seen + offset..][..run.length]).0);
            let wide: [&[S::f32s]; CHANNELS] = std::array::from_fn(|channel| {
                S::as_simd_f32s(&products.wide[run.wide + channel * products.length..][..run.length]).0
            });
            let vectors = run.length / S::F32_LANES;
            let seen = seen.map(|seen| &seen[..vectors]);
            let wide = wide.map(|wide| &wide[..vectors]);
            for at in 0..vectors {
                let numbers = seen.map(|seen| seen[at]);
                for (sums, wide) in products_of.iter_mut().zip(&wide) {
                    let slope = wide[at];
                    for (sum, number) in sums.iter_mut().zip(&numbers) {
                        *sum = simd.mul_add_e_f32s(slope, *number, *sum);
                    }
                }
            }
        }
        for (channel, own) in products_of.iter().enumerate() {
            for (tap, sum) in own.iter().enumerate() {
                sums[channel * all.len() + first + tap] += simd.reduce_sum_f32s(*sum);
            }
        }
    }
}
