//! The focal loss of heats, which several losses share.

use burn::tensor::{Tensor, activation};

use crate::catalog::steps::centers::PRIOR;

/// Of outputs against heats (Law and Deng 2018): at each place `−(1 − p)²·ln p` where the heat y is 1, and `−(1 − y)⁴·p²·ln(1 − p)` elsewhere, with p the sigmoid of the
/// output less [`PRIOR`].
pub(super) fn focal(output: Tensor<3>, heats: Tensor<3>) -> Tensor<3> {
    let logits = output - PRIOR;
    let is_middle = heats.clone().equal_elem(1.0).float();
    let heat = activation::sigmoid(logits.clone());
    // ln p and ln(1 − p) of the logits themselves, which cannot be infinite.
    let (sure, unsure) = (activation::log_sigmoid(logits.clone()), activation::log_sigmoid(-logits));
    let found = is_middle.clone() * (-heat.clone() + 1.0).square() * sure;
    let elsewhere = (-is_middle + 1.0) * (-heats + 1.0).square().square() * heat.square() * unsure;
    -(found + elsewhere)
}

/// The derivative of [`focal`] at each output: with z the logit and p its sigmoid `(1 − p)²·(2·p·ln p + p − 1)` where the heat is 1, and
/// `(1 − y)⁴·p²·(p − 2·(1 − p)·ln(1 − p))` elsewhere.
pub(super) fn focal_slopes(output: Tensor<3>, heats: Tensor<3>) -> Tensor<3> {
    let logits = output - PRIOR;
    let is_middle = heats.clone().equal_elem(1.0).float();
    let heat = activation::sigmoid(logits.clone());
    let cold = -heat.clone() + 1.0;
    let (sure, unsure) = (activation::log_sigmoid(logits.clone()), activation::log_sigmoid(-logits));
    let found = is_middle.clone() * cold.clone().square() * (heat.clone() * sure * 2.0 - cold.clone());
    let elsewhere =
        (-is_middle + 1.0) * (-heats + 1.0).square().square() * heat.clone().square() * (heat - cold * unsure * 2.0);
    found + elsewhere
}
