//! The losses `dice` and `focal` against other programs' figures, sums over loops in double precision, and finite differences.

use super::answer_loss_tests::{agrees, loss, random};
use super::losses;
use super::padding_tests::device;
use super::tape::loss_slopes;
use super::value::{Index, Real, Value, to_host};
use crate::catalog::ArgValue;

const CLASSES: usize = 3;
const PLACES: usize = 4;

/// A logit of row, class and place.
fn at(row: usize, class: usize, place: usize) -> usize {
    (row * CLASSES + class) * PLACES + place
}

/// The softmax of a place.
fn shares(numbers: &[f64], row: usize, place: usize) -> [f64; CLASSES] {
    let powers = [0, 1, 2].map(|class| numbers[at(row, class, place)].exp());
    powers.map(|power| power / powers.iter().sum::<f64>())
}

/// Two maps of 2 × 2 classes.
const MAPS: [usize; 8] = [0, 2, 2, 2, 1, 1, 0, 1];

fn maps(weights: Option<[f32; 8]>) -> Value {
    let index = Index::from_host(MAPS.map(|class| class as i64).to_vec(), vec![2, 2, 2], &device());
    Value::Index(match weights {
        Some(weights) => index.with_weights(weights.to_vec()),
        None => index,
    })
}

fn logits() -> Real {
    let numbers = (0..24).map(|number| ((1.3 * f64::from(number) + 0.4).sin() * 2.0) as f32).collect();
    Real::from_host(numbers, vec![2, CLASSES, 2, 2], &device())
}

/// MONAI 1.5, `DiceLoss(softmax=True, to_onehot_y=True, smooth_nr=1, smooth_dr=1, reduction="none")`, the mean over the classes that a row has; Kornia 0.8, `focal_loss` with
/// `gamma=2` and no `alpha`, summed over the pixels of a row.
#[test]
fn losses_of_class_maps_agree_with_other_programs() {
    for (name, expected) in [("dice", [0.304_275_6, 0.454_665]), ("focal", [3.475_023_7, 3.729_387_3])] {
        let found = to_host(losses::compute(&loss(name, vec![])).rows(&[logits()], &maps(None)));
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{name}: {found} is not {expected}");
        }
    }
}

#[test]
fn dice_is_the_overlap_of_pixels_that_count() {
    let logits = random("logits", &[2, CLASSES, 2, 2]);
    // A pixel that counts more counts once; one of weight 0 is of no class, and nobody is given it.
    for (weights, smooth) in [(None, 1.0), (Some([1.0, 0.0, 3.0, 1.0, 1.0, 1.0, 0.0, 0.5]), 0.3), (None, 0.0)] {
        let counts = |row: usize, place: usize| weights.is_none_or(|weights| weights[row * PLACES + place] > 0.0);
        let expected = |numbers: &[f64]| {
            let of_row = |row: usize| {
                let places = || (0..PLACES).filter(move |place| counts(row, *place));
                let of_class = |class: usize| {
                    let have = places().filter(|place| MAPS[row * PLACES + place] == class);
                    let (count, both) = have.fold((0.0, 0.0), |(count, both), place| {
                        (count + 1.0, both + shares(numbers, row, place)[class])
                    });
                    let given: f64 = places().map(|place| shares(numbers, row, place)[class]).sum();
                    (count > 0.0).then(|| 1.0 - (2.0 * both + smooth) / (given + count + smooth))
                };
                let each: Vec<f64> = (0..CLASSES).filter_map(of_class).collect();
                each.iter().sum::<f64>() / each.len() as f64
            };
            vec![of_row(0), of_row(1)]
        };
        agrees(&loss("dice", vec![("smooth", ArgValue::Number(smooth))]), &logits, &maps(weights), &expected);
    }
}

