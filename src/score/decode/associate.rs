//! `associate`: boxes found frame by frame, and which of them are one thing.

use mtlc_maps::boxes::Map;
use mtlc_maps::classes::largest;
use mtlc_maps::peaks::peaks;

use super::peaks::logit;
use super::{Decode, Decoding};
use crate::answers::{Located, Seen};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::associate::Associate;
use crate::catalog::steps::centers::{EDGES, PRIOR};
use crate::catalog::steps::moving_centers::BACK;
use crate::score::assign::assign;

impl Decode for Associate {
    /// The boxes have been brought back to the unit of the label where it is known what was done to each clip.
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Answer, ..input }
    }

    fn tracks(&self, values: &[f32], shape: &[usize], picture: (usize, usize)) -> Option<Vec<Seen>> {
        let [frames, channels, height, width] = *shape else { return None };
        let (classes, each) = (channels.checked_sub(EDGES + BACK)?, channels * height * width);
        let mut tracks: Vec<Track> = Vec::new();
        for frame in 0..frames {
            let values = &values[frame * each..][..each];
            let map = Map { values, classes, size: (height, width), picture, prior: PRIOR };
            self.go_on(&mut tracks, frame, self.found(&map));
        }
        tracks.retain(|track| track.found.len() >= self.shortest);
        Some(tracks.iter().enumerate().flat_map(|(number, track)| track.seen(number as u32)).collect())
    }
}

/// A box of a frame.
struct Found {
    at: Located,
    /// How sure it is of each class.
    heats: Vec<f64>,
    /// Where its middle was in the frame before.
    before: [f64; 2],
}

/// Boxes that are one thing.
struct Track {
    found: Vec<(usize, Located)>,
    heats: Vec<f64>,
    /// How far it moves from a frame to the next.
    step: [f64; 2],
}

fn middle(at: &Located) -> [f64; 2] {
    [0, 1].map(|low| f64::from(at.edges[low] + at.edges[low + 2]) / 2.0)
}

/// How alike two lists of numbers are: 1 if one is a multiple of the other.
fn cosine(one: &[f64], other: &[f64]) -> f64 {
    let product = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
    product(one, other) / (product(one, one) * product(other, other)).sqrt().max(f64::MIN_POSITIVE)
}

impl Associate {
    /// The boxes of a frame, the surest first.
    fn found(&self, map: &Map<'_>) -> Vec<Found> {
        let heats = largest(&map.values[..map.classes * map.size.0 * map.size.1], map.classes);
        let mut hottest = peaks(&heats, map.size, logit(self.least.0) + PRIOR, 1);
        hottest.sort_by(|one, other| heats[*other].total_cmp(&heats[*one]));
        let ((height, width), (high, wide)) = (map.size, map.picture);
        let (down, across) = (high as f64 / height as f64, wide as f64 / width as f64);
        let mut found: Vec<Found> = Vec::new();
        for place in hottest {
            let at = Located { score: map.sure(heats[place]) as f32, ..Located::label(0, map.edges(place)) };
            if found.iter().any(|other| other.at.overlap(&at) > self.overlap.0) {
                continue;
            }
            let back = |way: usize| f64::from(map.channel(map.classes + EDGES + way)[place]);
            let [x, y] = middle(&at);
            found.push(Found {
                at,
                heats: (0..map.classes).map(|class| map.sure(map.channel(class)[place])).collect(),
                before: [x + back(1) * across, y + back(0) * down],
            });
            if found.len() == self.most {
                break;
            }
        }
        found
    }

    fn go_on(&self, tracks: &mut Vec<Track>, frame: usize, found: Vec<Found>) {
        let worth: Vec<Vec<f64>> =
            tracks.iter().map(|track| found.iter().map(|one| self.worth(track, frame, one)).collect()).collect();
        let mut taken = vec![false; found.len()];
        for (track, place) in tracks.iter_mut().zip(assign(&worth)) {
            let Some(place) = place else { continue };
            taken[place] = true;
            track.take(frame, &found[place]);
        }
        let begins =
            found.into_iter().zip(taken).filter(|(one, taken)| !taken && f64::from(one.at.score) >= self.sure.0);
        tracks.extend(begins.map(|(one, _)| Track::begun(frame, one)));
    }

    /// What it is worth that a box goes on with a track; nothing if it cannot.
    fn worth(&self, track: &Track, frame: usize, one: &Found) -> f64 {
        let Some((last, at)) = track.found.last() else { return 0.0 };
        if frame - last > self.memory + 1 {
            return 0.0;
        }
        let lost = (frame - last - 1) as f64;
        let middle = middle(at);
        let away = [0, 1].map(|axis| middle[axis] + lost * track.step[axis] - one.before[axis]);
        let reach = at.area().min(one.at.area()).sqrt();
        let distance = away[0].hypot(away[1]);
        if distance >= reach { 0.0 } else { 1.0 - distance / reach + self.alike * cosine(&track.heats, &one.heats) }
    }
}

