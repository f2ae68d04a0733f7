//! A step of Adam over all weights, which changes them and the moments in place where nobody else has them.

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;
use mtlc_kernels::optimizer::{Adam, Moved, Seen};

use super::Numbers;

/// Weights, and the running means of their gradient and of its square.
pub type State = [Tensor<1>; 3];

/// The state after a step, if the backend has it as a kernel; the state itself otherwise.
pub fn adam(
    adam: &Adam,
    state: State,
    gradient: &Tensor<1>,
    decays: &Tensor<1>,
    factors: Option<&Tensor<1>>,
) -> Result<State, State> {
    let (seen, decays) = (Numbers::of(gradient), Numbers::of(decays));
    let (Some(gradient), Some(decays), true) = (&seen, &decays, state.iter().all(is_whole)) else { return Err(state) };
    let factors = match factors.map(Numbers::of) {
        Some(None) => return Err(state),
        Some(factors) => factors,
        None => None,
    };
    let mut owned = state.map(|tensor| {
        tensor.try_into_primitive::<Flex>().unwrap_or_else(|_| unreachable!("it was looked at as such just now"))
    });
    let [weights, mean, squared] = owned.each_mut().map(FloatTensor::<Flex>::storage_mut::<f32>);
    let seen =
        Seen { gradient: gradient.slice(), decays: decays.slice(), factors: factors.as_ref().map(Numbers::slice) };
    adam.update(seen, Moved { weights, mean, squared });
    Ok(owned.map(Tensor::from_primitive::<Flex>))
}

/// Whether it is all that its memory holds, in 32 bits on the built-in backend.
fn is_whole(tensor: &Tensor<1>) -> bool {
    tensor.clone().try_into_primitive::<Flex>().is_ok_and(|own| {
        own.as_slice::<f32>().is_some_and(|numbers| std::mem::size_of_val(numbers) == own.bytes().len())
    })
}
