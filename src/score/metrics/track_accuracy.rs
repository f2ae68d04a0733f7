//! `track_accuracy`: of how many things that move the class is known.

use super::{Batches, Compute, Prepared, Sums};
use crate::catalog::metrics::track_accuracy::TrackAccuracy;
use crate::score::assign::assign;
use crate::score::followed::clips;
use crate::score::{Figure, Scored};

/// Tracks that go with one of their class, and all.
type Counts = [f64; 2];

impl Compute for TrackAccuracy {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let metric = self.clone();
        Sums::prepare(move |scored| metric.rows(scored), figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        let metric = self.clone();
        Sums::begin(move |scored| metric.rows(scored), figure)
    }
}

impl TrackAccuracy {
    fn rows(&self, scored: &Scored) -> Result<Vec<Counts>, String> {
        let of_row = |clip: &crate::score::followed::Clip| {
            let pairs = assign(&clip.together(self.overlap.0));
            let right = |(truth, given): &(usize, Option<usize>)| {
                given.is_some_and(|given| clip.given_classes[given] == clip.truth_classes[*truth])
            };
            [pairs.into_iter().enumerate().filter(right).count() as f64, clip.truth.len() as f64]
        };
        Ok(clips(scored, false)?.iter().map(of_row).collect())
    }
}

fn figure([right, all]: &Counts) -> Figure {
    if *all <= 0.0 {
        return Figure::Undefined("no row has a track".into());
    }
    Figure::Number(right / all)
}
