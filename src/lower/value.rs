//! Values of any rank: burn has a tensor's rank in its type, and a graph that is read from a file has not.

use burn::tensor::{Device, Int, Tensor, TensorData};

mod pieces;
mod unequal;

use pieces::Piece;

pub use super::extents::{Extents, Lengths};
use crate::data::{HostTensor, HostValues};
use crate::kernels::OnHost;
use crate::kernels::embedding::Rows;

/// Numbers of any shape, kept flat; a layer asks for the view it computes on. Reshaping copies nothing.
#[derive(Clone, Debug)]
pub struct Real {
    flat: Tensor<1>,
    shape: Vec<usize>,
    extents: Extents,
    /// Of which tensor it is a piece, so that this need not be put together again.
    piece: Option<Piece>,
    /// Which rows of a table `flat` has, if not all.
    rows: Option<Box<Rows>>,
    /// As [`Index::weights`], of a target.
    weights: Option<Box<Tensor<1>>>,
}

/// Indices of any shape: categories, tokens.
#[derive(Clone, Debug)]
pub struct Index {
    flat: Tensor<1, Int>,
    shape: Vec<usize>,
    extents: Extents,
    /// Few have some.
    weights: Option<Box<Tensor<1>>>,
}

/// What flows along an edge of the graph.
#[derive(Clone, Debug)]
pub enum Value {
    Real(Real),
    Index(Index),
}

impl Real {
    pub fn new<const D: usize>(tensor: Tensor<D>) -> Self {
        let shape = tensor.dims().to_vec();
        let elements = shape.iter().product::<usize>();
        Self::from_flat(tensor.reshape([elements]), shape)
    }

    /// `flat` must have as many elements as the shape.
    pub fn from_flat(flat: Tensor<1>, shape: Vec<usize>) -> Self {
        Self { flat, shape, extents: Extents::default(), piece: None, rows: None, weights: None }
    }

    pub fn zeros(shape: Vec<usize>, device: &Device) -> Self {
        Self::from_flat(Tensor::zeros([shape.iter().product::<usize>()], device), shape)
    }

    pub fn from_host(values: Vec<f32>, shape: Vec<usize>, device: &Device) -> Self {
        let elements = values.len();
        Self::from_flat(Tensor::from_data(TensorData::new(values, [elements]), device), shape)
    }

    /// How much each number counts, of a target that a loss is given; `None` if all count alike. One of weight 0 counts nowhere.
    pub fn weights(&self) -> Option<&Tensor<1>> {
        self.weights.as_deref()
    }

