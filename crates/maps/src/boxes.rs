//! Boxes where heat is highest: a channel of heat for each class, and of each place how far its edges are.

use crate::Size;
use crate::peaks::{around, peaks};

/// Channels of edges: the logarithms of how far the left, the upper, the right and the lower one are from the middle of a place, in places.
pub const EDGES: usize = 4;

/// Logarithms count no further.
const MOST: f64 = 8.0;

/// What a head says of a picture, channel by channel: heat of each class, edges, and whatever comes behind.
#[derive(Clone, Copy, Debug)]
pub struct Map<'a> {
    pub values: &'a [f32],
    pub classes: usize,
    pub size: Size,
    /// Height and width of the picture that the model was given.
    pub picture: Size,
    /// What is taken from outputs before heat is made of them.
    pub prior: f64,
}

/// A box in pixels of the picture that the model was given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub class: usize,
    pub score: f32,
    /// The left, the upper, the right and the lower edge.
    pub edges: [f32; EDGES],
}

/// Which peaks are boxes.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// How hot a peak must be, as the number that heat is made of.
    pub least: f64,
    /// How many places around a peak have a say in its edges.
    pub around: usize,
    /// How much two boxes of a class may overlap.
    pub overlap: f64,
    /// How many boxes there are at most.
    pub most: usize,
}

impl<'a> Map<'a> {
    /// What a channel says, place by place.
    pub fn channel(&self, channel: usize) -> &'a [f32] {
        let places = self.size.0 * self.size.1;
        &self.values[channel * places..][..places]
    }

    /// How sure heat of so much is.
    pub fn sure(&self, heat: f32) -> f64 {
        1.0 / (1.0 + (self.prior - f64::from(heat)).exp())
    }

    /// The box that a place says, in pixels of the picture.
    pub fn edges(&self, place: usize) -> [f32; EDGES] {
        let ((height, width), (high, wide)) = (self.size, self.picture);
        let (row, column) = ((place / width) as f64 + 0.5, (place % width) as f64 + 0.5);
        let distance = |edge: usize| f64::from(self.channel(self.classes + edge)[place]).clamp(-MOST, MOST).exp();
        let (down, across) = (high as f64 / height as f64, wide as f64 / width as f64);
        let edges = [
            (column - distance(0)) * across,
            (row - distance(1)) * down,
            (column + distance(2)) * across,
            (row + distance(3)) * down,
        ];
        edges.map(|edge| edge as f32)
    }

    /// The boxes of the peaks of each class, the surest first; of two of a class that overlap too much the less sure is left out.
    pub fn boxes(&self, choice: &Choice) -> Vec<Found> {
        let of_class = |class: usize| {
            let heats = self.channel(class);
            peaks(heats, self.size, choice.least, 1).into_iter().map(move |place| (heats[place], class, place))
        };
        let mut hottest: Vec<(f32, usize, usize)> = (0..self.classes).flat_map(of_class).collect();
        // Of equals the first place.
        hottest.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
        let mut told = Told { map: self, edges: vec![None; self.size.0 * self.size.1] };
        let mut found: Vec<Found> = Vec::new();
        for (heat, class, place) in hottest {
            let edges = told.agreed(class, place, choice.around);
            if !found.iter().any(|other| other.class == class && overlap(other.edges, edges) > choice.overlap) {
                found.push(Found { class, score: self.sure(heat) as f32, edges });
            }
            if found.len() == choice.most {
                break;
            }
        }
        found
    }
}

/// The boxes that places say, each computed once: those around peaks of several classes are often the same.
struct Told<'a> {
    map: &'a Map<'a>,
    edges: Vec<Option<[f32; EDGES]>>,
}

impl Told<'_> {
    fn edges(&mut self, place: usize) -> [f32; EDGES] {
        let map = self.map;
        *self.edges[place].get_or_insert_with(|| map.edges(place))
    }

    /// Those that so many places around one agree on, each as much as it is hot.
    fn agreed(&mut self, class: usize, place: usize, reach: usize) -> [f32; EDGES] {
        let (height, width) = self.map.size;
        let heats = self.map.channel(class);
        let (mut all, mut sums) = (0.0, [0.0; EDGES]);
        for row in around(place / width, height, reach) {
            for column in around(place % width, width, reach) {
                let other = row * width + column;
                let weight = f64::from(self.map.sure(heats[other]) as f32);
                all += weight;
                sums.iter_mut().zip(self.edges(other)).for_each(|(sum, edge)| *sum += weight * f64::from(edge));
            }
        }
        // A place that is not hot at all has nobody beside it.
        if all > 0.0 { sums.map(|sum| (sum / all) as f32) } else { self.edges(place) }
    }
}

