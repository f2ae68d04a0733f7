//! The losses of maps (`centers`, `moving_centers`, `grouping`, `heat_maps`) against their formulas, by loops in double precision, and against finite differences of these.

use super::answer_loss_tests::{agrees, loss, random};
use super::padding_tests::device;
use super::value::{Real, Value};
use crate::catalog::ArgValue;

const HIGH: usize = 3;
const WIDE: usize = 4;
const PLACES: usize = HIGH * WIDE;
/// What a head's numbers begin below: ln 99, so that it says one in a hundred.
const PRIOR: f64 = 4.595;

/// Numbers that a person could write down, below 1.
fn small(place: usize) -> f32 {
    ((place * 37 + 11) % 97) as f32 / 100.0
}

fn target(shape: &[usize], of: impl Fn(usize) -> f32) -> (Value, Vec<f64>) {
    let numbers: Vec<f32> = (0..shape.iter().product::<usize>()).map(of).collect();
    let exact = numbers.iter().map(|number| f64::from(*number)).collect();
    (Value::Real(Real::from_host(numbers, shape.to_vec(), &device())), exact)
}

/// −(1 − p)²·ln p in a middle, −(1 − y)⁴·p²·ln(1 − p) elsewhere.
fn focal(output: f64, heat: f64) -> f64 {
    let p = 1.0 / (1.0 + (PRIOR - output).exp());
    match heat == 1.0 {
        true => -(1.0 - p).powi(2) * p.ln(),
        false => -(1.0 - heat).powi(4) * p.powi(2) * (1.0 - p).ln(),
    }
}

/// 1 − GIoU of two boxes: left, top, right, bottom.
fn apart(one: [f64; 4], other: [f64; 4]) -> f64 {
    let area = |[left, top, right, bottom]: [f64; 4]| (right - left).max(0.0) * (bottom - top).max(0.0);
    let both = area([one[0].max(other[0]), one[1].max(other[1]), one[2].min(other[2]), one[3].min(other[3])]);
    let around = area([one[0].min(other[0]), one[1].min(other[1]), one[2].max(other[2]), one[3].max(other[3])]);
    let either = area(one) + area(other) - both;
    1.0 - (both / either - (around - either) / around)
}

/// Of one map with `classes` channels of heat the sums over places of heats and of edges, and how many middles there are. Channels of the target follow each other by `PLACES`, as
/// those of the output do.
fn heats_and_edges(output: &[f64], wanted: &[f64], classes: usize) -> (f64, f64, f64) {
    let (mut heats, mut edges, mut count) = (0.0, 0.0, 0.0);
    for place in 0..PLACES {
        for class in 0..classes {
            let heat = wanted[class * PLACES + place];
            heats += focal(output[class * PLACES + place], heat);
            count += f64::from(u8::from(heat == 1.0));
        }
        let (across, down) = ((place % WIDE) as f64 + 0.5, (place / WIDE) as f64 + 0.5);
        let far = |edge: usize| output[(classes + edge) * PLACES + place].exp();
        let given = [across - far(0), down - far(1), across + far(2), down + far(3)];
        let truth = [0, 1, 2, 3].map(|edge| wanted[(classes + edge) * PLACES + place]);
        edges += wanted[(classes + 4) * PLACES + place] * apart(given, truth);
    }
    (heats, edges, count)
}

/// A channel's number at a place of a target of boxes: heats, the edges of a box around the place, what the place counts. Every fifth place is a middle of the first class, unless the map
/// has none.
fn of_boxes(channel: usize, place: usize, classes: usize, any: bool) -> f32 {
    let (across, down) = ((place % WIDE) as f32 + 0.5, (place / WIDE) as f32 + 0.5);
    match channel.checked_sub(classes) {
        None if any && channel == 0 && place % 5 == 2 => 1.0,
        None => small(channel * 13 + place),
        Some(0) => across - 0.4 - small(place),
        Some(1) => down - 0.3 - small(place + 1),
        Some(2) => across + 0.7 + small(place + 2),
        Some(3) => down + 0.2 + small(place + 3),
        _ if any && place % 3 != 1 => small(place + 4),
        _ => 0.0,
    }
}

