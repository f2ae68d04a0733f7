//! `centers`: heats of middles, and edges near them.

use super::{Compared, Write};
use crate::catalog::losses::centers::Centers;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for Centers {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_function("centers_loss", &[number(self.edges)])
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::CentersLoss)
    }
}
