//! `ple`: experts for all and experts for each, level by level.

use std::ops::Range as Stages;

use super::{Expander, Misfit, Sharing, ValueHandle, expert, gate_features, require_weights, run, units};
use crate::catalog::Range;
use crate::catalog::layers::{LayerDef, gate, mixture};

crate::entry! {
    /// Progressive layered extraction (Tang et al. 2020, doi:10.1145/3383313.3412236).
    ///
    /// In a picture: the written chain is cut into levels. At each level every reader has `own` copies of that part of the chain,
    /// fed with what the reader had below, and there are `shared` copies, fed with what was shared below. A reader's
    /// gate, linear in what it had below, weighs its own and the shared experts; one more gate below the top weighs all of them into
    /// what is shared above.
    ///
    /// Cost: (readers·own + shared) times the chain, and per level one gate for each reader and, below the top, one for what is
    /// shared. Use it when some tasks gain and others lose from sharing ("seesaw"). With one level it is `cgc`.
    pub struct Ple = "ple" {
        /// Into how many parts the chain is cut; by default each layer with weights, with what follows it, is one.
        levels: Option<usize>, in Range::AT_LEAST_ONE;
        /// Experts of each reader's own, per level.
        own: usize = 1, in Range::AT_LEAST_ONE;
        /// Experts that all share, per level.
        shared: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether gates see only the mean of each channel of pictures (or of a sequence), instead of every number.
        pool: bool = true;
    }
}

impl Sharing for Ple {
    fn check(&self, chain: &dyn Expander) -> Result<(), Misfit> {
        require_weights(chain)?;
        let most = units(chain).len();
        match self.levels {
            Some(levels) if levels > most => Err(Misfit::new(
                format!("cannot cut this chain into {levels} levels: it has {most} layers with weights"),
                format!("write `levels: {most}` or fewer, or leave `levels` out"),
            )),
            _ => Ok(()),
        }
    }

    fn expand(&self, expander: &mut dyn Expander) {
        let units = units(expander);
        let levels = self.levels.unwrap_or(units.len()).clamp(1, units.len().max(1));
        let cut = |level: usize| units.get(level * units.len() / levels).map_or(expander.stages(), |unit| unit.start);
        let levels: Vec<Stages<usize>> = (0..levels).map(|level| cut(level)..cut(level + 1)).collect();
        extract(expander, &levels, self.own, self.shared, self.pool);
    }
}

/// The levels of experts and gates.
pub(super) fn extract(expander: &mut dyn Expander, levels: &[Stages<usize>], own: usize, shared: usize, pool: bool) {
    let readers = expander.readers();
    let mut common = expander.input();
    let mut values = vec![common; readers.len()];
    for (level, stages) in levels.iter().enumerate() {
        let copies = |expander: &mut dyn Expander, owner: &str, count: usize, value: ValueHandle| {
            let run = |index| run(expander, stages.clone(), &expert(owner, index), value);
            (0..count).map(run).collect::<Vec<_>>()
        };
        let for_all = copies(expander, "", shared, common);
        let mut for_each = Vec::with_capacity(readers.len());
        for (name, value) in readers.iter().zip(&values) {
            for_each.push(copies(expander, name, own, *value));
        }
        let mix = |expander: &mut dyn Expander, owner: &str, from: ValueHandle, experts: &[ValueHandle]| {
            let path = |part: &str| format!("{owner}.{part}.{}", level + 1);
            // At the first level all gates read the same.
            let features_path = if level == 0 { "gate_input".to_string() } else { path("gate_input") };
            let features = gate_features(expander, from, pool, own + shared, &features_path);
            let gate = LayerDef::Gate(gate::Gate { choices: experts.len() });
            let gate = expander.layer(gate, &path("gate"), &[features]);
            let inputs = [&[gate], experts].concat();
            expander.layer(LayerDef::Mixture(mixture::Mixture {}), &path("mixture"), &inputs)
        };
        let below: Vec<ValueHandle> = values.clone();
        for (reader, name) in readers.iter().enumerate() {
            let experts = [for_each[reader].as_slice(), for_all.as_slice()].concat();
            values[reader] = mix(expander, name, below[reader], &experts);
        }
        if level + 1 < levels.len() {
            let experts = [for_each.concat(), for_all].concat();
            common = mix(expander, "shared", common, &experts);
        }
    }
    for (reader, value) in values.into_iter().enumerate() {
        expander.give(reader, value);
    }
}
