//! `focal`: the cross-entropy of each place, by how sure the right class is.

use super::{Compared, Write};
use crate::catalog::losses::focal::Focal;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for Focal {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        // The classes of tokens stand last.
        let turned = if of.rank() == 2 { ".transpose(1, 2)" } else { "" };
        let loss = format!("focal_loss({}{turned}, {}, {})", of.output(), of.target(), number(self.gamma));
        (of.members() == 1).then_some(loss)
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::FocalLoss)
    }
}
