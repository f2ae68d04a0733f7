//! The largest number of each window of a picture, and the way back to where it stood.

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

/// Windows of one size that walk over pictures without a margin; pairs are height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooling {
    pub picture: [usize; 2],
    pub kernel: [usize; 2],
    /// At least 1.
    pub stride: [usize; 2],
}

impl Pooling {
    /// The size of a picture of the outputs.
    pub fn output(&self) -> [usize; 2] {
        [0, 1].map(|axis| (self.picture[axis] - self.kernel[axis]) / self.stride[axis] + 1)
    }

    /// The largest number of each window; none if it has one that is none. `pictures` lie one behind the other.
    pub fn largest(&self, pictures: &[f32]) -> Vec<f32> {
        let [rows, columns] = self.output();
        let size = self.picture[0] * self.picture[1];
        let mut outputs = vec![0.0; pictures.len() / size.max(1) * rows * columns];
        let by_picture = outputs.par_chunks_mut((rows * columns).max(1)).zip(pictures.par_chunks(size.max(1)));
        by_picture.with_min_len(self.at_once()).for_each(|(outputs, picture)| {
            for (row, outputs) in outputs.chunks_mut(columns).enumerate() {
                if let Some([above, below]) = self.pairs(picture, row) {
                    arch().dispatch(LargestOfFour { above, below, outputs });
                    continue;
                }
                outputs.fill(f32::NEG_INFINITY);
                for tap in 0..self.kernel[0] * self.kernel[1] {
                    let seen = picture[self.place(row, tap)..].iter().step_by(self.stride[1]);
                    outputs.iter_mut().zip(seen).for_each(|(largest, x)| *largest = larger(*largest, *x));
                }
            }
        });
        outputs
    }

    /// The gradient of the pictures, given what [`Pooling::largest`] gave and its gradient: of the numbers of a window that are as large
    /// as its largest the first has it.
    pub fn gradient(&self, pictures: &[f32], outputs: &[f32], cotangents: &[f32]) -> Vec<f32> {
        let [rows, columns] = self.output();
        let (size, own) = ((self.picture[0] * self.picture[1]).max(1), (rows * columns).max(1));
        let mut back = vec![0.0; pictures.len()];
        let given = pictures.par_chunks(size).zip(outputs.par_chunks(own)).zip(cotangents.par_chunks(own));
        back.par_chunks_mut(size).zip(given).with_min_len(self.at_once()).for_each_init(
            || vec![0.0; columns],
            |rest, (back, ((picture, outputs), cotangents))| {
                let by_row = outputs.chunks(columns).zip(cotangents.chunks(columns));
                for (row, (outputs, cotangents)) in by_row.enumerate() {
                    if let Some([above, below]) = self.pairs(picture, row) {
                        let (first, second) = back[self.place(row, 0)..].split_at_mut(self.picture[1]);
                        let [to_above, to_below] = [first, second].map(|row| row.as_chunks_mut().0);
                        let seen = [above, below];
                        arch().dispatch(BackToFour { seen, outputs, cotangents, to_above, to_below });
                        continue;
                    }
                    // What has not found its place yet.
                    rest.copy_from_slice(cotangents);
                    for tap in 0..self.kernel[0] * self.kernel[1] {
                        let at = self.place(row, tap);
                        let seen = picture[at..].iter().step_by(self.stride[1]);
                        let to = back[at..].iter_mut().step_by(self.stride[1]);
                        for (((to, x), rest), largest) in to.zip(seen).zip(&mut *rest).zip(outputs) {
                            let own = if x == largest { *rest } else { 0.0 };
                            *to += own;
                            *rest -= own;
                        }
                    }
                }
            },
        );
        back
    }

    /// Pictures that one thread takes at a time.
    fn at_once(&self) -> usize {
        (16 * 1024 / (self.picture[0] * self.picture[1]).max(1)).max(1)
    }

    /// Where the first window of a row has a tap.
    fn place(&self, row: usize, tap: usize) -> usize {
        (row * self.stride[0] + tap / self.kernel[1]) * self.picture[1] + tap % self.kernel[1]
    }

    /// The two rows that the windows of a row see, in pairs, if they are of two by two places side by side, as most are.
    fn pairs<'a>(&self, picture: &'a [f32], row: usize) -> Option<[&'a [[f32; 2]]; 2]> {
        let usual = self.kernel == [2, 2] && self.stride == [2, 2];
        let line = |at: usize| picture[(2 * row + at) * self.picture[1]..][..self.picture[1]].as_chunks().0;
        usual.then(|| [line(0), line(1)])
    }
}

