//! `idf1`: how much of what moves is found under one name.

use super::{Batches, Compute, Prepared, Sums};
use crate::catalog::metrics::idf1::Idf1;
use crate::score::assign::assign;
use crate::score::followed::{Clip, clips};
use crate::score::{Figure, Scored};

/// Boxes of tracks that go together, those of labels, and those that are given.
type Counts = [f64; 3];

impl Compute for Idf1 {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let metric = self.clone();
        Sums::prepare(move |scored| metric.rows(scored), figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        let metric = self.clone();
        Sums::begin(move |scored| metric.rows(scored), figure)
    }
}

impl Idf1 {
    fn rows(&self, scored: &Scored) -> Result<Vec<Counts>, String> {
        Ok(clips(scored, self.by_class)?.iter().map(|clip| counts(clip, self.overlap.0)).collect())
    }
}

fn figure([both, truth, given]: &Counts) -> Figure {
    if *truth <= 0.0 {
        return Figure::Undefined("no row has a track".into());
    }
    Figure::Number(2.0 * both / (truth + given))
}

fn counts(clip: &Clip, overlap: f64) -> Counts {
    let together = clip.together(overlap);
    let pairs = assign(&together).into_iter().enumerate();
    let both = pairs.filter_map(|(truth, given)| Some(together[truth][given?])).sum();
    [both, clip.truth.iter().sum(), clip.given.iter().sum()]
}
