//! Batch normalisation by the moments of the batch, and its way back, each two passes over the numbers.

use burn::tensor::{Tensor, module};
use mtlc_kernels::batch_norm::BatchNorm;

use super::pointwise::Then;
use super::{Kept, Numbers, tensor};

/// Fewer places than this per row and channel are no runs, and burn's way is the faster one.
const RUN: usize = 8;

/// What was normalised, and by what.
pub struct Normalised {
    pub output: Tensor<3>,
    pub mean: Tensor<1>,
    /// Of all numbers of the channel, not unbiased.
    pub variance: Tensor<1>,
    pub kept: Kept,
}

fn sizes(x: &Tensor<3>) -> BatchNorm {
    let [rows, channels, places] = x.dims();
    BatchNorm { rows, channels, places }
}

/// Its numbers, if the built-in backend has them in runs.
fn runs(x: &Tensor<3>) -> Option<Numbers> {
    if x.dims()[2] >= RUN { Numbers::of(x) } else { None }
}

/// `[rows, channels, places]`, each channel to mean 0 and variance 1, then times its gain, plus its bias; and what is then done with them.
pub fn normalise(x: &Tensor<3>, gain: &Tensor<1>, bias: &Tensor<1>, epsilon: f64, then: Option<&Then>) -> Normalised {
    #[cfg(feature = "libtorch")]
    if let (Some(given), Some([gain, bias])) = (super::handle(x), super::handles([gain, bias])) {
        let mut moments = None;
        let (output, kept) = super::recorded(&[&given, &gain, &bias], |given| {
            let none = None::<&tch::Tensor>;
            let (output, mean, scale) =
                given[0].native_batch_norm(Some(&given[1]), Some(&given[2]), none, none, true, 0.0, epsilon);
            moments = Some((mean.detach(), scale.detach()));
            output
        });
        if let Some((mean, scale)) = moments {
            let (mean, scale): (Tensor<1>, Tensor<1>) = (super::of_handle(mean), super::of_handle(scale));
            let variance = scale.square().recip() - epsilon;
            return Normalised { output: super::of_handle(output), mean, variance: variance.clamp_min(0.0), kept };
        }
    }
    let norm = sizes(x);
    if let (Some(numbers), Some(scale), Some(shift)) = (runs(x), Numbers::of(gain), Numbers::of(bias)) {
        let moments = norm.moments(numbers.slice());
        let (scale, shift) = affine([&moments.mean, &moments.variance], [scale.slice(), shift.slice()], epsilon);
        let output = Then::within(then, |then| norm.scaled(numbers.slice(), &scale, &shift, then));
        return Normalised {
            output: tensor(output, x.dims(), x),
            mean: tensor(moments.mean, [norm.channels], x),
            variance: tensor(moments.variance, [norm.channels], x),
            kept: Kept::new(),
        };
    }
    let batch = module::batch_norm_train(x.clone(), gain.clone(), bias.clone(), epsilon);
    Normalised { output: batch.output, mean: batch.mean, variance: batch.variance, kept: Kept::new() }
}

/// By which number each channel is multiplied, and what is added then, given its moments and its gain and bias.
fn affine([mean, variance]: [&[f32]; 2], [gain, bias]: [&[f32]; 2], epsilon: f64) -> (Vec<f32>, Vec<f32>) {
    let of = |(variance, gain): (&f32, &f32)| gain / (variance + epsilon as f32).sqrt();
    let scale: Vec<f32> = variance.iter().zip(gain).map(of).collect();
    let centred = mean.iter().zip(&scale).map(|(mean, scale)| mean * scale);
    let shift = bias.iter().zip(centred).map(|(bias, mean)| bias - mean).collect();
    (scale, shift)
}

/// [`normalise`] by moments that are given.
pub fn normalised_by(
    x: Tensor<3>,
    [mean, variance]: [Tensor<1>; 2],
    [gain, bias]: [Tensor<1>; 2],
    epsilon: f64,
    then: Option<&Then>,
) -> Tensor<3> {
    if let (Some(numbers), [Some(mean), Some(variance), Some(gain), Some(bias)]) =
        (runs(&x), [&mean, &variance, &gain, &bias].map(Numbers::of))
    {
        let (scale, shift) = affine([mean.slice(), variance.slice()], [gain.slice(), bias.slice()], epsilon);
        let output = Then::within(then, |then| sizes(&x).scaled(numbers.slice(), &scale, &shift, then));
        return tensor(output, x.dims(), &x);
    }
    module::batch_norm(x, gain, bias, mean, variance, epsilon)
}