/// A number that is none is larger than any.
#[inline(always)]
fn larger(largest: f32, x: f32) -> f32 {
    if x > largest || x.is_nan() { x } else { largest }
}

struct LargestOfFour<'a> {
    above: &'a [[f32; 2]],
    below: &'a [[f32; 2]],
    outputs: &'a mut [f32],
}

impl NullaryFnOnce for LargestOfFour<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (largest, ([a, b], [c, d])) in self.outputs.iter_mut().zip(self.above.iter().zip(self.below)) {
            *largest = larger(larger(larger(*a, *b), *c), *d);
        }
    }
}

struct BackToFour<'a> {
    seen: [&'a [[f32; 2]]; 2],
    outputs: &'a [f32],
    cotangents: &'a [f32],
    to_above: &'a mut [[f32; 2]],
    to_below: &'a mut [[f32; 2]],
}

impl NullaryFnOnce for BackToFour<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let [above, below] = self.seen;
        let given = above.iter().zip(below).zip(self.outputs.iter().zip(self.cotangents));
        let to = self.to_above.iter_mut().zip(self.to_below);
        for ((above, below), ((seen_above, seen_below), (largest, cotangent))) in to.zip(given) {
            // The first has it, then there is nothing left.
            let take = |x: f32, left: f32| if x == *largest { left } else { 0.0 };
            let first = take(seen_above[0], *cotangent);
            let second = take(seen_above[1], cotangent - first);
            let third = take(seen_below[0], cotangent - first - second);
            let fourth = take(seen_below[1], cotangent - first - second - third);
            *above = [first, second];
            *below = [third, fourth];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let pooling = Pooling { picture: [3, 4], kernel: [2, 2], stride: [1, 2] };
        let picture = [1., 5., 2., 2., 4., 3., 2., 0., 9., 9., -1., -2.];
        let outputs = pooling.largest(&picture);
        assert_eq!(outputs, [5., 2., 9., 2.]);
        let back = pooling.gradient(&picture, &outputs, &[1., 10., 100., 1000.]);
        // Of equal ones the first: row by row, from the left.
        assert_eq!(back, [0., 1., 10., 0., 0., 0., 1000., 0., 100., 0., 0., 0.]);
    }

    /// The usual windows, of odd pictures, as the others are made.
    #[test]
    fn two_by_two_as_any_other() {
        let pooling = Pooling { picture: [7, 37], kernel: [2, 2], stride: [2, 2] };
        let numbers =
            |seed: usize, count: usize| (0..count).map(|at| ((at * 7919 + seed) % 13) as f32).collect::<Vec<f32>>();
        let pictures = numbers(1, 5 * 7 * 37);
        let outputs = pooling.largest(&pictures);
        let cotangents = numbers(2, outputs.len());
        let back = pooling.gradient(&pictures, &outputs, &cotangents);
        let mut expected = vec![0.0; pictures.len()];
        for picture in 0..5 {
            for row in 0..3 {
                for column in 0..18 {
                    let places = [0, 1, 37, 38].map(|tap| picture * 7 * 37 + row * 2 * 37 + column * 2 + tap);
                    let output = (picture * 3 + row) * 18 + column;
                    let largest = places.iter().map(|place| pictures[*place]).fold(f32::MIN, f32::max);
                    assert_eq!(outputs[output], largest);
                    let first =
                        places.into_iter().find(|place| pictures[*place] == largest).expect("one is the largest");
                    expected[first] += cotangents[output];
                }
            }
        }
        assert_eq!(back, expected);
    }

    #[test]
    fn overlapping_windows_add_up_and_pictures_stay_apart() {
        let pooling = Pooling { picture: [1, 4], kernel: [1, 3], stride: [1, 1] };
        let pictures = [1., 7., 3., 2., -1., -2., -3., -4.];
        let outputs = pooling.largest(&pictures);
        assert_eq!(outputs, [7., 7., -1., -2.]);
        assert_eq!(pooling.gradient(&pictures, &outputs, &[1., 2., 3., 4.]), [0., 3., 0., 0., 3., 4., 0., 0.]);
    }

    #[test]
    fn a_number_that_is_none_is_not_lost() {
        let pooling = Pooling { picture: [1, 3], kernel: [1, 3], stride: [3, 3] };
        assert!(pooling.largest(&[f32::NAN, 1.0, 2.0])[0].is_nan());
        assert!(pooling.largest(&[0.0, f32::NAN, 2.0])[0].is_nan());
        let pooling = Pooling { picture: [2, 2], kernel: [2, 2], stride: [2, 2] };
        assert!(pooling.largest(&[f32::NAN, 1.0, 2.0, 3.0])[0].is_nan());
    }
}
