//! `embed`: a learned vector per class or token.

use super::{End, Init, Layer, WeightSpec};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::given::{Given, Vectors};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Looks up a learned vector for each class of a category or each token of a text.
    ///
    /// Without a width, a category of n classes gets min(50, round(1.6 · n^0.56)) numbers: the rule that fastai found good on
    /// tables (Howard & Gugger 2020, [arXiv:2002.04688](https://arxiv.org/abs/2002.04688)), with a bound for columns of very many
    /// classes. It gives 2 for 2 classes, 6 for 10, 21 for 100, and 50 from 459 on. Where only the data knows how many
    /// classes there are, types and obligations call it `embed_width(n)`. Tokens need a width.
    ///
    /// Shape: `category[rows]` to `f32[rows, width]`; several categories read together, `categories[rows, k]`, each with a
    /// table of its own, to `f32[rows, Σ width]`; `tokens[rows, time]` to `f32[rows, time, width]`. Weights: `weight[classes, width]`,
    /// or for each of several columns `weight_COLUMN[classes, width]`, drawn from N(0, 1), as PyTorch's `Embedding` does, but for two
    /// rows of zeros.
    ///
    /// These two belong to *unknown* and *missing* (the last rows; of tokens the first: padding, and a character that was not
    /// seen). Such a value is answered by the mean of all other rows plus its own row. So it starts as the mean of what is
    /// known, learns what is special about it if the training part has such rows, and stays exactly the mean if it has none:
    /// a class that only the new data has counts as an average class, whatever the optimizer, weight decay or averaging.
    ///
    /// With `vectors`, tokens start from those that somebody else has learnt: a text with a word and its numbers per line, as GloVe, fastText and word2vec
    /// write it (packed or not), where tokens are found by how they are spelt, in upper or lower case as they are; or a safetensors file, of which row i
    /// belongs to token i of the step [`tokenizer`](steps.md#tokenizer). What the file does not have starts as the mean of what it has.
    /// `mtlc check --data` and the run say how much was found. The vectors learn like others, unless `transfer { words.embed.1 { freeze: true } }` says otherwise;
    /// the run keeps them, so that the file is not needed again.
    pub struct Embed = "embed" {
        /// Width of the vectors; left out, it follows from the number of classes.
        pos width: Option<Dim>, in Range::AT_LEAST_ONE;
        /// A file of vectors for the tokens to start from, relative to that of the spec.
        vectors: Option<String>;
        /// The tensor that is meant, where a safetensors file has several.
        tensor: Option<String>;
    }
}

impl Layer for Embed {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        if self.vectors.is_some() && !matches!(input.kind, Kind::Tokens { .. }) {
            let what = format!("vectors of a file belong to tokens, and `embed` gets {}", input.kind.words());
            return Err(ShapeError::new(what).parameter("vectors").help("leave out `vectors`"));
        }
        if self.tensor.is_some() && self.given().is_none_or(|given| !given.are_tensors()) {
            let error = ShapeError::new("`tensor` names one of a safetensors file, and `embed` starts from none");
            return Err(error.parameter("tensor").help("write `vectors: \"….safetensors\"` too"));
        }
        let mut axes = input.axes.clone();
        match (&input.kind, &self.width) {
            (Kind::Category { classes }, _) => axes.push(Axis::new(Axis::FEATURES, self.width_for(classes))),
            (Kind::Categories { columns }, _) => {
                let widths = columns.iter().map(|column| self.width_for(&column.classes));
                axes[1] = Axis::new(Axis::FEATURES, widths.fold(Dim::int(0), |sum, width| sum + width));
            }
            (Kind::Tokens { .. }, Some(width)) => axes.push(Axis::new(Axis::FEATURES, width.clone())),
            (Kind::Tokens { .. }, None) => {
                return Err(ShapeError::new("`embed` of tokens needs a width").help("write `embed(64)`"));
            }
            (other, _) => {
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
        let table = |name: String, classes: &Dim, zeros: End| {
            let shape = vec![classes.clone(), self.width_for(classes)];
            WeightSpec::matrix(name, shape, Init::Rows { deviation: 1.0, zeros })
        };
        match &inputs[0].kind {
            Kind::Categories { columns } => columns
                .iter()
                .map(|column| table(format!("weight_{}", column.name), &column.classes, End::Last))
                .collect(),
            Kind::Category { classes } => vec![table("weight".into(), classes, End::Last)],
            Kind::Tokens { vocabulary } => match self.given() {
                Some(given) => vec![table("weight".into(), vocabulary, End::First).given(Given::Vectors(given))],
                None => vec![table("weight".into(), vocabulary, End::First)],
            },
            _ => Vec::new(),
        }
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}

impl Embed {
    /// The vectors that it starts from.
    fn given(&self) -> Option<Vectors> {
        Some(Vectors { file: self.vectors.clone()?, tensor: self.tensor.clone() })
    }

    /// The width of the vectors for a category of so many indices, two of which stand for *unknown* and *missing*.
    fn width_for(&self, classes: &Dim) -> Dim {
        self.width.clone().unwrap_or_else(|| (classes.clone() - Dim::int(2)).embed_width())
    }
}
