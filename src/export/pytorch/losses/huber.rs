//! `huber`: a function of PyTorch.

use super::{Compared, Write};
use crate::catalog::losses::huber::Huber;
use crate::export::pytorch::source::number;

impl Write for Huber {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_number("huber_loss", &of.output(), &format!(", delta={}", number(self.delta)))
    }
}
