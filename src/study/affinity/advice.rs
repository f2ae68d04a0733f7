//! Whether the best grouping is better than one model for all by more than chance.
//!
//! The best of many groupings is the best partly by luck. So each part (a seed, or a stretch of the run) is judged by the
//! grouping that all others would choose, as in cross-validation, and the interval is over these differences.

use serde::{Deserialize, Serialize};

use super::Affinities;
use super::grouping::{self, Grouping};
use crate::score::statistics::Spread;

/// The best grouping, and what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    pub grouping: Grouping,
    /// The worth of one model for all tasks.
    pub together: f64,
    /// What a grouping is worth above one model for all, on parts that did not choose it.
    pub gain: Option<Spread>,
    /// What the tasks' own steps take off their losses, summed over the tasks.
    pub own: f64,
}

/// The least share of [`Advice::own`] that is worth parting tasks for.
pub const LEAST: f64 = 0.1;

impl Advice {
    pub fn of(affinities: &Affinities, models: usize) -> Self {
        let all: Vec<usize> = (0..affinities.tasks.len()).collect();
        let parts = &affinities.parts;
        let others = |left_out: usize| {
            let kept = parts.iter().enumerate().filter(|(place, _)| *place != left_out).map(|(_, part)| part);
            mean(kept.collect::<Vec<_>>().as_slice())
        };
        let gain = |(place, part): (usize, &Vec<Vec<f64>>)| {
            let chosen = grouping::best(&others(place), models);
            let worth: f64 = chosen.groups.iter().map(|group| grouping::worth(part, group)).sum();
            worth - grouping::worth(part, &all)
        };
        let gains: Vec<f64> = if parts.len() > 1 { parts.iter().enumerate().map(gain).collect() } else { Vec::new() };
        Self {
            grouping: grouping::best(&affinities.affinity, models),
            together: grouping::worth(&affinities.affinity, &all),
            gain: Spread::of(&gains),
            own: all.iter().map(|task| affinities.affinity[*task][*task]).sum(),
        }
    }

    /// Whether the gain is clear of the noise.
    pub fn is_clear(&self) -> bool {
        self.gain.as_ref().and_then(|gain| gain.ci95).is_some_and(|interval| interval.low > 0.0)
    }

    /// The gain as a share of what the tasks' own steps do; `None` without either.
    pub fn share(&self) -> Option<f64> {
        self.gain.as_ref().filter(|_| self.own > 0.0).map(|gain| gain.mean / self.own)
    }

    /// Whether to part the tasks: there is something to part, and the gain is clear of the noise and large enough.
    pub fn is_to_part(&self) -> bool {
        self.grouping.groups.len() > 1 && self.is_clear() && self.share().is_some_and(|share| share >= LEAST)
    }
}

/// The mean of matrices.
fn mean(parts: &[&Vec<Vec<f64>>]) -> Vec<Vec<f64>> {
    let count = parts.first().map_or(0, |part| part.len());
    let of = |from: usize, to: usize| parts.iter().map(|part| part[from][to]).sum::<f64>() / parts.len() as f64;
    (0..count).map(|from| (0..count).map(|to| of(from, to)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two pairs that help each other by `help`, and noise.
    fn affinities(help: f64, noise: f64, seed: u64) -> Affinities {
        let draw = crate::lower::Draw::new(seed, "test", "advice");
        let value = |part: u64, from: u64, to: u64| {
            let own = if from / 2 == to / 2 { help } else { 0.0 };
            own + noise * draw.at(part).normal(from * 4 + to)
        };
        let part = |part: u64| -> Vec<Vec<f64>> {
            (0..4).map(|from| (0..4).map(|to| value(part, from, to)).collect()).collect()
        };
        let parts: Vec<Vec<Vec<f64>>> = (0..5).map(part).collect();
        let affinity = mean(&parts.iter().collect::<Vec<_>>());
        Affinities { tasks: vec![String::new(); 4], affinity, parts, ..Affinities::default() }
    }

    #[test]
    fn noise_is_no_advice_and_a_clear_structure_is() {
        let sure =
            |help: f64| (0..40).filter(|seed| Advice::of(&affinities(help, 0.01, *seed), 2).is_to_part()).count();
        // One side of a 95% interval: in 40 draws of pure noise about one.
        assert!(sure(0.0) <= 4, "{} of 40", sure(0.0));
        assert!(sure(0.05) >= 38, "{} of 40", sure(0.05));
        let clear = Advice::of(&affinities(0.05, 0.01, 1), 2);
        assert_eq!(clear.grouping.groups, [vec![0, 1], vec![2, 3]]);
        // As clear, and small beside what each task does for itself.
        let mut small = affinities(0.05, 0.01, 1);
        (0..4).for_each(|task| small.affinity[task][task] = 10.0);
        let small = Advice::of(&small, 2);
        assert!(small.is_clear() && !small.is_to_part(), "{small:?}");
        // What was chosen on the same figures looks better than it is.
        let luck = Advice::of(&affinities(0.0, 0.01, 1), 2);
        let gain = luck.gain.as_ref().map_or(f64::NAN, |gain| gain.mean);
        assert!(luck.grouping.worth - luck.together > gain, "{luck:?}");
    }

    #[test]
    fn one_part_is_no_evidence() {
        let mut one = affinities(0.05, 0.0, 1);
        one.parts.truncate(1);
        let advice = Advice::of(&one, 2);
        assert!(advice.gain.is_none() && !advice.is_to_part());
        // One model for all is no advice to part them.
        assert!(!Advice::of(&affinities(0.05, 0.0, 1), 1).is_to_part());
    }
}
