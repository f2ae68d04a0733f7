//! How long the rows of a value are, and which of its places are padding.

use std::sync::Arc;

/// How many places of each row are real, along one axis.
pub type Lengths = Arc<[usize]>;

/// Of each axis of a value that differs from row to row, by its place, how many places of each row are real. What lies behind
/// is padding up to the longest row of the batch: it may hold any numbers, of which none must reach a real place or a weight.
/// So whatever mixes places reads [filled](super::value::Real::filled) values; and since every way from a sequence to a loss does so somewhere,
/// cotangents are zero at padding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extents(Vec<(usize, Lengths)>);

impl FromIterator<(usize, Lengths)> for Extents {
    fn from_iter<I: IntoIterator<Item = (usize, Lengths)>>(axes: I) -> Self {
        Self(axes.into_iter().collect())
    }
}

/// A value's places, cut so that every variable axis lies in the third: `[rows, before, span, after]`.
pub(super) struct Places {
    pub shape: [usize; 4],
    /// Whether a place is its row's own: `rows · span`.
    pub real: Vec<bool>,
}

impl Extents {
    pub fn of(&self, axis: usize) -> Option<&Lengths> {
        self.0.iter().find(|(place, _)| *place == axis).map(|(_, lengths)| lengths)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn axes(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|(axis, _)| *axis)
    }

    /// Of each place of a value that has no other axes than rows and variable ones whether it is its row's own; `None` without variable axes.
    pub(super) fn real_places(&self, shape: &[usize]) -> Option<Vec<bool>> {
        let places = self.places(shape)?;
        let [_, before, _, after] = places.shape;
        (before == 1 && after == 1).then_some(places.real)
    }

    /// `None` of a value without variable axes.
    pub(super) fn places(&self, shape: &[usize]) -> Option<Places> {
        let (first, last) = (self.axes().min()?, self.axes().max()?);
        let product = |sizes: &[usize]| sizes.iter().product::<usize>();
        let (rows, span) = (shape[0], &shape[first..=last]);
        let mut real = vec![true; rows * product(span)];
        let mut inner = product(span);
        for (axis, size) in (first..=last).zip(span) {
            inner /= (*size).max(1);
            let Some(lengths) = self.of(axis) else { continue };
            for (place, real) in real.iter_mut().enumerate() {
                let row = place / product(span);
                *real &= place / inner % size < lengths[row];
            }
        }
        let shape = [rows, product(&shape[1..first]), product(span), product(&shape[last + 1..])];
        Some(Places { shape, real })
    }
}
