//! Operations of our own, where burn's way is several times slower than the machine, or wrong: the one place that knows which
//! backend computes.
//!
//! A kernel is a file: functions on burn's tensors. On the built-in backend the crate `mtlc-kernels` computes them; on libtorch its own
//! functions do, and for gradients that it has no function for, its autograd inside the kernel. Anything else (bfloat16 on the
//! built-in backend, and tensors that burn's autodiff records) is composed of burn's functions, which is also what the kernels are
//! tested against.
//!
//! A kernel keeps no tape but what it hands back itself ([`Kept`]): a layer of `lower/layers/` calls the forward function in `forward` and the gradients in its `Vjp`, as often
//! as there are tasks.

pub mod attention;
pub mod batch_norm;
pub mod centers;
pub mod convolution;
pub mod cross_attention;
pub mod cross_entropy;
pub mod ctc;
pub mod cut;
pub mod dense;
pub mod dice;
pub mod embedding;
pub mod grouping;
pub mod layer_norm;
pub mod optimizer;
pub mod past;
pub mod pointwise;
pub mod pooling;
pub mod recurrent;
pub mod time_convolution;

#[cfg(feature = "libtorch")]
mod libtorch;

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{Int, Tensor, TensorData};
#[cfg(feature = "libtorch")]
pub(crate) use libtorch::{handle, of_handle};
#[cfg(feature = "libtorch")]
use libtorch::{handles, pulled, recorded};

/// What a kernel going forward keeps for its gradients, so that they need not be computed from the beginning; nothing where that is as
/// fast, or where no gradient will be asked for. What it is only the kernel knows.
pub type Kept = Vec<Tensor<1>>;

/// The numbers of a tensor of the built-in backend, in 32 bits, one after the other.
#[derive(Clone, Debug)]
struct Numbers(FloatTensor<Flex>);

impl Numbers {
    /// `None` of any other tensor.
    fn of<const D: usize>(tensor: &Tensor<D>) -> Option<Self> {
        let tensor = tensor.clone().try_into_primitive::<Flex>().ok()?;
        let tensor = if tensor.as_slice::<f32>().is_some() { tensor } else { tensor.to_contiguous() };
        tensor.as_slice::<f32>().is_some().then_some(Self(tensor))
    }

    fn slice(&self) -> &[f32] {
        self.0.as_slice().unwrap_or_default()
    }
}

/// A tensor's numbers where the processor reads them: as they lie in its memory, without a copy, or brought there.
#[derive(Clone, Debug)]
pub struct OnHost(Held);

#[derive(Clone, Debug)]
enum Held {
    Own(Numbers),
    Brought(Vec<f32>),
}

impl OnHost {
    pub fn of<const D: usize>(tensor: &Tensor<D>) -> Self {
        match Numbers::of(tensor) {
            Some(numbers) => Self(Held::Own(numbers)),
            None => Self(Held::Brought(tensor.clone().into_data().iter::<f32>().collect())),
        }
    }

    pub fn into_vec(self) -> Vec<f32> {
        match self.0 {
            Held::Own(numbers) => numbers.slice().to_vec(),
            Held::Brought(numbers) => numbers,
        }
    }
}

impl std::ops::Deref for OnHost {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        match &self.0 {
            Held::Own(numbers) => numbers.slice(),
            Held::Brought(numbers) => numbers,
        }
    }
}

/// The whole numbers of a tensor of the built-in backend; `None` of any other.
fn whole_numbers(tensor: &Tensor<1, Int>) -> Option<Vec<i64>> {
    let own = tensor.clone().try_into_primitive::<Flex>().ok()?.to_contiguous();
    if let Some(numbers) = own.as_slice::<i64>() {
        return Some(numbers.to_vec());
    }
    own.as_slice::<i32>().map(|numbers| numbers.iter().map(|number| i64::from(*number)).collect())
}

/// Whether it is all that its memory holds, in 32 bits on the built-in backend.
fn is_whole(tensor: &Tensor<1>) -> bool {
    tensor.clone().try_into_primitive::<Flex>().is_ok_and(|own| {
        own.as_slice::<f32>().is_some_and(|numbers| std::mem::size_of_val(numbers) == own.bytes().len())
    })
}

/// A tensor of the built-in backend, where `like` lives.
fn tensor<const D: usize, const L: usize>(numbers: Vec<f32>, shape: [usize; D], like: &Tensor<L>) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers, shape), &like.device())
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    /// Those of every backend of this build.
    // burn marks its libtorch devices as deprecated; this project holds burn at the last version that has them.
    #[cfg_attr(feature = "libtorch", allow(deprecated))]
    pub fn devices() -> Vec<Device> {
        vec![
            Device::flex(),
            #[cfg(feature = "libtorch")]
            Device::libtorch(),
        ]
    }

    /// Numbers between −1 and 1 that look drawn.
    pub fn numbers<const D: usize>(seed: usize, shape: [usize; D], device: &Device) -> Tensor<D> {
        let count: usize = shape.iter().product();
        let number = |at: usize| ((at * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0;
        Tensor::<1>::from_data((0..count).map(number).collect::<Vec<f32>>().as_slice(), device).reshape(shape)
    }

    pub fn to_host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    pub fn close<const D: usize>(name: &str, found: Tensor<D>, expected: Tensor<D>) {
        assert_eq!(found.dims(), expected.dims(), "{name}");
        for (found, expected) in to_host(found).iter().zip(to_host(expected)) {
            assert!((found - expected).abs() <= 1e-4 * (1.0 + expected.abs()), "{name}: {found}, not {expected}");
        }
    }
}
