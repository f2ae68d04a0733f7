//! `bert`: BERT, and what is laid out as it is.

use serde_json::json;

use super::config::{Config, Misfit};
use super::transformer::{Curve, Module, Names, Norm, Positions, Transformer};
use super::{Model, Said, said};

crate::entry! {
    /// An encoder that was trained elsewhere: BERT (Devlin et al. 2018, arXiv:1810.04805), and what is laid out as it is, as MiniLM, the
    /// BGE and the E5 models.
    ///
    /// `folder` is that of the model as the Hugging Face hub has it: `config.json` says how large it is, `model.safetensors` has its
    /// weights. It reads the tokens of its own `tokenizer.json`:
    ///
    /// ```text
    /// input words from posts.text -> tokenizer("minilm/tokenizer.json", max: 128)
    ///
    /// shared read from words -> bert("minilm") -> mean_pool
    /// ```
    ///
    /// It becomes ordinary layers: `read.bert.1.tokens`, `read.bert.1.layer.1` and so on, which `mtlc graph` shows and `transfer` freezes, slows down or gives adapters, all
    /// or some of them. The weights are read when training begins and kept with the run, which needs the folder no more. Texts are read
    /// as of one kind: the second of a pair has the token type of the first.
    ///
    /// Shape: `tokens[rows, time]` to `f32[rows, time, n]`, what the last layer says of each token.
    pub struct Bert = "bert" {
        /// The folder of the model, relative to the spec.
        pos folder: String;
        /// Whether the result is a learned mean of the embeddings and of all layers (Peters et al. 2018, `layer_mix`), and not the last layer.
        mix: bool = false;
        /// The share of features that is dropped behind each part of a layer while training.
        dropout: f64 = 0.0, in crate::catalog::Range::UNIT_BELOW_ONE;
    }
}

said!(Bert);

impl Model for Bert {
    fn types(&self) -> &'static [&'static str] {
        &["bert"]
    }

    fn described(&self, config: &Config) -> Result<Transformer, Misfit> {
        like_bert(config, "bert", 0)
    }

    fn said(&self) -> Said<'_> {
        self.all()
    }
}

/// Of the same layout, whose positions begin at some row.
pub(super) fn like_bert(config: &Config, prefix: &'static str, first: usize) -> Result<Transformer, Misfit> {
    config.only("position_embedding_type", &[json!("absolute")])?;
    config.only("is_decoder", &[json!(false)])?;
    let (width, heads) = (config.size("hidden_size")?, config.size("num_attention_heads")?);
    let head_width = Transformer::shared(width, heads)?;
    let rows = config.size("max_position_embeddings")?;
    let places = rows.checked_sub(first).filter(|places| *places > 0);
    let places = places.ok_or_else(|| Misfit(format!("says {rows} positions, of which {first} are none")))?;
    Ok(Transformer {
        width,
        layers: config.size("num_hidden_layers")?,
        heads,
        key_heads: heads,
        head_width,
        inner: config.size("intermediate_size")?,
        tokens: config.size("vocab_size")?,
        places,
        causal: false,
        rotary: None,
        norm_first: false,
        norm: Norm::Layer,
        epsilon: config.number("layer_norm_eps", 1e-12)?,
        curve: Curve::of(config, "hidden_act")?,
        names: Names {
            prefix,
            tokens: "embeddings.word_embeddings.weight",
            positions: Some(Positions {
                name: "embeddings.position_embeddings.weight",
                first,
                with: Some("embeddings.token_type_embeddings.weight"),
            }),
            embedding_norm: Some("embeddings.LayerNorm"),
            query: Module::linear("encoder.layer.{}.attention.self.query", true),
            key: Module::linear("encoder.layer.{}.attention.self.key", true),
            value: Module::linear("encoder.layer.{}.attention.self.value", true),
            mixed: Module::linear("encoder.layer.{}.attention.output.dense", true),
            attention_norm: "encoder.layer.{}.attention.output.LayerNorm",
            up: Module::linear("encoder.layer.{}.intermediate.dense", true),
            gate: None,
            down: Module::linear("encoder.layer.{}.output.dense", true),
            network_norm: "encoder.layer.{}.output.LayerNorm",
            final_norm: None,
        },
    })
}
