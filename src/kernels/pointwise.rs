//! Functions of one number, and their ways back, each in one pass over the numbers.

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;
use mtlc_kernels::pointwise::{self as curves, Pointwise};

use super::{Numbers, is_whole, tensor};

/// A function of one number on the backends that have it as a kernel.
pub struct Kernel {
    curve: Box<dyn Pointwise>,
    /// The cotangent of x, given x, the value and the value's cotangent.
    #[cfg(feature = "libtorch")]
    back: fn(&tch::Tensor, &tch::Tensor, &tch::Tensor) -> Option<tch::Tensor>,
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

    /// The value of each number; `None` where the backend has no kernel, or a good one in burn.
    pub fn values(&self, x: &Tensor<1>) -> Option<Tensor<1>> {
        let numbers = Numbers::of(x)?;
        Some(tensor(self.curve.values(numbers.slice()), x.dims(), x))
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
