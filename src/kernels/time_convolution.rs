//! Convolutions along time, whose features stand last.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};
use mtlc_kernels::time_convolution::TimeConvolution;

use super::{Kept, Numbers, tensor};

/// How filters walk along time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    pub taps: usize,
    pub stride: usize,
    pub dilation: usize,
    /// Zeros before the first place. Those behind the last one follow from the number of steps.
    pub before: usize,
    pub steps: usize,
}

impl Walk {
    fn sizes(&self, [rows, time, features]: [usize; 3], channels: usize) -> TimeConvolution {
        let Self { taps, stride, dilation, before, steps } = *self;
        TimeConvolution { rows, time, features, channels, taps, stride, dilation, before, steps }
    }

    /// The place that each tap of each step sees; the one behind the last where it sees none.
    fn table(&self, like: &Tensor<3>) -> Tensor<1, Int> {
        let time = like.dims()[1];
        let seen = |at: usize| {
            let place = (at / self.taps * self.stride + at % self.taps * self.dilation).checked_sub(self.before);
            place.filter(|place| *place < time).unwrap_or(time) as i64
        };
        let table: Vec<i64> = (0..self.steps * self.taps).map(seen).collect();
        let size = table.len();
        Tensor::from_data(TensorData::new(table, [size]), &like.device())
    }

    /// What each step sees, `[rows·steps, taps·features]`.
    fn windows(&self, x: &Tensor<3>) -> Tensor<2> {
        let [rows, _, features] = x.dims();
        let nothing = Tensor::zeros([rows, 1, features], (&x.device(), x.dtype()));
        let places = Tensor::cat(vec![x.clone(), nothing], 1);
        places.select(1, self.table(x)).reshape([rows * self.steps, self.taps * features])
    }
}

/// Filters `[channels, features, taps]` as `[taps·features, channels]`.
fn turned(weight: &Tensor<3>) -> Tensor<2> {
    let [channels, features, taps] = weight.dims();
    weight.clone().permute([2, 1, 0]).reshape([taps * features, channels])
}

/// Sequences `[rows, time, features]` seen through filters `[channels, features, taps]`: `[rows, steps, channels]`.
pub fn conv1d(x: &Tensor<3>, weight: &Tensor<3>, bias: Option<&Tensor<1>>, walk: &Walk) -> Tensor<3> {
    #[cfg(feature = "libtorch")]
    if let Some(outputs) = by_libtorch::conv1d(x, weight, bias, walk) {
        return outputs;
    }
    let ([rows, ..], channels, filters) = (x.dims(), weight.dims()[0], turned(weight));
    if let (Some(seen), Some(own)) = (Numbers::of(x), Numbers::of(&filters)) {
        let bias = bias.and_then(Numbers::of);
        let sizes = walk.sizes(x.dims(), channels);
        let outputs = sizes.forward(seen.slice(), own.slice(), bias.as_ref().map(Numbers::slice));
        return tensor(outputs, [rows, walk.steps, channels], x);
    }
    let product = walk.windows(x).matmul(filters);
    let product = match bias {
        Some(bias) => product + bias.clone().unsqueeze::<2>(),
        None => product,
    };
    product.reshape([rows, walk.steps, channels])
}

/// [`conv1d`], and what [`gradients`] wants to have.
pub fn conv1d_kept(x: &Tensor<3>, weight: &Tensor<3>, bias: Option<&Tensor<1>>, walk: &Walk) -> (Tensor<3>, Kept) {
    #[cfg(feature = "libtorch")]
    if let Some([seen, filters]) = super::handles([x, weight]) {
        let bias = bias.and_then(super::handle);
        let (outputs, kept) = super::recorded(&[&seen, &filters], |given| {
            by_libtorch::outputs(&given[0], &given[1], bias.as_ref(), walk).contiguous()
        });
        return (super::of_handle(outputs), kept);
    }
    (conv1d(x, weight, bias, walk), Kept::new())
}

