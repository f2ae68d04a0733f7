//! `hard`: one chain for all readers.

use super::{Expander, Misfit, Sharing};

crate::entry! {
    /// Hard parameter sharing (Caruana 1997): every reader gets the output of the one chain.
    ///
    /// In a picture: one column, and the heads on top of it. Cost: the chain, once. Where tasks are related and data is scarce it
    /// is hard to beat; measure everything else against it.
    pub struct Hard = "hard" {}
}

impl Sharing for Hard {
    /// One chain for all works with any chain, even none.
    fn check(&self, _chain: &dyn Expander) -> Result<(), Misfit> {
        Ok(())
    }

    fn expand(&self, expander: &mut dyn Expander) {
        let mut value = expander.input();
        for stage in 0..expander.stages() {
            value = expander.apply(stage, "", value);
        }
        for reader in 0..expander.readers().len() {
            expander.give(reader, value);
        }
    }
}
