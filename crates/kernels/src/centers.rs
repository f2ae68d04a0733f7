//! What a detector learns from maps of centres: the focal loss of heats, 1 − GIoU of boxes where places count for them (Rezatofighi et al. 2019), and of moving things how far their ways back are
//! off. Few places count for boxes and ways, so that others are not looked at.

use rayon::prelude::*;

use crate::heats::Heats;

/// Channels of edges.
pub const EDGES: usize = 4;

/// Channels of ways, down and across.
pub const WAYS: usize = 2;

/// Distances are powers of e of what a head gives, up to this.
const MOST: f64 = 8.0;

/// Areas are no smaller, so that nothing is divided by nothing.
const LEAST: f64 = 1e-6;

/// Maps one behind the other.
#[derive(Clone, Copy, Debug)]
pub struct Centers<'a> {
    /// `[maps, classes + 4, height, width]`, with two channels more if things move.
    pub output: &'a [f32],
    /// `[maps, classes + 5, height, width]`: heats, edges, and how much each place counts for these; with three channels more if things move, ways and how much each place counts for
    /// them.
    pub target: &'a [f32],
    pub classes: usize,
    /// Height and width.
    pub size: [usize; 2],
    /// What is taken from outputs before heat is made of them.
    pub prior: f32,
    /// How much edges count beside heats.
    pub edges: f64,
    /// How much ways do, if things move.
    pub moves: Option<f64>,
}

/// The channels of one map.
struct Map<'a> {
    heats: Heats<'a>,
    /// What the head says of edges, and of ways.
    distances: &'a [f32],
    given_ways: &'a [f32],
    /// Edges of the target, what places count for them, ways, and what places count for these.
    truth: &'a [f32],
    counts: &'a [f32],
    ways: &'a [f32],
    way_counts: &'a [f32],
}

impl Centers<'_> {
    /// Of each map the sum over its places, and how many boxes it has.
    ///
    /// # Panics
    /// If output and target are not of the same maps.
    pub fn losses(&self) -> Vec<[f32; 2]> {
        let loss = |map: usize| {
            let map = self.map(map);
            let edges = counted(map.counts).map(|(place, count)| count * self.at(&map, place).apart(&mut [0.0; EDGES]));
            let ways = counted(map.way_counts)
                .map(|(place, count)| count * map.off(place).iter().map(|off| off.abs()).sum::<f64>());
            let beside = self.edges * edges.sum::<f64>() + self.moves.unwrap_or(0.0) * ways.sum::<f64>();
            [(f64::from(map.heats.loss()) + beside) as f32, map.heats.middles() as f32]
        };
        (0..self.maps()).into_par_iter().map(loss).collect()
    }

    /// How many boxes each map has.
    ///
    /// # Panics
    /// As [`Centers::losses`].
    pub fn boxes(&self) -> Vec<f32> {
        (0..self.maps()).map(|map| self.map(map).heats.middles() as f32).collect()
    }

    /// The derivative of each map's sum at its output, times a factor of the map.
    ///
    /// # Panics
    /// As [`Centers::losses`].
    pub fn slopes(&self, factors: &[f32]) -> Vec<f32> {
        assert_eq!(factors.len(), self.maps(), "a factor for each map");
        let places = self.places();
        let mut slopes = vec![0.0; self.output.len()];
        let maps = slopes.par_chunks_mut((self.given() * places).max(1)).zip(factors).enumerate();
        maps.for_each(|(number, (slopes, factor))| {
            let map = self.map(number);
            let (heats, beside) = slopes.split_at_mut(self.classes * places);
            let (edges, ways) = beside.split_at_mut(EDGES * places);
            map.heats.slopes(*factor, heats);
            for (place, count) in counted(map.counts) {
                let mut of_edges = [0.0; EDGES];
                self.at(&map, place).apart(&mut of_edges);
                let by = count * self.edges * f64::from(*factor);
                of_edges
                    .iter()
                    .enumerate()
                    .for_each(|(edge, slope)| edges[edge * places + place] = (slope * by) as f32);
            }
            for (place, count) in counted(map.way_counts) {
                let by = count * self.moves.unwrap_or(0.0) * f64::from(*factor);
                for (way, off) in map.off(place).into_iter().enumerate() {
                    ways[way * places + place] = if off == 0.0 { 0.0 } else { (by * off.signum()) as f32 };
                }
            }
        });
        slopes
    }

    fn places(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// How many channels the output has, and the target.
    fn given(&self) -> usize {
        self.classes + EDGES + if self.moves.is_some() { WAYS } else { 0 }
    }

    fn told(&self) -> usize {
        self.classes + EDGES + 1 + if self.moves.is_some() { WAYS + 1 } else { 0 }
    }

    fn maps(&self) -> usize {
        let maps = self.output.len() / (self.given() * self.places()).max(1);
        assert_eq!(self.output.len(), maps * self.given() * self.places(), "whole maps");
        assert_eq!(self.target.len(), maps * self.told() * self.places(), "a target for each map");
        maps
    }

    fn map(&self, map: usize) -> Map<'_> {
        let places = self.places();
        let output = &self.output[map * self.given() * places..][..self.given() * places];
        let target = &self.target[map * self.told() * places..][..self.told() * places];
        let (given, output) = output.split_at(self.classes * places);
        let (wanted, target) = target.split_at(self.classes * places);
        let (distances, given_ways) = output.split_at(EDGES * places);
        let (truth, target) = target.split_at(EDGES * places);
        let (counts, target) = target.split_at(places);
        let (ways, way_counts) = target.split_at(if self.moves.is_some() { WAYS * places } else { 0 });
        let heats = Heats { output: given, wanted, prior: self.prior };
        Map { heats, distances, given_ways, truth, counts, ways, way_counts }
    }

    /// The boxes of a place.
    fn at(&self, map: &Map<'_>, place: usize) -> Boxes {
        let places = self.places();
        let at = |of: &[f32], edge: usize| f64::from(of[edge * places + place]);
        let middle = [(place % self.size[1]) as f64 + 0.5, (place / self.size[1]) as f64 + 0.5];
        Boxes {
            middle,
            given: [0, 1, 2, 3].map(|edge| at(map.distances, edge)),
            truth: [0, 1, 2, 3].map(|edge| at(map.truth, edge)),
        }
    }
}

