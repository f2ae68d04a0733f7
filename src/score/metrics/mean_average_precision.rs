//! `mean_average_precision`: how well boxes or things are found, as COCO measures it.

use super::{Batches, Compute, Prepared};
use crate::answers::{Boxes, Instances, Located, Thing, masks};
use crate::catalog::Share;
use crate::catalog::metrics::mean_average_precision::MeanAveragePrecision;
use crate::score::{Figure, RowWeights, Scored};

/// Of each class and picture so many boxes are looked at.
const MOST: usize = 100;
/// At so many points of recall, from 0 to 1, precision is read.
const POINTS: usize = 101;

/// What a row has, what was found in it, and how much each of the latter shares with each of the former.
struct Row {
    truth: Vec<Located>,
    given: Vec<Located>,
    shared: Vec<Vec<f64>>,
}

fn rows(scored: &Scored) -> Result<Vec<Row>, String> {
    let all = 0..scored.rows();
    if let Ok((labels, given)) = scored.of_kind::<Instances>("instances") {
        let of_row = |row: usize| {
            let (truth, given) = masks(labels, given, row);
            let shared = given.iter().map(|one| {
                let share = |other: &Thing| match other.0.passed_over {
                    true => one.1.inside(&other.1),
                    false => one.1.shared(&other.1),
                };
                truth.iter().map(share).collect()
            });
            let shared = shared.collect();
            let plain = |things: Vec<(Located, _)>| things.into_iter().map(|(one, _)| one).collect();
            Row { shared, truth: plain(truth), given: plain(given) }
        };
        return Ok(all.map(of_row).collect());
    }
    let (labels, given) = scored.of_kind::<Boxes>("boxes")?;
    let of_row = |row: usize| {
        let (truth, given) = (labels.row(row).to_vec(), given.row(row).to_vec());
        // Of what is passed over, a crowd, it counts how much of the given box lies in it.
        let share =
            |one: &Located, other: &Located| if other.passed_over { one.inside(other) } else { one.overlap(other) };
        let shared = given.iter().map(|one| truth.iter().map(|other| share(one, other)).collect()).collect();
        Row { truth, given, shared }
    };
    Ok(all.map(of_row).collect())
}

impl Compute for MeanAveragePrecision {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let rows = rows(scored)?;
        let overlaps = match self.overlap {
            Some(Share(overlap)) => vec![overlap],
            // As numpy's linspace has them: shares of pixels may be just as much.
            None => (0..10).map(|step| f64::from(step) * ((0.95 - 0.5) / 9.0) + 0.5).collect(),
        };
        let classes = rows.iter().flat_map(|row| &row.truth).map(|one| one.class + 1).max().unwrap_or(0);
        let found: Vec<Found> = (0..classes).map(|class| Found::of(class, &rows, &overlaps)).collect();
        let per_class = self.per_class;
        Ok(Box::new(move |weights: RowWeights| {
            // Of each class one for every overlap, or none at all.
            let of_class =
                |class: &Found| -> Vec<f64> { (0..overlaps.len()).filter_map(|at| class.area(at, weights)).collect() };
            let areas: Vec<Vec<f64>> = found.iter().map(of_class).collect();
            match mean(&areas.concat()) {
                None => Figure::Undefined("no row has a box".into()),
                Some(_) if per_class => Figure::PerClass(areas.iter().map(|areas| mean(areas)).collect()),
                Some(mean) => Figure::Number(mean),
            }
        }))
    }

    /// How sure each box is must be ranked over all rows.
    fn begin(&self) -> Option<Box<dyn Batches>> {
        None
    }
}

