//! Layers: what computes with weights and gradients, and what joins or reshapes values.

use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::catalog! {
    /// A layer with its arguments.
    pub enum LayerDef: Layer {
        dense::Dense,
    }
}

/// What the framework asks of a layer; passes ask for capabilities, never for names.
pub trait Layer {
    /// How many inputs it takes; `1..=1` for everything that can stand in a chain without arguments.
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        1..=1
    }

    /// The type of the output. Equalities that depend on data go to `undecided`.
    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError>;

    /// The weights and state it owns, in a fixed order. Only called if `infer` succeeded.
    fn weights(&self, _inputs: &[Type]) -> Vec<WeightSpec> {
        Vec::new()
    }

    /// Multiply-adds per row, as far as known; for `plan`.
    fn operations(&self, _inputs: &[Type], _output: &Type) -> Dim {
        Dim::int(0)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// True if, with these arguments and inputs, the output is the first input unchanged, in training too: `dropout(0)`,
    /// a `concat` of one value, a `flatten` of what is flat already. A pass may then remove the node.
    fn is_identity(&self, _inputs: &[Type]) -> bool {
        self.capabilities().identity
    }
}

/// What passes and the engine may rely on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Draws random numbers while training (dropout).
    pub random: bool,
    /// Computes differently in training and evaluation (dropout, batch norm).
    pub mode_dependent: bool,
    /// The rows of a batch influence each other (batch norm).
    pub mixes_rows: bool,
    /// Does nothing to the value (identity): a pass may remove it.
    pub identity: bool,
    /// Keeps every number of a row and their order, and changes only the shape (flatten, reshape): of two in a row the
    /// last one alone does the same.
    pub reshapes: bool,
    /// Gradients do not flow back through it.
    pub stops_gradient: bool,
    /// The order of the inputs does not matter (add).
    pub commutative: bool,
    /// Stacks rows of several row spaces (union).
    pub stacks_rows: bool,
}

/// A weight or a state tensor of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightSpec {
    pub name: &'static str,
    pub shape: Vec<Dim>,
    pub init: Init,
    /// False for state such as running means: saved, but without gradient.
    pub trainable: bool,
    /// Whether weight decay applies (not to biases, norms and embeddings' like).
    pub decays: bool,
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
}

impl WeightSpec {
    /// A trainable weight that decays.
    pub fn matrix(name: &'static str, shape: Vec<Dim>, init: Init) -> Self {
        Self { name, shape, init, trainable: true, decays: true }
    }

    /// A trainable weight that does not decay: a bias, a norm's scale.
    pub fn bias(name: &'static str, shape: Vec<Dim>, init: Init) -> Self {
        Self { name, shape, init, trainable: true, decays: false }
    }

    /// State without gradient.
    pub fn state(name: &'static str, shape: Vec<Dim>, init: Init) -> Self {
        Self { name, shape, init, trainable: false, decays: false }
    }
}

/// An error unless the value is numbers; the help names the layer that makes numbers of it.
pub(crate) fn require_real(layer: &str, input: &Type) -> Result<(), ShapeError> {
    use crate::catalog::Kind;
    if input.is_real() {
        return Ok(());
    }
    let error = ShapeError::new(format!("`{layer}` needs numbers, and gets {}", input.kind.words()));
    Err(match input.kind {
        Kind::Category { .. } => error.help("turn the category into numbers first: `-> embed(8)` or `-> one_hot`"),
        Kind::Tokens { .. } => error.help("turn the tokens into numbers first: `-> embed(64)`"),
        Kind::Text => error.help("turn the text into tokens and then into numbers first: `-> characters -> embed(64)`"),
        _ => error,
    })
}

/// An error unless the value has one of these numbers of axes (rows included).
pub(crate) fn require_rank(
    layer: &str,
    input: &Type,
    ranks: std::ops::RangeInclusive<usize>,
) -> Result<(), ShapeError> {
    if ranks.contains(&input.rank()) {
        return Ok(());
    }
    let wanted = match (*ranks.start(), *ranks.end()) {
        (low, high) if low == high => format!("{low} dimensions"),
        (low, usize::MAX) => format!("at least {low} dimensions"),
        (low, high) => format!("{low} to {high} dimensions"),
    };
    Err(ShapeError::new(format!(
        "`{layer}` needs a value of {wanted} (rows included), and gets {input}, which has {}",
        input.rank()
    )))
}
