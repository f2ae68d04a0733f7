//! Schedules: the factor of the learning rate over a run. `schedule: warmup(5%) -> cosine` is a chain:
//! each member but the last takes its own length, and the last takes the rest.

crate::catalog! {
    /// A schedule with its arguments.
    pub enum ScheduleDef: Schedule {
        constant::Constant,
        cosine::Cosine,
        linear::Linear,
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
}

/// The factor of a chain at a step of the run.
pub fn factor(chain: &[ScheduleDef], step: u64, total_steps: u64, steps_per_epoch: u64) -> f64 {
    let mut start = 0;
    for schedule in chain {
        let left = total_steps.saturating_sub(start);
        let length = schedule.length(total_steps).unwrap_or(left).min(left);
        if step < start + length {
            return schedule.factor(step - start, length, steps_per_epoch);
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
    fn steps_cut_by_epochs() {
        let chain = [ScheduleDef::Step(step::Step { every: 2, factor: Factor(0.5) })];
        assert_eq!(factor(&chain, 19, 100, 10), 1.0);
        assert_eq!(factor(&chain, 20, 100, 10), 0.5);
        assert_eq!(factor(&chain, 45, 100, 10), 0.25);
    }
}
