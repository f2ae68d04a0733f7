//! Mixed precision: what multiplies does so in bfloat16, and what is added up, kept or trained is 32-bit.

use burn::tensor::{DType, Tensor};

/// The factors of a product, in bfloat16 if wanted.
pub fn factor<const D: usize>(tensor: Tensor<D>, half: bool) -> Tensor<D> {
    if half { tensor.cast(DType::BF16) } else { tensor }
}

/// A product, back in 32 bits.
pub fn product<const D: usize>(tensor: Tensor<D>, half: bool) -> Tensor<D> {
    if half { tensor.cast(DType::F32) } else { tensor }
}

/// The matrix product of two factors.
pub fn matmul<const D: usize>(left: Tensor<D>, right: Tensor<D>, half: bool) -> Tensor<D> {
    product(factor(left, half).matmul(factor(right, half)), half)
}
