//! `moving_centers`: the same frame by frame, and the ways back to the frame before.

use super::{Compared, Write};
use crate::catalog::losses::moving_centers::MovingCenters;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for MovingCenters {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_function("moving_centers_loss", &[number(self.edges), number(self.moves)])
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::MovingCentersLoss)
    }
}