impl Map<'_> {
    /// How far the way of a place is off, down and across.
    fn off(&self, place: usize) -> [f64; WAYS] {
        let places = self.way_counts.len();
        [0, 1].map(|way| f64::from(self.given_ways[way * places + place]) - f64::from(self.ways[way * places + place]))
    }
}

/// The places that count, and how much.
fn counted(counts: &[f32]) -> impl Iterator<Item = (usize, f64)> + '_ {
    counts.iter().enumerate().filter(|(_, count)| **count != 0.0).map(|(place, count)| (place, f64::from(*count)))
}

/// What a head says of a box, logarithms of how far its left, upper, right and lower edge are from the middle of a place, and where the edges are.
struct Boxes {
    middle: [f64; 2],
    given: [f64; EDGES],
    truth: [f64; EDGES],
}

impl Boxes {
    /// 1 less the area that both share of that which either has, and how much of the smallest box around both is in neither; and its derivative at each logarithm.
    fn apart(&self, slopes: &mut [f64; EDGES]) -> f64 {
        let far = self.given.map(|far| far.clamp(-MOST, MOST).exp());
        // To the left and up numbers fall.
        let way = |edge: usize| if edge < 2 { -1.0 } else { 1.0 };
        let given = [0, 1, 2, 3].map(|edge| self.middle[edge % 2] + way(edge) * far[edge]);
        let truth = self.truth;
        // The edges of what both share, which are the inner ones, and of what is around both.
        let beyond = [0, 1, 2, 3].map(|edge| way(edge) * (given[edge] - truth[edge]) > 0.0);
        let inner = [0, 1, 2, 3].map(|edge| if beyond[edge] { truth[edge] } else { given[edge] });
        let outer = [0, 1, 2, 3].map(|edge| if beyond[edge] { given[edge] } else { truth[edge] });
        let sides = |edges: [f64; EDGES]| [0, 1].map(|low| (edges[low + 2] - edges[low]).max(0.0));
        let area = |sides: [f64; 2]| sides[0] * sides[1];
        let [own, theirs, common, whole] = [given, truth, inner, outer].map(sides);
        let both = area(common);
        let either = area(own) + area(theirs) - both;
        let (some, around) = (either.max(LEAST), area(whole).max(LEAST));
        // How the loss changes with what either has, with what both have and with what is around them.
        let of_either = if either > LEAST { both / (some * some) - 1.0 / around } else { 0.0 };
        let of_both = -1.0 / some - of_either;
        let of_around = if area(whole) > LEAST { some / (around * around) } else { 0.0 };
        for (edge, slope) in slopes.iter_mut().enumerate() {
            let other = 1 - edge % 2;
            // Farther out, the box has more; so has what both share, if the edge is the inner one and they share something, and what is around, if it is the outer one.
            let mut more = of_either * own[other];
            if !beyond[edge] && common[edge % 2] > 0.0 {
                more += of_both * common[other];
            }
            if beyond[edge] {
                more += of_around * whole[other];
            }
            *slope = if self.given[edge].abs() <= MOST { more * far[edge] } else { 0.0 };
        }
        1.0 - (both / some - (around - some) / around)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    const SIZE: [usize; 2] = [4, 5];
    const PLACES: usize = 20;

    /// Of one map, by words of what it is.
    fn expected(given: &Centers<'_>, output: &[f64]) -> f64 {
        let target = |channel: usize, place: usize| f64::from(given.target[channel * PLACES + place]);
        let classes = given.classes;
        let mut all = 0.0;
        for place in 0..PLACES {
            for class in 0..classes {
                let p = 1.0 / (1.0 + (f64::from(given.prior) - output[class * PLACES + place]).exp());
                let heat = target(class, place);
                all -= match heat == 1.0 {
                    true => (1.0 - p).powi(2) * p.ln(),
                    false => (1.0 - heat).powi(4) * p.powi(2) * (1.0 - p).ln(),
                };
            }
            let far = [0, 1, 2, 3].map(|edge| output[(classes + edge) * PLACES + place].exp());
            let (x, y) = ((place % 5) as f64 + 0.5, (place / 5) as f64 + 0.5);
            let (left, top, right, bottom) = (x - far[0], y - far[1], x + far[2], y + far[3]);
            let [l, t, r, b] = [0, 1, 2, 3].map(|edge| target(classes + edge, place));
            let both = (right.min(r) - left.max(l)).max(0.0) * (bottom.min(b) - top.max(t)).max(0.0);
            let around = (right.max(r) - left.min(l)) * (bottom.max(b) - top.min(t));
            let either = (right - left) * (bottom - top) + (r - l) * (b - t) - both;
            let apart = 1.0 - both / either + (around - either) / around;
            let count = target(classes + 4, place);
            if count > 0.0 {
                all += given.edges * count * apart;
            }
            if let Some(moves) = given.moves {
                let off = |way: usize| {
                    (output[(classes + 4 + way) * PLACES + place] - target(classes + 5 + way, place)).abs()
                };
                all += moves * target(classes + 7, place) * (off(0) + off(1));
            }
        }
        all
    }

    /// Against the formula in double precision, and its derivative by finite differences of that.
    #[test]
    fn losses_and_slopes_are_those_of_the_formula() {
        for (classes, moves) in [(1, None), (3, None), (2, Some(0.7))] {
            let ways = usize::from(moves.is_some()) * WAYS;
            let (channels, told) = (classes + EDGES + ways, classes + EDGES + 1 + ways + usize::from(moves.is_some()));
            let output = numbers(1, 2 * channels * PLACES);
            let mut target: Vec<f32> = numbers(2, 2 * told * PLACES).iter().map(|x| x.abs()).collect();
            for map in target.chunks_mut(told * PLACES) {
                map[3] = 1.0;
                for place in 0..PLACES {
                    // Boxes around the place, beside it, far from it, and none.
                    let (x, y, away) = ((place % 5) as f32, (place / 5) as f32, [0.0, 0.9, 6.0][place % 3]);
                    let edges = [x - 0.4 + away, y - 0.6, x + 1.7 + away, y + 2.1];
                    edges.iter().enumerate().for_each(|(edge, at)| map[(classes + edge) * PLACES + place] = *at);
                    if place % 4 == 1 {
                        [0, 1, 2, 3].iter().for_each(|edge| map[(classes + edge) * PLACES + place] = f32::NAN);
                        map[(classes + EDGES) * PLACES + place] = 0.0;
                    }
                }
            }
            let given =
                Centers { output: &output, target: &target, classes, size: SIZE, prior: 1.0, edges: 1.5, moves };
            let (losses, slopes) = (given.losses(), given.slopes(&[0.5, 2.0]));
            for (map, [found, boxes]) in losses.iter().enumerate() {
                let own = Centers {
                    output: &output[map * channels * PLACES..][..channels * PLACES],
                    target: &target[map * told * PLACES..][..told * PLACES],
                    ..given
                };
                let exact: Vec<f64> = own.output.iter().map(|number| f64::from(*number)).collect();
                let loss = |at: usize, by: f64| {
                    let mut moved = exact.clone();
                    moved[at] += by;
                    expected(&own, &moved)
                };
                let whole = loss(0, 0.0);
                assert!((f64::from(*found) - whole).abs() < 1e-5 * whole, "{found}, not {whole}");
                let middles = own.target[..classes * PLACES].iter().filter(|heat| **heat == 1.0).count();
                assert_eq!((*boxes, given.boxes()[map]), (middles as f32, middles as f32));
                for at in 0..channels * PLACES {
                    let expected = [0.5, 2.0][map] * (loss(at, 1e-6) - loss(at, -1e-6)) / 2e-6;
                    let found = f64::from(slopes[map * channels * PLACES + at]);
                    assert!((found - expected).abs() < 1e-5, "{map}, {at}: {found}, not {expected}");
                }
            }
        }
    }

    /// A box of which the head is as sure as it can be has a slope no more, and one without area is no trouble.
    #[test]
    fn distances_have_their_bounds() {
        let mut slopes = [1.0; EDGES];
        let boxes = Boxes { middle: [0.5; 2], given: [9.0, -9.0, 0.0, 8.0], truth: [0.0, 0.0, 1.0, 1.0] };
        assert!(boxes.apart(&mut slopes).is_finite());
        assert_eq!((slopes[0], slopes[1]), (0.0, 0.0));
        assert!(slopes[2] != 0.0 && slopes[3] != 0.0);
        let nothing = Boxes { truth: [3.0; EDGES], ..boxes };
        assert!(nothing.apart(&mut slopes).is_finite() && slopes.iter().all(|slope| slope.is_finite()));
    }
}
