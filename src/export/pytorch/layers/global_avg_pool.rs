//! `global_avg_pool`: the mean over all places of each channel.

use super::{Call, Value, Write};
use crate::catalog::layers::global_avg_pool::GlobalAvgPool;
use crate::export::pytorch::helpers::Helper;

impl Write for GlobalAvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rank = call.types[0].rank();
        let axes = if call.types[0].is_sequence() { "1".to_string() } else { axes(2..rank) };
        let Some(lengths) = call.lengths() else { return Some(call.pooled(&format!("mean({axes})"))) };
        call.helper(Helper::Counts);
        let x = call.filled(0, 0.0);
        Some(call.whole(format!("{x}.sum(1) / counts({lengths}, {})", rank - 1)))
    }
}

/// `(2, 3)`
pub(super) fn axes(range: std::ops::Range<usize>) -> String {
    format!("({},)", range.map(|axis| axis.to_string()).collect::<Vec<_>>().join(", ")).replace(",)", ")")
}

impl Call<'_> {
    /// A method of the input, which leaves one size.
    pub(super) fn pooled(&mut self, method: &str) -> Value {
        let x = self.x();
        self.whole(format!("{x}.{method}"))
    }
}
