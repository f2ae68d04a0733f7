//! How the tasks' gradients agree: the cosine and the likeness in size of each pair, per shared layer and over all.
//!
//! Measured on a batch now and then, at the cost of about one more step each time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::engine::Engine;
use super::gradients::on_host;
use super::records::{Conflict, EpochRecord};
use crate::data::Batch;
use crate::lower::Model;
use crate::lower::world::World;
use crate::pipeline::Pipeline;

/// At most one in so many steps is spent on measuring.
const EVERY: usize = 30;

/// With more tasks than this their pairs are only compared over all layers together.
const MOST_BY_LAYER: usize = 12;

/// Whether to measure in an epoch.
pub fn is_due(epoch: usize, steps_per_epoch: usize) -> bool {
    epoch.is_multiple_of(EVERY.div_ceil(steps_per_epoch.max(1)))
}

/// Every pair of tasks that the batch has labels of, in every shared layer, and in all of them together (`at: None`).
pub fn measure(engine: &Engine<'_>, batch: &Batch, step: u64) -> Vec<Conflict> {
    let Some((tasks, gradients)) = engine.gradients_of_tasks(batch, step, false) else { return Vec::new() };
    let own: Vec<(String, Vec<Vec<f64>>)> =
        gradients.shares.iter().map(|(path, _, share)| (path.clone(), on_host(share.clone()))).collect();
    let all = of_all(&*engine.world, own);
    let mut by_layer: BTreeMap<&str, Vec<Vec<f64>>> = BTreeMap::new();
    let mut total: Vec<Vec<f64>> = vec![vec![0.0; tasks.len()]; tasks.len()];
    let mut layers = Vec::new();
    for (path, gramian) in &all {
        let layer = engine.layer_of(path);
        if !by_layer.contains_key(layer) {
            layers.push(layer);
        }
        let sum = by_layer.entry(layer).or_insert_with(|| vec![vec![0.0; tasks.len()]; tasks.len()]);
        add(sum, gramian);
        add(&mut total, gramian);
    }
    let pipeline = engine.pipeline;
    let mut conflicts = pairs(pipeline, &tasks, &total, None);
    if tasks.len() > MOST_BY_LAYER {
        return conflicts;
    }
    // From the input to the output.
    layers.sort_by_key(|layer| engine.model.steps.iter().position(|step| step.path == *layer));
    for layer in layers {
        conflicts.extend(pairs(pipeline, &tasks, &by_layer[layer], Some(layer)));
    }
    conflicts
}

/// What all processes have found, each on its rows: how gradients of as many rows agree as one of them has. The inner products between
/// processes would need a gradient of each task to be added up over all, which is much for a look.
fn of_all(world: &dyn World, own: Vec<(String, Vec<Vec<f64>>)>) -> Vec<(String, Vec<Vec<f64>>)> {
    if world.is_alone() {
        return own;
    }
    // Their bits: what is no number has no place in JSON.
    let bits = |gramian: &[Vec<f64>]| -> Vec<Vec<u64>> {
        gramian.iter().map(|row| row.iter().map(|value| value.to_bits()).collect()).collect()
    };
    let said: Vec<(&str, Vec<Vec<u64>>)> = own.iter().map(|(path, gramian)| (path.as_str(), bits(gramian))).collect();
    let said = world.gather(&serde_json::to_vec(&said).unwrap_or_default());
    said.iter()
        .flat_map(|bytes| serde_json::from_slice::<Vec<(String, Vec<Vec<u64>>)>>(bytes).unwrap_or_default())
        .map(|(path, rows)| (path, rows.into_iter().map(|row| row.into_iter().map(f64::from_bits).collect()).collect()))
        .collect()
}

fn add(sum: &mut [Vec<f64>], term: &[Vec<f64>]) {
    for (sum, term) in sum.iter_mut().zip(term) {
        sum.iter_mut().zip(term).for_each(|(sum, term)| *sum += term);
    }
}

