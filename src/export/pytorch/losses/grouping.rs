//! `grouping`: classes of pixels, heats of middles, and ways to them.

use super::{Compared, Write};
use crate::catalog::losses::grouping::Grouping;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for Grouping {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_function("grouping_loss", &[number(self.heats), number(self.offsets), number(self.things)])
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::GroupingLoss)
    }
}
