//! How the tasks' gradients agree: the cosine and the likeness in size of each pair, per shared layer and over all.
//!
//! Measured on a batch now and then, at the cost of about one more step each time.

use std::collections::BTreeMap;

use super::engine::Engine;
use super::gradients::on_host;
use super::records::{Conflict, EpochRecord};
use crate::check::Pipeline;
use crate::data::Batch;

/// At most one in so many steps is spent on measuring.
const EVERY: usize = 10;

/// With more tasks than this their pairs are only compared over all layers together.
const MOST_BY_LAYER: usize = 12;

/// Whether to measure in an epoch.
pub fn is_due(epoch: usize, steps_per_epoch: usize) -> bool {
    epoch.is_multiple_of(EVERY.div_ceil(steps_per_epoch.max(1)))
}

/// Every pair of tasks that the batch has labels of, in every shared layer, and in all of them together (`at: None`).
pub fn measure(engine: &Engine<'_>, batch: &Batch, step: u64) -> Vec<Conflict> {
    let Some((tasks, gradients)) = engine.gradients_of_tasks(batch, step, false) else { return Vec::new() };
    let mut by_layer: BTreeMap<&str, Vec<Vec<f64>>> = BTreeMap::new();
    let mut total: Vec<Vec<f64>> = vec![vec![0.0; tasks.len()]; tasks.len()];
    let mut layers = Vec::new();
    for (path, _, share) in &gradients.shares {
        let gramian = on_host(share.clone());
        let layer = engine.layer_of(path);
        if !by_layer.contains_key(layer) {
            layers.push(layer);
        }
        let sum = by_layer.entry(layer).or_insert_with(|| vec![vec![0.0; tasks.len()]; tasks.len()]);
        add(sum, &gramian);
        add(&mut total, &gramian);
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
    /// Layers in which they opposed each other, the worst first.
    pub layers: Vec<String>,
    /// The mean cosine there.
    pub cosine: f64,
}

/// Pairs whose gradients opposed each other in some layer over the second half of the run.
pub fn fights(epochs: &[EpochRecord]) -> Vec<Fight> {
    /// Cosines above this are noise: with a batch's few rows even unrelated tasks seem to disagree a little.
    const OPPOSED: f64 = -0.15;
    let measured: Vec<&EpochRecord> = epochs.iter().filter(|record| !record.conflicts.is_empty()).collect();
    let late = &measured[measured.len() / 2..];
    if late.len() < 3 {
        return Vec::new();
    }
    let mut means: BTreeMap<(&str, &str), BTreeMap<&str, (f64, usize)>> = BTreeMap::new();
    for conflict in late.iter().flat_map(|record| &record.conflicts) {
        let Some(at) = conflict.at.as_deref() else { continue };
        let sum = means.entry((&conflict.left, &conflict.right)).or_default().entry(at).or_default();
        *sum = (sum.0 + conflict.cosine, sum.1 + 1);
    }
    let mut fights: Vec<Fight> = means
        .into_iter()
        .filter_map(|((left, right), layers)| {
            let mut opposed: Vec<(f64, &str)> = layers
                .into_iter()
                .map(|(at, (sum, count))| (sum / count as f64, at))
                .filter(|(cosine, _)| *cosine < OPPOSED)
                .collect();
            opposed.sort_by(|a, b| a.0.total_cmp(&b.0));
            let cosine = opposed.iter().map(|(cosine, _)| cosine).sum::<f64>() / opposed.len().max(1) as f64;
            (!opposed.is_empty()).then(|| Fight {
                left: left.into(),
                right: right.into(),
                layers: opposed.into_iter().map(|(_, at)| at.to_string()).collect(),
                cosine,
            })
        })
        .collect();
    fights.sort_by(|a, b| a.cosine.total_cmp(&b.cosine));
    fights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_that_keep_fighting_are_named() {
        let conflict = |at: Option<&str>, cosine| Conflict {
            left: "a".into(),
            right: "b".into(),
            at: at.map(String::from),
            cosine,
            magnitude: None,
        };
        let epoch = |number, cosine| EpochRecord {
            epoch: number,
            conflicts: vec![
                conflict(None, -1.0),
                conflict(Some("trunk.dense.1"), cosine),
                conflict(Some("trunk.dense.2"), 0.3),
            ],
            ..EpochRecord::default()
        };
        let fought: Vec<EpochRecord> = (0..8).map(|number| epoch(number, -0.5)).collect();
        let found = fights(&fought);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].layers, ["trunk.dense.1"]);
        assert!((found[0].cosine + 0.5).abs() < 1e-12);
        // A fight of the first epochs alone is over.
        let made_up: Vec<EpochRecord> =
            (0..8).map(|number| epoch(number, if number < 4 { -0.9 } else { 0.4 })).collect();
        assert!(fights(&made_up).is_empty());
        assert!(fights(&fought[..2]).is_empty());
    }
}
