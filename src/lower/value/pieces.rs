//! Values that are pieces of one tensor, one below the other or side by side: who wants them together finds them so, and nothing is copied.

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};

use super::Real;

/// What a value is a piece of, and which.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    whole: Arc<Tensor<2>>,
    place: Place,
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
    Row(usize),
    Columns(Range<usize>),
}

impl Piece {
    fn columns(&self) -> Option<Range<usize>> {
        match &self.place {
            Place::Columns(columns) => Some(columns.clone()),
            Place::Row(_) => None,
        }
    }
}

impl Real {
    /// The values, of one shape, that a tensor has one below the other.
    pub fn rows_of<const D: usize>(stack: Tensor<D>, shape: &[usize]) -> Vec<Real> {
        let elements = shape.iter().product::<usize>();
        let count = stack.dims().iter().product::<usize>() / elements.max(1);
        let whole = Arc::new(stack.reshape([count, elements]));
        let row = |index: usize| {
            let flat = Tensor::clone(&whole).narrow(0, index, 1).reshape([elements]);
            let piece = Some(Piece { whole: whole.clone(), place: Place::Row(index) });
            Self { piece, ..Self::from_flat(flat, shape.to_vec()) }
        };
        (0..count).map(row).collect()
    }

    /// `[values, everything before, last]` of several of one shape. Nothing is copied if they are the rows of a stack, or it is one.
    pub fn stack(values: &[Real]) -> Tensor<3> {
        let [rows, width] = values[0].by_last().dims();
        let first = values[0].piece.as_ref().map(|piece| &piece.whole);
        let in_place = |(place, value): (usize, &Real)| match (first, &value.piece) {
            (Some(first), Some(piece)) => Arc::ptr_eq(first, &piece.whole) && piece.place == Place::Row(place),
            _ => false,
        };
        match (first, values) {
            (Some(stack), _) if stack.dims()[0] == values.len() && values.iter().enumerate().all(in_place) => {
                Tensor::clone(stack).reshape([values.len(), rows, width])
            }
            // A backend copies even one tensor to join it with no other.
            (_, [one]) => one.by_last().unsqueeze(),
            _ => Tensor::cat(values.iter().map(|value| value.by_last().unsqueeze::<3>()).collect(), 0),
        }
    }

    /// The values, each so many columns wide, that a tensor has side by side.
    pub fn columns_of(whole: Tensor<2>, widths: &[usize]) -> Vec<Real> {
        let rows = whole.dims()[0];
        let whole = Arc::new(whole);
        let mut end = 0;
        let piece = |width: &usize| {
            end += width;
            let flat = Tensor::clone(&whole).narrow(1, end - width, *width).reshape([rows * width]);
            let piece = Some(Piece { whole: whole.clone(), place: Place::Columns(end - width..end) });
            Self { piece, ..Self::from_flat(flat, vec![rows, *width]) }
        };
        widths.iter().map(piece).collect()
    }

    /// `[everything before, last of all]`. Nothing is copied if they are the columns of one tensor, all of them and in their order.
    pub fn side_by_side(values: &[Real]) -> Tensor<2> {
        if Self::are_all_columns(values) {
            return whole_of(&values[0]);
        }
        Tensor::cat(values.iter().map(Real::by_last).collect(), 1)
    }

    /// Whether they are the columns of one tensor, all of them and in their order.
    pub fn are_all_columns(values: &[Real]) -> bool {
        columns_from(values) == Some(values.len())
    }

    /// Each times its own factor; those that are side by side in one tensor, all at once.
    pub fn scaled_each(values: &[Real], factors: &[f64]) -> Vec<Real> {
        let mut scaled = Vec::with_capacity(values.len());
        while scaled.len() < values.len() {
            let (values, factors) = (&values[scaled.len()..], &factors[scaled.len()..]);
            match columns_from(values).filter(|count| *count > 1) {
                Some(count) => scaled.extend(scaled_columns(&values[..count], &factors[..count])),
                None => scaled.push(values[0].clone().scaled(factors[0])),
            }
        }
        scaled
    }
}

