//! `dice`: how far the places of each class overlap.

use super::{Compared, Write};
use crate::catalog::losses::dice::Dice;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for Dice {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_function("dice_loss", &[of.places(), number(self.smooth)])
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::DiceLoss)
    }
}
