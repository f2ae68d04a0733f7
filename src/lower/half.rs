//! Mixed precision: what multiplies does so in bfloat16, and what is added up, kept or trained is 32-bit.

use burn::tensor::{DType, Tensor};

use crate::kernels::dense as kernel;

/// The factors of a product, in bfloat16 if wanted.
pub fn factor<const D: usize>(tensor: Tensor<D>, half: bool) -> Tensor<D> {
    if half { tensor.cast(DType::BF16) } else { tensor }
}

/// A product, back in 32 bits.
pub fn product<const D: usize>(tensor: Tensor<D>, half: bool) -> Tensor<D> {
    if half { tensor.cast(DType::F32) } else { tensor }
}

/// X·W + b.
pub fn dense(x: &Tensor<2>, weight: &Tensor<2>, bias: Option<&Tensor<1>>, half: bool) -> Tensor<2> {
    if !half {
        return kernel::dense(x, weight, bias);
    }
    let product = matmul(x.clone(), weight.clone(), true);
    match bias {
        Some(bias) => product + bias.clone().unsqueeze::<2>(),
        None => product,
    }
}

/// The gradient of X, given that of X·W.
pub fn of_rows(weight: &Tensor<2>, gradient: &Tensor<2>, half: bool) -> Tensor<2> {
    match half {
        true => matmul(gradient.clone(), weight.clone().transpose(), true),
        false => kernel::input_gradient(weight, gradient),
    }
}

/// The gradient of W, given that of X·W.
pub fn of_weight(x: &Tensor<2>, gradient: &Tensor<2>, half: bool) -> Tensor<2> {
    match half {
        true => matmul(x.clone().transpose(), gradient.clone(), true),
        false => kernel::weight_gradient(x, gradient),
    }
}

/// The matrix product of two factors.
pub fn matmul<const D: usize>(left: Tensor<D>, right: Tensor<D>, half: bool) -> Tensor<D> {
    product(factor(left, half).matmul(factor(right, half)), half)
}
