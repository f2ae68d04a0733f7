//! `pck`: how many points are where they should be.

use super::{Batches, Compute, Prepared, Sums};
use crate::answers::Keypoints;
use crate::catalog::metrics::pck::Pck;
use crate::score::{Figure, Scored};

/// Points that are near enough, and all.
type Counts = [f64; 2];

impl Compute for Pck {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let metric = self.clone();
        Sums::prepare(move |scored| metric.rows(scored), figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        let metric = self.clone();
        Sums::begin(move |scored| metric.rows(scored), figure)
    }
}

impl Pck {
    fn rows(&self, scored: &Scored) -> Result<Vec<Counts>, String> {
        let (labels, given) = scored.of_kind::<Keypoints>("points")?;
        let of_row = |row: usize| {
            let Some([left, top, right, bottom]) = labels.bounds(row) else { return [0.0, 0.0] };
            let reach = self.within.0 * (right - left).max(bottom - top);
            let away = distances(labels, given, row);
            [away.iter().filter(|away| away.1 <= reach).count() as f64, away.len() as f64]
        };
        Ok((0..scored.rows()).map(of_row).collect())
    }
}

/// Of the points of a row that the label knows, which they are and how far off they are given; one that is not given is nowhere.
pub(super) fn distances(labels: &Keypoints, given: &Keypoints, row: usize) -> Vec<(usize, f64)> {
    let given = given.row(row);
    let away = |(place, point): (usize, &crate::answers::Point)| {
        let other = given.get(place).filter(|other| other.is_known());
        let away = other.map(|other| {
            let along = |axis: usize| f64::from(point.at[axis]) - f64::from(other.at[axis]);
            along(0).hypot(along(1))
        });
        (place, away.unwrap_or(f64::INFINITY))
    };
    labels.row(row).iter().enumerate().filter(|(_, point)| point.is_known()).map(away).collect()
}

fn figure([right, all]: &Counts) -> Figure {
    if *all > 0.0 { Figure::Number(right / all) } else { Figure::Undefined("no row knows a point".into()) }
}
