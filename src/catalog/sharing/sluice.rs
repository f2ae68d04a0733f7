//! `sluice`: columns stitched by subspaces, and a mix of their layers.

use super::cross_stitch::columns;
use super::{Expander, Sharing};
use crate::catalog::Range;
use crate::catalog::layers::{LayerDef, stitch};

crate::entry! {
    /// Sluice networks (Ruder et al. 2019, arXiv:1705.08142).
    ///
    /// In a picture: one copy of the written chain per reader, side by side. After every layer with weights and what follows it, the
    /// channels of each column are cut into `subspaces`, and each part goes on as a learned weighted sum of all parts of all
    /// columns (α): some of a layer can be shared and some kept. In the end each reader gets a learned weighted sum of
    /// its column's layers (β), of those that have the shape of the last one. The paper's penalty that keeps
    /// subspaces orthogonal is not part of it.
    ///
    /// Cost: readers times the chain, (T·subspaces)² weights per layer, and one per layer and reader. Use it where `cross_stitch` is too
    /// coarse. All widths must be multiples of `subspaces`.
    pub struct Sluice = "sluice" {
        /// Into how many parts the channels are cut.
        subspaces: usize = 2, in Range::AT_LEAST_ONE;
        /// What a part counts for itself at the start, and the last layer in the mix; the rest, to 1, is divided among the others.
        own: f64 = 0.9, in Range::UNIT;
    }
}

impl Sharing for Sluice {
    fn least_readers(&self) -> usize {
        2
    }

    fn expand(&self, expander: &mut dyn Expander) {
        let layers = columns(expander, |expander, name, unit, values| {
            let stitch = stitch::Stitch { own: self.own, subspaces: self.subspaces, per: stitch::Per::Layer };
            expander.layer(LayerDef::Stitch(stitch), &format!("{name}.stitch.{unit}"), values)
        });
        for (reader, name) in expander.readers().iter().enumerate() {
            let column: Vec<_> = layers.iter().rev().map(|values| values[reader]).collect();
            let Some(last) = column.first().map(|value| expander.value_type(*value)) else { continue };
            let alike: Vec<_> = column.into_iter().filter(|value| expander.value_type(*value) == last).collect();
            if alike.len() > 1 {
                let mix = stitch::Stitch { own: self.own, subspaces: 1, per: stitch::Per::Layer };
                let mixed = expander.layer(LayerDef::Stitch(mix), &format!("{name}.layers"), &alike);
                expander.give(reader, mixed);
            }
        }
    }
}
