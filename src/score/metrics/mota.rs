//! `mota`: how much of what moves is found, and called the same from frame to frame.

use super::{Batches, Compute, Prepared, Sums};
use crate::catalog::metrics::mota::Mota;
use crate::score::assign::assign;
use crate::score::followed::{Clip, LEAST, clips};
use crate::score::{Figure, Scored};

/// A pair of the frame before is kept, whatever else would be worth.
const KEPT: f64 = 1000.0;

/// Boxes that are found, missed, wrong, and found under another name than before.
type Counts = [f64; 4];

impl Compute for Mota {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let metric = self.clone();
        Sums::prepare(move |scored| metric.rows(scored), figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        let metric = self.clone();
        Sums::begin(move |scored| metric.rows(scored), figure)
    }
}

impl Mota {
    fn rows(&self, scored: &Scored) -> Result<Vec<Counts>, String> {
        Ok(clips(scored, self.by_class)?.iter().map(|clip| counts(clip, self.overlap.0)).collect())
    }
}

fn figure([found, missed, wrong, switched]: &Counts) -> Figure {
    let all = found + missed;
    if all <= 0.0 {
        return Figure::Undefined("no row has a track".into());
    }
    Figure::Number(1.0 - (missed + wrong + switched) / all)
}

fn counts(clip: &Clip, overlap: f64) -> Counts {
    let mut counts = Counts::default();
    // With whom each track went last, and in the frame before.
    let (mut last, mut before): (Vec<Option<usize>>, Vec<Option<usize>>) =
        (vec![None; clip.truth.len()], vec![None; clip.truth.len()]);
    for frame in &clip.frames {
        if frame.truth.is_empty() || frame.given.is_empty() {
            counts[1] += frame.truth.len() as f64;
            counts[2] += frame.given.len() as f64;
            continue;
        }
        let worth = |(truth, shared): (&usize, &Vec<f64>)| {
            let of = |(given, shared): (&usize, &f64)| {
                let kept = if before[*truth] == Some(*given) { KEPT } else { 0.0 };
                if *shared < overlap - LEAST { 0.0 } else { kept + shared }
            };
            frame.given.iter().zip(shared).map(of).collect()
        };
        let worth: Vec<Vec<f64>> = frame.truth.iter().zip(&frame.shared).map(worth).collect();
        before.fill(None);
        let mut found = 0.0;
        for (truth, place) in frame.truth.iter().zip(assign(&worth)) {
            let Some(given) = place.map(|place| frame.given[place]) else { continue };
            found += 1.0;
            counts[3] += f64::from(u8::from(last[*truth].is_some_and(|last| last != given)));
            (last[*truth], before[*truth]) = (Some(given), Some(given));
        }
        counts[0] += found;
        counts[1] += frame.truth.len() as f64 - found;
        counts[2] += frame.given.len() as f64 - found;
    }
    counts
}
