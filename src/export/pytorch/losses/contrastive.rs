//! `contrastive`: each row's answer among those of the batch.

use super::{Compared, Write};
use crate::catalog::losses::contrastive::Contrastive;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for Contrastive {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        let symmetric = if self.symmetric { "True" } else { "False" };
        of.by_function("contrastive_loss", &[of.target_lengths(), number(self.temperature), symmetric.into()])
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::ContrastiveLoss)
    }
}
