//! `roberta`: RoBERTa and its kin.

use super::bert::like_bert;
use super::config::{Config, Misfit};
use super::transformer::Transformer;
use super::{Model, Said, said};

crate::entry! {
    /// An encoder that was trained elsewhere: RoBERTa (Liu et al. 2019, arXiv:1907.11692), XLM-RoBERTa or CamemBERT, from the folder of the
    /// model.
    ///
    /// It is read as [`bert`](#bert), whose page says all; its places are numbered behind the token of padding.
    ///
    /// Shape: `tokens[rows, time]` to `f32[rows, time, n]`.
    pub struct Roberta = "roberta" {
        /// The folder of the model, relative to the spec.
        pos folder: String;
        /// Whether the result is a learned mean of the embeddings and of all layers, and not the last layer.
        mix: bool = false;
        /// The share of features that is dropped behind each part of a layer while training.
        dropout: f64 = 0.0, in crate::catalog::Range::UNIT_BELOW_ONE;
    }
}

said!(Roberta);

impl Model for Roberta {
    fn types(&self) -> &'static [&'static str] {
        &["roberta", "xlm-roberta", "camembert"]
    }

    fn described(&self, config: &Config) -> Result<Transformer, Misfit> {
        like_bert(config, "roberta", config.token("pad_token_id").unwrap_or(1) + 1)
    }

    fn said(&self) -> Said<'_> {
        self.all()
    }
}
