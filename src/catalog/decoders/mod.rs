//! Decoders: from a head's output to what a person reads. `predict` is a chain of them.

use crate::catalog::{ShapeError, Type};

crate::catalog! {
    /// A decoding step with its arguments.
    pub enum DecoderDef: Decoder {
        argmax::Argmax,
        identity::Identity,
        inverse::Inverse,
        probability::Probability,
        sigmoid::Sigmoid,
        softmax::Softmax,
        threshold::Threshold,
    }
}

/// What the numbers of a prediction mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A head's output as it is.
    Raw,
    /// One probability per class, summing to 1 (softmax).
    Distribution,
    /// Independent probabilities (sigmoid).
    Probabilities,
    /// Class indices (argmax, threshold).
    Classes,
    /// Numbers in the label's own unit.
    Numbers,
}

/// A prediction's type on its way through the decoders.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    pub role: Role,
    pub ty: Type,
}

pub trait Decoder {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError>;

    /// False for a decoder that calls the head step by step (beam search).
    fn pure(&self) -> bool {
        true
    }

    /// True for `inverse(target)`: undoes the target's steps.
    fn inverts_target(&self) -> bool {
        false
    }
}
