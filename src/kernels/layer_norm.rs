//! Layer normalisation, each way one pass over the rows.

use burn::tensor::Tensor;
use mtlc_kernels::layer_norm::LayerNorm;

use super::{Kept, Numbers, tensor};

/// Rows `[rows, width]` to mean 0 and variance 1, then times the gain, plus the bias.
pub fn layer_norm(rows: &Tensor<2>, gain: &Tensor<1>, bias: &Tensor<1>, epsilon: f64) -> Tensor<2> {
    #[cfg(feature = "libtorch")]
    if let (Some(x), Some([gain, bias])) = (super::handle(rows), super::handles([gain, bias])) {
        return super::of_handle(x.layer_norm([rows.dims()[1] as i64], Some(&gain), Some(&bias), epsilon, false));
    }
    if let [Some(x), Some(scale), Some(shift)] = [Numbers::of(rows), Numbers::of(gain), Numbers::of(bias)] {
        let norm = LayerNorm { width: rows.dims()[1], epsilon: epsilon as f32 };
        return tensor(norm.forward(x.slice(), scale.slice(), shift.slice()), rows.dims(), rows);
    }
    let centred = rows.clone() - rows.clone().mean_dim(1);
    let variance = centred.clone().square().mean_dim(1);
    let normal = centred / (variance + epsilon).sqrt();
    normal * gain.clone().unsqueeze::<2>() + bias.clone().unsqueeze::<2>()
}

/// [`layer_norm`], and what [`gradients`] wants to have.
pub fn layer_norm_kept(rows: &Tensor<2>, gain: &Tensor<1>, bias: &Tensor<1>, epsilon: f64) -> (Tensor<2>, Kept) {
    #[cfg(feature = "libtorch")]
    if let (Some(x), Some([gain, bias])) = (super::handle(rows), super::handles([gain, bias])) {
        let width = [rows.dims()[1] as i64];
        let (outputs, kept) = super::recorded(&[&x, &gain, &bias], |given| {
            given[0].layer_norm(width, Some(&given[1]), Some(&given[2]), epsilon, false)
        });
        return (super::of_handle(outputs), kept);
    }
    (layer_norm(rows, gain, bias, epsilon), Kept::new())
}

/// The gradients of rows, gain and bias, given that of the outputs.
pub struct Gradients {
    pub rows: Tensor<2>,
    pub gain: Tensor<1>,
    pub bias: Tensor<1>,
}

/// Of [`layer_norm`], given what was kept.
pub fn gradients(
    rows: &Tensor<2>,
    gain: &Tensor<1>,
    cotangent: &Tensor<2>,
    epsilon: f64,
    kept: &[Tensor<1>],
) -> Gradients {
    let _ = kept;
    #[cfg(feature = "libtorch")]
    if let Some(gradients) = by_libtorch(rows, gain, cotangent, epsilon, kept) {
        return gradients;
    }
    let [_, width] = rows.dims();
    if let [Some(x), Some(scale), Some(slopes)] = [Numbers::of(rows), Numbers::of(gain), Numbers::of(cotangent)] {
        let norm = LayerNorm { width, epsilon: epsilon as f32 };
        let found = norm.gradients(x.slice(), scale.slice(), slopes.slice());
        return Gradients {
            rows: tensor(found.rows, rows.dims(), rows),
            gain: tensor(found.gain, [width], rows),
            bias: tensor(found.bias, [width], rows),
        };
    }
    let centred = rows.clone() - rows.clone().mean_dim(1);
    let scale = (centred.clone().square().mean_dim(1) + epsilon).sqrt().recip();
    let normal = centred * scale.clone();
    let slopes = cotangent.clone() * gain.clone().unsqueeze::<2>();
    let along = (slopes.clone() * normal.clone()).mean_dim(1);
    Gradients {
        rows: (slopes.clone() - slopes.mean_dim(1) - normal.clone() * along) * scale,
        gain: (cotangent.clone() * normal).sum_dim(0).reshape([width]),
        bias: cotangent.clone().sum_dim(0).reshape([width]),
    }
}

#[cfg(feature = "libtorch")]
fn by_libtorch(
    rows: &Tensor<2>,
    gain: &Tensor<1>,
    cotangent: &Tensor<2>,
    epsilon: f64,
    kept: &[Tensor<1>],
) -> Option<Gradients> {
    let again = || layer_norm_kept(rows, gain, &gain.zeros_like(), epsilon).1;
    let found = super::libtorch::gradients(kept, again, cotangent, &[true; 3])?;
    let [of_rows, gain, bias] = <[Option<Tensor<1>>; 3]>::try_from(found).ok()?;
    Some(Gradients { rows: of_rows?.reshape(rows.dims()), gain: gain?, bias: bias? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{close, devices, numbers};

    /// Against what burn composes and its autodiff differentiates.
    #[test]
    fn values_and_gradients_are_those_of_burns_own() {
        for device in devices() {
            let (rows, cotangent) = (numbers(1, [5, 33], &device), numbers(2, [5, 33], &device));
            let (gain, bias) = (numbers(3, [33], &device), numbers(4, [33], &device));
            let leaves = (rows.clone().autodiff().require_grad(), gain.clone().autodiff().require_grad());
            let recorded = layer_norm(&leaves.0, &leaves.1, &bias.clone().autodiff(), 1e-5);
            close("outputs", layer_norm(&rows, &gain, &bias, 1e-5), recorded.clone().inner());
            let mut expected = (recorded * cotangent.clone().autodiff()).sum().backward();
            let of_rows = leaves.0.grad_remove(&mut expected).expect("a gradient").inner();
            let of_gain = leaves.1.grad_remove(&mut expected).expect("a gradient").inner();
            let (again, kept) = layer_norm_kept(&rows, &gain, &bias, 1e-5);
            close("outputs", again, layer_norm(&rows, &gain, &bias, 1e-5));
            for kept in [&kept, &kept, &Kept::new()] {
                let found = gradients(&rows, &gain, &cotangent, 1e-5, kept);
                close("rows", found.rows, of_rows.clone());
                close("gain", found.gain, of_gain.clone());
                close("bias", found.bias, cotangent.clone().sum_dim(0).reshape([33]));
            }
        }
    }
}
