//! `hard`: one chain for all readers.

use super::{Expander, Sharing};

crate::entry! {
    /// Hard parameter sharing (Caruana 1997): every reader gets the output of the one chain.
    pub struct Hard = "hard" {}
}

impl Sharing for Hard {
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
