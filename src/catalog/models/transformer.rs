//! What a pretrained transformer is made of, whatever its name: embeddings, and layers of attention and a network for each place.

use super::config::{Config, Misfit};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::gelu::{Approximate, Gelu};
use crate::catalog::layers::relu::Relu;
use crate::catalog::layers::silu::Silu;

/// A transformer of one stack of layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Transformer {
    /// Features of a place.
    pub width: usize,
    pub layers: usize,
    /// How many heads ask, and by how many keys and values they are answered.
    pub heads: usize,
    pub key_heads: usize,
    /// Features of a head.
    pub head_width: usize,
    /// Features inside the network of a place.
    pub inner: usize,
    /// How many tokens have a vector.
    pub tokens: usize,
    /// How many places a text may have.
    pub places: usize,
    /// Whether a place sees none behind it.
    pub causal: bool,
    /// The base of rotary positions, if it has these.
    pub rotary: Option<f64>,
    /// Whether norms stand before what they norm, and one behind the last layer.
    pub norm_first: bool,
    pub norm: Norm,
    pub epsilon: f64,
    pub curve: Curve,
    pub names: Names,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// Mean and variance, with a shift.
    Layer,
    /// The root of the mean square alone.
    Rms,
}

/// The curve inside the network of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    Gelu,
    GeluByTanh,
    Relu,
    Silu,
}

/// Where the weights stand among the tensors of the model. `{}` is the number of the layer, from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// What may stand before all names.
    pub prefix: &'static str,
    pub tokens: &'static str,
    /// Learnt positions.
    pub positions: Option<Positions>,
    pub embedding_norm: Option<&'static str>,
    pub query: Module,
    pub key: Module,
    pub value: Module,
    pub mixed: Module,
    /// The norm of the attention: before it, or behind it.
    pub attention_norm: &'static str,
    pub up: Module,
    /// What the inside of the network is multiplied with, through the curve.
    pub gate: Option<Module>,
    pub down: Module,
    pub network_norm: &'static str,
    pub final_norm: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Positions {
    pub name: &'static str,
    /// The row of the first place.
    pub first: usize,
    /// The table of what text a token is of, where all are of the first.
    pub with: Option<&'static str>,
}

/// A dense layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    pub name: &'static str,
    pub bias: bool,
    /// Whether the file has its matrix as `[out, in]`.
    pub turned: bool,
    /// Where it is a part of a larger one: the first of its columns, and how many.
    pub columns: Option<(usize, usize)>,
}

impl Module {
    /// As PyTorch's `Linear` is kept.
    pub fn linear(name: &'static str, bias: bool) -> Self {
        Self { name, bias, turned: true, columns: None }
    }
}

impl Curve {
    /// By the word of a `config.json`.
    ///
    /// # Errors
    /// If it is another curve.
    pub fn of(config: &Config, key: &str) -> Result<Self, Misfit> {
        match config.word(key) {
            Some("gelu") | None => Ok(Curve::Gelu),
            Some("gelu_new" | "gelu_pytorch_tanh") => Ok(Curve::GeluByTanh),
            Some("relu") => Ok(Curve::Relu),
            Some("silu" | "swish") => Ok(Curve::Silu),
            Some(other) => Err(Misfit(format!(
                "says that `{key}` is `{other}`, and only gelu, gelu_new, gelu_pytorch_tanh, relu and silu are known here"
            ))),
        }
    }

    /// The layer that it is.
    pub fn layer(self) -> LayerDef {
        match self {
            Curve::Gelu => LayerDef::Gelu(Gelu { approximate: Approximate::None }),
            Curve::GeluByTanh => LayerDef::Gelu(Gelu { approximate: Approximate::Tanh }),
            Curve::Relu => LayerDef::Relu(Relu {}),
            Curve::Silu => LayerDef::Silu(Silu {}),
        }
    }
}

impl Transformer {
    /// The features of a head, where they share those of a place.
    ///
    /// # Errors
    /// If they cannot be shared evenly.
    pub fn shared(width: usize, heads: usize) -> Result<usize, Misfit> {
        match width % heads {
            0 => Ok(width / heads),
            _ => Err(Misfit(format!("says {heads} heads, which cannot share {width} features evenly"))),
        }
    }
}