#[test]
fn centers_are_a_focal_loss_and_a_generalised_overlap() {
    const CLASSES: usize = 2;
    let output = random("centers", &[2, CLASSES + 4, HIGH, WIDE]);
    // The second picture has no box.
    let shape = [2, CLASSES + 5, HIGH, WIDE];
    let row = (CLASSES + 5) * PLACES;
    let (target, wanted) = target(&shape, |at| of_boxes(at % row / PLACES, at % PLACES, CLASSES, at < row));
    let expected = |numbers: &[f64]| -> Vec<f64> {
        let rows = numbers.chunks((CLASSES + 4) * PLACES).zip(wanted.chunks(row));
        let of_row = |(output, wanted): (&[f64], &[f64])| {
            let (heats, edges, count) = heats_and_edges(output, wanted, CLASSES);
            (heats + 1.5 * edges) / count.max(1.0)
        };
        rows.map(of_row).collect()
    };
    agrees(&loss("centers", vec![("edges", ArgValue::Number(1.5))]), &output, &target, &expected);
}

#[test]
fn moving_centers_are_those_of_all_frames_and_the_ways_back() {
    const CLASSES: usize = 1;
    const FRAMES: usize = 2;
    let (given, told) = (CLASSES + 6, CLASSES + 8);
    let output = random("moving", &[2, FRAMES, given, HIGH, WIDE]);
    let frame = told * PLACES;
    let (target, wanted) = target(&[2, FRAMES, told, HIGH, WIDE], |at| {
        let (channel, place) = (at % frame / PLACES, at % PLACES);
        match channel.checked_sub(CLASSES + 5) {
            None => of_boxes(channel, place, CLASSES, at < 3 * frame),
            Some(2) if place % 4 == 0 => small(place),
            Some(2) => 0.0,
            Some(_) => small(at) - 0.5,
        }
    });
    let expected = |numbers: &[f64]| -> Vec<f64> {
        let rows = numbers.chunks(FRAMES * given * PLACES).zip(wanted.chunks(FRAMES * frame));
        let of_row = |(output, wanted): (&[f64], &[f64])| {
            let (mut sum, mut boxes) = (0.0, 0.0);
            for (output, wanted) in output.chunks(given * PLACES).zip(wanted.chunks(frame)) {
                let (heats, edges, count) = heats_and_edges(output, wanted, CLASSES);
                boxes += count;
                let mut moves = 0.0;
                for place in 0..PLACES {
                    let way = |axis: usize| {
                        let own = output[(CLASSES + 4 + axis) * PLACES + place];
                        (own - wanted[(CLASSES + 5 + axis) * PLACES + place]).abs()
                    };
                    moves += wanted[(CLASSES + 7) * PLACES + place] * (way(0) + way(1));
                }
                sum += heats + 2.0 * edges + 0.25 * moves;
            }
            sum / f64::max(boxes, 1.0)
        };
        rows.map(of_row).collect()
    };
    let def = loss("moving_centers", vec![("edges", ArgValue::Number(2.0)), ("moves", ArgValue::Number(0.25))]);
    agrees(&def, &output, &target, &expected);
}

#[test]
fn grouping_is_a_cross_entropy_a_focal_loss_and_a_distance() {
    const CLASSES: usize = 3;
    // Classes and nothing, a heat, a way.
    let given = CLASSES + 1 + 3;
    let output = random("grouping", &[2, given, HIGH, WIDE]);
    let row = 5 * PLACES;
    let (target, wanted) = target(&[2, 5, HIGH, WIDE], |at| {
        let (channel, place) = (at % row / PLACES, at % PLACES);
        match channel {
            0 => (place * 7 % (CLASSES + 1)) as f32,
            1 if at < row && place % 6 == 1 => 1.0,
            1 => small(place),
            2 | 3 => small(at) * 3.0 - 1.0,
            // Each thing's places count 1 together: the first picture has two, the second none.
            _ if at < row => 2.0 / PLACES as f32,
            _ => 0.0,
        }
    });
    let expected = |numbers: &[f64]| -> Vec<f64> {
        let rows = numbers.chunks(given * PLACES).zip(wanted.chunks(row));
        let of_row = |(output, wanted): (&[f64], &[f64])| {
            let (mut classes, mut heats, mut ways, mut of_things, mut things) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for place in 0..PLACES {
                let logit = |class: usize| output[class * PLACES + place];
                let all: f64 = (0..=CLASSES).map(|class| logit(class).exp()).sum();
                let of_place = all.ln() - logit(wanted[place] as usize);
                classes += of_place;
                of_things += wanted[4 * PLACES + place] * of_place;
                heats += focal(output[(CLASSES + 1) * PLACES + place], wanted[PLACES + place]);
                let far = |axis: usize| {
                    (output[(CLASSES + 2 + axis) * PLACES + place] - wanted[(2 + axis) * PLACES + place]).abs()
                };
                ways += wanted[4 * PLACES + place] * (far(0) + far(1));
                things += wanted[4 * PLACES + place];
            }
            classes / PLACES as f64 + (0.5 * heats + 0.3 * ways + 0.7 * of_things) / f64::max(things, 1.0)
        };
        rows.map(of_row).collect()
    };
    let weights = [("heats", 0.5), ("offsets", 0.3), ("things", 0.7)];
    let def = loss("grouping", weights.map(|(name, weight)| (name, ArgValue::Number(weight))).to_vec());
    agrees(&def, &output, &target, &expected);
}

