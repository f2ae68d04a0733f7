//! Which tasks help each other, from joint runs: inter-task affinity (TAG, Fifty et al. 2021, arXiv:2109.04617).
//!
//! Every so many steps, what is shared takes a step on task i's gradient alone, and every task j is asked how its loss on
//! the same batch has changed: `Z_{i→j} = 1 − L_j(after i's step) / L_j(before)`. Positive is help. The run itself goes on
//! as if nobody had looked. How sure a mean is, other runs of other seeds tell, or other stretches of the same run;
//! [`advice`] says whether that is sure enough to part tasks.

pub mod advice;
pub mod grouping;

use serde::{Deserialize, Serialize};

use crate::data::Batch;
use crate::score::statistics::{Interval, Spread};
use crate::train::engine::{Engine, Moment};
use crate::train::fit::Watch;

/// Stretches that a single run is cut into: neighbouring moments are alike, and their means less so.
const STRETCHES: usize = 10;

/// Moments that a stretch must have; with fewer than [`FEWEST`] stretches of so many there is no interval.
const MOMENTS: usize = 2;
const FEWEST: usize = 4;

/// What was seen at each moment of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Looks {
    count: usize,
    /// (moment, from, to, value)
    values: Vec<(usize, usize, usize, f64)>,
}

impl Looks {
    fn add(&mut self, from: usize, to: usize, value: f64) {
        if value.is_finite() {
            self.values.push((self.count, from, to, value));
        }
    }

    /// The mean of each pair over the moments of a stretch, one of `of`; `None` where a pair was not seen.
    fn means(&self, tasks: usize, stretch: usize, of: usize) -> Vec<Vec<Option<f64>>> {
        let mut sums = vec![vec![(0.0, 0usize); tasks]; tasks];
        for (moment, from, to, value) in &self.values {
            if moment * of / self.count.max(1) == stretch {
                let sum = &mut sums[*from][*to];
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
        let mean = |(sum, count): (f64, usize)| (count > 0).then(|| sum / count as f64);
        sums.into_iter().map(|row| row.into_iter().map(mean).collect()).collect()
    }
}

/// What the parts are that intervals are taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// A run for each seed.
    Seeds,
    /// Stretches of one run.
    #[default]
    Moments,
}

/// Mean affinities, and how sure they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Affinities {
    pub tasks: Vec<String>,
    /// `affinity[i][j]`: how much a step on task i helps task j.
    pub affinity: Vec<Vec<f64>>,
    /// 95%, by Student's t over the parts; `null` where there are too few.
    pub intervals: Vec<Vec<Option<Interval>>>,
    pub over: Over,
    /// How often each was measured.
    pub measured: Vec<Vec<usize>>,
    /// The matrix of each seed or stretch; the mean where it has none of a pair.
    pub parts: Vec<Vec<Vec<f64>>>,
}

impl Affinities {
    /// Puts runs together: one per seed.
    pub fn of(tasks: Vec<String>, runs: &[Looks]) -> Self {
        let count = tasks.len();
        let (over, seen) = match runs {
            [run] => {
                let stretches = STRETCHES.min(run.count / MOMENTS);
                let stretches = if stretches < FEWEST { 1 } else { stretches };
                (Over::Moments, (0..stretches).map(|stretch| run.means(count, stretch, stretches)).collect::<Vec<_>>())
            }
            runs => (Over::Seeds, runs.iter().map(|run| run.means(count, 0, 1)).collect()),
        };
        let mut all = Self { tasks, over, ..Self::default() };
        for from in 0..count {
            let pair = |to: usize| seen.iter().filter_map(|part| part[from][to]).collect::<Vec<f64>>();
            let spreads: Vec<Option<Spread>> = (0..count).map(|to| Spread::of(&pair(to))).collect();
            all.affinity.push(spreads.iter().map(|spread| spread.as_ref().map_or(0.0, |spread| spread.mean)).collect());
            all.intervals.push(spreads.iter().map(|spread| spread.as_ref().and_then(|spread| spread.ci95)).collect());
            let times = |to: usize| {
                let same = |(_, one, other, _): &&(usize, usize, usize, f64)| (*one, *other) == (from, to);
                runs.iter().map(|run| run.values.iter().filter(same).count()).sum::<usize>()
            };
            all.measured.push((0..count).map(times).collect());
        }
        for part in seen {
            let or_mean = |from: usize, to: usize| part[from][to].unwrap_or(all.affinity[from][to]);
            all.parts.push((0..count).map(|from| (0..count).map(|to| or_mean(from, to)).collect()).collect());
        }
        all
    }

