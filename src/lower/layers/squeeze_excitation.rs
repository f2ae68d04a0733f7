//! `squeeze_excitation`: a share for each channel.

use burn::tensor::activation;

use super::{Compute, Forward};
use crate::catalog::layers::squeeze_excitation::SqueezeExcitation;
use crate::lower::Value;

impl Compute for SqueezeExcitation {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let [rows, channels, height, width] = x.ranked::<4>().dims();
        let places = x.flat().reshape([rows, channels, height * width]);
        let means = places.clone().mean_dim(2).reshape([rows, channels]);
        let [squeeze, squeeze_bias, excite, excite_bias] = [0, 1, 2, 3].map(|weight| &call.weights[weight]);
        let few = activation::relu(means.matmul(squeeze.ranked::<2>()) + squeeze_bias.flat().unsqueeze::<2>());
        let shares = activation::sigmoid(few.matmul(excite.ranked::<2>()) + excite_bias.flat().unsqueeze::<2>());
        Value::Real(x.like(places * shares.reshape([rows, channels, 1])))
    }
}
