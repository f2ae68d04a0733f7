//! Windows that walk over sequences, pictures and clips, in passes over two axes at a time: of a clip, first over its frames and then along its time.

use burn::tensor::{Tensor, TensorData};

use crate::catalog::Type;
use crate::catalog::layers::windows::{Along, Windows};
use crate::lower::Real;
use crate::lower::value::Lengths;

/// One pass over a value that is laid as pictures.
pub(super) struct Pass {
    pub view: [usize; 4],
    along: [Along; 2],
    lengths: [Option<Lengths>; 2],
}

/// In their order, each over what the one before has given.
pub(super) fn passes(windows: &Windows, ty: &Type, x: &Real) -> Vec<Pass> {
    let shape = x.shape();
    let over_time = |view: [usize; 4], along: Along| Pass {
        view,
        along: [along, Along::ALONE],
        lengths: [x.extents().of(1).cloned(), None],
    };
    match ty {
        ty if ty.is_sequence() => vec![over_time([shape[0], 1, shape[1], shape[2]], windows.place())],
        ty if ty.is_clip() => {
            let view = [shape[0] * shape[1], shape[2], shape[3], shape[4]];
            let within = Pass { view, along: [windows.place(); 2], lengths: [None, None] };
            let [_, channels, height, width] = within.output();
            vec![within, over_time([shape[0], 1, shape[1], channels * height * width], windows.time())]
        }
        _ => vec![Pass {
            view: [shape[0], shape[1], shape[2], shape[3]],
            along: [windows.place(); 2],
            lengths: [2, 3].map(|axis| x.extents().of(axis).cloned()),
        }],
    }
}

impl Pass {
    pub(super) fn kernel(&self) -> [usize; 2] {
        self.along.map(|along| along.kernel)
    }

    pub(super) fn stride(&self) -> [usize; 2] {
        self.along.map(|along| along.stride)
    }

    /// Places behind the last one, so that one window at least has room.
    fn behind(&self, axis: usize) -> usize {
        let Along { kernel, margin, .. } = self.along[axis];
        margin + kernel.saturating_sub(self.view[2 + axis] + 2 * margin)
    }

    pub(super) fn output(&self) -> [usize; 4] {
        let [rows, channels, ..] = self.view;
        let [height, width] = [0, 1].map(|axis| {
            let room = self.along[axis].margin + self.view[2 + axis] + self.behind(axis);
            Along { margin: 0, ..self.along[axis] }.places(room)
        });
        [rows, channels, height, width]
    }

    /// With a number at what windows see around it.
    pub(super) fn around(&self, x: Tensor<4>, around: f64) -> Tensor<4> {
        [0, 1].into_iter().fold(x, |x, axis| {
            let mut parts = vec![x.clone()];
            let edge = |places: usize| {
                let mut shape = x.dims();
                shape[2 + axis] = places;
                Tensor::full(shape, around, &x.device())
            };
            if self.along[axis].margin > 0 {
                parts.insert(0, edge(self.along[axis].margin));
            }
            if self.behind(axis) > 0 {
                parts.push(edge(self.behind(axis)));
            }
            if parts.len() == 1 { x } else { Tensor::cat(parts, 2 + axis) }
        })
    }

    /// Without what [`Pass::around`] has put there.
    pub(super) fn within(&self, x: Tensor<4>) -> Tensor<4> {
        [0, 1].into_iter().fold(x, |x, axis| {
            let size = self.view[2 + axis];
            if x.dims()[2 + axis] == size { x } else { x.narrow(2 + axis, self.along[axis].margin, size) }
        })
    }

    /// By what the mean of a whole window is multiplied so that it is one of the places that the window sees, `[rows or 1, 1, height, width]`; `None` where all
    /// windows see all of theirs.
    pub(super) fn seen(&self, like: &Tensor<4>) -> Option<Tensor<4>> {
        if self.along.iter().all(|along| along.margin == 0) {
            return None;
        }
        let [rows, _, height, width] = self.output();
        let rows = if self.lengths.iter().any(Option::is_some) { rows } else { 1 };
        let share = |axis: usize, row: usize, place: usize| {
            let Along { kernel, stride, margin } = self.along[axis];
            let size = self.lengths[axis].as_ref().map_or(self.view[2 + axis], |lengths| lengths[row]);
            let (from, to) = (place * stride, place * stride + kernel);
            let seen = to.min(size + margin).saturating_sub(from.max(margin));
            kernel as f32 / seen.max(1) as f32
        };
        let mut shares = Vec::with_capacity(rows * height * width);
        for row in 0..rows {
            for down in 0..height {
                shares.extend((0..width).map(|across| share(0, row, down) * share(1, row, across)));
            }
        }
        Some(Tensor::from_data(TensorData::new(shares, [rows, 1, height, width]), &like.device()))
    }
}

/// How long each row is behind windows, and how large its pictures are.
pub(super) fn with_places(output: Real, windows: &Windows, ty: &Type, x: &Real) -> Real {
    let left = windows.along(ty).into_iter().filter_map(|(axis, along)| {
        let lengths = x.extents().of(axis)?;
        let places: Vec<usize> = lengths.iter().map(|length| along.places(*length)).collect();
        Some((axis, Lengths::from(places)))
    });
    output.with_extents(left.collect())
}

/// What passes give, in the axes of the value that they walked over.
pub(super) fn shape(ty: &Type, x: &Real, passes: &[Pass]) -> Vec<usize> {
    let mut shape = x.shape().to_vec();
    match (ty, passes) {
        (_, [within, over_time]) => {
            let [_, _, height, width] = within.output();
            (shape[1], shape[3], shape[4]) = (over_time.output()[2], height, width);
        }
        (ty, [pass, ..]) if ty.is_sequence() => shape[1] = pass.output()[2],
        (_, [pass, ..]) => shape.copy_from_slice(&pass.output()),
        (_, []) => {}
    }
    shape
}