/// The columns of one tensor, all of them, each times its own factor.
fn scaled_columns(values: &[Real], factors: &[f64]) -> Vec<Real> {
    let widths: Vec<usize> = values.iter().map(Real::width).collect();
    let whole = whole_of(&values[0]);
    let whole = match factors {
        [1.0, rest @ ..] if rest.iter().all(|factor| *factor == 1.0) => return values.to_vec(),
        [first, rest @ ..] if rest.iter().all(|factor| factor == first) => whole * *first,
        _ => {
            let of_columns = |(factor, width): (&f64, &usize)| std::iter::repeat_n(*factor as f32, *width);
            let row: Vec<f32> = factors.iter().zip(&widths).flat_map(of_columns).collect();
            let columns = row.len();
            let row = Tensor::<2>::from_data(TensorData::new(row, [1, columns]), &whole.device());
            whole * row
        }
    };
    let like =
        |(piece, value): (Real, &Real)| Real { extents: value.extents.clone(), shape: value.shape.clone(), ..piece };
    Real::columns_of(whole, &widths).into_iter().zip(values).map(like).collect()
}

/// How many of these values, from the first on, are the columns of one tensor, if they are all that it has.
fn columns_from(values: &[Real]) -> Option<usize> {
    let first = values.first()?.piece.as_ref()?;
    let width = first.whole.dims()[1];
    let mut end = 0;
    for (place, value) in values.iter().enumerate() {
        let piece = value.piece.as_ref().filter(|piece| Arc::ptr_eq(&piece.whole, &first.whole))?;
        let columns = piece.columns().filter(|columns| columns.start == end)?;
        end = columns.end;
        if end == width {
            return Some(place + 1);
        }
    }
    None
}

/// What a value is a piece of.
fn whole_of(value: &Real) -> Tensor<2> {
    value.piece.as_ref().map_or_else(|| value.by_last(), |piece| Tensor::clone(&piece.whole))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn whole() -> Tensor<2> {
        Tensor::from_data(TensorData::new((0..12u8).map(f32::from).collect::<Vec<f32>>(), [2, 6]), &Device::flex())
    }

    #[test]
    fn columns_are_found_together_only_where_all_are_there_in_their_order() {
        let pieces = Real::columns_of(whole(), &[1, 3, 2]);
        assert_eq!(pieces[1].to_host(), [1.0, 2.0, 3.0, 7.0, 8.0, 9.0]);
        assert_eq!(columns_from(&pieces), Some(3));
        assert_eq!(columns_from(&pieces[..2]), None);
        let turned: Vec<Real> = pieces.iter().rev().cloned().collect();
        assert_eq!(columns_from(&turned), None);
        let joined = |values: &[Real]| Real::new(Real::side_by_side(values)).to_host();
        assert_eq!(joined(&pieces), Real::new(whole()).to_host());
        assert_eq!(joined(&turned), [4.0, 5.0, 1.0, 2.0, 3.0, 0.0, 10.0, 11.0, 7.0, 8.0, 9.0, 6.0]);
        assert_eq!(joined(&pieces[1..]), [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
    }

    #[test]
    fn scaled_at_once_as_one_by_one() {
        let mut values = Real::columns_of(whole(), &[1, 3, 2]);
        values.insert(0, Real::from_host(vec![5.0, 6.0], vec![2, 1], &Device::flex()));
        values.extend(Real::columns_of(whole(), &[3, 3]).into_iter().take(1));
        for factors in [[0.5, 0.25, 2.0, 1.0, 3.0], [0.5; 5], [1.0; 5]] {
            let one_by_one = values.iter().zip(factors).map(|(value, factor)| value.clone().scaled(factor).to_host());
            let at_once = Real::scaled_each(&values, &factors);
            assert_eq!(columns_from(&at_once[1..]), Some(3), "what was together is so still");
            assert_eq!(at_once.iter().map(Real::to_host).collect::<Vec<_>>(), one_by_one.collect::<Vec<_>>());
        }
    }
}
