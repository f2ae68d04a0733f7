//! `distilbert`: DistilBERT.

use serde_json::json;

use super::config::{Config, Misfit};
use super::transformer::{Curve, Module, Names, Norm, Positions, Transformer};
use super::{Model, Said, said};

crate::entry! {
    /// An encoder that was trained elsewhere: DistilBERT (Sanh et al. 2019, arXiv:1910.01108), from the folder of the model.
    ///
    /// It is read as [`bert`](#bert), whose page says all.
    ///
    /// Shape: `tokens[rows, time]` to `f32[rows, time, n]`.
    pub struct Distilbert = "distilbert" {
        /// The folder of the model, relative to the spec.
        pos folder: String;
        /// Whether the result is a learned mean of the embeddings and of all layers, and not the last layer.
        mix: bool = false;
        /// The share of features that is dropped behind each part of a layer while training.
        dropout: f64 = 0.0, in crate::catalog::Range::UNIT_BELOW_ONE;
    }
}

said!(Distilbert);

impl Model for Distilbert {
    fn types(&self) -> &'static [&'static str] {
        &["distilbert"]
    }

    fn described(&self, config: &Config) -> Result<Transformer, Misfit> {
        config.only("sinusoidal_pos_embds", &[json!(false)])?;
        let (width, heads) = (config.size("dim")?, config.size("n_heads")?);
        Ok(Transformer {
            width,
            layers: config.size("n_layers")?,
            heads,
            key_heads: heads,
            head_width: Transformer::shared(width, heads)?,
            inner: config.size("hidden_dim")?,
            tokens: config.size("vocab_size")?,
            places: config.size("max_position_embeddings")?,
            causal: false,
            rotary: None,
            norm_first: false,
            norm: Norm::Layer,
            epsilon: 1e-12,
            curve: Curve::of(config, "activation")?,
            names: Names {
                prefix: "distilbert",
                tokens: "embeddings.word_embeddings.weight",
                positions: Some(Positions { name: "embeddings.position_embeddings.weight", first: 0, with: None }),
                embedding_norm: Some("embeddings.LayerNorm"),
                query: Module::linear("transformer.layer.{}.attention.q_lin", true),
                key: Module::linear("transformer.layer.{}.attention.k_lin", true),
                value: Module::linear("transformer.layer.{}.attention.v_lin", true),
                mixed: Module::linear("transformer.layer.{}.attention.out_lin", true),
                attention_norm: "transformer.layer.{}.sa_layer_norm",
                up: Module::linear("transformer.layer.{}.ffn.lin1", true),
                gate: None,
                down: Module::linear("transformer.layer.{}.ffn.lin2", true),
                network_norm: "transformer.layer.{}.output_layer_norm",
                final_norm: None,
            },
        })
    }

    fn said(&self) -> Said<'_> {
        self.all()
    }
}
