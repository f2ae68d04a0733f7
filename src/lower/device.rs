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
    pub fn check(self) -> Result<(), String> {
        match self {
            Backend::Flex => Ok(()),
            #[cfg(feature = "libtorch")]
            Backend::LibTorch => Ok(()),
            #[cfg(feature = "libtorch")]
            Backend::LibTorchCuda(index) => match cuda_devices() {
                0 => Err("this machine has no CUDA GPU that libtorch can use; use `--device libtorch`".into()),
                count if index >= count => Err(format!(
                    "there is no GPU {index}: this machine has {count}, counted from 0; use `--device libtorch-cuda:0`"
                )),
                _ => Ok(()),
            },
            #[cfg(not(feature = "libtorch"))]
            _ => {
                Err("this build of mtlc has no libtorch; run `scripts/libtorch` and build with `--features libtorch`, \
                      or use `--device flex`"
                    .into())
            }
        }
    }

    /// The device to compute on, with the process's memory made ready for it.
    // burn marks its libtorch devices as deprecated; this project holds burn at the last version that has them.
    #[cfg_attr(feature = "libtorch", allow(deprecated))]
    pub fn device(self) -> Device {
        super::memory::keep_freed();
        match self {
            Backend::Flex => Device::flex(),
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
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':').unwrap_or((text, "")) {
            ("auto", "") => Ok(Backend::auto()),
            ("flex", "") => Ok(Backend::Flex),
            ("libtorch", "") => Ok(Backend::LibTorch),
            ("libtorch-cuda", "") => Ok(Backend::LibTorchCuda(0)),
            ("libtorch-cuda", index) => {
                index.parse().map(Backend::LibTorchCuda).map_err(|_| format!("`{index}` is no GPU number"))
            }
            _ => Err(match crate::diag::suggest::closest(text, ["auto", "flex", "libtorch", "libtorch-cuda"]) {
                Some(close) => format!("there is no device `{text}`; did you mean `{close}`?"),
                None => format!("there is no device `{text}`: use auto, flex, libtorch or libtorch-cuda:N"),
            }),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Backend::Flex => f.write_str("flex"),
            Backend::LibTorch => f.write_str("libtorch"),
            Backend::LibTorchCuda(index) => write!(f, "libtorch-cuda:{index}"),
        }
    }
}
