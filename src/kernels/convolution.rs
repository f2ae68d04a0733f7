//! Two-dimensional convolutions, their transposes, and the gradients of both.

use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Tensor, module};
use mtlc_kernels::convolution::Convolution;

use super::pointwise::Then;
use super::{Numbers, tensor};

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
    #[cfg(feature = "libtorch")]
    if let Some([seen, filters]) = super::handles([pictures, weight]) {
        let (bias, walk) = (bias.and_then(super::handle), by_libtorch::walk(walk));
        let outputs = seen.conv2d(&filters, bias.as_ref(), walk.stride, walk.margin, walk.dilation, walk.groups);
        return super::of_handle(outputs);
    }
    module::conv2d(pictures.clone(), weight.clone(), bias.cloned(), walk.options())
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

/// The gradients of what a convolution is given, those that are wanted; or of which they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Of<Pictures, Weight, Bias> {
    pub pictures: Pictures,
    pub weight: Weight,
    pub bias: Bias,
}

/// Which gradients are wanted.
pub type Wanted = Of<bool, bool, bool>;

/// Those gradients that are wanted.
pub type Gradients = Of<Option<Tensor<4>>, Option<Tensor<4>>, Option<Tensor<1>>>;

/// Given that of the outputs; all at once, where that is cheaper.
pub fn conv2d_gradients(
    pictures: &Tensor<4>,
    weight: &Tensor<4>,
    gradient: &Tensor<4>,
    walk: &Walk,
    wanted: Wanted,
) -> Gradients {
    #[cfg(feature = "libtorch")]
    if let Some(found) = by_libtorch::gradients([pictures, weight, gradient], &by_libtorch::walk(walk), wanted) {
        return found;
    }
    Gradients {
        pictures: wanted.pictures.then(|| conv2d_input_gradient(weight, gradient, pictures.dims(), walk)),
        weight: wanted.weight.then(|| conv2d_weight_gradient(pictures, weight, gradient, walk)),
        bias: wanted.bias.then(|| conv2d_bias_gradient(gradient)),
    }
}

/// The transpose of a convolution, from its outputs to pictures `[rows, inputs, height, width]` of that size, and a bias for each channel of them.
pub fn conv_transpose2d(
    x: &Tensor<4>,
    weight: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    sizes: [usize; 4],
    walk: &Walk,
) -> Tensor<4> {
    #[cfg(feature = "libtorch")]
    if let Some([seen, filters]) = super::handles([x, weight]) {
        let bias = bias.and_then(super::handle);
        let by_libtorch::Walk { stride, margin, rest, dilation, groups, .. } =
            by_libtorch::transposed(walk, [sizes, x.dims(), weight.dims()]);
        return super::of_handle(seen.conv_transpose2d(
            &filters,
            bias.as_ref(),
            stride,
            margin,
            rest,
            groups,
            dilation,
        ));
    }
    let spread = conv2d_input_gradient(weight, x, sizes, walk);
    match bias {
        Some(bias) => spread + bias.clone().reshape([1, sizes[1], 1, 1]),
        None => spread,
    }
}

/// Of [`conv_transpose2d`], as [`conv2d_gradients`].
pub fn conv_transpose2d_gradients(
    x: &Tensor<4>,
    weight: &Tensor<4>,
    gradient: &Tensor<4>,
    walk: &Walk,
    wanted: Wanted,
) -> Gradients {
    #[cfg(feature = "libtorch")]
    {
        let own = by_libtorch::transposed(walk, [gradient, x, weight].map(Tensor::dims));
        if let Some(found) = by_libtorch::gradients([x, weight, gradient], &own, wanted) {
            return found;
        }
    }
    Gradients {
        pictures: wanted.pictures.then(|| conv2d(gradient, weight, None, walk)),
        weight: wanted.weight.then(|| conv2d_weight_gradient(gradient, weight, x, walk)),
        bias: wanted.bias.then(|| conv2d_bias_gradient(gradient)),
    }
}

/// The gradient of the bias, given that of the outputs.
pub fn conv2d_bias_gradient(gradient: &Tensor<4>) -> Tensor<1> {
    let [rows, channels, height, width] = gradient.dims();
    gradient.clone().reshape([rows, channels, height * width]).sum_dim(2).sum_dim(0).reshape([channels])
}

#[cfg(feature = "libtorch")]
mod by_libtorch {
    use super::{Gradients, Wanted};
    pub use crate::kernels::libtorch::beside::Walk;
    use crate::kernels::libtorch::beside::convolution_gradients;
    use crate::kernels::{handles, of_handle};
    use burn::tensor::Tensor;

    fn pair(sizes: [usize; 2]) -> [i64; 2] {
        sizes.map(|size| size as i64)
    }

