//! `coordinates`: where in the picture a place is.

use burn::tensor::{Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::coordinates::{Coordinates, places};
use crate::lower::{Real, Value};

impl Compute for Coordinates {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().ranked::<4>();
        let [rows, _, height, width] = x.dims();
        let down = places(height, width).map(|[_, down]| down);
        let values: Vec<f32> = down.chain(places(height, width).map(|[across, _]| across)).collect();
        let own = Tensor::<4>::from_data(TensorData::new(values, [1, 2, height, width]), call.device);
        Value::Real(Real::new(Tensor::cat(vec![x, own.expand([rows, 2, height, width])], 1)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Coordinates {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let channels = call.x().shape()[1];
        Cotangents::input(call.x().like(cotangent.ranked::<4>().narrow(1, 0, channels)))
    }
}
