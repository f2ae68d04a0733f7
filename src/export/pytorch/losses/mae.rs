//! `mae`: a function of PyTorch.

use super::{Compared, Write};
use crate::catalog::losses::mae::Mae;

impl Write for Mae {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_number("l1_loss", &of.output(), "")
    }
}
