//! How a first spec learns: what plain numbers go through, what tasks share, how it is trained. Recipes that were measured on
//! public tables beside scikit-learn's models (docs/tables.md has the figures).

use super::model::{Found, Read, Sort};

/// From so many plain numbers on, a table is *wide*: its columns are many weak signs, as the bits of a fingerprint are.
const WIDE: usize = 65;
/// Of more numbers, waves cost more time than they are worth: on 64 pixels four times as much, for nothing.
const MOST_IN_WAVES: usize = 40;

pub struct Recipe {
    /// What plain numbers go through, once none is missing.
    pub numbers: &'static str,
    /// What the trunk reads of them beside them.
    pub beside: Option<&'static str>,
    /// Layers that all tasks share.
    pub trunk: &'static str,
    /// Layers of each task's own.
    pub own: Option<&'static str>,
    learning_rate: &'static str,
    weight_decay: &'static str,
}

/// For most tables. Periodic embeddings (Gorishniy et al. 2022) let a network bend as sharply in a number as trees do; a few
/// extreme values squeeze all others together under `standardize`, and move nothing under `robust_scale -> smooth_clip`.
/// A layer of each task's own lets what is learned grow with the tasks, so that sharing costs none of them.
const USUAL: Recipe = Recipe {
    numbers: "robust_scale -> smooth_clip",
    beside: Some("periodic(frequencies: 8)"),
    trunk: "dense(128) -> relu -> dropout(0.1)",
    own: Some("dense(64) -> relu"),
    learning_rate: "2e-3",
    weight_decay: "0.3",
};

const WITHOUT_WAVES: Recipe = Recipe { beside: None, ..USUAL };

/// For wide tables, where a network learns its rows by heart within a few epochs: one layer, slow steps, and weights that
/// decay until only what many rows say is left.
const OF_WIDE: Recipe = Recipe {
    numbers: "standardize -> smooth_clip",
    beside: None,
    trunk: "dropout(0.2) -> dense(64) -> relu",
    own: None,
    learning_rate: "3e-4",
    weight_decay: "3",
};

/// The recipe for what was found in a table.
pub fn of(found: &Found) -> &'static Recipe {
    let numbers = |read: &Read| if let Sort::Numbers { columns, .. } = read.sort { columns } else { 0 };
    match found.inputs.iter().map(numbers).max().unwrap_or(0) {
        WIDE.. => &OF_WIDE,
        columns if columns > MOST_IN_WAVES => &WITHOUT_WAVES,
        _ => &USUAL,
    }
}

impl Recipe {
    pub fn train(&self, rows: usize, validated: bool) -> String {
        // Where a part of the rows can say that it no longer gets better, the rate falls each time that it does not, and the
        // run ends when that helps no more: a small table takes a few epochs, a large one as many as it needs.
        let pace = match validated {
            true => {
                "  epochs: 120\n  schedule: warmup(1%) -> plateau(factor: 0.3x, patience: 5)\n  stop: early(patience: 12)\n"
            }
            false => "  epochs: 50\n  schedule: warmup(5%) -> cosine\n",
        };
        let batch = match rows {
            ..2_000 => 32,
            2_000..5_000 => 64,
            5_000..20_000 => 128,
            _ => 256,
        };
        // The weights of a moment are one draw; their mean over the last hundred steps is steadier, and costs nothing.
        format!(
            "\ntrain {{\n  batch: {batch}\n  optimizer: adamw(lr: {}, weight_decay: {})\n  average: ema(decay: 0.99)\n{pace}  \
             seed: 42\n}}\n",
            self.learning_rate, self.weight_decay
        )
    }
}
