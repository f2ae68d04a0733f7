//! `embed`: a learned vector per class or token.

use super::{Init, Layer, WeightSpec};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Looks up a learned vector for each class of a category or each token of a text.
    ///
    /// Shape: `category[rows]` to `f32[rows, width]`; k categories read together, `category[rows, k]`, to `f32[rows, k·width]`;
    /// `tokens[rows, T]` to `f32[rows, T, width]`. Weights: `weight[classes, width]`, drawn from N(0, 1), as PyTorch's
    /// `Embedding` does.
    pub struct Embed = "embed" {
        /// Width of the vectors.
        pos width: Dim, in Range::AT_LEAST_ONE;
    }
}

impl Layer for Embed {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        let mut axes = input.axes.clone();
        match &input.kind {
            Kind::Category { .. } if input.rank() == 1 => axes.push(Axis::new("", self.width.clone())),
            Kind::Category { .. } => axes[1] = Axis::new("", axes[1].size.clone() * self.width.clone()),
            Kind::Tokens { .. } => axes.push(Axis::new("", self.width.clone())),
            other => {
                let error = ShapeError::new(format!("`embed` needs a category or tokens, and gets {}", other.words()));
                return Err(match other {
                    Kind::Real => error.help("numbers need no embedding: use `dense`"),
                    Kind::Text => error.help("turn the text into tokens first: `-> characters -> embed(16)`"),
                    _ => error,
                });
            }
        }
        Ok(Type::new(Kind::Real, axes))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let classes = match &inputs[0].kind {
            Kind::Category { classes } => classes.clone(),
            Kind::Tokens { vocabulary } => vocabulary.clone(),
            _ => Dim::int(1),
        };
        vec![WeightSpec::matrix("weight", vec![classes, self.width.clone()], Init::Normal { deviation: 1.0 })]
    }
}