/// The gradients of sequences and filters, as far as they are wanted, given that of the outputs and what was kept.
pub fn gradients(
    x: &Tensor<3>,
    weight: &Tensor<3>,
    gradient: &Tensor<3>,
    walk: &Walk,
    wanted: [bool; 2],
    kept: &[Tensor<1>],
) -> [Option<Tensor<3>>; 2] {
    let _ = kept;
    #[cfg(feature = "libtorch")]
    if let Some(found) = super::libtorch::gradients(kept, || conv1d_kept(x, weight, None, walk).1, gradient, &wanted) {
        let mut found = found.into_iter();
        return [x, weight].map(|like| found.next().flatten().map(|flat| flat.reshape(like.dims())));
    }
    let ([rows, time, features], [channels, _, taps]) = (x.dims(), weight.dims());
    let back = |filters: Tensor<2>| filters.reshape([taps, features, channels]).permute([2, 1, 0]);
    let filters = turned(weight);
    if let [Some(seen), Some(slopes)] = [Numbers::of(x), Numbers::of(gradient)]
        && let Some(own) = Numbers::of(&filters)
    {
        let sizes = walk.sizes(x.dims(), channels);
        return [
            wanted[0].then(|| tensor(sizes.input_gradient(own.slice(), slopes.slice()), x.dims(), x)),
            wanted[1].then(|| {
                let found = sizes.weight_gradient(seen.slice(), slopes.slice());
                back(tensor(found, [taps * features, channels], x))
            }),
        ];
    }
    let slopes = gradient.clone().reshape([rows * walk.steps, channels]);
    [
        wanted[0].then(|| {
            let windows = slopes.clone().matmul(filters.transpose()).reshape([rows, walk.steps * taps, features]);
            let places = Tensor::zeros([rows, time + 1, features], (&x.device(), x.dtype()));
            places.select_assign(1, walk.table(x), windows, IndexingUpdateOp::Add).narrow(1, 0, time)
        }),
        wanted[1].then(|| back(walk.windows(x).transpose().matmul(slopes))),
    ]
}

/// libtorch's own, which has its features before time.
#[cfg(feature = "libtorch")]
mod by_libtorch {
    use super::Walk;
    use crate::kernels::{handle, handles, of_handle};
    use burn::tensor::Tensor;

    pub fn outputs(x: &tch::Tensor, weight: &tch::Tensor, bias: Option<&tch::Tensor>, walk: &Walk) -> tch::Tensor {
        let seen = (walk.steps - 1) * walk.stride + (walk.taps - 1) * walk.dilation + 1;
        // A negative number of zeros cuts off what no window reaches.
        let behind = seen as i64 - (walk.before as i64 + x.size()[1]);
        let padded = x.transpose(1, 2).constant_pad_nd([walk.before as i64, behind]);
        let outputs = padded.conv1d(weight, bias, [walk.stride as i64], [0], [walk.dilation as i64], 1);
        outputs.transpose(1, 2)
    }

    pub fn conv1d(x: &Tensor<3>, weight: &Tensor<3>, bias: Option<&Tensor<1>>, walk: &Walk) -> Option<Tensor<3>> {
        let [x, weight] = handles([x, weight])?;
        let bias = match bias {
            Some(bias) => Some(handle(bias)?),
            None => None,
        };
        Some(of_handle(outputs(&x, &weight, bias.as_ref(), walk).contiguous()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{close, devices, numbers};

    /// What burn composes, in its autodiff, is the reference.
    #[test]
    fn values_and_gradients_are_those_of_burns_own() {
        let walks = [
            Walk { taps: 3, stride: 1, dilation: 1, before: 1, steps: 9 },
            Walk { taps: 2, stride: 2, dilation: 3, before: 3, steps: 5 },
            Walk { taps: 4, stride: 1, dilation: 1, before: 0, steps: 3 },
        ];
        for (device, walk) in devices().into_iter().flat_map(|device| walks.map(move |walk| (device.clone(), walk))) {
            let (x, weight) = (numbers(1, [3, 9, 5], &device), numbers(2, [4, 5, walk.taps], &device));
            let bias = numbers(3, [4], &device);
            let recorded = [x.clone(), weight.clone()].map(|tensor| tensor.autodiff().require_grad());
            let outputs = conv1d(&recorded[0], &recorded[1], Some(&bias.clone().autodiff()), &walk);
            let name = format!("{device:?} {walk:?}");
            close(&name, conv1d(&x, &weight, Some(&bias), &walk), outputs.clone().inner());
            let gradient = numbers(4, outputs.dims(), &device);
            let mut all = (outputs * gradient.clone().autodiff()).sum().backward();
            let expected = recorded.map(|tensor| tensor.grad_remove(&mut all).expect("a gradient").inner());
            let (again, kept) = conv1d_kept(&x, &weight, Some(&bias), &walk);
            close(&name, again, conv1d(&x, &weight, Some(&bias), &walk));
            let nothing = Kept::new();
            let all = [[true, true], [true, false], [false, true]];
            for (wanted, kept) in all.iter().flat_map(|wanted| [(*wanted, &kept), (*wanted, &nothing)]) {
                let found = gradients(&x, &weight, &gradient, &walk, wanted, kept);
                for ((found, expected), wanted) in found.into_iter().zip(expected.clone()).zip(wanted) {
                    assert_eq!(found.is_some(), wanted);
                    if let Some(found) = found {
                        close(&name, found, expected);
                    }
                }
            }
        }
    }
}
