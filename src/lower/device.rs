//! Where tensors live: `--device auto|flex|libtorch|libtorch-cuda:N`.

use std::fmt;
use std::str::FromStr;

use burn::tensor::Device;

/// A backend of this build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded pure-Rust backend on the CPU.
    Flex,
    /// libtorch on the CPU.
    LibTorch,
    /// libtorch on the N-th CUDA GPU.
    LibTorchCuda(usize),
}

/// Why there is no such backend here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoBackend {
    /// No backend is called this; one with a similar name.
    Unknown { written: String, close: Option<String> },
    /// What stands in the place of the GPU's number.
    NoNumber(String),
    /// This build has no libtorch.
    NotBuilt,
    /// This machine has no GPU that it could be.
    NoGpu,
    /// This machine has so many, and it is none of them.
    NotThatMany { index: usize, count: usize },
}

impl Backend {
    /// The best that this build and machine have.
    pub fn auto() -> Self {
        #[cfg(feature = "libtorch")]
        {
            if cuda_devices() > 0 { Backend::LibTorchCuda(0) } else { Backend::LibTorch }
        }
        #[cfg(not(feature = "libtorch"))]
        Backend::Flex
    }

    /// Why the backend cannot be used here, with what to do about it.
    ///
    /// # Errors
    /// As said.
    pub fn check(self) -> Result<(), NoBackend> {
        match self {
            Backend::Flex => Ok(()),
            #[cfg(feature = "libtorch")]
            Backend::LibTorch => Ok(()),
            #[cfg(feature = "libtorch")]
            Backend::LibTorchCuda(index) => match cuda_devices() {
                0 => Err(NoBackend::NoGpu),
                count if index >= count => Err(NoBackend::NotThatMany { index, count }),
                _ => Ok(()),
            },
            #[cfg(not(feature = "libtorch"))]
            _ => Err(NoBackend::NotBuilt),
        }
    }

    /// The device to compute on, with the process's memory made ready for it.
    // burn marks its libtorch devices as deprecated; this project holds burn at the last version that has them.
    #[cfg_attr(feature = "libtorch", allow(deprecated))]
    pub fn device(self) -> Device {
        super::memory::keep_freed();
        match self {
            Backend::Flex => {
                super::processor::settle();
                Device::flex()
            }
            #[cfg(feature = "libtorch")]
            Backend::LibTorch => Device::libtorch(),
            #[cfg(feature = "libtorch")]
            Backend::LibTorchCuda(index) => Device::libtorch_cuda(index),
            #[cfg(not(feature = "libtorch"))]
            _ => Device::flex(),
        }
    }
}

/// Whether the same seed must give the same bytes, or a GPU may try several ways of convolving and take the fastest, which
/// can be another one next time. On a CPU there is one way.
pub fn deterministic(wanted: bool) {
    #[cfg(feature = "libtorch")]
    tch::Cuda::cudnn_set_benchmark(!wanted);
    #[cfg(not(feature = "libtorch"))]
    let _ = wanted;
}

#[cfg(feature = "libtorch")]
fn cuda_devices() -> usize {
    use burn::tensor::{DeviceFilter, DeviceType};
    // Of libtorch's devices, burn lists the CUDA GPUs.
    Device::enumerate(DeviceFilter::new().with(DeviceType::LibTorch)).into_vec().len()
}

impl FromStr for Backend {
    type Err = NoBackend;

    fn from_str(text: &str) -> Result<Self, NoBackend> {
        match text.split_once(':').unwrap_or((text, "")) {
            ("auto", "") => Ok(Backend::auto()),
            ("flex", "") => Ok(Backend::Flex),
            ("libtorch", "") => Ok(Backend::LibTorch),
            ("libtorch-cuda", "") => Ok(Backend::LibTorchCuda(0)),
            ("libtorch-cuda", index) => {
                index.parse().map(Backend::LibTorchCuda).map_err(|_| NoBackend::NoNumber(index.to_string()))
            }
            _ => {
                let close = crate::diag::suggest::closest(text, ["auto", "flex", "libtorch", "libtorch-cuda"]);
                Err(NoBackend::Unknown { written: text.to_string(), close: close.map(str::to_string) })
            }
        }
    }
}

impl fmt::Display for NoBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoBackend::Unknown { written, close: Some(close) } => {
                write!(f, "there is no device `{written}`; did you mean `{close}`?")
            }
            NoBackend::Unknown { written, close: None } => {
                write!(f, "there is no device `{written}`: use auto, flex, libtorch or libtorch-cuda:N")
            }
            NoBackend::NoNumber(index) => write!(f, "`{index}` is no GPU number"),
            NoBackend::NotBuilt => f.write_str(
                "this build of mtlc has no libtorch; run `scripts/libtorch` and build with `--features libtorch`, or use \
                 `--device flex`",
            ),
            NoBackend::NoGpu => {
                f.write_str("this machine has no CUDA GPU that libtorch can use; use `--device libtorch`")
            }
            NoBackend::NotThatMany { index, count } => write!(
                f,
                "there is no GPU {index}: this machine has {count}, counted from 0; use `--device libtorch-cuda:0`"
            ),
        }
    }
}

impl std::error::Error for NoBackend {}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Backend::Flex => f.write_str("flex"),
            Backend::LibTorch => f.write_str("libtorch"),
            Backend::LibTorchCuda(index) => write!(f, "libtorch-cuda:{index}"),
        }
    }
}
