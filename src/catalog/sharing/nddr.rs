//! `nddr`: a column per reader, fused with the others after every layer.

use super::cross_stitch::columns;
use super::{Expander, Sharing};
use crate::catalog::Range;
use crate::catalog::layers::{LayerDef, batch_norm, fuse, layer_norm};

crate::entry! {
    /// Neural discriminative dimensionality reduction (NDDR-CNN, Gao et al. 2019, arXiv:1801.08297).
    ///
    /// In a picture: one copy of the written chain per reader, side by side. After every layer with weights and what follows it,
    /// all columns' channels are put side by side, and each column goes on with a linear map of them to its own width (a 1×1
    /// convolution, then batch norm). It starts near "each on its own". `cross_stitch` is the case where that map only scales.
    ///
    /// Cost: readers times the chain, and per layer of C channels T²·C² weights, and 2·T·C of the norms. Use it on convolutional trunks when
    /// there is data enough for the maps.
    pub struct Nddr = "nddr" {
        /// What a column counts for itself at the start; the rest, to 1, is divided among the others.
        own: f64 = 0.9, in Range::UNIT;
        /// Whether a norm follows each map: batch norm, or layer norm for sequences.
        norm: bool = true;
    }
}

impl Sharing for Nddr {
    fn least_readers(&self) -> usize {
        2
    }

    fn expand(&self, expander: &mut dyn Expander) {
        columns(expander, |expander, name, unit, values| {
            let fuse = LayerDef::Fuse(fuse::Fuse { own: self.own });
            let fused = expander.layer(fuse, &format!("{name}.fuse.{unit}"), values);
            if !self.norm {
                return fused;
            }
            let norm = match expander.value_type(fused).rank() {
                3 => LayerDef::LayerNorm(layer_norm::LayerNorm { epsilon: 1e-5 }),
                _ => LayerDef::BatchNorm(batch_norm::BatchNorm { momentum: 0.1, epsilon: 1e-5 }),
            };
            expander.layer(norm, &format!("{name}.norm.{unit}"), &[fused])
        });
    }
}
