//! `crf`: the score of each tag behind each other one.

use burn::tensor::{Tensor, TensorData};

use super::{Compute, Forward};
use crate::catalog::layers::crf::Crf;
use crate::lower::{Real, Value};

impl Compute for Crf {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().filled(0.0);
        let (rows, places, tags) = (x.shape()[0], x.shape()[1], x.width());
        let [transition, start, end] = [0, 1, 2].map(|place| call.weights[place].flat());
        let lengths = call.inputs[0].lengths(1);
        // 1 at the places of a sort, `[rows, places, 1, 1]`.
        let marked = |is: &dyn Fn(usize, usize) -> bool| {
            let marks = lengths.iter().flat_map(|length| (0..places).map(move |place| (place, *length)));
            let marks: Vec<f32> = marks.map(|(place, length)| f32::from(u8::from(is(place, length)))).collect();
            Tensor::<4>::from_data(TensorData::new(marks, [rows, places, 1, 1]), call.device)
        };
        let whole = [rows, places, tags, tags];
        let scores = x.flat().reshape([rows, places, 1, tags]).expand(whole)
            + transition.reshape([1, 1, tags, tags]) * marked(&|place, _| place > 0)
            + start.reshape([1, 1, 1, tags]) * marked(&|place, _| place == 0)
            + end.reshape([1, 1, 1, tags]) * marked(&|place, length| place + 1 == length);
        Value::Real(Real::new(scores.reshape([rows, places, tags * tags])))
    }
}
