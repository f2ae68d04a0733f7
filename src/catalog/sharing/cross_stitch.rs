//! `cross_stitch`: a column per reader, stitched to the others after every layer.

use super::{Expander, Sharing, ValueHandle, run, units};
use crate::catalog::Range;
use crate::catalog::layers::{LayerDef, stitch};

crate::entry! {
    /// Cross-stitch networks (Misra et al. 2016, arXiv:1604.03539).
    ///
    /// In a picture: one copy of the written chain per reader, side by side. After every layer with weights and what follows it
    /// (activation, norm, pooling, dropout), each column goes on with a learned weighted sum of all columns: a T×T matrix per
    /// layer, or one for each channel. It starts near "each on its own".
    ///
    /// Cost: readers times the chain, and T² weights per layer (times the channels with `per: channel`). Use it with few tasks and when
    /// accuracy counts more than size; the stitches, which the report shows, say who learns from whom. The paper trains the stitches
    /// 100 to 1000 times faster than the columns.
    pub struct CrossStitch = "cross_stitch" {
        /// What a column counts for itself at the start; the rest, to 1, is divided among the others.
        own: f64 = 0.9, in Range::UNIT;
        /// `layer`, or `channel` for a matrix per channel.
        per: stitch::Per = stitch::Per::Layer;
    }
}

impl Sharing for CrossStitch {
    fn least_readers(&self) -> usize {
        2
    }

    fn expand(&self, expander: &mut dyn Expander) {
        columns(expander, |expander, name, unit, values| {
            let stitch = stitch::Stitch { own: self.own, subspaces: 1, per: self.per };
            expander.layer(LayerDef::Stitch(stitch), &format!("{name}.stitch.{unit}"), values)
        });
    }
}

/// One column per reader; after each unit (counted from 1), `join` makes what a reader's column goes on with of all columns,
/// its own first. Returns what each unit gave each reader.
pub(super) fn columns(
    expander: &mut dyn Expander,
    mut join: impl FnMut(&mut dyn Expander, &str, usize, &[ValueHandle]) -> ValueHandle,
) -> Vec<Vec<ValueHandle>> {
    let readers = expander.readers();
    let mut values = vec![expander.input(); readers.len()];
    let mut given = Vec::new();
    for (unit, stages) in units(expander).into_iter().enumerate() {
        for (value, name) in values.iter_mut().zip(&readers) {
            *value = run(expander, stages.clone(), name, *value);
        }
        // A reader that is trained alone has nothing to join.
        if readers.len() > 1 {
            let below = values.clone();
            for (reader, name) in readers.iter().enumerate() {
                let mut inputs = below.clone();
                inputs[..=reader].rotate_right(1);
                values[reader] = join(expander, name, unit + 1, &inputs);
            }
        }
        given.push(values.clone());
    }
    for (reader, value) in values.into_iter().enumerate() {
        expander.give(reader, value);
    }
    given
}
