//! What layers that walk along time have in common: weights of one way, and of the way back, as PyTorch calls them.

use super::{Call, Value};
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::Layout;

/// Tensors of the weights of one way.
const WEIGHTS: usize = 4;
const NAMES: [[&str; WEIGHTS]; 2] = [
    ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"],
    ["weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse"],
];

pub fn written(call: &mut Call<'_>, class: &str) -> Option<Value> {
    let ways = call.weights.len() / WEIGHTS;
    let (width, units) = (call.weights[0].shape[0], *call.weights[1].shape.first()?);
    let both = if ways == 2 { ", bidirectional=True" } else { "" };
    let names = NAMES.iter().take(ways).flatten().enumerate();
    let layout = |place: usize| if place % WEIGHTS < 2 { Layout::Transposed } else { Layout::AsIs };
    let weights: Vec<(&str, usize, Layout)> = names.map(|(place, name)| (*name, place, layout(place))).collect();
    let module = call.module("", &format!("nn.{class}({width}, {units}, batch_first=True{both})"), &weights);
    let x = call.x();
    Some(match call.lengths() {
        None => call.whole(format!("{module}({x})[0]")),
        Some(lengths) => {
            call.helper(Helper::Walked);
            call.like(format!("walked({module}, {x}, {lengths})"))
        }
    })
}