fn mean(areas: &[f64]) -> Option<f64> {
    (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
}

/// Precision against recall of a class, at one overlap.
#[cfg(feature = "run")]
pub struct Curve {
    pub class: u32,
    /// How many of it there are.
    pub there: usize,
    /// (recall, precision), the surest answers first.
    pub points: Vec<(f64, f64)>,
    /// The area, as the metric has it.
    pub area: f64,
}

/// The curve of each class of which rows have something; nothing where neither boxes nor things were found.
#[cfg(feature = "run")]
pub fn curves(scored: &Scored, overlap: f64) -> Vec<Curve> {
    let Ok(rows) = rows(scored) else { return Vec::new() };
    let classes = rows.iter().flat_map(|row| &row.truth).map(|one| one.class + 1).max().unwrap_or(0);
    let of_class = |class: u32| {
        let found = Found::of(class, &rows, &[overlap]);
        let (points, area) = (found.points(0, RowWeights::Equal)?, found.area(0, RowWeights::Equal)?);
        Some(Curve { class, there: found.there.len(), points, area })
    };
    (0..classes).filter_map(of_class).collect()
}

/// What was found of one class.
struct Found {
    /// The row of each box that the labels have.
    there: Vec<usize>,
    /// The surest first: its row and, for each overlap, whether it is right; nothing where it is neither right nor wrong.
    given: Vec<(usize, Vec<Option<bool>>)>,
}

impl Found {
    fn of(class: u32, rows: &[Row], overlaps: &[f64]) -> Self {
        let (mut there, mut all) = (Vec::new(), Vec::new());
        for (number, row) in rows.iter().enumerate() {
            let of_class =
                |all: &[Located]| -> Vec<usize> { (0..all.len()).filter(|place| all[*place].class == class).collect() };
            let mut truth = of_class(&row.truth);
            // What counts comes before what is passed over.
            truth.sort_by_key(|place| row.truth[*place].passed_over);
            there.extend(truth.iter().filter(|place| !row.truth[**place].passed_over).map(|_| number));
            let mut given = of_class(&row.given);
            given.sort_by(|one, other| row.given[*other].score.total_cmp(&row.given[*one].score));
            given.truncate(MOST);
            let of_each: Vec<Vec<Option<bool>>> =
                overlaps.iter().map(|overlap| matched(row, &given, &truth, *overlap)).collect();
            for (place, one) in given.iter().enumerate() {
                all.push((row.given[*one].score, number, of_each.iter().map(|right| right[place]).collect()));
            }
        }
        // Of equals those of the first row come first.
        all.sort_by(|one: &(f32, usize, Vec<Option<bool>>), other| other.0.total_cmp(&one.0));
        Self { there, given: all.into_iter().map(|(_, row, right)| (row, right)).collect() }
    }

    /// Recall and precision for one of the overlaps, the surest first; `None` if no row that counts has such a box.
    fn points(&self, at: usize, weights: RowWeights) -> Option<Vec<(f64, f64)>> {
        let all: f64 = self.there.iter().map(|row| weights.at(*row)).sum();
        if all <= 0.0 {
            return None;
        }
        let (mut right, mut wrong) = (0.0, 0.0);
        let mut curve: Vec<(f64, f64)> = Vec::with_capacity(self.given.len());
        for (row, of_each) in &self.given {
            let weight = weights.at(*row);
            match of_each[at] {
                Some(true) => right += weight,
                Some(false) => wrong += weight,
                None => continue,
            }
            if weight > 0.0 {
                curve.push((right / all, right / (right + wrong)));
            }
        }
        Some(curve)
    }

    /// The area for one of the overlaps; `None` if no row that counts has such a box.
    fn area(&self, at: usize, weights: RowWeights) -> Option<f64> {
        let mut curve = self.points(at, weights)?;
        // Precision never rises as recall falls: from the end, the best so far.
        for place in (1..curve.len()).rev() {
            curve[place - 1].1 = curve[place - 1].1.max(curve[place].1);
        }
        let mut next = 0;
        let read = (0..POINTS).map(|point| {
            let recall = point as f64 / (POINTS - 1) as f64;
            while curve.get(next).is_some_and(|(reached, _)| *reached < recall) {
                next += 1;
            }
            curve.get(next).map_or(0.0, |(_, precision)| *precision)
        });
        Some(read.sum::<f64>() / POINTS as f64)
    }
}

/// Gives each of the given, the surest first, the one of the label that it shares most with and that nobody has yet. One that shares enough only with what is passed over is neither
/// right nor wrong.
fn matched(row: &Row, given: &[usize], truth: &[usize], overlap: f64) -> Vec<Option<bool>> {
    let mut taken = vec![false; row.truth.len()];
    let passed_over = |place: usize| row.truth[place].passed_over;
    let find = |one: &usize| {
        let mut best = overlap.min(1.0 - 1e-10);
        let mut found: Option<usize> = None;
        for place in truth.iter().copied() {
            if taken[place] && !passed_over(place) {
                continue;
            }
            if found.is_some_and(|found| !passed_over(found)) && passed_over(place) {
                break;
            }
            if row.shared[*one][place] >= best {
                (best, found) = (row.shared[*one][place], Some(place));
            }
        }
        match found {
            Some(place) if passed_over(place) => None,
            Some(place) => {
                taken[place] = true;
                Some(true)
            }
            None => Some(false),
        }
    };
    given.iter().map(find).collect()
}
