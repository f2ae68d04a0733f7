//! The way from burn's tensors to libtorch's, and back.

// burn marks its libtorch backend as deprecated; this project holds burn at the last version that has it.
#![allow(deprecated)]

pub(super) mod beside;

use burn::backend::LibTorch;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;

use super::Kept;

/// libtorch's handle of a tensor; `None` if another backend has it, or autodiff records it.
pub fn handle<const D: usize>(tensor: &Tensor<D>) -> Option<tch::Tensor> {
    tensor.clone().try_into_primitive::<LibTorch>().ok().map(|tensor| tensor.tensor)
}

/// The same of several.
pub(super) fn handles<const D: usize, const N: usize>(tensors: [&Tensor<D>; N]) -> Option<[tch::Tensor; N]> {
    let handles: Vec<tch::Tensor> = tensors.into_iter().map_while(handle).collect();
    handles.try_into().ok()
}

/// The tensor of a handle that libtorch just made.
pub fn of_handle<const D: usize>(handle: tch::Tensor) -> Tensor<D> {
    Tensor::from_primitive::<LibTorch>(FloatTensor::<LibTorch>::new(handle))
}

/// What a function makes of its inputs, and the record of it, from which [`gradients`] follow without computing it again: the inputs as
/// leaves, each as one run of numbers, and the output.
pub(super) fn recorded(inputs: &[&tch::Tensor], of: impl FnOnce(&[tch::Tensor]) -> tch::Tensor) -> (tch::Tensor, Kept) {
    let leaves: Vec<tch::Tensor> =
        inputs.iter().map(|input| input.detach().reshape([-1]).set_requires_grad(true)).collect();
    let shaped: Vec<tch::Tensor> = leaves.iter().zip(inputs).map(|(leaf, input)| leaf.view_(input.size())).collect();
    let output = of(&shaped);
    let detached = output.detach();
    (detached, leaves.into_iter().chain([output.reshape([-1])]).map(of_handle).collect())
}

/// The gradients of ⟨cotangent, output⟩ at those inputs of a record that are wanted, each as one run of numbers; `None` of another backend.
/// Where nothing was kept, the function is recorded `again`.
pub(super) fn gradients<const D: usize>(
    kept: &[Tensor<1>],
    again: impl FnOnce() -> Kept,
    cotangent: &Tensor<D>,
    wanted: &[bool],
) -> Option<Vec<Option<Tensor<1>>>> {
    let cotangent = handle(cotangent)?;
    let own;
    let kept = if kept.is_empty() {
        own = again();
        &own
    } else {
        kept
    };
    let handles: Vec<tch::Tensor> = kept.iter().map_while(handle).collect();
    let (output, leaves) = handles.split_last().filter(|_| handles.len() == wanted.len() + 1)?;
    let asked = leaves.iter().zip(wanted).filter(|(_, wanted)| **wanted).map(|(leaf, _)| leaf);
    // The record is kept: there are as many ways back as tasks.
    let mut found = beside::gradients(output, &cotangent.reshape([-1]), asked).into_iter().map(of_handle);
    Some(wanted.iter().map(|wanted| if *wanted { found.next() } else { None }).collect())
}

/// The gradients of ⟨cotangent, output⟩ at the leaves that libtorch recorded the output from.
pub(super) fn pulled<const N: usize>(
    output: &tch::Tensor,
    cotangent: &tch::Tensor,
    leaves: &[tch::Tensor; N],
) -> Option<[tch::Tensor; N]> {
    beside::gradients(output, cotangent, leaves).try_into().ok()
}
