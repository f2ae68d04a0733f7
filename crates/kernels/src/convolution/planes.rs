//! Pictures with a margin of zeros, channel below channel, so that a tap of a filter is an offset.

use super::Convolution;

/// Places behind the last one that a vector may still read.
pub const SLACK: usize = 64;

/// How the numbers of one picture lie: per channel a plane per phase of the stride, each `rows × pitch`.
#[derive(Clone, Debug)]
pub struct Planes {
    channels: usize,
    /// Of the picture.
    picture: [usize; 2],
    phases: [usize; 2],
    /// Zeros above and to the left, before the phases are parted.
    before: [usize; 2],
    rows: usize,
    pitch: usize,
}

impl Planes {
    /// Of the pictures of one group, such that output (i, j) stands at `i·pitch + j`.
    pub fn of_pictures(convolution: &Convolution) -> Self {
        let size = |axis: usize| {
            let reach = (convolution.kernel[axis] - 1) * convolution.dilation[axis] / convolution.stride[axis];
            convolution.output[axis] + reach
        };
        Self {
            channels: convolution.inputs_of_group(),
            picture: convolution.picture,
            phases: convolution.stride,
            before: convolution.before,
            rows: size(0),
            pitch: size(1),
        }
    }

    /// Of the outputs of one group, with as many zeros before them as the taps look back, and so many behind that every place of
    /// the picture looks at some.
    pub fn of_outputs(convolution: &Convolution) -> Self {
        let back = |axis: usize| (convolution.kernel[axis] - 1) * convolution.dilation[axis] / convolution.stride[axis];
        let size = |axis: usize| {
            let places = (convolution.picture[axis] - 1 + convolution.before[axis]) / convolution.stride[axis] + 1;
            back(axis) + places.max(convolution.output[axis])
        };
        Self {
            channels: convolution.outputs_of_group(),
            picture: convolution.output,
            phases: [1, 1],
            before: [back(0), back(1)],
            rows: size(0),
            pitch: size(1),
        }
    }

    pub fn pitch(&self) -> usize {
        self.pitch
    }

    /// Of one plane.
    pub fn size(&self) -> usize {
        self.rows * self.pitch
    }

    /// Where the first place of the picture stands.
    pub fn origin(&self) -> usize {
        self.before[0] * self.pitch + self.before[1]
    }

    /// Of all planes of a picture.
    pub fn total(&self) -> usize {
        self.channels * self.phases[0] * self.phases[1] * self.size()
    }

    /// Where a tap finds, for the first output, its number of a channel.
    pub fn offset(&self, convolution: &Convolution, channel: usize, tap: usize) -> usize {
        let taps = [tap / convolution.kernel[1], tap % convolution.kernel[1]];
        let [row, column] = [0, 1].map(|axis| taps[axis] * convolution.dilation[axis]);
        let phase = row % self.phases[0] * self.phases[1] + column % self.phases[1];
        let plane = channel * self.phases[0] * self.phases[1] + phase;
        plane * self.size() + row / self.phases[0] * self.pitch + column / self.phases[1]
    }

    /// Zeros, to be filled.
    pub fn buffer(&self) -> Vec<f32> {
        vec![0.0; self.total() + SLACK]
    }

    /// Puts the channels of a picture where they belong in a buffer whose margins are zeros.
    pub fn fill(&self, buffer: &mut [f32], picture: &[f32]) {
        let [height, width] = self.picture;
        let [by_row, by_column] = self.phases;
        let planes = buffer[..self.total()].chunks_mut(self.size().max(1));
        for (index, plane) in planes.enumerate() {
            let channel = index / (by_row * by_column);
            let phase = [index / by_column % by_row, index % by_column];
            let channel = &picture[channel * height * width..][..height * width];
            // The first place of the picture in this phase, and where it stands.
            let first = [0, 1].map(|axis| self.before[axis].saturating_sub(phase[axis]).div_ceil(self.phases[axis]));
            let place = [0, 1].map(|axis| first[axis] * self.phases[axis] + phase[axis] - self.before[axis]);
            let rows = channel.chunks(width.max(1)).skip(place[0]).step_by(by_row);
            let targets = plane.chunks_mut(self.pitch.max(1)).skip(first[0]);
            for (target, row) in targets.zip(rows) {
                let (Some(target), Some(row)) = (target.get_mut(first[1]..), row.get(place[1]..)) else { continue };
                if by_column == 1 {
                    let count = target.len().min(row.len());
                    target[..count].copy_from_slice(&row[..count]);
                } else {
                    target.iter_mut().zip(row.iter().step_by(by_column)).for_each(|(target, number)| *target = *number);
                }
            }
        }
    }
}
