//! Values of rows put together over processes, each of which has some of the rows: as one process would have them that has all.
//!
//! For balancers that look at the gradients in the representation themselves, and not only at sums over rows.

use serde::{Deserialize, Serialize};

use crate::lower::standing::Standing;
use crate::lower::value::Real;
use crate::lower::world::{Places, World};

/// A value of this process, by its step in the model.
pub struct Own<'a> {
    pub step: usize,
    /// The data sets whose rows the step has.
    pub sets: &'a [usize],
    /// Where its rows stand, if they are places of those.
    pub standing: Option<&'a Standing>,
    /// Zero or more values of one shape.
    pub values: Vec<&'a Real>,
}

/// What a process says of a value.
#[derive(Serialize, Deserialize)]
struct Shape {
    step: usize,
    shape: Vec<usize>,
    /// How many rows all processes have, if this one knows where its own stand among them.
    all: Option<usize>,
    /// The way to each row, if they are places; to none, where the only row stands in for places that there are not.
    ways: Option<Vec<Vec<u32>>>,
}

/// How the values of one step lie among those of all processes.
struct Laid {
    step: usize,
    rows: usize,
    /// The sizes after the rows, of the largest.
    sizes: Vec<usize>,
    /// Where each own row stands; `None` where it is nobody's. And the own sizes after the rows.
    own: Vec<Option<usize>>,
    own_sizes: Vec<usize>,
}

/// How values lie that all processes have a part of.
pub struct Whole {
    laid: Vec<Laid>,
}

impl Whole {
    /// Agrees on it with all processes, some of which may lack some of the values.
    pub fn of(own: &[Own<'_>], places: Option<&Places>, world: &dyn World) -> Self {
        let placed = |own: &Own<'_>, rows| places.and_then(|places| places.of(own.sets, rows));
        let mine: Vec<Shape> = own
            .iter()
            .filter_map(|own| {
                let shape = own.values.first()?.shape().to_vec();
                let ways =
                    own.standing.map(|standing| (0..standing.rows()).map(|row| standing.way(row).to_vec()).collect());
                let all = placed(own, shape[0]).map(|(_, all)| all).filter(|_| ways.is_none());
                Some(Shape { step: own.step, all, ways, shape })
            })
            .collect();
        let said = world.gather(&serde_json::to_vec(&mine).unwrap_or_default());
        let said: Vec<Vec<Shape>> =
            said.iter().map(|bytes| serde_json::from_slice(bytes).unwrap_or_default()).collect();
        let mut steps: Vec<usize> = said.iter().flatten().map(|shape| shape.step).collect();
        steps.sort_unstable();
        steps.dedup();
        let laid = steps.into_iter().map(|step| {
            let of = |rank: usize| said[rank].iter().find(|shape| shape.step == step);
            let all: Vec<&Shape> = (0..said.len()).filter_map(of).collect();
            let rank = all[0].shape.len();
            let sizes = (1..rank).map(|axis| all.iter().map(|one| one.shape[axis]).max().unwrap_or(0)).collect();
            let here = own.iter().find(|own| own.step == step).and_then(|own| Some((own, own.values.first()?.shape())));
            // Each row where one process would have it: places in the order of their ways, rows of the batch by their numbers. Rows that are counted
            // otherwise, process by process.
            let ways = all.iter().map(|one| one.ways.as_ref()).collect::<Option<Vec<_>>>().map(|ways| {
                let mut ways: Vec<&Vec<u32>> = ways.into_iter().flatten().collect();
                ways.sort_unstable();
                ways
            });
            let placed =
                all.iter().map(|one| one.all).collect::<Option<Vec<usize>>>().and_then(|all| all.first().copied());
            let before: usize = (0..world.rank()).filter_map(of).map(|one| one.shape[0]).sum();
            let own = here.map_or(Vec::new(), |(own, shape)| match (&ways, own.standing, placed) {
                (Some(ways), Some(standing), _) => {
                    let place = |row: usize| ways.binary_search_by(|way| way.as_slice().cmp(standing.way(row))).ok();
                    (0..shape[0]).map(|row| if row < standing.rows() { place(row) } else { None }).collect()
                }
                (_, _, Some(_)) => placed_of(own, shape[0], places).into_iter().flatten().map(Some).collect(),
                _ => (before..before + shape[0]).map(Some).collect(),
            });
            let counted = || all.iter().map(|one| one.shape[0]).sum();
            let rows = ways.map(|ways| ways.len()).or(placed).unwrap_or_else(counted);
            Laid { step, rows, sizes, own, own_sizes: here.map_or(Vec::new(), |(_, shape)| shape[1..].to_vec()) }
        });
        Self { laid: laid.collect() }
    }

    /// The rows and the numbers of the only value that there is; `None` if there are several.
    pub fn rows(&self) -> Option<usize> {
        match self.laid.as_slice() {
            [laid] => Some(laid.rows),
            _ => None,
        }
    }

    /// One value of each step, flat, one behind the other; `which` names it among the step's own.
    pub fn numbers(&self, own: &[Own<'_>], which: usize, world: &dyn World) -> Vec<f64> {
        let mut all = Vec::new();
        for laid in &self.laid {
            let start = all.len();
            let width = laid.sizes.iter().product::<usize>();
            all.resize(start + laid.rows * width, 0.0);
            let value = own.iter().find(|own| own.step == laid.step).and_then(|own| own.values.get(which));
            let Some(numbers) = value.map(|value| value.to_host()) else { continue };
            for (from, to) in laid.pairs() {
                all[start + to] = f64::from(numbers[from]);
            }
        }
        world.sum(&mut all);
        all
    }

    /// Of numbers that lie like these, the own part of each step: the step, and its numbers as its value has them.
    pub fn own(&self, numbers: &[f64]) -> Vec<(usize, Vec<f32>)> {
        let mut start = 0;
        let mut parts = Vec::new();
        for laid in &self.laid {
            let mut part = vec![0.0; laid.own.len() * laid.own_sizes.iter().product::<usize>()];
            for (from, to) in laid.pairs() {
                part[from] = numbers[start + to] as f32;
            }
            start += laid.rows * laid.sizes.iter().product::<usize>();
            parts.push((laid.step, part));
        }
        parts
    }
}

fn placed_of(own: &Own<'_>, rows: usize, places: Option<&Places>) -> Option<Vec<usize>> {
    Some(places?.of(own.sets, rows)?.0)
}

impl Laid {
    /// For each own number its place here, and among those of all.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let (own, all) = (self.own_sizes.iter().product::<usize>(), self.sizes.iter().product::<usize>());
        let mut pairs = Vec::with_capacity(self.own.len() * own);
        for (row, place) in self.own.iter().enumerate() {
            let Some(place) = place else { continue };
            for number in 0..own {
                // Padded to the longest row of all: the same place along each axis.
                let (mut rest, mut at, mut stride) = (number, 0, 1);
                for (size, whole) in self.own_sizes.iter().zip(&self.sizes).rev() {
                    at += rest % size * stride;
                    rest /= size;
                    stride *= whole;
                }
                pairs.push((row * own + number, place * all + at));
            }
        }
        pairs
    }
}