#[test]
fn a_row_without_a_pixel_that_counts_teaches_nothing() {
    let weights = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
    for name in ["dice", "focal"] {
        let def = loss(name, vec![]);
        let found = to_host(losses::compute(&def).rows(&[logits()], &maps(Some(weights))));
        assert!(found[0] == 0.0 && found[1] > 0.0, "{name}: {found:?}");
        let slopes = losses::slopes(losses::compute(&def), &[logits()], &maps(Some(weights))).remove(0).to_host();
        assert!(slopes[..12].iter().all(|slope| *slope == 0.0), "{name}: {slopes:?}");
        assert!(slopes[12..].iter().all(|slope| *slope != 0.0), "{name}: {slopes:?}");
    }
}

#[test]
fn focal_counts_less_what_is_sure() {
    let logits = random("logits", &[2, CLASSES, 2, 2]);
    for (weights, gamma) in [(None, 2.0), (Some([1.0, 0.0, 3.0, 1.0, 1.0, 1.0, 0.0, 0.5]), 0.5), (None, 0.0)] {
        let expected = |numbers: &[f64]| {
            let of_row = |row: usize| -> f64 {
                let of_place = |place: usize| {
                    let weight = weights.map_or(1.0, |weights| f64::from(weights[row * PLACES + place]));
                    let share = shares(numbers, row, place)[MAPS[row * PLACES + place]];
                    -weight * (1.0 - share).powf(gamma) * share.ln()
                };
                (0..PLACES).map(of_place).sum()
            };
            vec![of_row(0), of_row(1)]
        };
        agrees(&loss("focal", vec![("gamma", ArgValue::Number(gamma))]), &logits, &maps(weights), &expected);
    }
}

#[test]
fn focal_is_finite_where_all_is_sure() {
    let sure: Vec<f32> = (0..24).map(|number| if number / 4 % 3 == 0 { 200.0 } else { -200.0 }).collect();
    let logits = Real::from_host(sure, vec![2, CLASSES, 2, 2], &device());
    for gamma in [0.0, 0.5, 2.0] {
        let def = loss("focal", vec![("gamma", ArgValue::Number(gamma))]);
        let rows = to_host(losses::compute(&def).rows(std::slice::from_ref(&logits), &maps(None)));
        let slopes =
            losses::slopes(losses::compute(&def), std::slice::from_ref(&logits), &maps(None)).remove(0).to_host();
        assert!(rows.iter().chain(&slopes).all(|number| number.is_finite()), "{gamma}: {rows:?} {slopes:?}");
    }
}

/// Of maps of things as the step `grouping` makes them: a class, a heat that is 1 at one place, the way to the middle, and how much the way counts.
#[test]
fn grouping_has_the_slope_that_recording_finds() {
    const THINGS: usize = 2;
    let (places, channels) = (12, THINGS + 4);
    let output = random("output", &[2, channels, 3, 4]);
    let target: Vec<f32> = (0..2)
        .flat_map(|row| {
            let class = (0..places).map(move |place| ((place + row) % (THINGS + 1)) as f32);
            let heat = (0..places).map(move |place| if place == 5 + row { 1.0 } else { (place as f32) / 15.0 });
            let ways = (0..2 * places).map(|place| (place as f32 * 0.7).sin() * 3.0);
            let counts = (0..places).map(|place| if place % 3 == 0 { 0.0 } else { 0.25 });
            class.chain(heat).chain(ways).chain(counts).collect::<Vec<f32>>()
        })
        .collect();
    let target = Value::Real(Real::from_host(target, vec![2, 5, 3, 4], &device()));
    for (offsets, things) in [(0.0, 0.6), (0.7, 0.0), (0.7, 1.5)] {
        let weights = [("heats", 0.4), ("offsets", offsets), ("things", things)];
        let def = loss("grouping", weights.map(|(name, weight)| (name, ArgValue::Number(weight))).to_vec());
        let own = losses::compute(&def).slopes(std::slice::from_ref(&output), &target).expect("its own").remove(0);
        let recorded = loss_slopes(losses::compute(&def), std::slice::from_ref(&output), &target).remove(0);
        for (place, (own, recorded)) in own.to_host().into_iter().zip(recorded.to_host()).enumerate() {
            assert!((own - recorded).abs() < 1e-5, "{place}: {own} is not {recorded}");
        }
    }
}
