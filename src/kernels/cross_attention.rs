//! Scaled dot-product attention of one sequence to another, and its way back: queries of the first, keys and values of the second.

use burn::tensor::{Bool, Tensor, TensorData, activation};
use mtlc_kernels::attention::{Attention, Vectors};

use super::{Kept, Numbers, tensor};

/// Who looks at whom.
#[derive(Clone, Copy, Debug)]
pub struct Across<'a> {
    /// They share the features.
    pub heads: usize,
    /// Of each row, how many queries are its own; all if `None`.
    pub queries: Option<&'a [usize]>,
    /// Of each row, how many places it looks at, at least one; all if `None`.
    pub keys: Option<&'a [usize]>,
}

impl Across<'_> {
    fn attention(&self, queries: [usize; 3], keys: usize) -> Attention<'_> {
        let [rows, places, all] = queries;
        Attention {
            rows,
            heads: self.heads,
            width: all / self.heads,
            queries: places,
            keys,
            query_lengths: self.queries,
            key_lengths: self.keys,
            causal: false,
        }
    }

    /// Of each row and each place looked at, whether `of` holds of the place and the row's length.
    fn places(&self, rows: usize, places: usize, of: impl Fn(usize, usize) -> bool) -> Option<Vec<bool>> {
        let keys = self.keys?;
        Some((0..rows * places).map(|at| of(at % places, keys[at / places])).collect())
    }
}

/// Keys and values side by side, as the backend's kernel takes them.
fn halves(numbers: &[f32], all: usize) -> [Vectors<'_>; 2] {
    [0, all].map(|first| Vectors { numbers, step: 2 * all, first })
}

/// For each of the queries `[rows, places, n]` the values as its weights mix them, likewise; `given` has keys and values side by side,
/// `[rows, other places, 2·n]`.
pub fn attend(queries: &Tensor<3>, given: &Tensor<3>, across: &Across<'_>) -> Tensor<3> {
    let shape = queries.dims();
    let ([rows, places, all], others) = (shape, given.dims()[1]);
    #[cfg(feature = "libtorch")]
    if let Some([queries, given]) = super::handles([queries, given]) {
        return super::of_handle(by_libtorch::attend(&queries, &given, across));
    }
    if let [Some(asking), Some(asked)] = [Numbers::of(queries), Numbers::of(given)] {
        let [keys, values] = halves(asked.slice(), all);
        let asking = Vectors { numbers: asking.slice(), step: all, first: 0 };
        return tensor(across.attention(shape, others).forward(asking, keys, values), shape, queries);
    }
    let width = all / across.heads;
    let heads = |of: Tensor<3>, places: usize| of.reshape([rows, places, across.heads, width]).swap_dims(1, 2);
    let part = |which: usize| heads(given.clone().narrow(2, which * all, all), others);
    let scores = heads(queries.clone(), places).matmul(part(0).transpose()) / (width as f64).sqrt();
    let scores = match across.places(rows, others, |place, length| place >= length) {
        Some(hidden) => {
            let data = TensorData::new(hidden, [rows, 1, 1, others]);
            let hidden = Tensor::<4, Bool>::from_data(data, &given.device());
            scores.mask_fill(hidden.expand([rows, across.heads, places, others]), f64::from(f32::MIN))
        }
        None => scores,
    };
    activation::softmax(scores, 3).matmul(part(1)).swap_dims(1, 2).reshape(shape)
}

/// [`attend`], and what [`gradients`] wants to have.
pub fn attend_kept(queries: &Tensor<3>, given: &Tensor<3>, across: &Across<'_>) -> (Tensor<3>, Kept) {
    #[cfg(feature = "libtorch")]
    if let Some([queries, given]) = super::handles([queries, given]) {
        let of = |given: &[tch::Tensor]| by_libtorch::attend(&given[0], &given[1], across);
        let (mixed, kept) = super::recorded(&[&queries, &given], of);
        return (super::of_handle(mixed), kept);
    }
    (attend(queries, given, across), Kept::new())
}