fn pairs(pipeline: &Pipeline, tasks: &[usize], gramian: &[Vec<f64>], at: Option<&str>) -> Vec<Conflict> {
    let mut pairs = Vec::new();
    for left in 0..tasks.len() {
        for right in left + 1..tasks.len() {
            let (a, b) = (gramian[left][left].max(0.0).sqrt(), gramian[right][right].max(0.0).sqrt());
            if a == 0.0 || b == 0.0 {
                continue;
            }
            pairs.push(Conflict {
                left: pipeline.tasks[tasks[left]].name.clone(),
                right: pipeline.tasks[tasks[right]].name.clone(),
                at: at.map(str::to_string),
                cosine: (gramian[left][right] / (a * b)).clamp(-1.0, 1.0),
                magnitude: Some(2.0 * a * b / (a * a + b * b)),
            });
        }
    }
    pairs
}

/// A pair of tasks that fought, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Fight {
    pub left: String,
    pub right: String,
    /// Layers in which they opposed each other, the worst first; empty if only all together were compared.
    pub layers: Vec<String>,
    /// The mean cosine over all that they share.
    pub cosine: f64,
}

/// Fewer moments than this tell nothing.
const MOMENTS: usize = 8;

/// A mean cosine above this is no conflict that following a note would mend: unrelated tasks are at 0, and where training has
/// come to rest all gradients together are, so that each opposes the rest a little.
const OPPOSED: f64 = -0.2;

/// Gradients of which one is this much smaller decide nothing (as likeness in size: about one to twenty).
const ALIKE: f64 = 0.1;

