//! `join_places`: what was computed for each place, in the rows again.

use super::split_places::Places;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::join_places::JoinPlaces;
use crate::lower::value::{Extents, Lengths};
use crate::lower::{Real, Value};

impl Compute for JoinPlaces {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (inner, whole) = (call.x(), call.inputs[1].real());
        let places = Places::of(whole);
        let shape: Vec<usize> = whole.shape()[..2].iter().chain(&inner.shape()[1..]).copied().collect();
        let own = whole.extents().of(1).map(|lengths| (1, lengths.clone()));
        // The places of a row are of one size, which is the row's; it has none if it has no place, unless it had it before.
        let inner_sizes = inner.extents().axes().map(|axis| {
            let extent = &call.ty.axes[axis + 1].size;
            let same = call.types[1].axes.iter().skip(1).position(|axis| axis.size == *extent);
            if let Some(lengths) = same.and_then(|axis| whole.extents().of(axis + 1)) {
                return (axis + 1, lengths.clone());
            }
            let mut lengths = vec![0; whole.rows()];
            if let Some(of_places) = inner.extents().of(axis) {
                places.rows().zip(of_places.iter()).for_each(|(row, length)| lengths[row] = *length);
            }
            (axis + 1, Lengths::from(lengths))
        });
        let extents: Extents = own.into_iter().chain(inner_sizes).collect();
        Value::Real(Real::new(places.put_back(inner)).reshaped(shape).with_extents(extents))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for JoinPlaces {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (inner, whole) = (call.x(), call.inputs[1].real());
        let back = call.wants_inputs[0].then(|| {
            let picked = inner.like(Places::of(whole).picked(cotangent));
            // Where no row has a place, the one of padding that stood in for it learns nothing.
            let empty = whole.extents().of(1).is_some_and(|lengths| lengths.iter().all(|length| *length == 0));
            if empty { picked.scaled(0.0) } else { picked }
        });
        Cotangents { inputs: vec![back, None], weights: Vec::new() }
    }
}