    pub fn walk(walk: &super::Walk) -> Walk {
        Walk {
            stride: pair(walk.stride),
            margin: pair(walk.margin),
            dilation: pair(walk.dilation),
            rest: [0; 2],
            groups: walk.groups as i64,
            transposed: false,
        }
    }

    /// Of the transpose, given the sizes of its outputs, of what it is given, and of the filters.
    pub fn transposed(own: &super::Walk, [outputs, given, weight]: [[usize; 4]; 3]) -> Walk {
        Walk { rest: pair(own.rest(outputs, given, weight)), transposed: true, ..walk(own) }
    }

    /// Given what was seen, the filters and the gradient of the outputs.
    pub fn gradients(given: [&Tensor<4>; 3], walk: &Walk, wanted: Wanted) -> Option<Gradients> {
        let [seen, filters, slopes] = handles(given)?;
        let wanted = [wanted.pictures, wanted.weight, wanted.bias];
        let [pictures, weight, bias] = convolution_gradients(&slopes, [&seen, &filters], walk, wanted);
        Some(Gradients { pictures: pictures.map(of_handle), weight: weight.map(of_handle), bias: bias.map(of_handle) })
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
            let leaf = |tensor: Tensor<4>| tensor.autodiff().require_grad();
            let recorded = [pictures.clone(), weight.clone()].map(leaf);
            let of_bias = bias.clone().autodiff().require_grad();
            let outputs = conv2d(&recorded[0], &recorded[1], Some(&of_bias), walk);
            let name = format!("{device:?} {walk:?}");
            close(&name, conv2d(&pictures, &weight, Some(&bias), walk), outputs.clone().inner());
            let gradient = numbers(4, outputs.dims(), &device);
            let mut gradients = (outputs * gradient.clone().autodiff()).sum().backward();
            let expected = recorded.map(|tensor| tensor.grad_remove(&mut gradients).expect("a gradient").inner());
            let of_bias = of_bias.grad_remove(&mut gradients).expect("a gradient").inner();
            let found = |wanted| conv2d_gradients(&pictures, &weight, &gradient, walk, wanted);
            check(&name, found, &expected, &of_bias);
        }
    }

    /// Whatever is wanted of them.
    fn check(name: &str, found: impl Fn(Wanted) -> Gradients, expected: &[Tensor<4>; 2], of_bias: &Tensor<1>) {
        for which in 0..8 {
            let wanted = Wanted { pictures: which & 1 > 0, weight: which & 2 > 0, bias: which & 4 > 0 };
            let found = found(wanted);
            let given = [found.pictures.is_some(), found.weight.is_some(), found.bias.is_some()];
            assert_eq!(given, [wanted.pictures, wanted.weight, wanted.bias], "{name}");
            for (found, expected) in [found.pictures, found.weight].into_iter().zip(expected) {
                if let Some(found) = found {
                    close(name, found, expected.clone());
                }
            }
            if let Some(found) = found.bias {
                close(name, found, of_bias.clone());
            }
        }
    }

    /// Against burn's own, whose gradients its autodiff finds.
    #[test]
    fn the_transpose_is_burns_own() {
        for device in devices() {
            for (stride, margin, size) in [(2, 0, [10, 12]), (2, 1, [9, 11]), (1, 1, [5, 6]), (3, 1, [13, 16])] {
                let walk = Walk { stride: [stride; 2], dilation: [1; 2], margin: [margin; 2], groups: 1 };
                let kernel = size[0] + 2 * margin - 4 * stride;
                let x = numbers(1, [3, 4, 5, 6], &device);
                let (weight, bias) = (numbers(2, [4, 2, kernel, kernel], &device), numbers(3, [2], &device));
                let recorded = [x.clone(), weight.clone()].map(|tensor| tensor.autodiff().require_grad());
                let of_bias = bias.clone().autodiff().require_grad();
                let options = ConvTransposeOptions::new(walk.stride, walk.margin, [0; 2], walk.dilation, 1);
                let outputs =
                    module::conv_transpose2d(recorded[0].clone(), recorded[1].clone(), Some(of_bias.clone()), options);
                let (name, sizes) = (format!("{device:?} {walk:?}"), outputs.dims());
                assert_eq!(sizes, [3, 2, size[0], size[1]], "{name}");
                close(&name, conv_transpose2d(&x, &weight, Some(&bias), sizes, &walk), outputs.clone().inner());
                let gradient = numbers(4, sizes, &device);
                let mut gradients = (outputs * gradient.clone().autodiff()).sum().backward();
                let expected = recorded.map(|tensor| tensor.grad_remove(&mut gradients).expect("a gradient").inner());
                let of_bias = of_bias.grad_remove(&mut gradients).expect("a gradient").inner();
                let found = |wanted| conv_transpose2d_gradients(&x, &weight, &gradient, &walk, wanted);
                check(&name, found, &expected, &of_bias);
            }
        }
    }
}