#[test]
fn heat_maps_are_a_cross_entropy_over_places() {
    const POINTS: usize = 3;
    let output = random("heat maps", &[2, POINTS, HIGH, WIDE]);
    // The first row knows two of its points, the second none.
    let (target, wanted) = target(&[2, POINTS, HIGH, WIDE], |at| match (at / PLACES, at % PLACES) {
        (0 | 2, place) => [0.5, 0.25, 0.25].get(place % 7).copied().filter(|_| place < 7).unwrap_or(0.0),
        _ => 0.0,
    });
    let expected = |numbers: &[f64]| -> Vec<f64> {
        let rows = numbers.chunks(POINTS * PLACES).zip(wanted.chunks(POINTS * PLACES));
        let of_row = |(output, wanted): (&[f64], &[f64])| {
            let (mut sum, mut known) = (0.0, 0.0);
            for (output, wanted) in output.chunks(PLACES).zip(wanted.chunks(PLACES)) {
                let all = output.iter().map(|logit| logit.exp()).sum::<f64>().ln();
                known += f64::from(u8::from(wanted.iter().any(|heat| *heat > 0.0)));
                sum += output.iter().zip(wanted).map(|(logit, heat)| heat * (all - logit)).sum::<f64>();
            }
            sum / f64::max(known, 1.0)
        };
        rows.map(of_row).collect()
    };
    agrees(&loss("heat_maps", Vec::new()), &output, &target, &expected);
}

#[test]
fn numbers_that_count_nowhere_are_left_out_of_the_mean() {
    const CHANNELS: usize = 2;
    const ROW: usize = CHANNELS * PLACES;
    let output = random("numbers of pixels", &[2, CHANNELS, HIGH, WIDE]);
    let (target, wanted) = target(&[2, CHANNELS, HIGH, WIDE], |at| small(at) - 0.3);
    // Of the first row two thirds of the numbers count, of the second one alone.
    let counts = |at: usize| if at < ROW { !at.is_multiple_of(3) } else { at == ROW + 5 };
    let target = target.with_weights((0..2 * ROW).map(|at| f32::from(u8::from(counts(at)))).collect());
    let huber = |error: f64| if error.abs() <= 0.5 { 0.5 * error * error } else { 0.5 * (error.abs() - 0.25) };
    let each: [(&str, Vec<_>, &dyn Fn(f64, f64) -> f64); 4] = [
        ("mae", Vec::new(), &|output, wanted| (output - wanted).abs()),
        ("mse", Vec::new(), &|output, wanted| (output - wanted).powi(2)),
        ("huber", vec![("delta", ArgValue::Number(0.5))], &|output, wanted| huber(output - wanted)),
        ("binary_cross_entropy", Vec::new(), &|output, wanted| {
            output.max(0.0) - output * wanted + (-output.abs()).exp().ln_1p()
        }),
    ];
    for (name, arguments, of) in each {
        let expected = |numbers: &[f64]| -> Vec<f64> {
            let of_row = |row: usize| {
                let counted: Vec<usize> = (row * ROW..(row + 1) * ROW).filter(|at| counts(*at)).collect();
                counted.iter().map(|at| of(numbers[*at], wanted[*at])).sum::<f64>() / counted.len() as f64
            };
            (0..2).map(of_row).collect()
        };
        agrees(&loss(name, arguments), &output, &target, &expected);
    }
}
