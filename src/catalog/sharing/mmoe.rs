//! `mmoe`: experts for all, a gate per reader.

use super::{Expander, Sharing, experts, gate_features};
use crate::catalog::Range;
use crate::catalog::layers::{LayerDef, gate, mixture};

crate::entry! {
    /// Multi-gate mixture of experts (Ma et al. 2018, doi:10.1145/3219819.3220007).
    ///
    /// In a picture: `experts` copies of the written chain side by side on one input; each reader has a gate, a softmax that is
    /// linear in that input, and gets the experts' outputs weighed by it, row by row. Readers that fit together come to
    /// use the same experts, others part.
    ///
    /// Cost: `experts` times the chain, and n·experts weights per reader for an input of n numbers. Use it when you do not know how
    /// related the tasks are. The report shows each reader's mean share of each expert.
    ///
    /// On the 3,500 pictures of Multi-MNIST gates that see every pixel learn them by heart: 1.9 points behind `hard` in the mean of the
    /// two tasks, 3.6 in one of them. With `pool: true` it is 0.6 ahead.
    pub struct Mmoe = "mmoe" {
        /// How many copies of the chain.
        pos experts: usize = 4, in Range::AT_LEAST_ONE;
        /// Whether the gates see only the mean of each channel of pictures (or of a sequence), instead of every number.
        pool: bool = false;
    }
}

impl Sharing for Mmoe {
    fn expand(&self, expander: &mut dyn Expander) {
        let input = expander.input();
        let experts = experts(expander, self.experts);
        let features = gate_features(expander, input, self.pool, self.experts, "gate_input");
        for (reader, name) in expander.readers().iter().enumerate() {
            let gate = LayerDef::Gate(gate::Gate { choices: self.experts });
            let gate = expander.layer(gate, &format!("{name}.gate"), &[features]);
            let inputs = [&[gate], experts.as_slice()].concat();
            let mixed = expander.layer(LayerDef::Mixture(mixture::Mixture {}), &format!("{name}.mixture"), &inputs);
            expander.give(reader, mixed);
        }
    }
}
