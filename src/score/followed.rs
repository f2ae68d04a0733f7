//! What moves in a clip beside what was followed there, frame by frame, as metrics of tracks compare them.

use std::collections::BTreeMap;

use super::Scored;
use super::assign::assign;
use crate::answers::{Seen, Tracks};

/// Smaller differences of overlaps are none.
pub(crate) const LEAST: f64 = f64::EPSILON;
/// How much of what a label passes over a box must share to be passed over as well.
const PASSED_OVER: f64 = 0.5;

/// The clip of a row.
#[derive(Debug, Default)]
pub(crate) struct Clip {
    pub frames: Vec<Frame>,
    /// In how many frames each track of the label is.
    pub truth: Vec<f64>,
    /// In how many each given one is.
    pub given: Vec<f64>,
    /// Of each track the class that most of its boxes have.
    pub truth_classes: Vec<u32>,
    pub given_classes: Vec<u32>,
}

/// Which tracks are in a frame, and how much each box of the label shares with each given one.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub truth: Vec<usize>,
    pub given: Vec<usize>,
    pub shared: Vec<Vec<f64>>,
}

/// Tracks and their numbers from 0 on.
#[derive(Default)]
struct Numbered {
    /// By track, and by class where classes are apart.
    numbers: BTreeMap<(u32, u32), usize>,
    frames: Vec<f64>,
    classes: Vec<BTreeMap<u32, usize>>,
}

impl Numbered {
    fn take(&mut self, one: &Seen, by_class: bool) -> usize {
        let next = self.numbers.len();
        let number = *self.numbers.entry((one.track, if by_class { one.at.class } else { 0 })).or_insert(next);
        if number == next {
            self.frames.push(0.0);
            self.classes.push(BTreeMap::new());
        }
        self.frames[number] += 1.0;
        *self.classes[number].entry(one.at.class).or_default() += 1;
        number
    }

    fn most(&self) -> Vec<u32> {
        // Of equals the first class.
        let most = |counts: &BTreeMap<u32, usize>| {
            counts.iter().fold((0, 0), |best, (class, count)| if *count > best.1 { (*class, *count) } else { best }).0
        };
        self.classes.iter().map(most).collect()
    }
}

/// The clips of all rows. With `by_class` boxes of two classes share nothing.
pub(crate) fn clips(scored: &Scored, by_class: bool) -> Result<Vec<Clip>, String> {
    let (labels, given) = scored.of_kind::<Tracks>("tracks")?;
    Ok((0..scored.rows()).map(|row| clip(labels.row(row), given.row(row), by_class)).collect())
}

fn clip(truth: &[Seen], given: &[Seen], by_class: bool) -> Clip {
    let mut frames: Vec<u32> = truth.iter().chain(given).map(|one| one.frame).collect();
    frames.sort_unstable();
    frames.dedup();
    let (mut of_truth, mut of_given) = (Numbered::default(), Numbered::default());
    let frame = |frame: u32| {
        let of = |all: &[Seen]| all.iter().filter(|one| one.frame == frame).copied().collect::<Vec<Seen>>();
        let (truth, given) = (of(truth), of(given));
        let shared = |one: &Seen, other: &Seen| {
            if by_class && one.at.class != other.at.class { 0.0 } else { one.at.overlap(&other.at) }
        };
        // What was found in the place of something that is passed over is neither right nor wrong.
        let enough =
            |one: &Seen, other: &Seen| Some(shared(one, other)).filter(|shared| *shared >= PASSED_OVER - LEAST);
        let over = truth.iter().any(|one| one.at.passed_over);
        let worth: Vec<Vec<f64>> = match over {
            true => {
                truth.iter().map(|one| given.iter().map(|other| enough(one, other).unwrap_or(0.0)).collect()).collect()
            }
            false => Vec::new(),
        };
        let pairs = assign(&worth);
        let left_out =
            |place: usize| pairs.iter().zip(&truth).any(|(pair, one)| one.at.passed_over && *pair == Some(place));
        let truth: Vec<&Seen> = truth.iter().filter(|one| !one.at.passed_over).collect();
        let given: Vec<&Seen> = (0..given.len()).filter(|place| !left_out(*place)).map(|place| &given[place]).collect();
        Frame {
            shared: truth.iter().map(|one| given.iter().map(|other| shared(one, other)).collect()).collect(),
            truth: truth.iter().map(|one| of_truth.take(one, by_class)).collect(),
            given: given.iter().map(|one| of_given.take(one, by_class)).collect(),
        }
    };
    let frames = frames.into_iter().map(frame).collect();
    Clip {
        frames,
        truth_classes: of_truth.most(),
        given_classes: of_given.most(),
        truth: of_truth.frames,
        given: of_given.frames,
    }
}

impl Clip {
    /// In how many frames each track of the label shares at least so much with each given one.
    pub fn together(&self, overlap: f64) -> Vec<Vec<f64>> {
        let mut together = vec![vec![0.0; self.given.len()]; self.truth.len()];
        for frame in &self.frames {
            for (truth, shared) in frame.truth.iter().zip(&frame.shared) {
                for (given, shared) in frame.given.iter().zip(shared) {
                    together[*truth][*given] += f64::from(u8::from(*shared >= overlap));
                }
            }
        }
        together
    }
}
