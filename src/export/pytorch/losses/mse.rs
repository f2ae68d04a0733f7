//! `mse`: a function of PyTorch.

use super::{Compared, Write};
use crate::catalog::losses::mse::Mse;

impl Write for Mse {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_number("mse_loss", &of.output(), "")
    }
}
