//! Two-dimensional convolutions and their gradients: of all but [small pictures](columns) without a matrix of windows.
//!
//! A picture is copied once, with its margin of zeros, into a *plane* per channel (per phase of the stride, so that what one tap
//! sees of neighbouring outputs lies side by side). There a tap of a filter is an offset: the outputs of a whole row of places
//! are sums of products of one number of the filter with a run of the plane, and the runs go straight into the processor's vectors.
//! At the end of each row such a run computes a few places that are none; they are left out when the outputs are copied.
//!
//! - The outputs ([`Convolution::forward`]): planes of the input, each tap at its offset.
//! - The gradient of the input ([`Convolution::input_gradient`]): planes of the outputs' gradient, the taps from the other side.
//! - The gradient of the filters ([`Convolution::weight_gradient`]): inner products of both.

mod columns;
mod correlate;
mod gradient;
mod planes;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use crate::pointwise::chain::Then;
use correlate::{Packed, Places, Target, correlate};
use planes::Planes;

/// The sizes of a convolution (cross-correlation): pictures `[batch, inputs, height, width]`, filters
/// `[outputs, inputs / groups, height, width]`, outputs `[batch, outputs, height, width]`. Pairs are height and width.
///
/// Place (i, j) of an output sees, by tap (r, s), place (i·stride + r·dilation − before, …) of the picture, or a zero where
/// the picture has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    pub batch: usize,
    pub inputs: usize,
    pub outputs: usize,
    /// How many parts the channels fall into, each of which sees only its own; it divides `inputs` and `outputs`.
    pub groups: usize,
    pub picture: [usize; 2],
    pub output: [usize; 2],
    pub kernel: [usize; 2],
    /// At least 1, as `dilation` is.
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    /// Zeros above and to the left. Those below and to the right follow from the size of the output.
    pub before: [usize; 2],
}

impl Convolution {
    fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    fn inputs_of_group(&self) -> usize {
        self.inputs / self.groups
    }

    fn outputs_of_group(&self) -> usize {
        self.outputs / self.groups
    }

    fn input_size(&self) -> usize {
        self.inputs * self.picture[0] * self.picture[1]
    }

    fn output_size(&self) -> usize {
        self.outputs * self.output[0] * self.output[1]
    }

    fn weight_size(&self) -> usize {
        self.outputs * self.inputs_of_group() * self.taps()
    }

    /// Of an output's channel, the filter's number for an input's channel (within the group) and a tap.
    fn weight_at(&self, output: usize, input: usize, tap: usize) -> usize {
        (output * self.inputs_of_group() + input) * self.taps() + tap
    }

    /// The outputs, and what is then done with them.
    ///
    /// # Panics
    /// If a slice has not the size that the convolution says.
    pub fn forward(&self, pictures: &[f32], weights: &[f32], bias: Option<&[f32]>, then: Then<'_>) -> Vec<f32> {
        assert_eq!(pictures.len(), self.batch * self.input_size(), "the pictures");
        assert_eq!(weights.len(), self.weight_size(), "the filters");
        if self.is_small() {
            return self.forward_of_small(pictures, weights, bias, then);
        }
        let planes = Planes::of_pictures(self);
        let (inputs, taps) = (self.inputs_of_group(), self.taps());
        let offsets: Vec<usize> = (0..inputs * taps).map(|at| planes.offset(self, at / taps, at % taps)).collect();
        let packed: Vec<Packed> = (0..self.groups)
            .map(|group| {
                let first = group * self.outputs_of_group();
                let weight = |output, at: usize| weights[self.weight_at(first + output, at / taps, at % taps)];
                Packed::new(self.outputs_of_group(), offsets.len(), weight)
            })
            .collect();
        let places = Places { start: 0, rows: self.output[0], columns: self.output[1], pitch: planes.pitch() };
        let target = Target { channel: self.output[0] * self.output[1], first: 0, row: self.output[1], column: 1 };
        let mut outputs = vec![0.0; self.batch * self.output_size()];
        let size = self.output_size() / self.groups;
        self.each_picture(&planes, pictures, &mut outputs, |group, planes, outputs| {
            let outputs = &mut outputs[group * size..][..size];
            let bias = bias.map(|bias| &bias[group * self.outputs_of_group()..]);
            correlate(planes, &offsets, &packed[group], bias, &places, &target, outputs);
            then.over(outputs);
        });
        outputs
    }

