//! `cgc`: experts for all and experts for each.

use super::{Expander, Sharing, ple};
use crate::catalog::Range;

crate::entry! {
    /// Customized gate control (Tang et al. 2020, doi:10.1145/3383313.3412236).
    ///
    /// In a picture: `shared` copies of the written chain that all readers use, `own` copies that one reader uses alone, all on one
    /// input; each reader has a gate, a softmax that is linear in that input, over its own and the shared experts. Unlike
    /// in `mmoe`, no task can disturb another's own experts.
    ///
    /// Cost: (readers·own + shared) times the chain, and n·(own + shared) weights per reader for an input of n numbers. Use it when
    /// sharing hurts some tasks; `ple` does the same level by level.
    pub struct Cgc = "cgc" {
        /// Experts of each reader's own.
        own: usize = 1, in Range::AT_LEAST_ONE;
        /// Experts that all share.
        shared: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether the gates see only the mean of each channel of pictures (or of a sequence), instead of every number.
        pool: bool = false;
    }
}

impl Sharing for Cgc {
    fn expand(&self, expander: &mut dyn Expander) {
        let whole = 0..expander.stages();
        ple::extract(expander, &[whole], self.own, self.shared, self.pool);
    }
}
