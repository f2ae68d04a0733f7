//! Why a file gives no state dict of PyTorch.

use std::fmt;

/// Why a file gives none; in words that complete "cannot read FILE: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPyTorch {
    NoArchive,
    NoPickle,
    NoTensors,
    BigEndian,
    /// A part of the archive that is not there.
    Missing(String),
    /// A part of the archive that cannot be unpacked, and why.
    Damaged(String, String),
    /// A tensor whose numbers lie elsewhere than it says.
    Tensor(String),
    /// Numbers of a kind that weights do not have.
    Numbers(String),
    Pickle(Pickle),
}

/// What is wrong with a pickle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pickle {
    CutShort,
    Damaged,
    TooLarge,
    /// An instruction that no state dict needs.
    Instruction(u8),
    /// A reference to something that is no storage.
    NoStorage,
    /// The arguments of a tensor are none.
    Tensor,
    /// It wants to call a function that is none of the three.
    Calls(String),
}

impl fmt::Display for NotPyTorch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotPyTorch::NoArchive => f.write_str("it is no PyTorch file of version 1.6 or newer (a zip archive)"),
            NotPyTorch::NoPickle => f.write_str("it holds no pickle (data.pkl)"),
            NotPyTorch::NoTensors => f.write_str("it holds no tensors"),
            NotPyTorch::BigEndian => f.write_str("it was written on a big-endian machine"),
            NotPyTorch::Missing(part) => write!(f, "its part `{part}` is missing"),
            NotPyTorch::Damaged(part, error) => write!(f, "its part `{part}` is damaged: {error}"),
            NotPyTorch::Tensor(name) => write!(f, "`{name}` is damaged"),
            NotPyTorch::Numbers(kind) => write!(f, "its numbers are of a kind that weights do not have ({kind})"),
            NotPyTorch::Pickle(pickle) => pickle.fmt(f),
        }
    }
}

impl fmt::Display for Pickle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pickle::CutShort => f.write_str("its pickle is cut short"),
            Pickle::Damaged => f.write_str("its pickle is damaged"),
            Pickle::TooLarge => f.write_str("its pickle is too large"),
            Pickle::Instruction(code) => {
                write!(f, "its pickle has an instruction that no state dict needs (0x{code:02x})")
            }
            Pickle::NoStorage => f.write_str("its pickle refers to something that is no storage"),
            Pickle::Tensor => f.write_str("a tensor in it is damaged"),
            Pickle::Calls(function) => write!(
                f,
                "it wants to call `{function}`, and nothing in a file is executed; save the state dict alone: \
                 `torch.save(model.state_dict(), \"weights.pt\")`"
            ),
        }
    }
}

impl From<Pickle> for NotPyTorch {
    fn from(pickle: Pickle) -> Self {
        NotPyTorch::Pickle(pickle)
    }
}