    pub fn with_weights(self, weights: Vec<f32>) -> Self {
        let weights = Tensor::from_data(TensorData::new(weights, [self.elements()]), &self.device());
        Self { weights: Some(Box::new(weights)), ..self }
    }

    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(1)
    }

    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    /// The last size.
    pub fn width(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    pub fn flat(&self) -> Tensor<1> {
        match &self.rows {
            Some(rows) => rows.whole(&self.flat),
            None => self.flat.clone(),
        }
    }

    pub fn into_flat(self) -> Tensor<1> {
        if self.rows.is_some() { self.flat() } else { self.flat }
    }

    /// A table of which only some rows have numbers, one after the other.
    pub fn of_rows(numbers: Tensor<1>, rows: Rows) -> Self {
        Self { rows: Some(Box::new(rows.clone())), ..Self::from_flat(numbers, rows.table.to_vec()) }
    }

    /// The numbers of those rows, if it is such a table.
    pub fn rows_seen(&self) -> Option<(&Tensor<1>, &Rows)> {
        Some((&self.flat, self.rows.as_deref()?))
    }

    /// In its own rank, which the caller knows from the layer's shape rule.
    pub fn ranked<const D: usize>(&self) -> Tensor<D> {
        let mut shape = [1; D];
        shape.copy_from_slice(&self.shape);
        self.flat().reshape(shape)
    }

    /// `[rows, everything else]`
    pub fn by_rows(&self) -> Tensor<2> {
        let rows = self.rows();
        self.flat().reshape([rows, self.elements() / rows.max(1)])
    }

    /// `[everything before, last]`
    pub fn by_last(&self) -> Tensor<2> {
        let width = self.width();
        self.flat().reshape([self.elements() / width.max(1), width])
    }

    /// `[before, size of the axis, after]`
    pub fn by_axis(&self, axis: usize) -> Tensor<3> {
        let before = self.shape[..axis].iter().product::<usize>();
        let after = self.shape[axis + 1..].iter().product::<usize>();
        self.flat().reshape([before, self.shape[axis], after])
    }

    /// Another tensor of as many elements, in this one's shape.
    pub fn like<const D: usize>(&self, tensor: Tensor<D>) -> Self {
        self.same(tensor.reshape([self.elements()]))
    }

    /// Other numbers with this one's shape and lengths.
    fn same(&self, flat: Tensor<1>) -> Self {
        Self { extents: self.extents.clone(), ..Self::from_flat(flat, self.shape.clone()) }
    }

    /// The same numbers in another shape.
    pub fn reshaped(&self, shape: Vec<usize>) -> Self {
        Self::from_flat(self.flat(), shape)
    }

    /// Number by number.
    pub fn map(&self, f: impl FnOnce(Tensor<1>) -> Tensor<1>) -> Self {
        self.same(f(self.flat()))
    }

    /// Number by number, of a value that nobody needs as it was: who can may write over it.
    pub fn map_owned(self, f: impl FnOnce(Tensor<1>) -> Tensor<1>) -> Self {
        let (shape, extents) = (self.shape.clone(), self.extents.clone());
        Self { extents, ..Self::from_flat(f(self.into_flat()), shape) }
    }

    /// Number by number, of two of one shape.
    pub fn zip(&self, other: &Real, f: impl FnOnce(Tensor<1>, Tensor<1>) -> Tensor<1>) -> Self {
        self.same(f(self.flat(), other.flat()))
    }

    pub fn plus(self, other: Real) -> Self {
        self.same(self.flat() + other.into_flat())
    }

    pub fn scaled(self, factor: f64) -> Self {
        if factor == 1.0 {
            return self;
        }
        let rows = self.rows.map(|rows| Box::new(rows.scaled(factor)));
        Self { flat: self.flat * factor, piece: None, rows, ..self }
    }

    /// The numbers that it has, of a table those of its rows.
    pub fn numbers(&self) -> Tensor<1> {
        self.flat.clone()
    }

    /// Times one number on the device.
    pub fn times(self, factor: Tensor<1>) -> Self {
        let whole = self.without_shared();
        Self { flat: whole.flat * factor, piece: None, ..whole }
    }

    /// A table of rows that have something in common, as a whole.
    pub fn without_shared(self) -> Self {
        if self.rows.as_ref().is_some_and(|rows| rows.shared.is_some()) { self.same(self.flat()) } else { self }
    }

    /// Of each variable axis, how many places of each row are real.
    pub fn extents(&self) -> &Extents {
        &self.extents
    }

    pub fn with_extents(self, extents: Extents) -> Self {
        Self { extents, ..self }
    }

    pub fn device(&self) -> Device {
        self.flat.device()
    }

    /// Copied to the host.
    pub fn to_host(&self) -> Vec<f32> {
        to_host(self.flat())
    }

    /// On the host, and only copied where it is not there yet.
    pub fn on_host(&self) -> OnHost {
        OnHost::of(&self.flat())
    }
}

/// The sum of all numbers. On the built-in backend the sum of a longer tensor would be made by threads, in an order that
/// differs from one time to the next.
pub fn total(flat: Tensor<1>) -> Tensor<1> {
    const PIECE: usize = 1 << 20;
    let elements = flat.dims()[0];
    if elements <= PIECE {
        return flat.sum();
    }
    let pieces =
        (0..elements).step_by(PIECE).map(|start| flat.clone().narrow(0, start, PIECE.min(elements - start)).sum());
    total(Tensor::cat(pieces.collect(), 0))
}

/// A tensor's numbers on the host, as `f32` whatever it computes in.
pub fn to_host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    OnHost::of(&tensor).into_vec()
}

impl Index {
    pub fn new<const D: usize>(tensor: Tensor<D, Int>) -> Self {
        let shape = tensor.dims().to_vec();
        let elements = shape.iter().product::<usize>();
        Self { flat: tensor.reshape([elements]), shape, extents: Extents::default(), weights: None }
    }

