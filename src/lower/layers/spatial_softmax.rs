//! `spatial_softmax`: where in the picture each channel is strongest.

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::coordinates;
use crate::catalog::layers::spatial_softmax::SpatialSoftmax;
use crate::lower::{Real, Value};

/// How much each place of a channel counts, `[rows · channels, places]`.
fn shares(x: &Real) -> Tensor<2> {
    let [rows, channels, height, width] = x.ranked::<4>().dims();
    softmax(x.flat().reshape([rows * channels, height * width]), 1)
}

/// Where each place is, across and down, `[places, 2]`.
fn places(x: &Real, device: &Device) -> Tensor<2> {
    let [_, _, height, width] = x.ranked::<4>().dims();
    let values: Vec<f32> = coordinates::places(height, width).flatten().collect();
    Tensor::from_data(TensorData::new(values, [height * width, 2]), device)
}

impl Compute for SpatialSoftmax {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (rows, channels, shares) = (x.rows(), x.shape()[1], shares(x));
        let means = shares.clone().matmul(places(x, call.device)).reshape([rows, 2 * channels]);
        if call.training {
            call.kept = vec![Value::Real(Real::new(shares))];
        }
        Value::Real(Real::new(means))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for SpatialSoftmax {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let shares = call.kept.first().map_or_else(|| shares(x), |kept| kept.real().ranked());
        let [channels, _] = shares.dims();
        // What a place gains is how much further along the cotangent it is than the mean of all.
        let gains = cotangent.flat().reshape([channels, 2]).matmul(places(x, &x.device()).transpose());
        let mean = (shares.clone() * gains.clone()).sum_dim(1);
        Cotangents::input(x.like(shares * (gains - mean)))
    }
}
