//! Two-dimensional convolutions, their transposes, and the gradients of both.

use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Tensor, module};
use mtlc_kernels::convolution::Convolution;

use super::pointwise::Then;
use super::{Kept, Numbers, tensor};

/// How filters walk over pictures; pairs are height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    /// Zeros on each side.
    pub margin: [usize; 2],
    /// How many parts the channels fall into, each of which sees only its own.
    pub groups: usize,
}

impl Walk {
    /// The size of the output.
    fn output(&self, picture: [usize; 2], kernel: [usize; 2]) -> [usize; 2] {
        [0, 1].map(|axis| {
            let extent = self.dilation[axis] * (kernel[axis] - 1) + 1;
            (picture[axis] + 2 * self.margin[axis] - extent) / self.stride[axis] + 1
        })
    }

    /// What the windows do not reach at the far end of a picture, given the sizes of pictures, outputs and filters.
    fn rest(&self, pictures: [usize; 4], outputs: [usize; 4], weight: [usize; 4]) -> [usize; 2] {
        [0, 1].map(|axis| {
            let [picture, output, kernel] = [pictures, outputs, weight].map(|sizes| sizes[2 + axis]);
            let reached = (output - 1) * self.stride[axis] + self.dilation[axis] * (kernel - 1) + 1;
            (picture + 2 * self.margin[axis]).saturating_sub(reached)
        })
    }

    fn options(&self) -> ConvOptions<2> {
        ConvOptions::new(self.stride, self.margin, self.dilation, self.groups)
    }

    /// Of pictures of these sizes.
    fn sizes(
        &self,
        [batch, inputs, height, width]: [usize; 4],
        [outputs, _, rows, columns]: [usize; 4],
    ) -> Convolution {
        let (picture, kernel) = ([height, width], [rows, columns]);
        Convolution {
            batch,
            inputs,
            outputs,
            groups: self.groups,
            picture,
            output: self.output(picture, kernel),
            kernel,
            stride: self.stride,
            dilation: self.dilation,
            before: self.margin,
        }
    }
}

/// Pictures `[rows, inputs, height, width]` seen through filters `[outputs, inputs / groups, height, width]`:
/// `[rows, outputs, height′, width′]`.
pub fn conv2d(pictures: &Tensor<4>, weight: &Tensor<4>, bias: Option<&Tensor<1>>, walk: &Walk) -> Tensor<4> {
    conv2d_then(pictures, weight, bias, walk, None)
}

/// [`conv2d`], and what is then done with it.
pub fn conv2d_then(
    pictures: &Tensor<4>,
    weight: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    walk: &Walk,
    then: Option<&Then>,
) -> Tensor<4> {
    if let (Some(seen), Some(filters)) = (Numbers::of(pictures), Numbers::of(weight)) {
        let sizes = walk.sizes(pictures.dims(), weight.dims());
        let bias = bias.and_then(Numbers::of);
        let bias = bias.as_ref().map(Numbers::slice);
        let outputs = Then::within(then, |then| sizes.forward(seen.slice(), filters.slice(), bias, then));
        return tensor(outputs, [sizes.batch, sizes.outputs, sizes.output[0], sizes.output[1]], pictures);
    }
    module::conv2d(pictures.clone(), weight.clone(), bias.cloned(), walk.options())
}

/// [`conv2d_then`], and what [`conv2d_gradients`] wants to have.
pub fn conv2d_kept(
    pictures: &Tensor<4>,
    weight: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    walk: &Walk,
    then: Option<&Then>,
) -> (Tensor<4>, Kept) {
    #[cfg(feature = "libtorch")]
    if let Some([seen, filters]) = super::handles([pictures, weight]) {
        let bias = bias.and_then(super::handle);
        let pair = |sizes: [usize; 2]| sizes.map(|size| size as i64);
        let (stride, margin, dilation) = (pair(walk.stride), pair(walk.margin), pair(walk.dilation));
        let (outputs, kept) = super::recorded(&[&seen, &filters], |given| {
            given[0].conv2d(&given[1], bias.as_ref(), stride, margin, dilation, walk.groups as i64)
        });
        return (super::of_handle(outputs), kept);
    }
    (conv2d_then(pictures, weight, bias, walk, then), Kept::new())
}

/// The gradient of the pictures, of this size, given that of the outputs: the transposed convolution of `gradient`.
pub fn conv2d_input_gradient(weight: &Tensor<4>, gradient: &Tensor<4>, pictures: [usize; 4], walk: &Walk) -> Tensor<4> {
    if let (Some(filters), Some(slopes)) = (Numbers::of(weight), Numbers::of(gradient)) {
        let sizes = walk.sizes(pictures, weight.dims());
        return tensor(sizes.input_gradient(filters.slice(), slopes.slice()), pictures, weight);
    }
    let rest = walk.rest(pictures, gradient.dims(), weight.dims());
    let options = ConvTransposeOptions::new(walk.stride, walk.margin, rest, walk.dilation, walk.groups);
    module::conv_transpose2d(gradient.clone(), weight.clone(), None, options)
}

/// The gradient of the filters, given that of the outputs.
fn conv2d_weight_gradient(pictures: &Tensor<4>, weight: &Tensor<4>, gradient: &Tensor<4>, walk: &Walk) -> Tensor<4> {
    if let (Some(seen), Some(slopes)) = (Numbers::of(pictures), Numbers::of(gradient)) {
        let sizes = walk.sizes(pictures.dims(), weight.dims());
        return tensor(sizes.weight_gradient(seen.slice(), slopes.slice()), weight.dims(), weight);
    }
    module::conv2d_weight_backward(pictures.clone(), weight.clone(), gradient.clone(), walk.options())
}

