//! `panoptic_quality`: how well things are found and drawn, in one number; with what lies behind them, if another task says that.

use std::collections::BTreeMap;

use super::{Batches, Compute, Prepared};
use crate::answers::{Instances, Merging, Panoptic, Segments, masks};
use crate::catalog::metrics::panoptic_quality::{Figured, Over, PanopticQuality};
use crate::score::{Figure, RowWeights, Scored};

/// Of one class in one row: shares of segments that are right, how many these are, how many were missed, and how many given ones are wrong.
type Counts = [f64; 4];
/// Whether it is one of stuff, and its number.
type Class = (bool, u32);

impl Compute for PanopticQuality {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let rows = self.rows(scored)?;
        let (of, over) = (self.of, self.over);
        Ok(Box::new(move |weights: RowWeights| {
            let mut classes: BTreeMap<Class, Counts> = BTreeMap::new();
            for (row, counts) in rows.iter().enumerate() {
                let weight = weights.at(row);
                for (class, counts) in counts.iter().filter(|_| weight > 0.0) {
                    let sum = classes.entry(*class).or_default();
                    (0..4).for_each(|at| sum[at] += weight * counts[at]);
                }
            }
            figure(&classes, of, over)
        }))
    }

    /// Classes are known when all rows have come.
    fn begin(&self) -> Option<Box<dyn Batches>> {
        None
    }
}

impl PanopticQuality {
    fn rows(&self, scored: &Scored) -> Result<Vec<Vec<(Class, Counts)>>, String> {
        let least = self.least.0 as f32;
        let Some(task) = &self.stuff else {
            let (labels, given) = scored.of_kind::<Instances>("instances")?;
            return Ok((0..scored.rows()).map(|row| of_things(labels, given, row, least)).collect());
        };
        let both = scored.of_kind::<Panoptic>("");
        let (labels, given) = both.map_err(|_| format!("task `{}` has no answers for these rows", task.0))?;
        let by = Merging { least, overlap: self.overlap.0, area: self.area };
        Ok((0..scored.rows()).map(|row| of_segments(labels, given, row, by)).collect())
    }
}

/// The mean over classes of which there is something.
fn figure(classes: &BTreeMap<Class, Counts>, of: Figured, over: Over) -> Figure {
    let asked = |is_stuff: bool| match over {
        Over::All => true,
        Over::Things => !is_stuff,
        Over::Stuff => is_stuff,
    };
    let one = |([shared, right, ..], all): (&Counts, f64)| match of {
        Figured::Quality => shared / all,
        Figured::Segmentation if *right > 0.0 => shared / right,
        Figured::Segmentation => 0.0,
        Figured::Recognition => right / all,
    };
    let all = |[_, right, missed, wrong]: &Counts| right + 0.5 * missed + 0.5 * wrong;
    let found: Vec<f64> = classes
        .iter()
        .filter(|((is_stuff, _), _)| asked(*is_stuff))
        .map(|(_, counts)| (counts, all(counts)))
        .filter(|(_, all)| *all > 0.0)
        .map(one)
        .collect();
    match (found.is_empty(), over) {
        (true, Over::Stuff) => Figure::Undefined("no row has stuff".into()),
        (true, _) => Figure::Undefined("no row has a thing".into()),
        (false, _) => Figure::Number(found.iter().sum::<f64>() / found.len() as f64),
    }
}

fn of_things(labels: &Instances, given: &Instances, row: usize, least: f32) -> Vec<(Class, Counts)> {
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
        ((false, class), counts)
    };
    classes.into_iter().map(of_class).collect()
}

/// Nothing of a row that lacks a label.
fn of_segments(labels: &Panoptic, given: &Panoptic, row: usize, by: Merging) -> Vec<(Class, Counts)> {
    let truth =
        Panoptic::size_of_row(labels, given, row).and_then(|size| Some((Segments::of_label(labels, row, size)?, size)));
    let Some(((truth, shown), size)) = truth else { return Vec::new() };
    let found = Segments::of_answer(given, row, size, &shown, by);
    // Pixels that two have, by their numbers; 0 is nothing.
    let mut both: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let (mut of_truth, mut of_found) = (vec![0.0; truth.all.len() + 1], vec![0.0; found.all.len() + 1]);
    for (one, other) in truth.map.iter().zip(&found.map) {
        *both.entry((*one, *other)).or_default() += 1.0;
        of_truth[*one as usize] += 1.0;
        of_found[*other as usize] += 1.0;
    }
    let mut classes: BTreeMap<Class, Counts> = BTreeMap::new();
    let class = |segments: &Segments, number: u32| {
        let of = &segments.all[number as usize - 1];
        (!of.is_thing, of.class)
    };
    let shared = |one: u32, other: u32| both.get(&(one, other)).copied().unwrap_or(0.0);
    let (mut matched, mut right) = (vec![false; of_truth.len()], vec![false; of_found.len()]);
    for ((one, other), pixels) in both.iter().filter(|((one, other), _)| *one > 0 && *other > 0) {
        let of = class(&truth, *one);
        if truth.all[*one as usize - 1].passed_over || of != class(&found, *other) {
            continue;
        }
        // What lies on nothing is not held against it.
        let either = of_truth[*one as usize] + of_found[*other as usize] - pixels - shared(0, *other);
        if pixels / either > 0.5 {
            (matched[*one as usize], right[*other as usize]) = (true, true);
            let counts = classes.entry(of).or_default();
            (counts[0], counts[1]) = (counts[0] + pixels / either, counts[1] + 1.0);
        }
    }
    for (one, segment) in (1..).zip(&truth.all) {
        if !matched[one as usize] && !segment.passed_over && of_truth[one as usize] > 0.0 {
            classes.entry(class(&truth, one)).or_default()[2] += 1.0;
        }
    }
    for other in (1..).take(found.all.len()).filter(|other| !right[*other as usize]) {
        let of = class(&found, other);
        let passed = |one: &u32| truth.all[*one as usize - 1].passed_over && class(&truth, *one) == of;
        let crowds = (1..).take(truth.all.len()).filter(passed).map(|one| shared(one, other)).sum::<f64>();
        if shared(0, other) + crowds <= 0.5 * of_found[other as usize] {
            classes.entry(of).or_default()[3] += 1.0;
        }
    }
    classes.into_iter().collect()
}
