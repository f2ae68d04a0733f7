//! The layer and the loss `crf` against all sequences, one by one, and against finite differences.

use super::Draw;
use super::layers::{Forward, compute};
use super::losses;
use super::padding_tests::{device, layer, rows};
use super::value::{Extents, Index, Lengths, Real, Value};
use crate::catalog::error::Undecided;
use crate::catalog::losses::{self as loss_defs};
use crate::catalog::{Args, Axis, Dim, Kind, Type};

const TAGS: usize = 3;
const PLACES: usize = 4;
/// One row fills the batch, one is shorter, one has a single place, one none.
const LENGTHS: [usize; 4] = [4, 2, 1, 0];

fn random(name: &str, shape: &[usize]) -> Real {
    let draw = Draw::new(11, "test", name);
    let numbers = (0..shape.iter().product::<usize>() as u64).map(|at| draw.normal(at) as f32).collect();
    Real::from_host(numbers, shape.to_vec(), &device())
}

fn extents() -> Extents {
    [(1, Lengths::from(LENGTHS))].into_iter().collect()
}

/// The scores that the layer gives for these emissions.
fn scores(x: &Value, weights: &[Real]) -> Real {
    let def = layer("crf", &[]);
    let time = Axis::new(Axis::TIME, Dim::extent("length(x)"));
    let ty = Type::new(Kind::Real, vec![rows(), time, Axis::new(Axis::FEATURES, Dim::int(TAGS as i64))]);
    let output = def.infer(std::slice::from_ref(&ty), &mut Undecided::default()).expect("fits");
    let device = device();
    let mut call = Forward {
        weights,
        inputs: std::slice::from_ref(x),
        types: &[&ty],
        ty: &output,
        sizes: &[0, TAGS * TAGS],
        training: true,
        half: false,
        draw: Draw::new(1, "test", "layer"),
        device: &device,
        then: None,
        kept: Vec::new(),
        state: Vec::new(),
        standing: None,
        together: None,
    };
    compute(&def).forward(&mut call).real().clone().with_extents(extents())
}

/// −ln p of the right sequence, by its score among those of all sequences.
fn by_hand(x: &[f32], [transition, start, end]: [&[f32]; 3], right: &[i64]) -> f64 {
    let of = |numbers: &[f32], at: usize| f64::from(numbers[at]);
    let score = |sequence: &[usize]| {
        let places = sequence.iter().enumerate().map(|(place, tag)| {
            let before = if place == 0 { of(start, *tag) } else { of(transition, sequence[place - 1] * TAGS + tag) };
            before + of(x, place * TAGS + tag)
        });
        places.sum::<f64>() + sequence.last().map_or(0.0, |tag| of(end, *tag))
    };
    let all = (0..TAGS.pow(right.len() as u32)).map(|number| {
        let sequence: Vec<usize> = (0..right.len()).map(|place| number / TAGS.pow(place as u32) % TAGS).collect();
        score(&sequence).exp()
    });
    let right: Vec<usize> = right.iter().map(|tag| *tag as usize).collect();
    all.sum::<f64>().ln() - score(&right)
}

#[test]
fn the_loss_is_that_of_all_sequences() {
    let x = random("x", &[4, PLACES, TAGS]);
    let weights = [random("transition", &[TAGS, TAGS]), random("start", &[TAGS]), random("end", &[TAGS])];
    // What stands behind the end of a row is no tag of it.
    let right = vec![2, 0, 1, 1, 1, 2, 0, 0, 1, 2, 2, 2, 0, 1, 2, 0];
    let target = Value::Index(Index::from_host(right.clone(), vec![4, PLACES], &device())).with_extents(extents());
    let value = |x: &Real| Value::Real(x.clone().with_extents(extents()));
    let output = scores(&value(&x), &weights);
    let entry = loss_defs::find("crf").expect("a loss");
    let loss_def = (entry.from_args)(&Args::default()).expect("no arguments");
    let loss = losses::compute(&loss_def);
    let host = weights.each_ref().map(Real::to_host);
    let numbers = x.to_host();
    let found = super::value::to_host(loss.rows(std::slice::from_ref(&output), &target));
    let expected = |numbers: &[f32], row: usize| {
        let own = &numbers[row * PLACES * TAGS..][..PLACES * TAGS];
        by_hand(own, host.each_ref().map(Vec::as_slice), &right[row * PLACES..][..LENGTHS[row]])
    };
    for (row, found) in found.iter().enumerate() {
        let expected = expected(&numbers, row);
        assert!((f64::from(*found) - expected).abs() < 1e-5, "row {row}: {found} is not {expected}");
    }
    // The slope of each score that the layer gives, against its finite difference.
    let slopes = losses::slopes(loss, std::slice::from_ref(&output), &target).remove(0).to_host();
    let of = |numbers: Vec<f32>| {
        let output = Real::from_host(numbers, output.shape().to_vec(), &device()).with_extents(extents());
        super::value::to_host(loss.rows(std::slice::from_ref(&output), &target)).into_iter().map(f64::from).sum::<f64>()
    };
    for (place, slope) in slopes.iter().enumerate() {
        let at = |shift: f32| {
            let mut numbers = output.to_host();
            numbers[place] += shift;
            of(numbers)
        };
        let difference = (at(1e-2) - at(-1e-2)) / 2e-2;
        assert!((difference - f64::from(*slope)).abs() < 2e-3, "{place}: {slope} is not {difference}");
    }
}
