//! A step of Adam over all weights, which changes them and the moments in place where nobody else has them.
//!
//! libtorch has no such step in one pass: where its tensors lie in the memory of the processor, the same kernel works on them.

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;
use mtlc_kernels::optimizer::{self as kernel, Adam, Decay, Moved, Seen, Slopes};

use super::embedding::Rows;
use super::{Numbers, is_whole};

/// The 32-bit numbers of a tensor in the memory of this process, one after the other.
enum Here {
    BuiltIn(Numbers),
    #[cfg(feature = "libtorch")]
    Libtorch(by_libtorch::Numbers),
}

impl Here {
    /// `None` of a tensor on a GPU, or of other numbers.
    fn of(tensor: &Tensor<1>) -> Option<Self> {
        #[cfg(feature = "libtorch")]
        if let Some(own) = by_libtorch::Numbers::of(tensor) {
            return Some(Self::Libtorch(own));
        }
        Numbers::of(tensor).map(Self::BuiltIn)
    }

    fn slice(&self) -> &[f32] {
        match self {
            Self::BuiltIn(own) => own.slice(),
            #[cfg(feature = "libtorch")]
            Self::Libtorch(own) => own.slice(),
        }
    }
}

/// Weights, and the running means of their gradient and of its square.
pub type State = [Tensor<1>; 3];

/// The state after a step, given the gradient, how much each weight decays, and factors of the learning rate where they differ.
pub fn adam(adam: &Adam, state: State, gradient: &Tensor<1>, decays: &Tensor<1>, factors: Option<&Tensor<1>>) -> State {
    let seen: Vec<&Tensor<1>> = [gradient, decays].into_iter().chain(factors).collect();
    let numbers: Vec<Here> = seen.iter().copied().filter_map(Here::of).collect();
    if numbers.len() < seen.len() || !state.iter().all(may_move) {
        return composed(adam, state, gradient.clone(), decays, factors);
    }
    let factors = numbers.get(2).map(Here::slice);
    let seen = Seen { gradient: numbers[0].slice(), decays: numbers[1].slice(), factors };
    moved(state, |state| adam.update(seen, state))
}

/// Whether [`moved`] can move its numbers.
fn may_move(tensor: &Tensor<1>) -> bool {
    #[cfg(feature = "libtorch")]
    if by_libtorch::Numbers::of(tensor).is_some() {
        return true;
    }
    is_whole(tensor)
}

/// A state that [may be moved](may_move) after its numbers were, in place where nobody else has them.
fn moved(state: State, step: impl FnOnce(Moved<'_>)) -> State {
    #[cfg(feature = "libtorch")]
    if state.iter().all(|tensor| by_libtorch::Numbers::of(tensor).is_some()) {
        return by_libtorch::moved(state, step);
    }
    let mut owned = state.map(|tensor| {
        tensor.try_into_primitive::<Flex>().unwrap_or_else(|_| unreachable!("it lives where its gradient does"))
    });
    let [weights, mean, squared] = owned.each_mut().map(FloatTensor::<Flex>::storage_mut::<f32>);
    step(Moved { weights, mean, squared });
    owned.map(Tensor::from_primitive::<Flex>)
}

/// A weight's own gradient, and where it stands among all weights.
#[derive(Clone, Debug)]
pub struct Part {
    pub start: usize,
    pub decays: bool,
    /// All numbers of the weight, or of those rows of a table.
    pub numbers: Tensor<1>,
    pub rows: Option<Rows>,
}

/// Whether [`adam_by_parts`] can step on them: numbers in the memory of this process.
pub fn are_here<'a>(mut parts: impl Iterator<Item = &'a Tensor<1>>) -> bool {
    parts.all(|numbers| Here::of(numbers).is_some())
}

/// The state after a step on those weights that have a gradient, in ascending order, all of them [here](are_here).
pub fn adam_by_parts(adam: &Adam, state: State, parts: &[Part], factors: Option<&Tensor<1>>) -> State {
    let numbers: Vec<Here> = parts.iter().filter_map(|part| Here::of(&part.numbers)).collect();
    let shared = |part: &Part| Here::of(&part.rows.as_ref()?.shared.as_ref()?.1);
    let shared: Vec<Option<Here>> = parts.iter().map(shared).collect();
    let told: Vec<kernel::Part<'_>> = parts
        .iter()
        .zip(&numbers)
        .zip(&shared)
        .map(|((part, numbers), shared)| match &part.rows {
            None => kernel::Part {
                start: part.start,
                count: numbers.slice().len(),
                decays: part.decays,
                slopes: Slopes::Whole(numbers.slice()),
            },
            Some(rows) => kernel::Part {
                start: part.start,
                count: rows.table[0] * rows.table[1],
                decays: part.decays,
                slopes: Slopes::Rows {
                    width: rows.table[1],
                    seen: &rows.seen,
                    slopes: numbers.slice(),
                    shared: rows.shared.as_ref().zip(shared.as_ref()).map(|((range, _), own)| (range, own.slice())),
                },
            },
        })
        .collect();
    let whole = state.map(|tensor| match may_move(&tensor) {
        true => tensor,
        false => Tensor::from_data(tensor.to_data(), &tensor.device()),
    });
    let factors = factors.and_then(Here::of);
    moved(whole, |state| adam.update_parts(&told, factors.as_ref().map(Here::slice), state))
}

