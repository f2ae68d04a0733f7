//! `swa`: the mean over the last epochs.

use super::Averaging;
use crate::catalog::{Range, Share};

crate::entry! {
    /// The mean of the weights at the ends of the last epochs (stochastic weight averaging, Izmailov et al. 2018,
    /// arXiv:1803.05407).
    ///
    /// Works best with a learning rate that stays high: a constant schedule, or one that ends above zero.
    pub struct Swa = "swa" {
        /// After which share of the run the mean begins.
        from: Share = Share(0.75), in Range::UNIT;
    }
}

impl Averaging for Swa {
    fn rate(&self, step: u64, total_steps: u64, steps_per_epoch: u64) -> Option<f64> {
        let per_epoch = steps_per_epoch.max(1);
        if !(step + 1).is_multiple_of(per_epoch) {
            return None;
        }
        // Counted in epochs, from the first that ends after the share; the last one always counts.
        let last = total_steps / per_epoch;
        let first = ((self.from.0 * total_steps as f64 / per_epoch as f64).floor() as u64 + 1).min(last.max(1));
        let epoch = (step + 1) / per_epoch;
        (epoch >= first).then(|| 1.0 / (epoch - first + 1) as f64)
    }
}
