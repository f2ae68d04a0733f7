//! `omoe`: experts and one gate for all.

use super::{Expander, Sharing, experts, gate_features};
use crate::catalog::Range;
use crate::catalog::layers::{LayerDef, gate, mixture};

crate::entry! {
    /// One-gate mixture of experts: the baseline of Ma et al. 2018 (doi:10.1145/3219819.3220007), after Jacobs et al. 1991.
    ///
    /// In a picture: `experts` copies of the written chain side by side, one gate that weighs them row by row, and all readers on
    /// what comes out. Rows choose their experts, tasks do not.
    ///
    /// Cost: `experts` times the chain, and n·experts weights for an input of n numbers. Use it when rows differ in kind rather
    /// than tasks, and to see what `mmoe` owes to its gates.
    pub struct Omoe = "omoe" {
        /// How many copies of the chain.
        pos experts: usize = 4, in Range::AT_LEAST_ONE;
        /// Whether the gate sees only the mean of each channel of pictures (or of a sequence), instead of every number.
        pool: bool = false;
    }
}

impl Sharing for Omoe {
    fn expand(&self, expander: &mut dyn Expander) {
        let input = expander.input();
        let experts = experts(expander, self.experts);
        let features = gate_features(expander, input, self.pool, self.experts, "gate_input");
        let gate = expander.layer(LayerDef::Gate(gate::Gate { choices: self.experts }), "shared.gate", &[features]);
        let inputs = [&[gate], experts.as_slice()].concat();
        let mixed = expander.layer(LayerDef::Mixture(mixture::Mixture {}), "shared.mixture", &inputs);
        for reader in 0..expander.readers().len() {
            expander.give(reader, mixed);
        }
    }
}
