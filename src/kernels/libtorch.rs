//! The way from burn's tensors to libtorch's, and back.

// burn marks its libtorch backend as deprecated; this project holds burn at the last version that has it.
#![allow(deprecated)]

use burn::backend::LibTorch;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;

/// libtorch's handle of a tensor; `None` if another backend has it, or autodiff records it.
pub(super) fn handle<const D: usize>(tensor: &Tensor<D>) -> Option<tch::Tensor> {
    tensor.clone().try_into_primitive::<LibTorch>().ok().map(|tensor| tensor.tensor)
}

/// The same of several.
pub(super) fn handles<const D: usize, const N: usize>(tensors: [&Tensor<D>; N]) -> Option<[tch::Tensor; N]> {
    let handles: Vec<tch::Tensor> = tensors.into_iter().map_while(handle).collect();
    handles.try_into().ok()
}

/// The tensor of a handle that libtorch just made.
pub(super) fn of_handle<const D: usize>(handle: tch::Tensor) -> Tensor<D> {
    Tensor::from_primitive::<LibTorch>(FloatTensor::<LibTorch>::new(handle))
}

/// The gradients of ⟨cotangent, output⟩ at the leaves that libtorch recorded the output from. It has no call that takes a cotangent, so
/// it differentiates the inner product.
pub(super) fn pulled<const N: usize>(
    output: &tch::Tensor,
    cotangent: &tch::Tensor,
    leaves: &[tch::Tensor; N],
) -> Option<[tch::Tensor; N]> {
    let product = (output * cotangent).sum(None::<tch::Kind>);
    let leaves: Vec<&tch::Tensor> = leaves.iter().collect();
    tch::Tensor::run_backward(&[product], &leaves, false, false).try_into().ok()
}