/// The same of burn's functions, on any backend.
fn composed(
    adam: &Adam,
    [weights, mean, squared]: State,
    gradient: Tensor<1>,
    decays: &Tensor<1>,
    factors: Option<&Tensor<1>>,
) -> State {
    let decayed = |by: f64| (by != 0.0).then(|| weights.clone() * decays.clone() * by);
    let (penalty, decoupled) = match adam.decay {
        Decay::Penalty(by) => (decayed(by), None),
        Decay::Decoupled(by) => (None, decayed(by)),
    };
    let gradient = match penalty {
        Some(penalty) => gradient + penalty,
        None => gradient,
    };
    let mean = mean * adam.beta1 + gradient.clone() * (1.0 - adam.beta1);
    let squared = squared * adam.beta2 + gradient.square() * (1.0 - adam.beta2);
    let exponent = adam.step.min(i32::MAX as u64) as i32;
    let (first, second) = (1.0 - adam.beta1.powi(exponent), 1.0 - adam.beta2.powi(exponent));
    let direction = (mean.clone() / first) / (squared.clone().sqrt() / second.sqrt() + adam.epsilon);
    let direction = match decoupled {
        Some(decoupled) => direction + decoupled,
        None => direction,
    };
    let weights = weights - stepped(direction, factors, adam.learning_rate);
    [weights, mean, squared]
}

/// The step that a direction comes to.
pub fn stepped(direction: Tensor<1>, factors: Option<&Tensor<1>>, learning_rate: f64) -> Tensor<1> {
    match factors {
        Some(factors) => direction * factors.clone() * learning_rate,
        None => direction * learning_rate,
    }
}

#[cfg(feature = "libtorch")]
// burn marks its libtorch backend as deprecated; this project holds burn at the last version that has it.
#[allow(deprecated)]
mod by_libtorch {
    use super::State;
    use crate::kernels::{handle, of_handle};
    use burn::backend::LibTorch;
    use burn::tensor::Tensor;
    use mtlc_kernels::optimizer::Moved;

    /// The numbers of a tensor of libtorch in the memory of this process.
    pub struct Numbers(tch::Tensor);

    impl Numbers {
        pub fn of(tensor: &Tensor<1>) -> Option<Self> {
            let own = handle(tensor)?;
            let here = own.device() == tch::Device::Cpu && own.kind() == tch::Kind::Float;
            here.then(|| Self(own.contiguous()))
        }

        pub fn slice(&self) -> &[f32] {
            // SAFETY: it lies as one run of 32-bit numbers in the memory of this process, which was asked, and lives as long as this does;
            // nobody writes to what others have.
            unsafe { std::slice::from_raw_parts(self.0.data_ptr().cast::<f32>(), self.0.numel()) }
        }
    }

    /// What the numbers of a state come to when they are moved; what somebody else has is left as it is.
    pub fn moved(state: State, step: impl FnOnce(Moved<'_>)) -> State {
        let owned = state.map(|tensor| {
            let own = tensor.try_into_primitive::<LibTorch>();
            let own = own.unwrap_or_else(|_| unreachable!("it was looked at as such just now"));
            if own.can_mut() && own.tensor.is_contiguous() { own.tensor } else { own.tensor.contiguous().copy() }
        });
        // SAFETY: each lies as one run of 32-bit numbers in the memory of this process and lives until the end of the function; nobody else has
        // the memory, and no two are the same tensor.
        let write = |tensor: &tch::Tensor| unsafe {
            std::slice::from_raw_parts_mut(tensor.data_ptr().cast::<f32>(), tensor.numel())
        };
        let [weights, mean, squared] = owned.each_ref().map(write);
        step(Moved { weights, mean, squared });
        owned.map(of_handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{devices, numbers, to_host};

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
            let found = adam(&step, shared.clone(), &gradient, &decays, None);
            assert_eq!(found.map(to_host), expected, "{device:?}");
            assert_eq!(shared.clone().map(to_host), host, "{device:?}");
            let alone = adam(&step, [of(1), of(2), of(3).square()], &gradient, &decays, None);
            assert_eq!(alone.map(to_host), expected, "{device:?}");
            let [weights, mean, squared] = composed(&step, shared, gradient, &decays, None).map(to_host);
            let near = |found: &[f32], expected: &[f32]| {
                found
                    .iter()
                    .zip(expected)
                    .all(|(found, expected)| (found - expected).abs() <= 1e-5 * (1.0 + expected.abs()))
            };
            assert!(near(&weights, &expected[0]) && near(&mean, &expected[1]) && near(&squared, &expected[2]));
        }
    }

    /// To the bit, also of what somebody else has: which is left alone, as is what has no gradient.
    #[test]
    fn parts_step_as_all_weights_do() {
        let decay = Decay::Penalty(0.1);
        let step = Adam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, learning_rate: 0.1, decay, step: 2 };
        for device in devices() {
            parts_step_on(&device, &step);
        }
    }

    fn parts_step_on(device: &burn::tensor::Device, step: &Adam) {
        let of = |seed: usize| numbers::<1>(seed, [300], device);
        let shared = [of(1), of(2), of(3).square()];
        let before = shared.clone().map(to_host);
        let (gradient, factors) = (of(4), of(5).abs());
        let decays = Tensor::cat(vec![Tensor::ones([100], device), Tensor::zeros([200], device)], 0);
        let whole = adam(step, shared.clone(), &gradient, &decays, Some(&factors)).map(to_host);
        let part = |start: usize, count: usize, decays: bool| Part {
            start,
            decays,
            numbers: gradient.clone().narrow(0, start, count),
            rows: None,
        };
        let parts = [part(0, 100, true), part(150, 150, false)];
        assert!(are_here(parts.iter().map(|part| &part.numbers)));
        let found = adam_by_parts(step, shared.clone(), &parts, Some(&factors)).map(to_host);
        for ((found, whole), before) in found.iter().zip(&whole).zip(&before) {
            assert_eq!((&found[..100], &found[150..]), (&whole[..100], &whole[150..]));
            assert_eq!(found[100..150], before[100..150]);
        }
        assert_eq!(shared.map(to_host), before);
    }
}
