//! Functions of one number, and their ways back, each in one pass over the numbers.

use std::cell::Cell;

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;
use mtlc_kernels::pointwise::{self as curves, Pointwise, chain};

use super::{Numbers, is_whole, tensor};

/// A function of one number on the backends that have it as a kernel.
pub struct Kernel {
    curve: Box<dyn Pointwise>,
    /// The cotangent of x, given x, the value and the value's cotangent.
    #[cfg(feature = "libtorch")]
    back: fn(&tch::Tensor, &tch::Tensor, &tch::Tensor) -> Option<tch::Tensor>,
}

/// What the layers behind a kernel do with every number of its output, one after the other. A kernel that can does it in the pass that writes the
/// output, and is then done with it.
pub struct Then {
    kernels: Vec<Kernel>,
    done: Cell<bool>,
}

impl Then {
    pub fn new(kernels: Vec<Kernel>) -> Self {
        Self { kernels, done: Cell::new(false) }
    }

    /// Whether the kernel has done it.
    pub fn is_done(&self) -> bool {
        self.done.get()
    }

    /// Of what a kernel writes that does it on the way, if there is anything to do.
    pub(super) fn within<R>(then: Option<&Self>, write: impl FnOnce(chain::Then<'_>) -> R) -> R {
        let Some(then) = then else { return write(chain::Then::default()) };
        then.done.set(true);
        let functions: Vec<&dyn Pointwise> = then.kernels.iter().map(|kernel| &*kernel.curve).collect();
        write(chain::Then::new(&functions))
    }
}

/// Sums of two tensors, number by number, and what is then done with them.
pub fn sums(left: Tensor<1>, right: Tensor<1>, then: Option<&Then>) -> Tensor<1> {
    match [&left, &right].map(Numbers::of) {
        [Some(own), Some(other)] => {
            let sums = Then::within(then, |then| chain::sums(own.slice(), other.slice(), then));
            tensor(sums, left.dims(), &left)
        }
        _ => left + right,
    }
}

/// The same of products.
pub fn products(left: Tensor<1>, right: Tensor<1>, then: Option<&Then>) -> Tensor<1> {
    match [&left, &right].map(Numbers::of) {
        [Some(own), Some(other)] => {
            let products = Then::within(then, |then| chain::products(own.slice(), other.slice(), then));
            tensor(products, left.dims(), &left)
        }
        _ => left * right,
    }
}

/// A kernel, and libtorch's own way back: an expression of x, the value and the cotangent.
macro_rules! kernel {
    ($curve:expr) => {
        Kernel {
            curve: $curve,
            #[cfg(feature = "libtorch")]
            back: |_, _, _| None,
        }
    };
    ($curve:expr, |$x:pat_param, $y:pat_param, $cotangent:ident| $back:expr) => {
        Kernel {
            curve: $curve,
            #[cfg(feature = "libtorch")]
            back: |$x, $y, $cotangent| Some($back),
        }
    };
}

impl Kernel {
    /// max(x, 0)
    pub fn relu() -> Self {
        kernel!(curves::relu(), |x, _, cotangent| cotangent.threshold_backward(x, 0.0))
    }

    /// min(max(x, 0), 6)
    pub fn relu6() -> Self {
        kernel!(curves::relu6())
    }

    /// x, and `slope` times x below zero.
    pub fn leaky_relu(slope: f64) -> Self {
        kernel!(curves::leaky_relu(slope as f32))
    }

    pub fn tanh() -> Self {
        kernel!(curves::tanh(), |_, y, cotangent| tch::Tensor::tanh_backward(cotangent, y))
    }

    pub fn sigmoid() -> Self {
        kernel!(curves::sigmoid(), |_, y, cotangent| tch::Tensor::sigmoid_backward(cotangent, y))
    }

    /// x·Φ(x)
    pub fn gelu() -> Self {
        kernel!(curves::gelu(), |x, _, cotangent| x.gelu_backward(cotangent, "none"))
    }

    /// x·sigmoid(x)
    pub fn silu() -> Self {
        kernel!(curves::silu(), |x, _, cotangent| x.silu_backward(cotangent))
    }

    /// ln(1 + eˣ)
    pub fn softplus() -> Self {
        kernel!(curves::softplus())
    }

    /// `scale` times x, and below zero `scale`·`low`·(eˣ − 1).
    pub fn elu(scale: f64, low: f64) -> Self {
        kernel!(curves::elu(scale as f32, low as f32))
    }

    /// x·tanh(ln(1 + eˣ))
    pub fn mish() -> Self {
        kernel!(curves::mish())
    }

