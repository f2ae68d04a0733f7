//! `sparse_gate`: choices by the digits of their number.

use super::{Call, Value, Write};
use crate::catalog::layers::sparse_gate::SparseGate;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for SparseGate {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = if call.types[0].rank() > 2 { format!("{}.flatten(1)", call.x()) } else { call.x() };
        let (selector, share) = (call.linear(".selector", 0, Some(1)), call.linear(".share", 2, Some(3)));
        call.helper(Helper::SparseShares);
        let shares = format!("sparse_shares({selector}({x}), {}, {})", self.k, number(self.gamma));
        Some(call.whole(format!("({shares} * torch.softmax({share}({x}), 1)[:, :, None]).sum(1)")))
    }
}