    /// Whether a pair's interval leaves out 0.
    pub fn is_clear(&self, from: usize, to: usize) -> bool {
        self.intervals[from][to].is_some_and(|interval| interval.low > 0.0 || interval.high < 0.0)
    }

    /// Decimals of a percentage that show two digits of a usual pair of different tasks.
    pub fn decimals(&self) -> usize {
        let rows = self.affinity.iter().enumerate();
        let mut sizes: Vec<f64> = rows
            .flat_map(|(from, row)| row.iter().enumerate().filter(move |(to, _)| *to != from))
            .map(|(_, value)| 100.0 * value.abs())
            .filter(|size| *size > 0.0)
            .collect();
        sizes.sort_by(f64::total_cmp);
        let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(1.0);
        (1 - usual.log10().floor() as i32).clamp(2, 6) as usize
    }
}

/// Looks ahead while a run trains.
pub struct LookAhead<'w> {
    pub looks: Looks,
    /// How many steps between two looks.
    every: u64,
    inner: &'w mut dyn Watch,
}

impl<'w> LookAhead<'w> {
    pub fn new(every: u64, inner: &'w mut dyn Watch) -> Self {
        Self { looks: Looks::default(), every: every.max(1), inner }
    }
}

impl Watch for LookAhead<'_> {
    fn before_step(&mut self, engine: &mut Engine<'_>, batches: &[Batch], moment: Moment) {
        if moment.step.is_multiple_of(self.every)
            && let Some(batch) = batches.first()
        {
            look(engine, batch, moment, &mut self.looks);
        }
        self.inner.before_step(engine, batches, moment);
    }

    fn tick(&mut self, tick: &crate::train::fit::Tick<'_>) {
        self.inner.tick(tick);
    }

    fn epoch(&mut self, epoch: &crate::train::fit::Epoch) -> Result<(), crate::source::Cannot> {
        self.inner.epoch(epoch)
    }

    fn interrupted(&self) -> bool {
        self.inner.interrupted()
    }
}

/// One look: a step of plain gradient descent on each task in turn, by the learning rate of the moment.
fn look(engine: &mut Engine<'_>, batch: &Batch, moment: Moment, looks: &mut Looks) {
    let Some((tasks, before, steps)) = engine.task_steps(batch, moment) else { return };
    let kept = engine.model.weights.trained.clone();
    for (from, step) in tasks.iter().zip(steps) {
        engine.model.weights.trained = kept.clone() - step;
        let after = engine.losses_on(batch, moment.step);
        for (place, (to, loss)) in after.into_iter().enumerate() {
            if tasks.get(place) == Some(&to) && before[place] > 0.0 {
                looks.add(*from, to, 1.0 - loss / before[place]);
            }
        }
    }
    engine.model.weights.trained = kept;
    looks.count += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(values: &[f64]) -> Looks {
        let mut looks = Looks::default();
        for value in values {
            looks.add(0, 1, *value);
            looks.count += 1;
        }
        looks
    }

    fn names() -> Vec<String> {
        ["a", "b"].map(String::from).to_vec()
    }

    #[test]
    fn seeds_are_parts_and_a_single_run_is_cut_into_stretches() {
        // Means 1, 2, 3: sd 1, half width t(0.975, 2)/√3.
        let all = Affinities::of(names(), &[looks(&[0.5, 1.5]), looks(&[2.0]), looks(&[3.0, 3.0, 3.0])]);
        let interval = all.intervals[0][1].expect("three seeds");
        let half = 4.302652729749462 / 3.0_f64.sqrt();
        assert_eq!((all.over, all.affinity[0][1], all.measured[0][1]), (Over::Seeds, 2.0, 6));
        assert!((interval.low - (2.0 - half)).abs() < 1e-9 && (interval.high - (2.0 + half)).abs() < 1e-9);
        assert!(!all.is_clear(0, 1), "2 ± 2.48");
        // Ten moments make five stretches of two.
        let one = Affinities::of(names(), &[looks(&[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.0])]);
        assert_eq!((one.over, one.parts.len(), one.affinity[0][1]), (Over::Moments, 5, 3.0));
        assert_eq!(one.parts.iter().map(|part| part[0][1]).collect::<Vec<_>>(), [1.0, 2.0, 3.0, 4.0, 5.0]);
        // Too few moments are no evidence.
        let few = Affinities::of(names(), &[looks(&[1.0; 7])]);
        assert_eq!((few.intervals[0][1], few.is_clear(0, 1)), (None, false));
    }

    #[test]
    fn small_affinities_have_digits() {
        let of = |value: f64| Affinities::of(names(), &[looks(&[value])]).decimals();
        assert_eq!((of(0.1), of(0.0004), of(0.000_02)), (2, 3, 4));
        assert_eq!(of(0.0), 2);
    }
}
