//! Why a layer, loss or step cannot take what it is given.

use super::{Dim, Equality};

/// A refusal by a shape rule; `check/` adds the places.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapeError {
    /// One line that stands alone and names the sizes: "`dense` needs numbers, and gets a category".
    pub message: String,
    /// Which inputs of the layer are at fault; their origins get labels.
    pub inputs: Vec<usize>,
    /// Which parameter is at fault; its argument gets a label.
    pub parameter: Option<&'static str>,
    pub help: Option<String>,
}

impl ShapeError {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), inputs: vec![0], parameter: None, help: None }
    }

    pub fn inputs(mut self, inputs: impl Into<Vec<usize>>) -> Self {
        self.inputs = inputs.into();
        self
    }

    pub fn parameter(mut self, name: &'static str) -> Self {
        self.parameter = Some(name);
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Equalities that a shape rule could not decide: they become obligations that the data must meet.
#[derive(Clone, Debug, Default)]
pub struct Undecided(pub Vec<(Dim, Dim, String)>);

impl Undecided {
    /// Requires two sizes to be the same: true if proven or left to the data, false if refuted.
    /// `why` completes "so that …".
    pub fn require(&mut self, left: &Dim, right: &Dim, why: impl Into<String>) -> bool {
        match left.equality(right) {
            Equality::Proven => true,
            Equality::Refuted => false,
            Equality::DependsOnData => {
                self.0.push((left.clone(), right.clone(), why.into()));
                true
            }
        }
    }
}
