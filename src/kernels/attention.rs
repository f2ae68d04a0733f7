//! Scaled dot-product attention, and its way back, without the scores of all pairs in memory where the backend can.

use burn::tensor::{Bool, Tensor, TensorData, activation};
use mtlc_kernels::attention::{Attention, Vectors};

use super::{Kept, Numbers, tensor};

/// Who looks at whom in `[rows, places, 3·n]`, where queries, keys and values stand side by side.
#[derive(Clone, Copy, Debug)]
pub struct Looks<'a> {
    /// They share the n features.
    pub heads: usize,
    /// Of each row, how many places are its own; all if `None`. What stands behind is looked at by none.
    pub lengths: Option<&'a [usize]>,
    /// Whether a place sees none behind it.
    pub causal: bool,
}

impl Looks<'_> {
    /// What the built-in backend computes, of places with `all` features.
    fn attention(&self, rows: usize, places: usize, all: usize) -> Attention<'_> {
        Attention {
            rows,
            heads: self.heads,
            width: all / self.heads,
            queries: places,
            keys: places,
            query_lengths: self.lengths,
            key_lengths: self.lengths,
            causal: self.causal,
        }
    }

    /// For each query of a row the keys that it does not see, `[rows, places, places]`. The first place is seen even by a row that has
    /// none, so that its weights are numbers.
    fn hidden(&self, rows: usize, places: usize) -> Option<Vec<bool>> {
        if self.lengths.is_none() && !self.causal {
            return None;
        }
        let hidden = |row: usize, query: usize, key: usize| {
            let own = self.lengths.map_or(places, |lengths| lengths[row].max(1));
            key >= own || (self.causal && key > query)
        };
        let by_row = (0..rows).flat_map(|row| (0..places).map(move |query| (row, query)));
        Some(by_row.flat_map(|(row, query)| (0..places).map(move |key| hidden(row, query, key))).collect())
    }
}

/// Of queries, keys and values side by side, as the backend's kernel takes them.
fn vectors(numbers: &[f32], all: usize) -> [Vectors<'_>; 3] {
    [0, 1, 2].map(|which| Vectors { numbers, step: 3 * all, first: which * all })
}

/// The values as each query's weights mix them: `[rows, places, n]`.
pub fn attend(given: &Tensor<3>, looks: &Looks<'_>) -> Tensor<3> {
    let [rows, places, all] = given.dims();
    let all = all / 3;
    #[cfg(feature = "libtorch")]
    if let Some(handle) = super::handle(given) {
        return super::of_handle(by_libtorch::attend(&handle, looks));
    }
    if let Some(numbers) = Numbers::of(given) {
        let [queries, keys, values] = vectors(numbers.slice(), all);
        let mixed = looks.attention(rows, places, all).forward(queries, keys, values);
        return tensor(mixed, [rows, places, all], given);
    }
    let width = all / looks.heads;
    let part = |which: usize| {
        given.clone().narrow(2, which * all, all).reshape([rows, places, looks.heads, width]).swap_dims(1, 2)
    };
    let scores = part(0).matmul(part(1).transpose()) / (width as f64).sqrt();
    let scores = match looks.hidden(rows, places) {
        Some(hidden) => {
            let data = TensorData::new(hidden, [rows, 1, places, places]);
            let hidden = Tensor::<4, Bool>::from_data(data, &given.device());
            scores.mask_fill(hidden.expand([rows, looks.heads, places, places]), f64::from(f32::MIN))
        }
        None => scores,
    };
    activation::softmax(scores, 3).matmul(part(2)).swap_dims(1, 2).reshape([rows, places, all])
}

/// [`attend`], and what [`gradient`] wants to have.
pub fn attend_kept(given: &Tensor<3>, looks: &Looks<'_>) -> (Tensor<3>, Kept) {
    #[cfg(feature = "libtorch")]
    if let Some(handle) = super::handle(given) {
        let (mixed, kept) = super::recorded(&[&handle], |given| by_libtorch::attend(&given[0], looks));
        return (super::of_handle(mixed), kept);
    }
    (attend(given, looks), Kept::new())
}

