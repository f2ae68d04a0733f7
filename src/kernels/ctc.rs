//! Connectionist temporal classification, on any backend.
//!
//! A walk over a lattice of a few numbers per place is nothing for tensors, so that the kernel computes it in the memory of the process, wherever
//! the logits lie. libtorch's own is not called: through burn, the gradient of a row that is out of reach is no number, and on a graphics processor it
//! adds up in an order that differs from one time to the next.

use burn::tensor::{Int, Tensor};
use mtlc_kernels::ctc::Ctc;

use super::{OnHost, tensor};

/// What logits `[rows, time, symbols]` are held to.
pub struct Target<'a> {
    /// `[rows, width]`
    pub labels: &'a Tensor<2, Int>,
    /// Of each row, how many symbols its label has.
    pub lengths: &'a [usize],
    /// Of each row, how many places of the logits are its own.
    pub places: &'a [usize],
}

/// The loss of each row.
pub fn losses(logits: &Tensor<3>, target: &Target<'_>) -> Tensor<1> {
    with(logits, target, |ctc| tensor(ctc.losses(), [target.places.len()], logits))
}

/// The derivative of each row's loss at its logits.
pub fn slopes(logits: &Tensor<3>, target: &Target<'_>) -> Tensor<3> {
    with(logits, target, |ctc| tensor(ctc.slopes(), logits.dims(), logits))
}

/// How many rows have fewer places than their label needs.
pub fn out_of_reach(logits: &Tensor<3>, target: &Target<'_>) -> usize {
    let [_, time, symbols] = logits.dims();
    // No logit is looked at.
    let labels = target.labels.clone().into_data();
    let labels: Vec<i64> = labels.iter::<i64>().collect();
    let width = target.labels.dims()[1];
    let (places, lengths) = (target.places, target.lengths);
    let ctc = Ctc { logits: &[], time, symbols, places, labels: &labels, width, lengths };
    (0..places.len()).filter(|row| ctc.out_of_reach(*row)).count()
}

fn with<R>(logits: &Tensor<3>, target: &Target<'_>, compute: impl FnOnce(&Ctc<'_>) -> R) -> R {
    let [_, time, symbols] = logits.dims();
    let labels: Vec<i64> = target.labels.clone().into_data().iter::<i64>().collect();
    let logits = OnHost::of(logits);
    compute(&Ctc {
        logits: &logits,
        time,
        symbols,
        places: target.places,
        labels: &labels,
        width: target.labels.dims()[1],
        lengths: target.lengths,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{devices, numbers, to_host};

    /// What `torch.nn.functional.ctc_loss` of PyTorch 2.9 gives, on every backend: rows and labels are padded.
    #[test]
    fn losses_are_pytorchs_on_every_backend() {
        for device in devices() {
            let logits = numbers::<3>(5, [4, 6, 5], &device) * 3.0;
            let labels = Tensor::<2, Int>::from_data([[1, 2, 2], [3, 9, 9], [4, 4, 9], [9, 9, 9]], &device);
            let target = Target { labels: &labels, lengths: &[3, 1, 2, 0], places: &[6, 4, 2, 3] };
            let found = to_host(losses(&logits, &target));
            for (found, expected) in found.iter().zip([5.494_604_8, 6.157_696_1, 0.0, 6.658_728_8]) {
                assert!((found - expected).abs() < 1e-5, "{device:?}: {found}, not {expected}");
            }
            let slopes = to_host(slopes(&logits, &target));
            assert!(
                (slopes[0] - 0.597_306).abs() < 1e-5 && (slopes[1] + 0.750_435).abs() < 1e-5,
                "{device:?}: {slopes:?}"
            );
            assert_eq!(out_of_reach(&logits, &target), 1);
        }
    }
}
