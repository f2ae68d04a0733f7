//! The pixels of things, as they are compared.

use super::{Instances, Located, Outline};

/// Which pixels a thing has.
pub struct Mask {
    pixels: Vec<bool>,
    count: f64,
}

impl Mask {
    fn of(outline: &Outline, size: (usize, usize)) -> Self {
        let pixels = outline.mask(size);
        let count = pixels.iter().filter(|pixel| **pixel).count() as f64;
        Self { pixels, count }
    }

    fn both(&self, other: &Mask) -> f64 {
        self.pixels.iter().zip(&other.pixels).filter(|(one, other)| **one && **other).count() as f64
    }

    /// The pixels that two have, of those that either has.
    pub fn shared(&self, other: &Mask) -> f64 {
        let both = self.both(other);
        let either = self.count + other.count - both;
        if either > 0.0 { both / either } else { 0.0 }
    }

    /// How much of it lies in another.
    pub fn inside(&self, other: &Mask) -> f64 {
        if self.count > 0.0 { self.both(other) / self.count } else { 0.0 }
    }
}

/// A thing, and its pixels.
pub type Thing = (Located, Mask);

/// The things of a row, of labels and given ones, in one size.
pub fn masks(labels: &Instances, given: &Instances, row: usize) -> (Vec<Thing>, Vec<Thing>) {
    let size = size(labels, row)
        .or_else(|| size(given, row))
        .unwrap_or_else(|| reach(labels.row(row).chain(given.row(row)).map(|(one, _)| one)));
    let of = |all: &Instances| all.row(row).map(|(one, outline)| (*one, Mask::of(outline, size))).collect();
    (of(labels), of(given))
}

/// The size of the picture, as run lengths say it.
pub(super) fn size(all: &Instances, row: usize) -> Option<(usize, usize)> {
    all.row(row).find_map(|(_, outline)| match outline {
        Outline::Runs(runs) => Some((runs.height, runs.width)),
        Outline::Polygons(_) => None,
    })
}

/// As far down and to the right as any of the things reaches.
pub(super) fn reach<'t>(things: impl Iterator<Item = &'t Located>) -> (usize, usize) {
    things.fold((1, 1), |(height, width), Located { edges: [_, _, right, bottom], .. }| {
        (height.max(bottom.ceil().max(0.0) as usize), width.max(right.ceil().max(0.0) as usize))
    })
}
