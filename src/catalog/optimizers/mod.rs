//! Optimizers; their arithmetic is in `lower/optimizers/`.

crate::catalog! {
    /// An optimizer with its arguments.
    pub enum OptimizerDef: Optimizer {
        adam::Adam,
        adamw::AdamW,
        sgd::Sgd,
    }
}

pub trait Optimizer {
    /// The learning rate that a schedule's factor multiplies.
    fn learning_rate(&self) -> f64;

    /// How many numbers it keeps per trainable weight between steps (two for Adam's moments); for memory estimates.
    fn state_per_weight(&self) -> usize {
        0
    }
}
