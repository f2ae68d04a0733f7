//! `layer_skip`: one chain for all, of which each reader leaves out what does not help it.

use std::ops::Range;

use super::{Expander, Misfit, Sharing, ValueHandle, require_weights, run_at, units};
use crate::catalog::layers::{LayerDef, branch};
use crate::catalog::{self, Type};

crate::entry! {
    /// Each reader learns which layers of the one chain to run and which to skip, after AdaShare (Sun et al. 2020,
    /// arXiv:1911.12423).
    ///
    /// In a picture: the written chain, with a switch per reader at every layer with weights (and what follows it) whose output has
    /// the shape of its input, such as a residual block: run it or pass by. A change of shape after it, such as a pooling, is
    /// always run. The switch is drawn at every step while training, and
    /// takes the more probable way when evaluating. AdaShare adds terms to the loss that ask for few and for common layers, and
    /// trains in two phases; neither is part of this, so it is not called by that name.
    ///
    /// Cost: the chain once in weights, but up to once per reader in time; two weights per reader and switch. Use it on deep
    /// trunks of residual blocks, to see which depth each task needs.
    pub struct LayerSkip = "layer_skip" {
        /// The higher, the more evenly the gradient spreads over both ways.
        temperature: f64 = 1.0, in catalog::Range::POSITIVE;
    }
}

impl Sharing for LayerSkip {
    fn check(&self, chain: &dyn Expander) -> Result<(), Misfit> {
        require_weights(chain)?;
        let mut before = chain.value_type(chain.input());
        for unit in units(chain) {
            if !optional(chain, &unit, &before).is_empty() {
                return Ok(());
            }
            before = chain.stage_type(unit.end - 1);
        }
        Err(Misfit::new(
            "needs a layer that can be left out, and here each changes the shape",
            "repeat a layer or a block that keeps the width: `-> dense(64) -> relu -> dense(64) -> relu`",
        ))
    }

    fn expand(&self, expander: &mut dyn Expander) {
        let readers = expander.readers();
        let mut values: Vec<ValueHandle> = vec![expander.input(); readers.len()];
        // As long as nobody has skipped anything, all readers have the same value.
        let mut parted = false;
        let mut before = expander.value_type(expander.input());
        for (index, unit) in units(expander).into_iter().enumerate() {
            let optional = optional(expander, &unit, &before);
            before = expander.stage_type(unit.end - 1);
            let skips = !optional.is_empty();
            for (value, name) in values.iter_mut().zip(&readers) {
                let place = |parted: bool| if parted { name.as_str() } else { "" };
                if skips {
                    let ran = run_at(expander, optional.clone(), "", place(parted), *value);
                    let switch = LayerDef::Branch(branch::Branch { temperature: self.temperature });
                    *value = expander.layer(switch, &format!("{name}.skip.{}", index + 1), &[ran, *value]);
                }
                *value = run_at(expander, optional.end..unit.end, "", place(parted || skips), *value);
            }
            parted |= skips;
        }
        for (reader, value) in values.into_iter().enumerate() {
            expander.give(reader, value);
        }
    }
}

/// The part of a unit that can be left out: as far as a stage gives what flowed into the unit, in its type. What follows,
/// such as a pooling, is always run.
fn optional(chain: &dyn Expander, unit: &Range<usize>, before: &Type) -> Range<usize> {
    // What has nothing to learn, such as a dropout before the layer, is no layer to leave out.
    let learns = |stage: &usize| chain.stage_weights(*stage).iter().any(|weight| weight.trainable && weight.decays);
    let Some(layer) = unit.clone().find(learns) else { return unit.start..unit.start };
    let last = (layer..unit.end).rev().find(|stage| chain.stage_type(*stage) == *before);
    unit.start..last.map_or(unit.start, |stage| stage + 1)
}