    /// The value of each number, and what is then done with it; `None` where the backend has no kernel, or a good one in burn.
    pub fn values(&self, x: &Tensor<1>, then: Option<&Then>) -> Option<Tensor<1>> {
        let numbers = Numbers::of(x)?;
        let values = Then::within(then, |then| self.curve.values_then(numbers.slice(), then));
        Some(tensor(values, x.dims(), x))
    }

    /// [`Kernel::values`] in the place of x, which is copied only if somebody else has it; `otherwise` where the backend has no kernel.
    pub fn over(&self, x: Tensor<1>, otherwise: impl FnOnce(Tensor<1>) -> Tensor<1>) -> Tensor<1> {
        if !is_whole(&x) {
            return otherwise(x);
        }
        let mut own: FloatTensor<Flex> =
            x.try_into_primitive::<Flex>().unwrap_or_else(|_| unreachable!("it has been looked at"));
        self.curve.over(own.storage_mut::<f32>());
        Tensor::from_primitive::<Flex>(own)
    }

    /// The cotangent of x, given the values and their cotangent; `None` as in [`Kernel::values`].
    pub fn pull(&self, x: &Tensor<1>, values: &Tensor<1>, cotangent: &Tensor<1>) -> Option<Tensor<1>> {
        #[cfg(feature = "libtorch")]
        if let Some([x, y, cotangent]) = super::handles([x, values, cotangent]) {
            return (self.back)(&x, &y, &cotangent).map(super::of_handle);
        }
        let [own, y, slopes] = [Numbers::of(x)?, Numbers::of(values)?, Numbers::of(cotangent)?];
        Some(tensor(self.curve.pull(own.slice(), y.slice(), slopes.slice()), x.dims(), x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::batch_norm::{normalise, normalised_by};
    use crate::kernels::convolution::{Walk, conv2d, conv2d_then};
    use crate::kernels::tests::{devices, numbers, to_host};

    /// What `write` writes with a chain behind it, which is done exactly on the built-in backend, against the chain one after the other.
    fn same<const D: usize>(name: &str, write: impl Fn(Option<&Then>) -> Tensor<D>) {
        let chain = || vec![Kernel::leaky_relu(0.1), Kernel::tanh()];
        let then = Then::new(chain());
        let found = write(Some(&then));
        let whole = write(None);
        let size: usize = whole.dims().iter().product();
        let built_in = whole.clone().try_into_primitive::<Flex>().is_ok();
        assert_eq!(then.is_done(), built_in, "{name}");
        let one_by_one = |whole: Tensor<1>, kernel: Kernel| kernel.values(&whole, None).expect("the built-in backend");
        let expected = match built_in {
            true => chain().into_iter().fold(whole.reshape([size]), one_by_one),
            false => whole.reshape([size]),
        };
        assert_eq!(to_host(found), to_host(expected), "{name}");
    }

    #[test]
    fn a_chain_in_the_pass_that_writes_is_the_chain_behind_it() {
        for device in devices() {
            // Longer than what one thread takes at a time.
            let [left, right] = [1, 2].map(|seed| numbers(seed, [40_001], &device));
            same("sums", |then| sums(left.clone(), right.clone(), then));
            same("products", |then| products(left.clone(), right.clone(), then));
            same("a curve", |then| match Kernel::sigmoid().values(&left, then) {
                Some(values) => values,
                None => left.clone(),
            });
            let [gain, bias, mean] = [3, 4, 5].map(|seed| numbers(seed, [6], &device));
            for places in [9, 700] {
                let x = numbers(6, [5, 6, places], &device);
                same("a norm", |then| normalise(&x, &gain, &bias, 1e-3, then).output);
                let [moments, affine] = [[mean.clone(), mean.clone().abs()], [gain.clone(), bias.clone()]];
                same("a norm by moments", |then| normalised_by(x.clone(), moments.clone(), affine.clone(), 1e-3, then));
            }
            // Pictures as a matrix of windows, and as planes.
            for size in [4, 30] {
                let (pictures, weight) = (numbers(7, [3, 4, size, size], &device), numbers(8, [6, 2, 3, 3], &device));
                let walk = Walk { stride: [1, 1], dilation: [1, 1], margin: [1, 1], groups: 2 };
                same("a convolution", |then| conv2d_then(&pictures, &weight, Some(&bias), &walk, then));
                assert_eq!(conv2d(&pictures, &weight, None, &walk).dims(), [3, 6, size, size]);
            }
        }
    }
}