    pub fn from_host(values: Vec<i64>, shape: Vec<usize>, device: &Device) -> Self {
        let elements = values.len();
        let flat = Tensor::from_data(TensorData::new(values, [elements]), device);
        Self { flat, shape, extents: Extents::default(), weights: None }
    }

    /// How much each place counts, of a target that a loss is given; `None` if all count alike. One of weight 0 counts nowhere, and
    /// what stands there is any index.
    pub fn weights(&self) -> Option<&Tensor<1>> {
        self.weights.as_deref()
    }

    pub fn with_weights(self, weights: Vec<f32>) -> Self {
        let (elements, device) = (weights.len(), self.flat.device());
        self.weighed_by(Tensor::from_data(TensorData::new(weights, [elements]), &device))
    }

    pub fn weighed_by(self, weights: Tensor<1>) -> Self {
        Self { weights: Some(Box::new(weights)), ..self }
    }

    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub fn flat(&self) -> Tensor<1, Int> {
        self.flat.clone()
    }

    /// In its own rank, as [`Real::ranked`].
    pub fn ranked<const D: usize>(&self) -> Tensor<D, Int> {
        let mut shape = [1; D];
        shape.copy_from_slice(&self.shape);
        self.flat.clone().reshape(shape)
    }

    pub fn reshaped(&self, shape: Vec<usize>) -> Self {
        Self { flat: self.flat.clone(), shape, extents: Extents::default(), weights: None }
    }

    /// As [`Real::extents`].
    pub fn extents(&self) -> &Extents {
        &self.extents
    }

    /// As [`Real::padded_to`], along the second axis.
    pub fn padded_to(&self, shape: &[usize]) -> Self {
        let missing = shape.get(1).map_or(0, |size| size.saturating_sub(self.shape[1]));
        if missing == 0 || self.shape.len() != 2 {
            return self.clone();
        }
        let zeros = Tensor::<2, Int>::zeros([self.shape[0], missing], &self.flat.device());
        let longer = Self::new(Tensor::cat(vec![self.ranked::<2>(), zeros], 1));
        Self { extents: self.extents.clone(), ..longer }
    }

    pub fn elements(&self) -> usize {
        self.shape.iter().product()
    }
}

impl Value {
    pub fn from_host(host: &HostTensor, device: &Device) -> Self {
        let lengths = host.lengths.iter().map(|(axis, lengths)| (*axis, Lengths::from(lengths.as_slice())));
        let value = match &host.values {
            HostValues::F32(values) => Value::Real(Real::from_host(values.clone(), host.shape.clone(), device)),
            HostValues::I64(values) => Value::Index(Index::from_host(values.clone(), host.shape.clone(), device)),
        };
        value.with_extents(lengths.collect())
    }

    /// As [`Real::extents`].
    pub fn extents(&self) -> &Extents {
        match self {
            Value::Real(real) => &real.extents,
            Value::Index(index) => &index.extents,
        }
    }

    pub fn with_extents(self, extents: Extents) -> Self {
        match self {
            Value::Real(real) => Value::Real(Real { extents, ..real }),
            Value::Index(index) => Value::Index(Index { extents, ..index }),
        }
    }

    /// As [`Real::weights`].
    pub fn with_weights(self, weights: Vec<f32>) -> Self {
        match self {
            Value::Real(real) => Value::Real(real.with_weights(weights)),
            Value::Index(index) => Value::Index(index.with_weights(weights)),
        }
    }

    /// Of each row, how many places along an axis are its own: all of a fixed one.
    pub fn lengths(&self, axis: usize) -> Lengths {
        match self.extents().of(axis) {
            Some(lengths) => lengths.clone(),
            None => vec![self.shape()[axis]; self.shape()[0]].into(),
        }
    }

    pub fn shape(&self) -> &[usize] {
        match self {
            Value::Real(real) => real.shape(),
            Value::Index(index) => index.shape(),
        }
    }

