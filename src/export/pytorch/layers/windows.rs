//! What pools are in PyTorch: functions by how many axes windows walk along, with channels before time.

use super::conv1d::places;
use super::{Call, Value};
use crate::catalog::layers::windows::{Along, Windows};
use crate::export::pytorch::helpers::Helper;

/// Whether time stands before the channels here, which it does not there.
fn turns(call: &Call<'_>) -> bool {
    call.types[0].is_sequence() || call.types[0].is_clip()
}

/// A function of the value, with channels before time.
pub(super) fn turned(call: &Call<'_>, x: &str, function: impl Fn(&str) -> String) -> String {
    match turns(call) {
        true => format!("{}.transpose(1, 2)", function(&format!("{x}.transpose(1, 2)"))),
        false => function(x),
    }
}

/// So many numbers as Python writes them.
pub(super) fn tuple(numbers: impl IntoIterator<Item = usize>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    match numbers.as_slice() {
        [one, rest @ ..] if rest.iter().all(|other| other == one) => one.clone(),
        _ => format!("({})", numbers.join(", ")),
    }
}

/// `max_pool` or `avg_pool`; what stands behind a row's last place is no part of any window.
pub(super) fn pooled(call: &mut Call<'_>, name: &str, windows: &Windows) -> Option<Value> {
    let along: Vec<Along> = windows.along(call.types[0]).into_iter().map(|(_, along)| along).collect();
    let lengths = call.lengths();
    let least = if name == "max_pool" { f64::from(f32::MIN) } else { 0.0 };
    let x = match turns(call) {
        true => call.filled(0, least),
        false if lengths.is_some() => return None,
        false => call.x(),
    };
    let of = |what: fn(&Along) -> usize| tuple(along.iter().map(what));
    let (kernel, stride, margin) = (of(|along| along.kernel), of(|along| along.stride), of(|along| along.margin));
    let (axes, padded) = (along.len(), along.iter().any(|along| along.margin > 0));
    let whole = if name == "avg_pool" && padded { ", count_include_pad=False" } else { "" };
    let output = turned(call, &x, |x| format!("F.{name}{axes}d({x}, {kernel}, {stride}, {margin}{whole})"));
    let Some(lengths) = lengths else { return Some(call.whole(output)) };
    let Along { kernel, stride, margin } = along[0];
    let left = places(lengths.clone(), kernel, stride, 2 * margin);
    if name == "max_pool" {
        let value = call.with_lengths(output, Some(left));
        let Value { name, .. } = &value;
        call.line(format!("{name} = torch.where({name} > torch.finfo(torch.float32).min, {name}, 0.0)"));
        return Some(value);
    }
    if !padded {
        return Some(call.with_lengths(output, Some(left)));
    }
    // The mean of a window, by the share of its places that are the row's own.
    call.helper(Helper::Own);
    let own = format!("own({}, {lengths})[:, None].float()", call.x());
    let share = format!("F.avg_pool1d({own}, {kernel}, {stride}, {margin}, count_include_pad=False)[:, 0]");
    let nones = super::nones(call.ty.rank() - 2);
    let tiny = "torch.finfo(torch.float32).tiny";
    Some(call.with_lengths(format!("{output} / {share}.clamp(min={tiny})[:, :{nones}]"), Some(left)))
}
