//! `positions`: where in its row a place stands.

use burn::tensor::{Device, Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::positions::Positions;
use crate::lower::{Real, Value};

impl Compute for Positions {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let places = self.of(0, x.shape()[1], x.width(), call.weights, call.device);
        Value::Real(x.like(x.ranked::<3>() + places))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    /// The state is how many places came before, the same of every row.
    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        let x = call.x();
        let place = state.written.first().map_or(0, |before| before.to_host().first().copied().unwrap_or(0.0) as usize);
        state.written = vec![Real::from_host(vec![(place + 1) as f32; x.rows()], vec![x.rows(), 1], call.device)];
        Value::Real(x.like(x.ranked::<3>() + self.of(place, 1, x.width(), call.weights, call.device)))
    }
}

impl Vjp for Positions {
    /// A learned place gets what came back for it in each row.
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let mut weights = Vec::new();
        if let (Some(weight), true) = (call.weights.first(), call.wants_weights) {
            let own = cotangent.filled(0.0).ranked::<3>().sum_dim(0);
            let [_, places, features] = own.dims();
            let rest = Tensor::zeros([weight.rows() - places, features], &own.device());
            weights.push(Some(Real::new(Tensor::cat(vec![own.reshape([places, features]), rest], 0))));
        }
        Cotangents { inputs: vec![call.wants_inputs[0].then(|| cotangent.clone())], weights }
    }
}

impl Positions {
    /// What is added to so many places from `first` on: `[1, places, features]`.
    fn of(&self, first: usize, places: usize, features: usize, weights: &[Real], device: &Device) -> Tensor<3> {
        match weights.first() {
            Some(learnt) => learnt.ranked::<2>().narrow(0, first, places).unsqueeze(),
            None => waves(first, places, features, device),
        }
    }
}

/// Of so many places from `first` on: `[1, places, features]`.
fn waves(first: usize, places: usize, features: usize, device: &Device) -> Tensor<3> {
    let lengths: Vec<f64> =
        (0..features).map(|feature| 10_000f64.powf((feature / 2 * 2) as f64 / features as f64)).collect();
    let wave = |place: usize, feature: usize| {
        let angle = place as f64 / lengths[feature];
        (if feature.is_multiple_of(2) { angle.sin() } else { angle.cos() }) as f32
    };
    let numbers: Vec<f32> = (first..first + places)
        .flat_map(|place| (0..features).map(move |feature| (place, feature)))
        .map(|(place, feature)| wave(place, feature))
        .collect();
    Tensor::from_data(TensorData::new(numbers, [1, places, features]), device)
}