    /// The numbers; the shape rules promise a layer that its input is numbers.
    ///
    /// # Panics
    /// If the value is indices: a layer whose shape rule and lowering disagree.
    pub fn real(&self) -> &Real {
        match self {
            Value::Real(real) => real,
            Value::Index(_) => unreachable!("the shape rules let only numbers come here"),
        }
    }

    /// The indices, as [`Value::real`] the numbers.
    ///
    /// # Panics
    /// If the value is numbers.
    pub fn index(&self) -> &Index {
        match self {
            Value::Index(index) => index,
            Value::Real(_) => unreachable!("the shape rules let only indices come here"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::Backend;

    #[test]
    fn rows_of_a_stack_stack_again_in_any_order() {
        let device = Backend::Flex.device();
        let numbers: Vec<f32> = (0..12).map(|place| place as f32).collect();
        let stack = Tensor::<1>::from_data(TensorData::new(numbers.clone(), [12]), &device).reshape([3, 2, 2]);
        let rows = Real::rows_of(stack, &[2, 2]);
        assert_eq!(rows[1].to_host(), [4.0, 5.0, 6.0, 7.0]);
        assert_eq!(to_host(Real::stack(&rows)), numbers);
        let [first, second, third] = <[Real; 3]>::try_from(rows).expect("three rows");
        assert_eq!(to_host(Real::stack(&[second.clone(), first.clone()]))[..5], [4.0, 5.0, 6.0, 7.0, 0.0]);
        assert_eq!(to_host(Real::stack(&[first.clone(), second.clone()])), numbers[..8]);
        assert_eq!(to_host(Real::stack(&[first, second, third.scaled(2.0)]))[8..], [16.0, 18.0, 20.0, 22.0]);
    }

    #[test]
    fn a_long_sum_is_made_piece_by_piece() {
        let device = Backend::Flex.device();
        // Long enough for threads to share it, and of numbers whose sum depends on the order.
        let numbers: Vec<f32> = (0..5_000_000).map(|place| (place as f32 * 0.37).sin() * 1e3).collect();
        let whole = Tensor::<1>::from_data(TensorData::new(numbers.clone(), [numbers.len()]), &device);
        let pieces: Vec<f32> = numbers
            .chunks(1 << 20)
            .map(|piece| {
                let piece = Tensor::<1>::from_data(TensorData::new(piece.to_vec(), [piece.len()]), &device);
                to_host(piece.sum())[0]
            })
            .collect();
        let expected = Tensor::<1>::from_data(TensorData::new(pieces.clone(), [pieces.len()]), &device).sum();
        let first = to_host(total(whole.clone()));
        assert_eq!(first, to_host(expected));
        (0..5).for_each(|_| assert_eq!(to_host(total(whole.clone())), first));
    }

    #[test]
    fn padding_is_found_along_every_variable_axis() {
        let device = Backend::Flex.device();
        // Two pictures of two channels: 2×1 and 1×3, padded to 2×3.
        let numbers: Vec<f32> = (1..=24).map(|number| number as f32).collect();
        let extents = || [(2, Lengths::from([2, 1])), (3, Lengths::from([1, 3]))].into_iter().collect::<Extents>();
        let pictures = Real::from_host(numbers, vec![2, 2, 2, 3], &device).with_extents(extents());
        let filled = pictures.filled(0.0);
        let expected = [
            [[1., 0., 0., 4., 0., 0.], [7., 0., 0., 10., 0., 0.]],
            [[13., 14., 15., 0., 0., 0.], [19., 20., 21., 0., 0., 0.]],
        ];
        assert_eq!(filled.to_host(), expected.as_flattened().as_flattened());
        assert_eq!(filled.extents(), &extents());
        assert_eq!(to_host(pictures.mean_by_row()), [22.0 / 4.0, 102.0 / 6.0]);
        // The channels vary too, and all of the second row's: none is left.
        let none = pictures.with_extents([(1, Lengths::from([1, 0]))].into_iter().collect());
        assert_eq!(to_host(none.mean_by_row()), [3.5, 0.0]);
        let longer = none.padded_to(&[2, 3, 2, 4]);
        assert_eq!((longer.shape(), longer.extents()), ([2, 3, 2, 4].as_slice(), none.extents()));
        assert_eq!(longer.cut_to(&[2, 2, 2, 3]).to_host(), none.to_host());
    }
}