impl Track {
    fn begun(frame: usize, one: Found) -> Self {
        let middle = middle(&one.at);
        let step = [0, 1].map(|axis| middle[axis] - one.before[axis]);
        Self { found: vec![(frame, one.at)], heats: one.heats, step }
    }

    fn take(&mut self, frame: usize, one: &Found) {
        if let Some((last, at)) = self.found.last() {
            let (from, to) = (middle(at), middle(&one.at));
            self.step = [0, 1].map(|axis| (to[axis] - from[axis]) / (frame - last) as f64);
        }
        self.heats.iter_mut().zip(&one.heats).for_each(|(sum, heat)| *sum += heat);
        self.found.push((frame, one.at));
    }

    /// Its boxes, with those between.
    fn seen(&self, track: u32) -> Vec<Seen> {
        let best = |best: usize, class: usize| if self.heats[class] > self.heats[best] { class } else { best };
        let class = (0..self.heats.len()).fold(0, best) as u32;
        let score = self.found.iter().map(|(_, at)| at.score).sum::<f32>() / self.found.len() as f32;
        let seen = |frame: usize, edges: [f32; 4]| Seen {
            frame: frame as u32,
            track,
            at: Located { score, ..Located::label(class, edges) },
        };
        let mut all: Vec<Seen> = self.found.first().map(|(frame, at)| seen(*frame, at.edges)).into_iter().collect();
        for pair in self.found.windows(2) {
            let ((from, one), (to, other)) = (&pair[0], &pair[1]);
            for frame in from + 1..=*to {
                let share = (frame - from) as f32 / (to - from) as f32;
                all.push(seen(
                    frame,
                    [0, 1, 2, 3].map(|edge| one.edges[edge] * (1.0 - share) + other.edges[edge] * share),
                ));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Share;

    /// Maps of frames of 6 × 12 places for clips of 12 × 24 pixels and two classes: at each place that is named the heat of a class, a box of four pixels, and the way back across.
    fn maps(frames: &[&[(usize, usize, usize, f32, f32)]]) -> (Vec<f32>, [usize; 4]) {
        let mut values = Vec::new();
        for frame in frames {
            let mut map = vec![-9.0; 2 * 72];
            map.extend([0.0; 6 * 72]);
            for (class, row, column, heat, back) in *frame {
                let place = row * 12 + column;
                map[class * 72 + place] = heat + PRIOR as f32;
                map[7 * 72 + place] = *back;
            }
            values.extend(map);
        }
        (values, [frames.len(), 8, 6, 12])
    }

    const ASSOCIATE: Associate = Associate {
        most: 9,
        least: Share(0.2),
        sure: Share(0.4),
        overlap: Share(0.6),
        memory: 1,
        shortest: 2,
        alike: 0.5,
    };

    fn followed(by: &Associate, frames: &[&[(usize, usize, usize, f32, f32)]]) -> Vec<(u32, u32, u32, f32)> {
        let (values, shape) = maps(frames);
        let seen = by.tracks(&values, &shape, (12, 24)).expect("clips");
        seen.iter().map(|one| (one.track, one.frame, one.at.class, one.at.edges[0])).collect()
    }

    #[test]
    fn boxes_go_where_their_ways_back_lead() {
        // One goes right and one left; in the second frame each stands where the other would be nearer without the way back.
        let frames: &[&[_]] =
            &[&[(0, 2, 3, 2.0, 0.0), (1, 2, 6, 2.0, 0.0)], &[(0, 2, 5, 2.0, -2.0), (1, 2, 3, 2.0, 3.0)]];
        let of = |track: u32, frame: u32, class: u32, column: f32| (track, frame, class, 2.0 * (column + 0.5) - 2.0);
        let expected = [of(0, 0, 0, 3.0), of(0, 1, 0, 5.0), of(1, 0, 1, 6.0), of(1, 1, 1, 3.0)];
        assert_eq!(followed(&ASSOCIATE, frames), expected);
    }

    #[test]
    fn a_track_waits_for_its_box() {
        // It moves by one place a frame, is lost in the third, and less sure in the fourth; the class of most heat is that of all.
        let frames: &[&[_]] =
            &[&[(0, 2, 3, 0.5, 0.0)], &[(1, 2, 4, 3.0, -1.0)], &[], &[(0, 2, 6, -1.0, -1.0)], &[(1, 5, 11, 2.0, 0.0)]];
        let found = followed(&ASSOCIATE, frames);
        assert_eq!(
            found.iter().map(|one| (one.0, one.1, one.2)).collect::<Vec<_>>(),
            [(0, 0, 1), (0, 1, 1), (0, 2, 1), (0, 3, 1)]
        );
        assert_eq!((found[1].3 + found[3].3) / 2.0, found[2].3);
        // Without memory there are two, and the second is not sure enough to begin.
        assert_eq!(followed(&Associate { memory: 0, ..ASSOCIATE }, frames).len(), 2);
        // What comes once is a track where it may be that short.
        assert_eq!(followed(&Associate { shortest: 1, ..ASSOCIATE }, frames).len(), 5);
    }
}