/// Of what [`normalise`] was given.
pub struct Gradients {
    pub x: Tensor<3>,
    pub gain: Tensor<1>,
    pub bias: Tensor<1>,
}

/// Given the moments that were normalised by, the cotangent of the output, and what was kept.
pub fn gradients(
    x: &Tensor<3>,
    [mean, variance]: [&Tensor<1>; 2],
    gain: &Tensor<1>,
    cotangent: &Tensor<3>,
    epsilon: f64,
    kept: &[Tensor<1>],
) -> Gradients {
    let _ = kept;
    #[cfg(feature = "libtorch")]
    if let Some(gradients) = by_libtorch(x, gain, cotangent, epsilon, kept) {
        return gradients;
    }
    let norm = sizes(x);
    let channels = norm.channels;
    let scale = (variance.clone() + epsilon).sqrt().recip();
    if let (Some(numbers), Some(slopes)) = (runs(x), Numbers::of(cotangent))
        && let [Some(mean), Some(scale), Some(gain)] = [mean, &scale, gain].map(Numbers::of)
    {
        let found = norm.gradients(numbers.slice(), mean.slice(), scale.slice(), gain.slice(), slopes.slice());
        return Gradients {
            x: tensor(found.numbers, x.dims(), x),
            gain: tensor(found.gain, [channels], x),
            bias: tensor(found.bias, [channels], x),
        };
    }
    let spread = |vector: &Tensor<1>| vector.clone().reshape([1, channels, 1]);
    let all = |values: Tensor<3>| values.sum_dim(2).sum_dim(0);
    let normal = (x.clone() - spread(mean)) * spread(&scale);
    let count = (norm.rows * norm.places) as f64;
    let (of_gain, of_bias) = (all(cotangent.clone() * normal.clone()), all(cotangent.clone()));
    let left = cotangent.clone() - of_bias.clone() / count - normal * of_gain.clone() / count;
    Gradients {
        x: left * spread(&(scale * gain.clone())),
        gain: of_gain.reshape([channels]),
        bias: of_bias.reshape([channels]),
    }
}

#[cfg(feature = "libtorch")]
fn by_libtorch(
    x: &Tensor<3>,
    gain: &Tensor<1>,
    cotangent: &Tensor<3>,
    epsilon: f64,
    kept: &[Tensor<1>],
) -> Option<Gradients> {
    let again = || normalise(x, gain, &gain.zeros_like(), epsilon, None).kept;
    let found = super::libtorch::gradients(kept, again, cotangent, &[true; 3])?;
    let [of_x, gain, bias] = <[Option<Tensor<1>>; 3]>::try_from(found).ok()?;
    Some(Gradients { x: of_x?.reshape(x.dims()), gain: gain?, bias: bias? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{close, devices, numbers};

    /// Against what burn computes and its autodiff differentiates.
    #[test]
    fn values_and_gradients_are_those_of_burns_own() {
        for (device, places) in devices().into_iter().flat_map(|device| [(device.clone(), 3), (device, 40)]) {
            let (x, cotangent) = (numbers(1, [5, 4, places], &device), numbers(2, [5, 4, places], &device));
            let (gain, bias) = (numbers(3, [4], &device), numbers(4, [4], &device));
            let leaves = [gain.clone(), bias.clone()].map(|leaf| leaf.autodiff().require_grad());
            let given = x.clone().autodiff().require_grad();
            let recorded = module::batch_norm_train(given.clone(), leaves[0].clone(), leaves[1].clone(), 1e-5);
            let own = normalise(&x, &gain, &bias, 1e-5, None);
            close("output", own.output, recorded.output.clone().inner());
            close("mean", own.mean.clone(), recorded.mean.inner());
            close("variance", own.variance.clone(), recorded.variance.inner());
            let mut expected = (recorded.output * cotangent.clone().autodiff()).sum().backward();
            let of_numbers = given.grad_remove(&mut expected).expect("a gradient").inner();
            let [of_gain, of_bias] = leaves.map(|leaf| leaf.grad_remove(&mut expected).expect("a gradient").inner());
            for kept in [&own.kept, &own.kept, &Kept::new()] {
                let found = gradients(&x, [&own.mean, &own.variance], &gain, &cotangent, 1e-5, kept);
                close("numbers", found.x, of_numbers.clone());
                close("gain", found.gain, of_gain.clone());
                close("bias", found.bias, of_bias.clone());
            }
        }
    }
}
