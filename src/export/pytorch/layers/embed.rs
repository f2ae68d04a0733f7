//! `embed`: a table, in which the mean of all answers for what is not known.

use super::{Call, Value, Write};
use crate::catalog::Kind;
use crate::catalog::layers::embed::Embed;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::{Layout, list};

impl Write for Embed {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let tokens = matches!(call.types[0].kind, Kind::Tokens { .. });
        if call.weights.len() == 1 {
            let table = table(call, "", 0, tokens)?;
            return Some(call.function(&table, ""));
        }
        // Several categories stand side by side, each with a table of its own.
        let mut parts = Vec::new();
        for column in 0..call.weights.len() {
            let table = table(call, &format!(".{}", column + 1), column, false)?;
            parts.push(format!("{table}({}[:, {column}])", call.x()));
        }
        Some(call.whole(format!("torch.cat({}, 1)", list(parts))))
    }
}

/// The table of a weight.
pub(super) fn table(call: &mut Call<'_>, part: &str, place: usize, tokens: bool) -> Option<String> {
    let [count, width] = *call.weights[place].shape else { return None };
    call.helper(Helper::Embed);
    let of_tokens = if tokens { ", tokens=True" } else { "" };
    Some(call.module(part, &format!("Embed({count}, {width}{of_tokens})"), &[("weight", place, Layout::AsIs)]))
}
