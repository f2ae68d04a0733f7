//! `span`: how unlikely the right beginnings and ends are.

use super::{Compared, Write};
use crate::catalog::losses::span::Span;
use crate::export::pytorch::helpers::Helper;

impl Write for Span {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        of.by_function("span_loss", &[of.target_lengths()])
    }

    fn helper(&self) -> Option<Helper> {
        Some(Helper::SpanLoss)
    }
}
