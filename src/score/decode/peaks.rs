//! `peaks`: boxes where heat is highest.

use mtlc_maps::Size;
use mtlc_maps::boxes::{Choice, Found, Map};

use super::{Decode, Decoding};
use crate::answers::Located;
use crate::catalog::decoders::Role;
use crate::catalog::decoders::peaks::Peaks;
use crate::catalog::steps::centers::{EDGES, PRIOR};

impl Decode for Peaks {
    /// The boxes have been brought back to the unit of the label where it is known what was done to each picture.
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Answer, ..input }
    }

    fn boxes(&self, values: &[f32], shape: &[usize], picture: Size) -> Vec<Located> {
        let [channels, height, width] = *shape else { return Vec::new() };
        let classes = channels.saturating_sub(EDGES);
        let map = Map { values, classes, size: (height, width), picture, prior: PRIOR };
        let least = logit(self.least.0) + PRIOR;
        let choice = Choice { least, around: self.around, overlap: self.overlap.0, most: self.most };
        let located = |one: Found| Located { score: one.score, ..Located::label(one.class as u32, one.edges) };
        map.boxes(&choice).into_iter().map(located).collect()
    }
}

/// The number whose sigmoid is a share.
pub(super) fn logit(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Share;

    #[test]
    fn peaks_become_boxes() {
        let peaks = Peaks { most: 2, least: Share(0.1), overlap: Share(0.5), around: 0 };
        // One class on a map of 3 × 4 for a picture of 12 × 32: two peaks far apart and one beside the first.
        let (mut values, prior) = (vec![-9.0; 12], PRIOR as f32);
        (values[0], values[1], values[11]) = (1.0 + prior, 3.0 + prior, prior);
        let distances = [1.5_f32, 0.5, 0.5, 1.0].map(f32::ln);
        values.extend(distances.iter().flat_map(|distance| [*distance; 12]));
        let found = peaks.boxes(&values, &[5, 3, 4], (12, 32));
        assert_eq!(found.len(), 2);
        // The middle of column 1 is 1.5; 8 pixels across and 4 down for each place.
        for (value, expected) in found[0].edges.into_iter().zip([0.0, 0.0, 16.0, 6.0]) {
            assert!((value - expected).abs() < 1e-4, "{:?}", found[0]);
        }
        assert!((found[0].score - 0.952_574).abs() < 1e-5 && (found[1].score - 0.5).abs() < 1e-6);
        assert_eq!(Peaks { most: 1, ..peaks.clone() }.boxes(&values, &[5, 3, 4], (12, 32)).len(), 1);
        assert_eq!(Peaks { least: Share(0.6), ..peaks }.boxes(&values, &[5, 3, 4], (12, 32)).len(), 1);
    }

    #[test]
    fn places_around_a_peak_have_a_say_in_its_edges() {
        // Half as hot beside it on the right: two thirds of the one and a third of the other. Above all is cold.
        let mut values = vec![-99.0_f32; 6];
        (values[3], values[4]) = ((PRIOR + logit(0.8)) as f32, (PRIOR + logit(0.4)) as f32);
        let mut lefts = [0_f32; 6];
        (lefts[3], lefts[4]) = (1_f32.ln(), 4_f32.ln());
        values.extend(lefts.iter().chain(&[0.0; 18]));
        let peaks = Peaks { most: 9, least: Share(0.5), overlap: Share(0.5), around: 1 };
        let found = peaks.boxes(&values, &[5, 2, 3], (2, 3));
        let [one] = &found[..] else { panic!("one peak") };
        // Left edges at 0.5 − 1 and 1.5 − 4, right ones at 1.5 and 2.5, upper and lower ones at 0.5 and 2.5.
        for (found, wanted) in one.edges.into_iter().zip([-1.0 / 3.0 - 2.5 / 3.0, 0.5, 1.0 + 2.5 / 3.0, 2.5]) {
            assert!((found - wanted).abs() < 1e-4, "{:?}", one.edges);
        }
        assert!((one.score - 0.8).abs() < 1e-6);
    }

    #[test]
    fn the_less_sure_of_two_that_overlap_is_left_out() {
        // Two peaks, two places apart, with boxes five places to each side: they share 8/12 of the area of either.
        let mut values = vec![-9.0_f32; 9];
        (values[3], values[5]) = (2.0 + PRIOR as f32, 1.0 + PRIOR as f32);
        values.extend([5_f32.ln(); 36]);
        let of = |overlap: f64| {
            Peaks { most: 9, least: Share(0.1), overlap: Share(overlap), around: 0 }.boxes(&values, &[5, 3, 3], (3, 3))
        };
        assert_eq!((of(0.6).len(), of(0.7).len()), (1, 2));
    }
}