/// The gradient of what [`attend`] was given, given that of what it gave and what was kept; zeros behind a row's length.
///
/// # Panics
/// Of tensors that burn's autodiff records, which has its own way back.
pub fn gradient(given: &Tensor<3>, cotangent: &Tensor<3>, looks: &Looks<'_>, kept: &[Tensor<1>]) -> Tensor<3> {
    let _ = kept;
    #[cfg(feature = "libtorch")]
    if let Some(found) = super::libtorch::gradients(kept, || attend_kept(given, looks).1, cotangent, &[true])
        && let Some(gradient) = found.into_iter().next().flatten()
    {
        return gradient.reshape(given.dims());
    }
    let [rows, places, all] = given.dims();
    let all = all / 3;
    let [Some(numbers), Some(slopes)] = [Numbers::of(given), Numbers::of(cotangent)] else {
        unreachable!("what attends is numbers of the built-in backend, of libtorch, or recorded");
    };
    let [queries, keys, values] = vectors(numbers.slice(), all);
    let found = looks.attention(rows, places, all).backward(queries, keys, values, slopes.slice());
    let parts = [found.queries, found.keys, found.values].map(|part| tensor(part, [rows, places, all], given));
    Tensor::cat(parts.to_vec(), 2)
}

#[cfg(feature = "libtorch")]
mod by_libtorch {
    use super::Looks;

    /// [`super::attend`] by libtorch's own function, which chooses how.
    pub fn attend(given: &tch::Tensor, looks: &Looks<'_>) -> tch::Tensor {
        let [rows, places, all] = <[i64; 3]>::try_from(given.size()).unwrap_or_default();
        let (all, heads) = (all / 3, looks.heads as i64);
        let parts = given.reshape([rows, places, 3, heads, all / heads]).permute([2, 0, 3, 1, 4]);
        // Without lengths its own word for what is causal is the faster way.
        let causal = looks.causal && looks.lengths.is_none();
        // It says what is seen, and not what is hidden: of lengths alone the same to every query.
        let seen = match looks.lengths {
            Some(_) if looks.causal => looks.hidden(rows as usize, places as usize).map(|hidden| {
                let seen: Vec<bool> = hidden.iter().map(|hidden| !hidden).collect();
                tch::Tensor::from_slice(&seen).reshape([rows, 1, places, places])
            }),
            Some(lengths) => {
                let own = lengths.iter().flat_map(|length| (0..places as usize).map(|place| place < *length.max(&1)));
                Some(tch::Tensor::from_slice(&own.collect::<Vec<bool>>()).reshape([rows, 1, 1, places]))
            }
            None => None,
        };
        let seen = seen.map(|seen| seen.to_device(given.device()));
        let [queries, keys, values] = [0, 1, 2].map(|which| parts.get(which));
        let mixed = tch::Tensor::scaled_dot_product_attention(
            &queries,
            &keys,
            &values,
            seen.as_ref(),
            0.0,
            causal,
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
        let (rows, places, heads, all) = (3, 7, 2, 6);
        for device in devices() {
            for lengths in [None, Some([7, 3, 1].as_slice())] {
                for causal in [false, true] {
                    let looks = Looks { heads, lengths, causal };
                    let given = numbers(1, [rows, places, 3 * all], &device);
                    let own = |row: usize, place: usize| lengths.is_none_or(|lengths| place < lengths[row]);
                    // No cotangent flows to padding.
                    let slopes = to_host(numbers(2, [rows, places, all], &device))
                        .into_iter()
                        .enumerate()
                        .map(|(at, slope)| if own(at / all / places, at / all % places) { slope } else { 0.0 });
                    let slopes: Vec<f32> = slopes.collect();
                    let cotangent = Tensor::<1>::from_data(slopes.as_slice(), &device).reshape([rows, places, all]);
                    let leaf = given.clone().autodiff().require_grad();
                    let recorded = attend(&leaf, &looks);
                    let mut gradients = (recorded.clone() * cotangent.clone().autodiff()).sum().backward();
                    let expected = leaf.grad_remove(&mut gradients).expect("a gradient").inner();
                    let near = |name: &str, found: Vec<f32>, expected: Vec<f32>, width: usize| {
                        for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
                            let own = own(at / width / places, at / width % places);
                            let close = (found - expected).abs() < 1e-5;
                            assert!(!own || close, "{device:?} {looks:?} {name}[{at}]: {found}, not {expected}");
                        }
                    };
                    near("value", to_host(attend(&given, &looks)), to_host(recorded.inner()), all);
                    let (again, kept) = attend_kept(&given, &looks);
                    near("value", to_host(again), to_host(attend(&given, &looks)), all);
                    for kept in [&kept, &kept, &Kept::new()] {
                        let found = to_host(gradient(&given, &cotangent, &looks, kept));
                        near("gradient", found, to_host(expected.clone()), 3 * all);
                    }
                }
            }
        }
    }
}
