//! `crf`: the forward algorithm of a conditional random field.

use super::{Compared, Write};
use crate::catalog::losses::crf::Crf;
use crate::export::pytorch::helpers::Helper;

impl Write for Crf {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_function("sequence_loss", &[of.lengths()])
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::SequenceLoss)
    }
}
