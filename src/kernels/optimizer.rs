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
    #[cfg(feature = "libtorch")]
    let state = match by_libtorch::adam(adam, state, gradient, decays, factors) {
        Ok(state) => return Ok(state),
        Err(state) => state,
    };
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

/// libtorch has no such step in one pass: where its tensors lie in the memory of the processor, the same kernel works on them.
#[cfg(feature = "libtorch")]
// burn marks its libtorch backend as deprecated; this project holds burn at the last version that has it.
#[allow(deprecated)]
mod by_libtorch {
    use super::State;
    use crate::kernels::{handle, of_handle};
    use burn::backend::LibTorch;
    use burn::tensor::Tensor;
    use mtlc_kernels::optimizer::{Adam, Moved, Seen};

    pub fn adam(
        adam: &Adam,
        state: State,
        gradient: &Tensor<1>,
        decays: &Tensor<1>,
        factors: Option<&Tensor<1>>,
    ) -> Result<State, State> {
        let seen: Vec<&Tensor<1>> = [gradient, decays].into_iter().chain(factors).collect();
        let all = seen.iter().copied().chain(&state);
        if !all.map(handle).all(|handle| handle.is_some_and(|handle| is_here(&handle))) {
            return Err(state);
        }
        let seen: Vec<tch::Tensor> = seen.into_iter().filter_map(handle).collect();
        let owned = state.map(|tensor| {
            let own = tensor.try_into_primitive::<LibTorch>();
            let own = own.unwrap_or_else(|_| unreachable!("it was looked at as such just now"));
            // What somebody else has is left as it is.
            if own.can_mut() { own.tensor } else { own.tensor.copy() }
        });
        // SAFETY: each lies as one run of 32-bit numbers in the memory of this process, which was asked above, and lives until the
        // end of the function; of those that are written to nobody else has the memory, and no two are the same tensor.
        unsafe {
            let read =
                |tensor: &tch::Tensor| std::slice::from_raw_parts(tensor.data_ptr().cast::<f32>(), tensor.numel());
            let write =
                |tensor: &tch::Tensor| std::slice::from_raw_parts_mut(tensor.data_ptr().cast::<f32>(), tensor.numel());
            let [weights, mean, squared] = owned.each_ref().map(write);
            let seen = Seen { gradient: read(&seen[0]), decays: read(&seen[1]), factors: seen.get(2).map(read) };
            adam.update(seen, Moved { weights, mean, squared });
        }
        Ok(owned.map(of_handle))
    }

    fn is_here(tensor: &tch::Tensor) -> bool {
        tensor.device() == tch::Device::Cpu && tensor.kind() == tch::Kind::Float && tensor.is_contiguous()
    }
}

/// Whether it is all that its memory holds, in 32 bits on the built-in backend.
fn is_whole(tensor: &Tensor<1>) -> bool {
    tensor.clone().try_into_primitive::<Flex>().is_ok_and(|own| {
        own.as_slice::<f32>().is_some_and(|numbers| std::mem::size_of_val(numbers) == own.bytes().len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{devices, numbers, to_host};
    use mtlc_kernels::optimizer::Decay;

    /// Against the kernel on slices; and what somebody else has is not changed.
    #[test]
    fn a_step_is_the_kernels_and_leaves_alone_what_is_shared() {
        let step =
            Adam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, learning_rate: 0.1, decay: Decay::Decoupled(0.1), step: 1 };
        for device in devices() {
            let of = |seed: usize| numbers::<1>(seed, [300], &device);
            let squared = of(3).square();
            let (gradient, decays) = (of(4), of(5).abs());
            let host = [of(1), of(2), squared.clone()].map(to_host);
            let mut expected = host.clone();
            let [weights, mean, squares] = expected.each_mut().map(Vec::as_mut_slice);
            let (slopes, decaying) = (to_host(gradient.clone()), to_host(decays.clone()));
            let seen = Seen { gradient: &slopes, decays: &decaying, factors: None };
            step.update(seen, Moved { weights, mean, squared: squares });
            let shared = [of(1), of(2), squared];
            let found = adam(&step, shared.clone(), &gradient, &decays, None).unwrap_or_else(|_| panic!("{device:?}"));
            assert_eq!(found.map(to_host), expected, "{device:?}");
            assert_eq!(shared.map(to_host), host, "{device:?}");
            let alone = adam(&step, [of(1), of(2), of(3).square()], &gradient, &decays, None);
            assert_eq!(alone.unwrap_or_else(|_| panic!("{device:?}")).map(to_host), expected, "{device:?}");
        }
    }
}
