//! `oks`: how near points are to where they should be.

use super::pck::distances;
use super::{Batches, Compute, Prepared, Sums};
use crate::answers::Keypoints;
use crate::catalog::metrics::oks::Oks;
use crate::score::{Figure, Scored};

/// What persons have in COCO, in thousandths: nose, eyes, ears, shoulders, elbows, wrists, hips, knees and ankles.
const OF_COCO: [f64; 17] =
    [26.0, 25.0, 25.0, 35.0, 35.0, 79.0, 79.0, 72.0, 72.0, 62.0, 62.0, 107.0, 107.0, 87.0, 87.0, 89.0, 89.0];
const DEVIATION: f64 = 0.05;

/// The similarity of a row, and whether it has one.
type Counts = [f64; 2];

impl Compute for Oks {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let metric = self.clone();
        Sums::prepare(move |scored| metric.rows(scored), figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        let metric = self.clone();
        Sums::begin(move |scored| metric.rows(scored), figure)
    }
}

impl Oks {
    fn rows(&self, scored: &Scored) -> Result<Vec<Counts>, String> {
        let (labels, given) = scored.of_kind::<Keypoints>("points")?;
        let of_row = |row: usize| {
            let away = distances(labels, given, row);
            let Some([left, top, right, bottom]) = labels.bounds(row) else { return [0.0, 0.0] };
            let area = labels.areas[row].map_or((right - left) * (bottom - top), f64::from);
            let similarity = |(place, away): &(usize, f64)| {
                let width = 2.0 * self.deviation(*place, labels.mirrors.len());
                (-away * away / (2.0 * (area + f64::EPSILON) * width * width)).exp()
            };
            [away.iter().map(similarity).sum::<f64>() / away.len() as f64, 1.0]
        };
        Ok((0..scored.rows()).map(of_row).collect())
    }

    fn deviation(&self, point: usize, points: usize) -> f64 {
        match self.deviations[..] {
            [] if points == OF_COCO.len() => OF_COCO[point] / 1000.0,
            [] => DEVIATION,
            [one] => one,
            ref each => each.get(point).copied().unwrap_or(DEVIATION),
        }
    }
}

fn figure([sum, rows]: &Counts) -> Figure {
    if *rows > 0.0 { Figure::Number(sum / rows) } else { Figure::Undefined("no row knows a point".into()) }
}
