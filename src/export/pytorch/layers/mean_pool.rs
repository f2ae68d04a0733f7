//! `mean_pool`: the mean over time.

use super::{Call, Value, Write};
use crate::catalog::Axis;
use crate::catalog::layers::mean_pool::MeanPool;
use crate::export::pytorch::helpers::Helper;

impl Write for MeanPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let time = call.types[0].axis(Axis::TIME).unwrap_or(1);
        let Some(lengths) = call.lengths() else { return Some(call.pooled(&format!("mean({time})"))) };
        if time != 1 {
            return None;
        }
        call.helper(Helper::Counts);
        let x = call.filled(0, 0.0);
        let rank = call.types[0].rank() - 1;
        Some(call.whole(format!("{x}.sum(1) / counts({lengths}, {rank})")))
    }
}
