//! `gpt2`: GPT-2.

use serde_json::json;

use super::config::{Config, Misfit};
use super::transformer::{Curve, Module, Names, Norm, Positions, Transformer};
use super::{Model, Said, said};

crate::entry! {
    /// A decoder that was trained elsewhere: GPT-2 (Radford et al. 2019) or DistilGPT-2, from the folder of the model.
    ///
    /// A place sees those before it: read the last one, `-> gpt2("folder") -> last_pool`, or the mean. It is read as [`bert`](#bert), whose page says all.
    ///
    /// Shape: `tokens[rows, time]` to `f32[rows, time, n]`.
    pub struct Gpt2 = "gpt2" {
        /// The folder of the model, relative to the spec.
        pos folder: String;
        /// Whether the result is a learned mean of the embeddings and of all layers, and not the last layer.
        mix: bool = false;
        /// The share of features that is dropped behind each part of a layer while training.
        dropout: f64 = 0.0, in crate::catalog::Range::UNIT_BELOW_ONE;
    }
}

said!(Gpt2);

impl Model for Gpt2 {
    fn types(&self) -> &'static [&'static str] {
        &["gpt2"]
    }

    fn described(&self, config: &Config) -> Result<Transformer, Misfit> {
        config.only("scale_attn_weights", &[json!(true)])?;
        config.only("scale_attn_by_inverse_layer_idx", &[json!(false)])?;
        config.only("add_cross_attention", &[json!(false)])?;
        let (width, heads) = (config.size("n_embd")?, config.size("n_head")?);
        // Matrices stand as `[in, out]`, and those of queries, keys and values side by side.
        let module = |name| Module { turned: false, ..Module::linear(name, true) };
        let third = |which: usize| Module { columns: Some((which * width, width)), ..module("h.{}.attn.c_attn") };
        Ok(Transformer {
            width,
            layers: config.size("n_layer")?,
            heads,
            key_heads: heads,
            head_width: Transformer::shared(width, heads)?,
            inner: config.optional_size("n_inner")?.unwrap_or(4 * width),
            tokens: config.size("vocab_size")?,
            places: config.size("n_positions")?,
            causal: true,
            rotary: None,
            norm_first: true,
            norm: Norm::Layer,
            epsilon: config.number("layer_norm_epsilon", 1e-5)?,
            curve: match config.word("activation_function") {
                None => Curve::GeluByTanh,
                Some(_) => Curve::of(config, "activation_function")?,
            },
            names: Names {
                prefix: "transformer",
                tokens: "wte.weight",
                positions: Some(Positions { name: "wpe.weight", first: 0, with: None }),
                embedding_norm: None,
                query: third(0),
                key: third(1),
                value: third(2),
                mixed: module("h.{}.attn.c_proj"),
                attention_norm: "h.{}.ln_1",
                up: module("h.{}.mlp.c_fc"),
                gate: None,
                down: module("h.{}.mlp.c_proj"),
                network_norm: "h.{}.ln_2",
                final_norm: Some("ln_f"),
            },
        })
    }

    fn said(&self) -> Said<'_> {
        self.all()
    }
}
