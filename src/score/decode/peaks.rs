//! `peaks`: boxes where heat is highest.

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

    fn boxes(&self, values: &[f64], shape: &[usize], size: (usize, usize)) -> Vec<Located> {
        let [channels, height, width] = *shape else { return Vec::new() };
        let classes = channels.saturating_sub(EDGES);
        let map = Map { values, classes, height, width, size };
        let mut peaks: Vec<(f64, usize, usize)> = Vec::new();
        let least = logit(self.least.0) + PRIOR;
        for class in 0..classes {
            let heats = &values[class * height * width..][..height * width];
            let hot = (0..heats.len()).filter(|place| heats[*place] >= least);
            peaks.extend(
                hot.filter(|place| is_peak(heats, (height, width), *place, 1))
                    .map(|place| (heats[place], class, place)),
            );
        }
        // The surest first; of equals the first place.
        peaks.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
        let mut found: Vec<Located> = Vec::new();
        for (heat, class, place) in peaks {
            let one = map.agreed(heat, class, place, self.around);
            let hides = |other: &Located| other.class == one.class && other.overlap(&one) > self.overlap.0;
            if !found.iter().any(hides) {
                found.push(one);
            }
            if found.len() == self.most {
                break;
            }
        }
        found
    }
}

/// Whether no place of a map so many places around, down and across, is hotter, and of those that are as hot it is the first.
pub(super) fn is_peak(heats: &[f64], (height, width): (usize, usize), place: usize, reach: usize) -> bool {
    let around = |at: usize, size: usize| at.saturating_sub(reach)..(at + reach + 1).min(size);
    let near = |row: usize| around(place % width, width).map(move |column| row * width + column);
    around(place / width, height)
        .flat_map(near)
        .all(|other| heats[other] < heats[place] || (heats[other] == heats[place] && other >= place))
}

/// The number whose sigmoid is a share.
pub(super) fn logit(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

/// What a head says of a picture: a channel of heat for each class, four of edges, and whatever comes behind.
pub(super) struct Map<'a> {
    pub values: &'a [f64],
    pub classes: usize,
    pub height: usize,
    pub width: usize,
    /// Height and width of the picture that the model was given.
    pub size: (usize, usize),
}

impl Map<'_> {
    /// The same with edges that so many places around agree on, each as much as it is hot.
    fn agreed(&self, heat: f64, class: usize, place: usize, around: usize) -> Located {
        let near = |at: usize, size: usize| at.saturating_sub(around)..(at + around + 1).min(size);
        let (mut all, mut edges) = (0.0, [0.0; EDGES]);
        for row in near(place / self.width, self.height) {
            for column in near(place % self.width, self.width) {
                let other = row * self.width + column;
                let own = self.located(self.values[class * self.height * self.width + other], class, other);
                let weight = f64::from(own.score);
                all += weight;
                edges.iter_mut().zip(own.edges).for_each(|(sum, edge)| *sum += weight * f64::from(edge));
            }
        }
        let middle = self.located(heat, class, place);
        // A place that is not hot at all has nobody beside it.
        if all > 0.0 { Located { edges: edges.map(|sum| (sum / all) as f32), ..middle } } else { middle }
    }

    /// In pixels of the picture that the model was given.
    pub fn located(&self, heat: f64, class: usize, place: usize) -> Located {
        let (row, column) = ((place / self.width) as f64 + 0.5, (place % self.width) as f64 + 0.5);
        let distance =
            |edge: usize| self.values[(self.classes + edge) * self.height * self.width + place].clamp(-8.0, 8.0).exp();
        let (down, across) = (self.size.0 as f64 / self.height as f64, self.size.1 as f64 / self.width as f64);
        let edges = [
            (column - distance(0)) * across,
            (row - distance(1)) * down,
            (column + distance(2)) * across,
            (row + distance(3)) * down,
        ];
        let score = (1.0 / (1.0 + (PRIOR - heat).exp())) as f32;
        Located { score, ..Located::label(class as u32, edges.map(|edge| edge as f32)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Share;

    #[test]
    fn peaks_become_boxes() {
        let peaks = Peaks { most: 2, least: Share(0.1), overlap: Share(0.5), around: 0 };
        // One class on a map of 3 × 4 for a picture of 12 × 32: two peaks far apart and one beside the first.
        let mut values = vec![-9.0; 12];
        (values[0], values[1], values[11]) = (1.0 + PRIOR, 3.0 + PRIOR, PRIOR);
        let distances = [1.5_f64, 0.5, 0.5, 1.0].map(f64::ln);
        values.extend(distances.iter().flat_map(|distance| [*distance; 12]));
        let found = peaks.boxes(&values, &[5, 3, 4], (12, 32));
        assert_eq!(found.len(), 2);
        // The middle of column 1 is 1.5; 8 pixels across and 4 down for each place.
        for (value, expected) in found[0].edges.into_iter().zip([0.0, 0.0, 16.0, 6.0]) {
            assert!((value - expected).abs() < 1e-4, "{:?}", found[0]);
        }
        assert!((found[0].score - 0.952_574).abs() < 1e-5 && found[1].score == 0.5);
        assert_eq!(Peaks { most: 1, ..peaks.clone() }.boxes(&values, &[5, 3, 4], (12, 32)).len(), 1);
        assert_eq!(Peaks { least: Share(0.6), ..peaks }.boxes(&values, &[5, 3, 4], (12, 32)).len(), 1);
    }

    #[test]
    fn places_around_a_peak_have_a_say_in_its_edges() {
        // Half as hot beside it on the right: two thirds of the one and a third of the other. Above all is cold.
        let mut values = vec![-99.0; 6];
        (values[3], values[4]) = (PRIOR + logit(0.8), PRIOR + logit(0.4));
        let mut lefts = [0f64; 6];
        (lefts[3], lefts[4]) = (1f64.ln(), 4f64.ln());
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
        let mut values = vec![-9.0; 9];
        (values[3], values[5]) = (2.0 + PRIOR, 1.0 + PRIOR);
        values.extend([5f64.ln(); 36]);
        let of = |overlap: f64| {
            Peaks { most: 9, least: Share(0.1), overlap: Share(overlap), around: 0 }.boxes(&values, &[5, 3, 3], (3, 3))
        };
        assert_eq!((of(0.6).len(), of(0.7).len()), (1, 2));
    }
}
