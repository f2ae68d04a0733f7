//! `dselect_k`: experts for all, a gate per reader that ends with at most k of them.

use super::{Expander, Sharing, experts, gate_features};
use crate::catalog::Range;
use crate::catalog::layers::{LayerDef, mixture, sparse_gate};

crate::entry! {
    /// Differentiable selection of k experts (DSelect-k, Hazimeh et al. 2021, arXiv:2106.03760), with gates that see the row.
    ///
    /// In a picture: `mmoe`, with gates whose shares become exactly zero for all but at most k experts, without the jumps that a
    /// top-k gate trains with. See `mtlc explain sparse_gate` for how. The paper's optional entropy term, which hurries the gates to
    /// their choice, is not part of it: a gate is free to decide late.
    ///
    /// Cost: `experts` times the chain (all are computed), and (n + 1)·k·(log₂ experts + 1) weights per reader for an input of n numbers.
    /// Use it with many experts, when you want to see who uses what.
    ///
    /// On the 3,500 pictures of Multi-MNIST gates that see every pixel learn them by heart: 3.8 points behind `hard`. With
    /// `pool: true` it is 1.0 ahead.
    pub struct DselectK = "dselect_k" {
        /// How many copies of the chain: a power of two.
        pos experts: usize = 4, in Range::AT_LEAST_ONE;
        /// How many of them a reader may end with.
        k: usize = 2, in Range::AT_LEAST_ONE;
        /// Width of the smooth step. The wider, the later a choice is final.
        gamma: f64 = 1.0, in Range::POSITIVE;
        /// Whether the gates see only the mean of each channel of pictures (or of a sequence), instead of every number.
        pool: bool = false;
    }
}

impl Sharing for DselectK {
    fn expand(&self, expander: &mut dyn Expander) {
        let input = expander.input();
        let experts = experts(expander, self.experts);
        let features = gate_features(expander, input, self.pool, self.experts, "gate_input");
        for (reader, name) in expander.readers().iter().enumerate() {
            let gate = sparse_gate::SparseGate { choices: self.experts, k: self.k, gamma: self.gamma };
            let gate = expander.layer(LayerDef::SparseGate(gate), &format!("{name}.gate"), &[features]);
            let inputs = [&[gate], experts.as_slice()].concat();
            let mixed = expander.layer(LayerDef::Mixture(mixture::Mixture {}), &format!("{name}.mixture"), &inputs);
            expander.give(reader, mixed);
        }
    }
}
