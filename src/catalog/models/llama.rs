//! `llama`: Llama.

use serde_json::json;

use super::config::{Config, Misfit};
use super::transformer::{Curve, Module, Names, Norm, Transformer};
use super::{Model, Said, said};

crate::entry! {
    /// A decoder that was trained elsewhere: Llama (Touvron et al. 2023, arXiv:2302.13971) and what is laid out as it is, as SmolLM and TinyLlama, from
    /// the folder of the model.
    ///
    /// Its positions are rotary (Su et al. 2021, arXiv:2104.09864), not scaled; several heads may share keys and values. A place sees those before it: read the
    /// last one, `-> llama("folder") -> last_pool`, or the mean. It is read as [`bert`](#bert), whose page says all.
    ///
    /// Shape: `tokens[rows, time]` to `f32[rows, time, n]`.
    pub struct Llama = "llama" {
        /// The folder of the model, relative to the spec.
        pos folder: String;
        /// Whether the result is a learned mean of the embeddings and of all layers, and not the last layer.
        mix: bool = false;
        /// The share of features that is dropped behind each part of a layer while training.
        dropout: f64 = 0.0, in crate::catalog::Range::UNIT_BELOW_ONE;
    }
}

said!(Llama);

impl Model for Llama {
    fn types(&self) -> &'static [&'static str] {
        &["llama"]
    }

    fn described(&self, config: &Config) -> Result<Transformer, Misfit> {
        let (width, heads) = (config.size("hidden_size")?, config.size("num_attention_heads")?);
        let key_heads = config.optional_size("num_key_value_heads")?.unwrap_or(heads);
        if !heads.is_multiple_of(key_heads) {
            return Err(Misfit(format!("says {heads} heads, which cannot share {key_heads} heads of keys evenly")));
        }
        let head_width = match config.optional_size("head_dim")? {
            Some(size) => size,
            None => Transformer::shared(width, heads)?,
        };
        // Newer files say of positions below a key of its own what older ones say beside all else.
        for key in ["rope_parameters", "rope_scaling"] {
            if let Some(below) = config.below(key) {
                below.only("rope_type", &[json!("default")])?;
                below.only("type", &[json!("default")])?;
            }
        }
        let base = config.number("rope_theta", 10_000.0)?;
        let base = config.below("rope_parameters").map_or(Ok(base), |below| below.number("rope_theta", base))?;
        let (of_attention, of_network) = (config.is("attention_bias"), config.is("mlp_bias"));
        Ok(Transformer {
            width,
            layers: config.size("num_hidden_layers")?,
            heads,
            key_heads,
            head_width,
            inner: config.size("intermediate_size")?,
            tokens: config.size("vocab_size")?,
            places: config.size("max_position_embeddings")?,
            causal: true,
            rotary: Some(base),
            norm_first: true,
            norm: Norm::Rms,
            epsilon: config.number("rms_norm_eps", 1e-6)?,
            curve: match config.word("hidden_act") {
                None => Curve::Silu,
                Some(_) => Curve::of(config, "hidden_act")?,
            },
            names: Names {
                prefix: "model",
                tokens: "embed_tokens.weight",
                positions: None,
                embedding_norm: None,
                query: Module::linear("layers.{}.self_attn.q_proj", of_attention),
                key: Module::linear("layers.{}.self_attn.k_proj", of_attention),
                value: Module::linear("layers.{}.self_attn.v_proj", of_attention),
                mixed: Module::linear("layers.{}.self_attn.o_proj", of_attention),
                attention_norm: "layers.{}.input_layernorm",
                up: Module::linear("layers.{}.mlp.up_proj", of_network),
                gate: Some(Module::linear("layers.{}.mlp.gate_proj", of_network)),
                down: Module::linear("layers.{}.mlp.down_proj", of_network),
                network_norm: "layers.{}.post_attention_layernorm",
                final_norm: Some("norm"),
            },
        })
    }

    fn said(&self) -> Said<'_> {
        self.all()
    }
}