/// The area that two boxes share, of that which either has (Jaccard 1912).
fn overlap(one: [f32; EDGES], other: [f32; EDGES]) -> f64 {
    let (one, other) = (one.map(f64::from), other.map(f64::from));
    let area = |[left, top, right, bottom]: [f64; EDGES]| (right - left).max(0.0) * (bottom - top).max(0.0);
    let along = |low: usize| (one[low + 2].min(other[low + 2]) - one[low].max(other[low])).max(0.0);
    let both = along(0) * along(1);
    let either = area(one) + area(other) - both;
    if either > 0.0 { both / either } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::numbers;

    /// By the words of what they are, place by place.
    fn expected(map: &Map<'_>, choice: &Choice) -> Vec<Found> {
        let (height, width) = map.size;
        let mut hottest: Vec<(f32, usize, usize)> = Vec::new();
        for class in 0..map.classes {
            let places = peaks(map.channel(class), map.size, choice.least, 1);
            hottest.extend(places.into_iter().map(|place| (map.channel(class)[place], class, place)));
        }
        hottest.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut found: Vec<Found> = Vec::new();
        for (heat, class, place) in hottest {
            let near = |other: &usize| {
                (other / width).abs_diff(place / width) <= choice.around
                    && (other % width).abs_diff(place % width) <= choice.around
            };
            let (mut all, mut edges) = (0.0, [0.0; EDGES]);
            for other in (0..height * width).filter(near) {
                let sure = 1.0 / (1.0 + (map.prior - f64::from(map.channel(class)[other])).exp());
                all += sure;
                let far = |edge: usize| f64::from(map.channel(map.classes + edge)[other]).exp();
                let (x, y) = ((other % width) as f64 + 0.5, (other / width) as f64 + 0.5);
                let own = [x - far(0), y - far(1), x + far(2), y + far(3)];
                edges.iter_mut().zip(own).for_each(|(sum, edge)| *sum += sure * edge);
            }
            let by = [map.picture.1 as f64 / width as f64, map.picture.0 as f64 / height as f64];
            let edges = [0, 1, 2, 3].map(|edge| (edges[edge] / all * by[edge % 2]) as f32);
            let hides = |other: &Found| other.class == class && overlap(other.edges, edges) > choice.overlap;
            if found.len() < choice.most && !found.iter().any(hides) {
                let score = (1.0 / (1.0 + (map.prior - f64::from(heat)).exp())) as f32;
                found.push(Found { class, score, edges });
            }
        }
        found
    }

    #[test]
    fn boxes_are_those_of_peaks_that_do_not_overlap() {
        let (classes, size) = (3, (9, 7));
        let values = numbers(5, (classes + EDGES) * 63);
        let map = Map { values: &values, classes, size, picture: (18, 28), prior: 0.5 };
        let mut counts = Vec::new();
        for (around, overlap, most) in [(0, 1.0, 99), (1, 1.0, 99), (1, 0.2, 99), (2, 0.1, 4), (1, 0.0, 99)] {
            let choice = Choice { least: 0.2, around, overlap, most };
            let (found, expected) = (map.boxes(&choice), expected(&map, &choice));
            assert_eq!(found.len(), expected.len(), "{choice:?}");
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found.class, expected.class);
                let numbers =
                    found.edges.iter().chain([&found.score]).zip(expected.edges.iter().chain([&expected.score]));
                numbers.for_each(|(found, expected)| assert!((found - expected).abs() < 1e-4, "{found} {expected}"));
            }
            counts.push(found.len());
        }
        assert!(counts[1] > counts[2] && counts[3] == 4, "{counts:?}");
    }

    #[test]
    fn boxes_overlap_by_what_they_share() {
        let one = [0.0, 0.0, 4.0, 2.0];
        // A half of it, and as much beside it; a touch; nothing of nothing.
        assert!((overlap(one, [2.0, 0.0, 6.0, 2.0]) - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!((overlap(one, [4.0, 0.0, 6.0, 2.0]), overlap([1.0; 4], [1.0; 4])), (0.0, 0.0));
    }
}
