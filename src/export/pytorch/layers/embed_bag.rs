//! `embed_bag`: the mean of the vectors of a row's tokens.

use super::embed::table;
use super::{Call, Value, Write};
use crate::catalog::layers::embed_bag::EmbedBag;
use crate::export::pytorch::helpers::Helper;

impl Write for EmbedBag {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let table = table(call, "", 0, true)?;
        let vectors = format!("{table}({})", call.x());
        let Some(lengths) = call.lengths() else { return Some(call.whole(format!("{vectors}.mean(1)"))) };
        call.helper(Helper::Counts);
        let own = call.filled_as(&vectors, Some(&lengths), 0.0);
        Some(call.whole(format!("{own}.sum(1) / counts({lengths}, 2)")))
    }
}