/// The gradients of pictures and filters, given that of the outputs and what was kept; both at once, where that is cheaper.
pub fn conv2d_gradients(
    pictures: &Tensor<4>,
    weight: &Tensor<4>,
    gradient: &Tensor<4>,
    walk: &Walk,
    wanted: [bool; 2],
    kept: &[Tensor<1>],
) -> [Option<Tensor<4>>; 2] {
    let _ = kept;
    #[cfg(feature = "libtorch")]
    if let Some(found) = super::libtorch::gradients(kept, Kept::new, gradient, &wanted) {
        let mut found = found.into_iter();
        return [pictures, weight].map(|like| found.next().flatten().map(|flat| flat.reshape(like.dims())));
    }
    #[cfg(feature = "libtorch")]
    if wanted[1]
        && let Some(gradients) = by_libtorch(pictures, weight, gradient, walk)
    {
        return [wanted[0].then_some(gradients.0), Some(gradients.1)];
    }
    [
        wanted[0].then(|| conv2d_input_gradient(weight, gradient, pictures.dims(), walk)),
        wanted[1].then(|| conv2d_weight_gradient(pictures, weight, gradient, walk)),
    ]
}

/// The gradient of the bias, given that of the outputs.
pub fn conv2d_bias_gradient(gradient: &Tensor<4>) -> Tensor<1> {
    let [rows, channels, height, width] = gradient.dims();
    gradient.clone().reshape([rows, channels, height * width]).sum_dim(2).sum_dim(0).reshape([channels])
}

/// The inputs' gradient is the transposed convolution C(gradient, weight); the filters' is that of ⟨C(gradient, weight), pictures⟩ at the
/// filters, which is linear in them. So one pass forward and one back give both, as many as libtorch's own way back has.
#[cfg(feature = "libtorch")]
fn by_libtorch(
    pictures: &Tensor<4>,
    weight: &Tensor<4>,
    gradient: &Tensor<4>,
    walk: &Walk,
) -> Option<(Tensor<4>, Tensor<4>)> {
    use super::{handles, of_handle};
    let [seen, filters, slopes] = handles([pictures, weight, gradient])?;
    let rest = walk.rest(pictures.dims(), gradient.dims(), weight.dims());
    let pair = |sizes: [usize; 2]| sizes.map(|size| size as i64);
    let leaf = filters.detach().set_requires_grad(true);
    let back = slopes.conv_transpose2d(
        &leaf,
        None::<&tch::Tensor>,
        pair(walk.stride),
        pair(walk.margin),
        pair(rest),
        walk.groups as i64,
        pair(walk.dilation),
    );
    let [of_weight] = super::pulled(&back, &seen, &[leaf])?;
    Some((of_handle(back.detach()), of_handle(of_weight)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{close, devices, numbers};

    /// What burn composes, in its autodiff, is the reference.
    #[test]
    fn values_and_gradients_are_those_of_burns_own() {
        let walks = [
            (Walk { stride: [1, 1], dilation: [1, 1], margin: [1, 1], groups: 1 }, [4, 3, 3, 3]),
            (Walk { stride: [2, 2], dilation: [1, 1], margin: [0, 1], groups: 1 }, [5, 4, 2, 3]),
            (Walk { stride: [1, 3], dilation: [2, 1], margin: [2, 0], groups: 2 }, [6, 2, 3, 2]),
            (Walk { stride: [2, 1], dilation: [1, 1], margin: [1, 1], groups: 4 }, [4, 1, 3, 3]),
        ];
        for (device, (walk, kernel)) in
            devices().into_iter().flat_map(|device| walks.iter().map(move |walk| (device.clone(), walk)))
        {
            let pictures = numbers(1, [3, kernel[1] * walk.groups, 8, 9], &device);
            let (weight, bias) =
                (numbers(2, *kernel, &device), numbers(3, [1, 1, 1, kernel[0]], &device).reshape([kernel[0]]));
            let recorded = [pictures.clone(), weight.clone()].map(|tensor| tensor.autodiff().require_grad());
            let outputs = conv2d(&recorded[0], &recorded[1], Some(&bias.clone().autodiff()), walk);
            let name = format!("{device:?} {walk:?}");
            close(&name, conv2d(&pictures, &weight, Some(&bias), walk), outputs.clone().inner());
            let gradient = numbers(4, outputs.dims(), &device);
            let mut gradients = (outputs * gradient.clone().autodiff()).sum().backward();
            let expected = recorded.map(|tensor| tensor.grad_remove(&mut gradients).expect("a gradient").inner());
            let (again, kept) = conv2d_kept(&pictures, &weight, Some(&bias), walk, None);
            close(&name, again, conv2d(&pictures, &weight, Some(&bias), walk));
            // As often as there are tasks, of what was kept and of nothing.
            for kept in [&kept, &kept, &Kept::new()] {
                for wanted in [[true, true], [true, false], [false, true]] {
                    let found = conv2d_gradients(&pictures, &weight, &gradient, walk, wanted, kept);
                    for ((found, expected), wanted) in found.into_iter().zip(&expected).zip(wanted) {
                        assert_eq!(found.is_some(), wanted);
                        if let Some(found) = found {
                            close(&name, found, expected.clone());
                        }
                    }
                }
            }
        }
    }
}
