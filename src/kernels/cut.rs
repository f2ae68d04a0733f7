//! Parts of a tensor, cut along an axis.

use burn::tensor::Tensor;
use mtlc_kernels::cut;

use super::{Numbers, tensor};

/// Of `[before, axis, after]`, those parts of the axis that are wanted, of so many places each, which together are the axis.
pub fn parts(whole: &Tensor<3>, sizes: &[usize], wanted: &[bool]) -> Vec<Option<Tensor<3>>> {
    let [before, _, after] = whole.dims();
    if let Some(numbers) = Numbers::of(whole) {
        let widths: Vec<usize> = sizes.iter().map(|size| size * after).collect();
        let parts = cut::parts(numbers.slice(), &widths, wanted).into_iter().zip(sizes);
        return parts.map(|(part, size)| Some(tensor(part?, [before, *size, after], whole))).collect();
    }
    let mut start = 0;
    let of = |(size, wanted): (&usize, &bool)| {
        let from = start;
        start += size;
        wanted.then(|| whole.clone().narrow(1, from, *size))
    };
    sizes.iter().zip(wanted).map(of).collect()
}
