//! `schedule`: written weights that change over the epochs.

use super::{Balancer, Lambda, Scale};

crate::words! {
    /// What the weights do between two moments.
    pub enum Between {
        /// Move in a straight line.
        Linear = "linear",
        /// Stay, and jump at the next moment.
        Step = "step",
    }
}

crate::entry! {
    /// Written weights that change over the epochs: the block gives each task a list, one weight per moment of `at`.
    ///
    /// ```text
    /// weights by schedule(at: [0, 10, 30]) {
    ///   species: [0.8, 0.5, 0.2]
    ///   mass:    [0.2, 0.5, 0.8]
    /// }
    /// ```
    ///
    /// Epochs count from 0. The weights of each moment sum to one; between two moments they move in a straight line,
    /// epoch by epoch (`between: step` jumps instead), and before the first and after the last they stay. One number
    /// in place of a list holds for all moments.
    ///
    /// - Cost: one backward pass.
    /// - λ: scales the losses.
    /// - When: a curriculum is known, such as an auxiliary task that should help at first and then get out of the
    ///   way.
    pub struct Schedule = "schedule" {
        /// The epochs at which the block gives the weights, in ascending order.
        at: Vec<usize>;
        /// What the weights do between two moments.
        between: Between = Between::Linear;
    }
}

impl Balancer for Schedule {
    fn lambda(&self) -> Lambda {
        Lambda::Scales
    }

    fn scale(&self) -> Scale {
        Scale::Mean
    }

    fn moments(&self) -> Option<&[usize]> {
        Some(&self.at)
    }

    fn lambda_in(&self, moments: &[Vec<f64>], epoch: usize) -> Option<Vec<f64>> {
        let before = self.at.iter().rposition(|at| *at <= epoch).unwrap_or(0);
        let here = moments.get(before)?;
        let next = self.at.iter().position(|at| *at > epoch);
        let (Between::Linear, Some(next)) = (self.between, next) else { return Some(here.clone()) };
        let (Some(start), Some(target)) = (next.checked_sub(1), moments.get(next)) else { return Some(here.clone()) };
        let share = (epoch - self.at[start]) as f64 / (self.at[next] - self.at[start]) as f64;
        Some(here.iter().zip(target).map(|(from, to)| from + share * (to - from)).collect())
    }
}
