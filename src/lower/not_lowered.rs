//! Why a graph does not become a model, and weights do not become its own.

use std::fmt;

use crate::catalog::Dim;

/// What a graph cannot be lowered for.
#[derive(Clone, Debug, PartialEq)]
pub enum NotLowered {
    /// The node of this path reads its own result.
    ReadsItself(String),
    /// A size that the data has not settled.
    Unsettled(Dim),
}

/// Values that have another shape than the weight that they are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Of the weight.
    pub path: String,
    pub in_model: Vec<usize>,
    pub in_file: Vec<usize>,
}

impl fmt::Display for NotLowered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotLowered::ReadsItself(path) => write!(f, "`{path}` reads its own result"),
            NotLowered::Unsettled(size) => write!(f, "the size {size} is not known from the data"),
        }
    }
}

impl std::error::Error for NotLowered {}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {:?} in the model and {:?} in the file", self.path, self.in_model, self.in_file)
    }
}

impl std::error::Error for Misfit {}