/// The fights of a finished run.
pub fn of_run(pipeline: &Pipeline, model: &Model, epochs: &[EpochRecord]) -> Vec<Fight> {
    let lambda = pipeline.last_lambda();
    // A task at a tenth of an equal share does not hold the others back.
    let least = 0.1 / pipeline.tasks.len().max(1) as f64;
    let matters = |name: &str| {
        let place = pipeline.tasks.iter().position(|task| task.name == name);
        place.is_some_and(|place| lambda[place] >= least)
    };
    let shared: Vec<&str> =
        epochs.iter().flat_map(|record| &record.conflicts).filter_map(|conflict| conflict.at.as_deref()).collect();
    let size = |layer: &str| -> usize {
        let of_layer =
            |path: &str| path.strip_prefix(layer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        model.weights.slots.iter().filter(|slot| of_layer(&slot.path)).map(|slot| slot.elements()).sum()
    };
    let layers: BTreeSet<&str> = shared.into_iter().collect();
    let all: usize = layers.iter().map(|layer| size(layer)).sum();
    // What an embedding holds of a class, the rows of that class alone decide.
    let embeds = |layer: &str| layer.rsplit('.').nth(1) == Some("embed");
    fights(epochs, &matters, &|layer| size(layer) * 10 >= all && !embeds(layer))
}

/// Pairs whose gradients opposed each other over the run, in all that they share taken together, clearly and from early on to the
/// end. `matters` tells whether a task's weight does, `large` whether a layer is a considerable part of what is shared.
pub fn fights(epochs: &[EpochRecord], matters: &dyn Fn(&str) -> bool, large: &dyn Fn(&str) -> bool) -> Vec<Fight> {
    let measured: Vec<&[Conflict]> =
        epochs.iter().map(|record| record.conflicts.as_slice()).filter(|conflicts| !conflicts.is_empty()).collect();
    // The first steps go down from weights that were drawn at random.
    let settled = &measured[measured.len() / 10..];
    // How many moments are early ones.
    let early = settled.len() / 2;
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut of_pair: HashMap<(&str, &str), Vec<(bool, &Conflict)>> = HashMap::new();
    for (moment, conflict) in
        settled.iter().enumerate().flat_map(|(moment, all)| all.iter().map(move |one| (moment, one)))
    {
        let pair = (conflict.left.as_str(), conflict.right.as_str());
        if matters(pair.0) && matters(pair.1) {
            let own = of_pair.entry(pair).or_default();
            if own.is_empty() {
                pairs.push(pair);
            }
            own.push((moment >= early, conflict));
        }
    }
    let mut fights = Vec::new();
    for pair in pairs {
        let own = &of_pair[&pair];
        let of = |of_late: Option<bool>, at: Option<&str>| -> Vec<&Conflict> {
            let wanted = |(is_late, one): &&(bool, &Conflict)| {
                of_late.is_none_or(|late| late == *is_late) && one.at.as_deref() == at
            };
            own.iter().filter(wanted).map(|(_, one)| *one).collect()
        };
        let cosines = |found: &[&Conflict]| found.iter().map(|one| one.cosine).collect::<Vec<f64>>();
        let (before, after) = (of(Some(false), None), of(Some(true), None));
        let whole: Vec<f64> = [cosines(&before), cosines(&after)].concat();
        let sizes: Vec<f64> = before.iter().chain(&after).filter_map(|one| one.magnitude).collect();
        let alike = sizes.is_empty() || mean(&sizes) >= ALIKE;
        let opposed = whole.len() >= MOMENTS
            && clearly_below(&whole, OPPOSED / 2.0)
            && [&whole, &cosines(&before), &cosines(&after)].iter().all(|cosines| mean(cosines) <= OPPOSED);
        if !opposed || !alike {
            continue;
        }
        let mut layers: Vec<(f64, &str)> = Vec::new();
        for at in own.iter().filter_map(|(_, one)| one.at.as_deref()) {
            if large(at) && !layers.iter().any(|(_, other)| *other == at) {
                layers.push((mean(&cosines(&of(None, Some(at)))), at));
            }
        }
        layers.retain(|(cosine, _)| *cosine <= OPPOSED);
        layers.sort_by(|one, other| one.0.total_cmp(&other.0));
        fights.push(Fight {
            left: pair.0.into(),
            right: pair.1.into(),
            layers: layers.into_iter().map(|(_, at)| at.to_string()).collect(),
            cosine: mean(&whole),
        });
    }
    fights.sort_by(|one, other| one.cosine.total_cmp(&other.cosine));
    fights
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Whether a mean is below a bound by more than three of its standard errors.
fn clearly_below(values: &[f64], bound: f64) -> bool {
    let count = values.len() as f64;
    let centre = mean(values);
    let variance = values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    centre + 3.0 * (variance / count).sqrt() < bound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(number: usize, total: f64, layers: &[(&str, f64)]) -> EpochRecord {
        let conflict = |at: Option<&str>, cosine| Conflict {
            left: "a".into(),
            right: "b".into(),
            at: at.map(String::from),
            cosine,
            magnitude: Some(0.8),
        };
        let of_layers = layers.iter().map(|(at, cosine)| conflict(Some(at), *cosine));
        let conflicts = std::iter::once(conflict(None, total)).chain(of_layers).collect();
        EpochRecord { epoch: number, conflicts, ..EpochRecord::default() }
    }

    fn found(epochs: &[EpochRecord]) -> Vec<Fight> {
        fights(epochs, &|_| true, &|layer| layer != "island.embed.1")
    }

    #[test]
    fn only_those_that_fight_all_along_are_named() {
        let layers = [("trunk.dense.1", -0.5), ("trunk.dense.2", 0.3), ("island.embed.1", -0.9)];
        let fought: Vec<EpochRecord> = (0..20).map(|number| epoch(number, -0.4, &layers)).collect();
        let fights_found = found(&fought);
        assert_eq!(fights_found.len(), 1);
        assert_eq!(fights_found[0].layers, ["trunk.dense.1"], "a tiny table of embeddings is not where the trouble is");
        assert!((fights_found[0].cosine + 0.4).abs() < 1e-12);
        // Too few moments, a fight that is over, one that comes only when training rests.
        assert!(found(&fought[..5]).is_empty());
        let over: Vec<EpochRecord> =
            (0..20).map(|number| epoch(number, if number < 10 { -0.9 } else { 0.2 }, &layers)).collect();
        assert!(found(&over).is_empty());
        let rests: Vec<EpochRecord> =
            (0..20).map(|number| epoch(number, if number < 12 { 0.1 } else { -0.9 }, &layers)).collect();
        assert!(found(&rests).is_empty());
        // A task whose weight is nothing.
        assert!(fights(&fought, &|task| task != "b", &|_| true).is_empty());
    }

    #[test]
    fn noise_and_the_quarrel_of_a_small_layer_are_silent() {
        let noise: Vec<EpochRecord> = (0..20)
            .map(|number| epoch(number, [-0.9, 0.5, -0.6, 0.2][number % 4], &[("island.embed.1", -0.9)]))
            .collect();
        assert!(found(&noise).is_empty());
        let small: Vec<EpochRecord> = (0..20).map(|number| epoch(number, -0.05, &[("trunk.dense.1", -0.9)])).collect();
        assert!(found(&small).is_empty());
    }
}
