//! `panoptic_quality`: how well things are found and drawn, in one number.

use super::{Batches, Compute, Prepared};
use crate::answers::Instances;
use crate::answers::masks;
use crate::catalog::metrics::panoptic_quality::PanopticQuality;
use crate::score::{Figure, RowWeights, Scored};

/// Of one class in one row: shares of things that are right, how many these are, how many things were missed, and how many given ones are wrong.
type Counts = [f64; 4];

impl Compute for PanopticQuality {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let (labels, given) = scored.of_kind::<Instances>("instances")?;
        let least = self.least.0 as f32;
        let rows: Vec<Vec<(u32, Counts)>> = (0..scored.rows()).map(|row| of_row(labels, given, row, least)).collect();
        Ok(Box::new(move |weights: RowWeights| {
            let mut classes: std::collections::BTreeMap<u32, Counts> = std::collections::BTreeMap::new();
            for (row, counts) in rows.iter().enumerate() {
                let weight = weights.at(row);
                for (class, counts) in counts.iter().filter(|_| weight > 0.0) {
                    let sum = classes.entry(*class).or_default();
                    (0..4).for_each(|at| sum[at] += weight * counts[at]);
                }
            }
            if classes.is_empty() {
                return Figure::Undefined("no row has a thing".into());
            }
            let quality = |[shared, right, missed, wrong]: &Counts| shared / (right + 0.5 * missed + 0.5 * wrong);
            Figure::Number(classes.values().map(quality).sum::<f64>() / classes.len() as f64)
        }))
    }

    /// Classes are known when all rows have come.
    fn begin(&self) -> Option<Box<dyn Batches>> {
        None
    }
}

fn of_row(labels: &Instances, given: &Instances, row: usize, least: f32) -> Vec<(u32, Counts)> {
    let (truth, found) = masks(labels, given, row);
    let found: Vec<_> = found.into_iter().filter(|one| one.0.score >= least).collect();
    let mut classes: Vec<u32> =
        truth.iter().chain(&found).filter(|one| !one.0.passed_over).map(|one| one.0.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let of_class = |class: u32| {
        let mut counts = Counts::default();
        let truth: Vec<_> = truth.iter().filter(|one| one.0.class == class).collect();
        let mut matched = vec![false; truth.len()];
        for one in found.iter().filter(|one| one.0.class == class) {
            // More than half of both can be shared with one thing alone.
            let best = (0..truth.len()).find(|at| !truth[*at].0.passed_over && one.1.shared(&truth[*at].1) > 0.5);
            match best.filter(|at| !matched[*at]) {
                Some(at) => {
                    matched[at] = true;
                    counts[0] += one.1.shared(&truth[at].1);
                    counts[1] += 1.0;
                }
                None => {
                    let passed = truth.iter().any(|other| other.0.passed_over && one.1.inside(&other.1) > 0.5);
                    counts[3] += f64::from(u8::from(!passed));
                }
            }
        }
        counts[2] = truth.iter().zip(&matched).filter(|(one, matched)| !one.0.passed_over && !**matched).count() as f64;
        (class, counts)
    };
    classes.into_iter().map(of_class).collect()
}
