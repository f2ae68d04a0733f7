//! The losses `contrastive` and `span` against sums over loops in double precision, and against finite differences.

use super::Draw;
use super::losses;
use super::padding_tests::device;
use super::value::{Extents, Index, Lengths, Real, Value, to_host};
use crate::catalog::losses::{self as loss_defs, LossDef};
use crate::catalog::{ArgValue, Args};

pub(super) fn random(name: &str, shape: &[usize]) -> Real {
    let draw = Draw::new(13, "test", name);
    let numbers = (0..shape.iter().product::<usize>() as u64).map(|at| draw.normal(at) as f32).collect();
    Real::from_host(numbers, shape.to_vec(), &device())
}

pub(super) fn loss(name: &str, values: Vec<(&'static str, ArgValue)>) -> LossDef {
    let entry = loss_defs::find(name).expect("a loss");
    (entry.from_args)(&Args { values: values.into_iter().collect() }).expect("arguments that it has")
}

/// Tokens of rows of these lengths.
fn tokens(all: &[i64], lengths: &[usize]) -> Value {
    let extents: Extents = [(1, Lengths::from(lengths.to_vec()))].into_iter().collect();
    let shape = vec![lengths.len(), all.len() / lengths.len()];
    Value::Index(Index::from_host(all.to_vec(), shape, &device())).with_extents(extents)
}

/// Compares values and slopes of the sum over rows.
pub(super) fn agrees(def: &LossDef, output: &Real, target: &Value, expected: &dyn Fn(&[f64]) -> Vec<f64>) {
    let loss = losses::compute(def);
    let numbers: Vec<f64> = output.to_host().into_iter().map(f64::from).collect();
    let found = to_host(loss.rows(std::slice::from_ref(output), target));
    let wanted = expected(&numbers);
    assert_eq!(found.len(), wanted.len());
    for (row, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        assert!(
            (f64::from(*found) - wanted).abs() < 1e-4 * wanted.abs().max(1.0),
            "row {row}: {found} is not {wanted}"
        );
    }
    let slopes = losses::slopes(loss, std::slice::from_ref(output), target).remove(0).to_host();
    for (place, slope) in slopes.iter().enumerate() {
        let at = |shift: f64| {
            let mut numbers = numbers.clone();
            numbers[place] += shift;
            expected(&numbers).iter().sum::<f64>()
        };
        let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
        let close = (difference - f64::from(*slope)).abs() < 2e-3 * difference.abs().max(1.0);
        assert!(close, "{place}: {slope} is not {difference}");
    }
}

#[test]
fn contrastive_is_a_softmax_over_the_answers_of_the_batch() {
    const ROWS: usize = 6;
    const WIDTH: usize = 4;
    // The third row has no answer, and the last one that of the first.
    let answers = [vec![3, 4], vec![5], vec![], vec![3], vec![4, 3], vec![3, 4]];
    let padded: Vec<i64> = answers.iter().flat_map(|answer| answer.iter().copied().chain([0, 0]).take(2)).collect();
    let lengths: Vec<usize> = answers.iter().map(Vec::len).collect();
    let target = tokens(&padded, &lengths);
    let output = random("towers", &[ROWS, 2 * WIDTH]);
    for symmetric in [false, true] {
        let def =
            loss("contrastive", vec![("temperature", ArgValue::Number(0.3)), ("symmetric", ArgValue::Bool(symmetric))]);
        agrees(&def, &output, &target, &|numbers| {
            let vector = |row: usize, half: usize| &numbers[(2 * row + half) * WIDTH..][..WIDTH];
            let cosine = |row: usize, answer: usize| {
                let (one, other) = (vector(row, 0), vector(answer, 1));
                let dot =
                    |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
                dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
            };
            let score = |row: usize, answer: usize| (cosine(row, answer) / 0.3).exp();
            let rival = |row: usize, other: usize| {
                row == other || (!answers[other].is_empty() && answers[row] != answers[other])
            };
            let of_row = |row: usize| {
                if answers[row].is_empty() {
                    return 0.0;
                }
                let rivals = || (0..ROWS).filter(|other| rival(row, *other));
                let asked = -(score(row, row) / rivals().map(|other| score(row, other)).sum::<f64>()).ln();
                let asking = -(score(row, row) / rivals().map(|other| score(other, row)).sum::<f64>()).ln();
                if symmetric { (asked + asking) / 2.0 } else { asked }
            };
            (0..ROWS).map(of_row).collect()
        });
    }
}

#[test]
fn span_is_the_probability_of_all_right_beginnings_and_ends() {
    const PLACES: usize = 5;
    // One place, two of which the second is shorter, both marks at one place, none at all, and a row without places. Padding is marked as no place may be.
    let marks = [[1, 0, 2, 0, 0], [3, 1, 0, 2, 0], [0, 3, 0, 3, 3], [0, 0, 0, 3, 1], [3, 3, 3, 3, 3]];
    let lengths = [5, 4, 2, 3, 0];
    let target = tokens(marks.as_flattened(), &lengths);
    let extents: Extents = [(1, Lengths::from(lengths))].into_iter().collect();
    let output = random("scores", &[5, PLACES, 2]).with_extents(extents);
    agrees(&loss("span", Vec::new()), &output, &target, &|numbers| {
        let of_row = |row: usize| {
            let places = || 0..lengths[row];
            let of_edge = |edge: usize| {
                let score = |place: usize| numbers[(row * PLACES + place) * 2 + edge].exp();
                let right = places().filter(|place| marks[row][*place] & (1 << edge) != 0).map(score).sum::<f64>();
                -(right / places().map(score).sum::<f64>()).ln()
            };
            let any = places().any(|place| marks[row][place] != 0);
            if any { (of_edge(0) + of_edge(1)) / 2.0 } else { 0.0 }
        };
        (0..5).map(of_row).collect()
    });
}