    /// The gradient of the pictures, given the gradient of the outputs: the transposed convolution.
    ///
    /// # Panics
    /// As [`Convolution::forward`].
    pub fn input_gradient(&self, weights: &[f32], gradient: &[f32]) -> Vec<f32> {
        assert_eq!(gradient.len(), self.batch * self.output_size(), "the outputs' gradient");
        assert_eq!(weights.len(), self.weight_size(), "the filters");
        if self.is_small_back() {
            return self.input_gradient_of_small(weights, gradient);
        }
        let planes = Planes::of_outputs(self);
        let phases: Vec<Phase> = self.phases(&planes, weights);
        let mut pictures = vec![0.0; self.batch * self.input_size()];
        let size = self.input_size() / self.groups;
        self.each_picture(&planes, gradient, &mut pictures, |group, planes, pictures| {
            let pictures = &mut pictures[group * size..][..size];
            for phase in &phases {
                correlate(planes, &phase.offsets, &phase.packed[group], None, &phase.places, &phase.target, pictures);
            }
        });
        pictures
    }

    /// What the places of a picture see that the stride treats alike.
    fn phases(&self, planes: &Planes, weights: &[f32]) -> Vec<Phase> {
        let along =
            |axis: usize| -> Vec<Along> { (0..self.stride[axis]).map(|phase| Along::new(self, axis, phase)).collect() };
        let (rows, columns) = (along(0), along(1));
        let pairs = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
        let seen = pairs.filter(|(row, column)| row.count * column.count > 0);
        seen.map(|(row, column)| {
            let taps: Vec<(usize, usize)> = (row.taps.iter())
                .flat_map(|(r, up)| column.taps.iter().map(move |(s, left)| (r, up, s, left)))
                .map(|(r, up, s, left)| (r * self.kernel[1] + s, up * planes.pitch() + left))
                .collect();
            let outputs = self.outputs_of_group();
            let offset = |output: usize, back: usize| output * planes.size() + planes.origin() - back;
            let offsets = (0..outputs).flat_map(|output| taps.iter().map(move |(_, back)| offset(output, *back)));
            let packed = |group: usize| {
                let weight = |input, at: usize| {
                    let output = group * outputs + at / taps.len();
                    weights[self.weight_at(output, input, taps[at % taps.len()].0)]
                };
                Packed::new(self.inputs_of_group(), outputs * taps.len(), weight)
            };
            Phase {
                offsets: offsets.collect(),
                packed: (0..self.groups).map(packed).collect(),
                places: Places {
                    start: row.first * planes.pitch() + column.first,
                    rows: row.count,
                    columns: column.count,
                    pitch: planes.pitch(),
                },
                target: Target {
                    channel: self.picture[0] * self.picture[1],
                    first: row.place * self.picture[1] + column.place,
                    row: self.stride[0] * self.picture[1],
                    column: self.stride[1],
                },
            }
        })
        .collect()
    }

    /// Calls for each picture and group with the planes of the group's channels and the picture's part of the results.
    fn each_picture(
        &self,
        planes: &Planes,
        from: &[f32],
        results: &mut [f32],
        compute: impl Fn(usize, &[f32], &mut [f32]) + Sync,
    ) {
        if results.is_empty() || self.batch == 0 {
            return;
        }
        let (from_size, size) = (from.len() / self.batch, results.len() / self.batch);
        let own = from_size / self.groups;
        results.par_chunks_mut(size).enumerate().for_each_init(
            || planes.buffer(),
            |buffer, (index, results)| {
                for group in 0..self.groups {
                    planes.fill(buffer, &from[index * from_size + group * own..][..own]);
                    compute(group, buffer, results);
                }
            },
        );
    }
}

/// Places of a picture that see the outputs by the same taps.
struct Phase {
    offsets: Vec<usize>,
    packed: Vec<Packed>,
    places: Places,
    target: Target,
}

/// One axis of a [`Phase`].
struct Along {
    /// A tap, and how many places back it looks.
    taps: Vec<(usize, usize)>,
    /// The place of the plane that the first one stands at.
    first: usize,
    /// The first place of the picture.
    place: usize,
    count: usize,
}

impl Along {
    fn new(convolution: &Convolution, axis: usize, phase: usize) -> Self {
        let (stride, dilation) = (convolution.stride[axis], convolution.dilation[axis]);
        let (before, size) = (convolution.before[axis], convolution.picture[axis]);
        let taps = (0..convolution.kernel[axis])
            .filter(|tap| tap * dilation % stride == phase)
            .map(|tap| (tap, tap * dilation / stride))
            .collect();
        // Place y of the picture stands at i with y + before = i·stride + phase.
        let first = before.saturating_sub(phase).div_ceil(stride);
        let place = first * stride + phase - before;
        let count = if place < size { (size - place).div_ceil(stride) } else { 0 };
        Self { taps, first, place, count }
    }
}
