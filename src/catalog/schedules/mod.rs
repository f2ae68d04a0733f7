//! Schedules: the factor of the learning rate over a run. `schedule: warmup(5%) -> cosine` is a chain:
//! each member but the last takes its own length, and the last takes the rest.

crate::catalog! {
    /// A schedule with its arguments.
    pub enum ScheduleDef: Schedule {
        constant::Constant,
        cosine::Cosine,
        linear::Linear,
        plateau::Plateau,
        step::Step,
        warmup::Warmup,
    }
}

pub trait Schedule {
    /// How many of the run's steps it takes; `None` for as many as are left. A member with `None` must be last.
    fn length(&self, _total_steps: u64) -> Option<u64> {
        None
    }

    /// The factor at a step of its own part, `0 ≤ step < steps`. `steps_per_epoch` is for schedules that count epochs.
    fn factor(&self, step: u64, steps: u64, steps_per_epoch: u64) -> f64;

    /// True for a schedule that looks at how the run goes.
    fn watches_score(&self) -> bool {
        false
    }

    /// A further factor from the multi-task score on valid after each finished epoch of its part. It is a function of all of
    /// them, so that a run that is resumed goes on as if it had not stopped.
    fn factor_by_scores(&self, _scores: &[f64]) -> f64 {
        1.0
    }
}

/// The factor of a chain at a step of the run, without what depends on scores.
pub fn factor(chain: &[ScheduleDef], step: u64, total_steps: u64, steps_per_epoch: u64) -> f64 {
    factor_with_scores(chain, step, total_steps, steps_per_epoch, &[])
}

/// The factor of a chain at a step of the run, after epochs with these multi-task scores.
pub fn factor_with_scores(
    chain: &[ScheduleDef],
    step: u64,
    total_steps: u64,
    steps_per_epoch: u64,
    scores: &[f64],
) -> f64 {
    let mut start = 0;
    for schedule in chain {
        let left = total_steps.saturating_sub(start);
        let length = schedule.length(total_steps).unwrap_or(left).min(left);
        if step < start + length {
            // Epochs that ended before its part began, or within its first steps, are none of its own.
            let before = start.div_ceil(steps_per_epoch.max(1)) as usize;
            let own = scores.get(before..).unwrap_or(&[]);
            return schedule.factor(step - start, length, steps_per_epoch) * schedule.factor_by_scores(own);
        }
        start += length;
    }
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Factor, Share};

    #[test]
    fn a_chain_gives_each_member_its_own_steps() {
        let chain = [
            ScheduleDef::Warmup(warmup::Warmup { share: Share(0.1) }),
            ScheduleDef::Cosine(cosine::Cosine { floor: Factor(0.0) }),
        ];
        let at = |step| factor(&chain, step, 100, 10);
        assert_eq!((at(0), at(9), at(10)), (0.1, 1.0, 1.0));
        assert!((at(55) - 0.5).abs() < 1e-12);
        assert!(at(99) < 0.001);
    }

    #[test]
    fn a_plateau_cuts_after_epochs_without_growth() {
        let plateau = plateau::Plateau { factor: Factor(0.5), patience: 2, min_delta: 0.0, floor: Factor(0.2) };
        let chain = [ScheduleDef::Warmup(warmup::Warmup { share: Share(0.1) }), ScheduleDef::Plateau(plateau)];
        // Ten steps of warm-up are the first epoch; its score is not the plateau's.
        let at = |scores: &[f64]| factor_with_scores(&chain, 60, 100, 10, scores);
        assert_eq!(at(&[0.9]), 1.0);
        assert_eq!(at(&[0.9, 0.5, 0.4]), 1.0);
        assert_eq!(at(&[0.9, 0.5, 0.4, 0.5]), 0.5);
        assert_eq!(at(&[0.9, 0.5, 0.4, 0.5, 0.6, f64::NAN]), 0.5);
        assert_eq!(at(&[0.9, 0.5, 0.4, 0.5, 0.6, f64::NAN, 0.1]), 0.25);
        // Never below the floor.
        assert_eq!(at(&[0.9, 0.5, 0.4, 0.5, 0.6, f64::NAN, 0.1, 0.1, 0.1]), 0.2);
        assert_eq!(factor(&chain, 60, 100, 10), 1.0);
    }

    #[test]
    fn steps_cut_by_epochs() {
        let chain = [ScheduleDef::Step(step::Step { every: 2, factor: Factor(0.5) })];
        assert_eq!(factor(&chain, 19, 100, 10), 1.0);
        assert_eq!(factor(&chain, 20, 100, 10), 0.5);
        assert_eq!(factor(&chain, 45, 100, 10), 0.25);
    }
}
