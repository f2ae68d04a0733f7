//! Schedules: the factor of the learning rate over a run. `schedule: warmup(5%) -> cosine` is a chain:
//! each member but the last takes its own length, and the last takes the rest.

crate::catalog! {
    /// A schedule with its arguments.
    pub enum ScheduleDef: Schedule {
        constant::Constant,
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
