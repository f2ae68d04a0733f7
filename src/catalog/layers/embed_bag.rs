//! `embed_bag`: the mean of the vectors of a text's tokens.

use super::{End, Init, Layer, WeightSpec};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// The mean of a learned vector per token, over the tokens of a text: the order of tokens does not matter. It is
    /// `embed(width) -> mean_pool`, computed without making a vector for every place, as fits a bag of many n-grams ([`hash`](steps.md#hash)).
    ///
    /// A text without tokens gives zeros. Unknown tokens count as [`embed`](#embed) says. Shape: `tokens[rows, time]` to `f32[rows, width]`. Weights:
    /// `weight[vocabulary, width]`, drawn from N(0, 1/width²), but for two rows of zeros: small, as fastText draws them, so that what was met seldom says little.
    /// Put `layer_norm` behind it, for the mean of many vectors is small too.
    pub struct EmbedBag = "embed_bag" {
        /// Width of the vectors.
        pos width: Dim, in Range::AT_LEAST_ONE;
    }
}

impl Layer for EmbedBag {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        match &input.kind {
            Kind::Tokens { .. } => {
                let features = Axis::new(Axis::FEATURES, self.width.clone());
                Ok(Type::new(Kind::Real, vec![input.rows().clone(), features]))
            }
            other => {
                let error = ShapeError::new(format!("`embed_bag` needs tokens, and gets {}", other.words()));
                Err(match other {
                    Kind::Real => error.help("numbers need no embedding: use `dense`"),
                    Kind::Text => error.help("turn the text into tokens first: `-> hash -> embed_bag(32)`"),
                    Kind::Category { .. } | Kind::Categories { .. } => error.help("a category is no bag: use `embed`"),
                    _ => error,
                })
            }
        }
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let Kind::Tokens { vocabulary } = &inputs[0].kind else { return Vec::new() };
        let width = self.width.value().map_or(1.0, |width| width.max(1) as f64);
        let init = Init::Rows { deviation: 1.0 / width, zeros: End::First };
        vec![WeightSpec::matrix("weight", vec![vocabulary.clone(), self.width.clone()], init)]
    }
}
