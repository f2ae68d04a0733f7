//! The weights of a layer, and what they start from.

use std::borrow::Cow;

use crate::catalog::Dim;
use crate::catalog::given::Given;

/// A weight or a state tensor of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightSpec {
    pub name: Cow<'static, str>,
    pub shape: Vec<Dim>,
    pub init: Init,
    /// False for state such as running means: saved, but without gradient.
    pub trainable: bool,
    /// Whether weight decay applies (not to biases, norms and embeddings' like).
    pub decays: bool,
    /// Where its first values are read, if they are not drawn.
    pub given: Option<Given>,
}

/// Initial values; drawn on the host from (seed, path of the weight), so that every backend starts the same.
#[derive(Clone, Debug, PartialEq)]
pub enum Init {
    Zeros,
    Ones,
    /// Uniform in ±√(gain² · 3 / fan): He or Glorot by what `fan` and `gain` say.
    Uniform {
        bound_squared_times_fan: f64,
        fan: Dim,
    },
    Normal {
        deviation: f64,
    },
    /// −1 or 1, equally likely.
    Signs,
    /// Normal, but for two rows of zeros at one end: a table with rows for what is unknown.
    Rows {
        deviation: f64,
        zeros: End,
    },
    /// These numbers, each filling an equal share of the tensor, row-major: `[1, 0]` of shape `[2, 3]` is a row of ones and one of
    /// zeros.
    Values(Vec<f64>),
    /// Of shape `[n, C, C]`: each factor times the identity.
    Identities(Vec<f64>),
}

/// The first rows of a tensor, or the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    First,
    Last,
}

impl WeightSpec {
    /// A trainable weight that decays.
    pub fn matrix(name: impl Into<Cow<'static, str>>, shape: Vec<Dim>, init: Init) -> Self {
        Self { name: name.into(), shape, init, trainable: true, decays: true, given: None }
    }

    /// A trainable weight that does not decay: a bias, a norm's scale.
    pub fn bias(name: &'static str, shape: Vec<Dim>, init: Init) -> Self {
        Self { name: name.into(), shape, init, trainable: true, decays: false, given: None }
    }

    /// State without gradient.
    pub fn state(name: &'static str, shape: Vec<Dim>, init: Init) -> Self {
        Self { name: name.into(), shape, init, trainable: false, decays: false, given: None }
    }

    /// The same, read from a file before training begins; until then, zeros.
    pub fn given(self, given: Given) -> Self {
        Self { init: Init::Zeros, given: Some(given), ..self }
    }
}
