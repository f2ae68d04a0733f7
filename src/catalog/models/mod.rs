//! Models that others have trained, as the Hugging Face hub lays them out: a folder with `config.json`, safetensors and `tokenizer.json`.
//!
//! All of them are one thing, a [`Transformer`], which an entry fills in from what `config.json` says: it knows the names of its keys and of its
//! tensors. `check/` makes ordinary layers of the description, so that nothing else has to know that a model was trained elsewhere.

pub mod config;
pub mod transformer;

use config::{Config, Misfit};
use transformer::Transformer;

crate::catalog! {
    /// A pretrained model with its arguments.
    pub enum ModelDef: Model {
        bert::Bert,
        distilbert::Distilbert,
        gpt2::Gpt2,
        llama::Llama,
        roberta::Roberta,
    }
}

/// What a model's folder calls its description.
pub const CONFIG: &str = "config.json";

/// What is asked of a pretrained model.
pub trait Model {
    /// What `model_type` of its `config.json` may be.
    fn types(&self) -> &'static [&'static str];

    /// What it is made of.
    ///
    /// # Errors
    /// If the file lacks something, or asks for what is not known here.
    fn described(&self, config: &Config) -> Result<Transformer, Misfit>;

    /// What the spec says of it.
    fn said(&self) -> Said<'_>;
}

/// What a spec says of any of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said<'a> {
    /// Where it lies, relative to the spec.
    pub folder: &'a str,
    /// Whether all layers are mixed, instead of taking the last.
    pub mix: bool,
    /// The share of features that is dropped behind each part while training.
    pub dropout: f64,
}

/// What every entry says of its arguments.
macro_rules! said {
    ($($name:ident),*) => {
        $(impl $name {
            fn all(&self) -> $crate::catalog::models::Said<'_> {
                $crate::catalog::models::Said { folder: &self.folder, mix: self.mix, dropout: self.dropout }
            }
        })*
    };
}
pub(crate) use said;