/// The gradients at what [`attend`] was given, given that of what it gave and what was kept; zeros behind a row's lengths.
///
/// # Panics
/// Of tensors that burn's autodiff records, which has its own way back.
pub fn gradients(
    queries: &Tensor<3>,
    given: &Tensor<3>,
    cotangent: &Tensor<3>,
    across: &Across<'_>,
    kept: &[Tensor<1>],
) -> [Tensor<3>; 2] {
    let _ = kept;
    #[cfg(feature = "libtorch")]
    if let Some(found) =
        super::libtorch::gradients(kept, || attend_kept(queries, given, across).1, cotangent, &[true, true])
        && let [Some(of_queries), Some(of_given)] = found.as_slice()
    {
        return [of_queries.clone().reshape(queries.dims()), of_given.clone().reshape(given.dims())];
    }
    let shape = queries.dims();
    let ([rows, _, all], others) = (shape, given.dims()[1]);
    let [Some(asking), Some(asked), Some(slopes)] = [Numbers::of(queries), Numbers::of(given), Numbers::of(cotangent)]
    else {
        unreachable!("what attends is numbers of the built-in backend, of libtorch, or recorded");
    };
    let [keys, values] = halves(asked.slice(), all);
    let asking = Vectors { numbers: asking.slice(), step: all, first: 0 };
    let found = across.attention(shape, others).backward(asking, keys, values, slopes.slice());
    let of_given = [found.keys, found.values].map(|part| tensor(part, [rows, others, all], given));
    [tensor(found.queries, shape, queries), Tensor::cat(of_given.to_vec(), 2)]
}

#[cfg(feature = "libtorch")]
mod by_libtorch {
    use super::Across;

    /// [`super::attend`] by libtorch's own function, which chooses how.
    pub fn attend(queries: &tch::Tensor, given: &tch::Tensor, across: &Across<'_>) -> tch::Tensor {
        let [rows, places, all] = <[i64; 3]>::try_from(queries.size()).unwrap_or_default();
        let (others, heads) = (given.size()[1], across.heads as i64);
        let asking = queries.reshape([rows, places, heads, all / heads]).permute([0, 2, 1, 3]);
        let parts = given.reshape([rows, others, 2, heads, all / heads]).permute([2, 0, 3, 1, 4]);
        let seen = across.places(rows as usize, others as usize, |place, length| place < length);
        let seen =
            seen.map(|seen| tch::Tensor::from_slice(&seen).reshape([rows, 1, 1, others]).to_device(given.device()));
        let [keys, values] = [0, 1].map(|which| parts.get(which));
        let mixed = tch::Tensor::scaled_dot_product_attention(
            &asking,
            &keys,
            &values,
            seen.as_ref(),
            0.0,
            false,
            None::<f64>,
            false,
        );
        mixed.permute([0, 2, 1, 3]).reshape([rows, places, all])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::{devices, numbers, to_host};

    /// Against what burn composes and its autodiff differentiates, at the places that are rows' own.
    #[test]
    fn values_and_gradients_are_those_of_burns_own() {
        let (rows, places, others, heads, all) = (3, 4, 5, 2, 6);
        for device in devices() {
            for (queries, keys) in [(None, None), (Some([4, 1, 2].as_slice()), Some([5, 3, 1].as_slice()))] {
                let across = Across { heads, queries, keys };
                let asking = numbers(1, [rows, places, all], &device);
                let given = numbers(3, [rows, others, 2 * all], &device);
                let own = |at: usize| queries.is_none_or(|lengths| at / all % places < lengths[at / all / places]);
                // No cotangent flows to padding.
                let slopes = to_host(numbers(2, [rows, places, all], &device)).into_iter().enumerate();
                let slopes: Vec<f32> = slopes.map(|(at, slope)| if own(at) { slope } else { 0.0 }).collect();
                let cotangent = Tensor::<1>::from_data(slopes.as_slice(), &device).reshape([rows, places, all]);
                let leaves = [&asking, &given].map(|leaf| leaf.clone().autodiff().require_grad());
                let recorded = attend(&leaves[0], &leaves[1], &across);
                let mut back = (recorded.clone() * cotangent.clone().autodiff()).sum().backward();
                let expected = leaves.map(|leaf| to_host(leaf.grad_remove(&mut back).expect("a gradient").inner()));
                let near = |name: &str, found: Vec<f32>, expected: &[f32], own: &dyn Fn(usize) -> bool| {
                    assert_eq!(found.len(), expected.len());
                    for (at, (found, expected)) in found.iter().zip(expected).enumerate().filter(|(at, _)| own(*at)) {
                        let close = (found - expected).abs() < 1e-5;
                        assert!(close, "{device:?} {across:?} {name}[{at}]: {found}, not {expected}");
                    }
                };
                near("value", to_host(attend(&asking, &given, &across)), &to_host(recorded.inner()), &own);
                let (again, kept) = attend_kept(&asking, &given, &across);
                near("value", to_host(again), &to_host(attend(&asking, &given, &across)), &own);
                for kept in [&kept, &kept, &Kept::new()] {
                    let [of_queries, of_given] = gradients(&asking, &given, &cotangent, &across, kept);
                    near("queries", to_host(of_queries), &expected[0], &|_| true);
                    near("given", to_host(of_given), &expected[1], &|_| true);
                }
            }
        }
    }
}
