//! Sampling: how often each task or data set is drawn while training.
//!
//! Mixed batches draw among the data sets, batches per task among the tasks. Under task sampling the real weight of a
//! task's loss is λ times its share.

crate::catalog! {
    /// A rule of sampling with its arguments.
    pub enum SamplingDef: Sampling {
        annealed::Annealed,
        proportional::Proportional,
        round_robin::RoundRobin,
        shares::Shares,
        temperature::Temperature,
        uniform::Uniform,
    }
}

pub trait Sampling {
    /// The share of each, from the numbers of training rows; they sum to 1. What has no rows is never drawn. `epoch` counts
    /// from 0.
    fn shares(&self, sizes: &[usize], epoch: usize, epochs: usize) -> Vec<f64>;

    /// True if they take turns in a fixed order instead of being drawn.
    fn in_turn(&self) -> bool {
        false
    }

    /// True if a share is written for each, in braces: `sampling: shares { a: 70%, rest: 30% }`.
    fn takes_shares(&self) -> bool {
        false
    }
}

/// n^power, normalised: 1 is proportional, 0 is uniform.
fn by_power(sizes: &[usize], power: f64) -> Vec<f64> {
    let largest = sizes.iter().copied().max().unwrap_or(0) as f64;
    normalise(sizes.iter().map(|size| if *size == 0 { 0.0 } else { (*size as f64 / largest).powf(power) }).collect())
}

/// Scales to a sum of 1; nothing to draw from stays nothing.
fn normalise(mut shares: Vec<f64>) -> Vec<f64> {
    let total: f64 = shares.iter().sum();
    if total > 0.0 {
        shares.iter_mut().for_each(|share| *share /= total);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: &[f64], right: &[f64]) {
        assert_eq!(left.len(), right.len());
        for (left, right) in left.iter().zip(right) {
            assert!((left - right).abs() < 1e-12, "{left} against {right}");
        }
    }

    #[test]
    fn shares_follow_sizes_by_a_power() {
        let sizes = [900, 100, 0];
        close(&proportional::Proportional {}.shares(&sizes, 0, 1), &[0.9, 0.1, 0.0]);
        close(&uniform::Uniform {}.shares(&sizes, 0, 1), &[0.5, 0.5, 0.0]);
        // √900 : √100 = 3 : 1.
        close(&temperature::Temperature { temperature: 2.0 }.shares(&sizes, 0, 1), &[0.75, 0.25, 0.0]);
        close(&round_robin::RoundRobin {}.shares(&sizes, 0, 1), &[0.5, 0.5, 0.0]);
        close(&uniform::Uniform {}.shares(&[0, 0], 0, 1), &[0.0, 0.0]);
    }

    #[test]
    fn annealing_goes_from_proportional_to_flat() {
        let annealed = annealed::Annealed { from: 1.0, to: 0.0 };
        close(&annealed.shares(&[900, 100], 0, 3), &[0.9, 0.1]);
        close(&annealed.shares(&[900, 100], 1, 3), &[0.75, 0.25]);
        close(&annealed.shares(&[900, 100], 2, 3), &[0.5, 0.5]);
        close(&annealed.shares(&[900, 100], 0, 1), &[0.9, 0.1]);
    }

    #[test]
    fn given_shares_skip_what_has_no_rows() {
        let shares = shares::Shares { given: [0.5, 0.3, 0.2].map(crate::catalog::Share).to_vec() };
        close(&shares.shares(&[1, 1000, 10], 4, 9), &[0.5, 0.3, 0.2]);
        close(&shares.shares(&[10, 0, 10], 0, 1), &[5.0 / 7.0, 0.0, 2.0 / 7.0]);
    }
}
