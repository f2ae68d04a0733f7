//! Layers whose numbers are worked out by hand.

use super::*;

/// Each of several categories is looked up in a table of its own, and the vectors stand side by side.
#[test]
fn several_categories_have_a_table_each() {
    let case = categories(layer("embed", &[]), vec![0, 99, 3, 7, 0, 7]);
    let shapes: Vec<&[usize]> = case.weights.iter().map(Real::shape).collect();
    assert_eq!(shapes, [[6, 3], [102, 21]], "the widths of 4 and 100 classes");
    let looked_up = case.call(&case.inputs, &case.weights, |layer, call| layer.forward(call));
    let (a, b) = (case.weights[0].to_host(), case.weights[1].to_host());
    let row = |first: usize, second: usize| [&a[3 * first..3 * first + 3], &b[21 * second..21 * second + 21]].concat();
    assert_eq!(looked_up.shape(), [3, 24]);
    assert_eq!(looked_up.real().to_host(), [row(0, 99), row(3, 7), row(0, 7)].concat());
}

#[test]
fn members_compute_as_their_own_weights_say() {
    use crate::catalog::ArgValue::Integer;
    let host = |values: &[f32], shape: &[usize]| Real::from_host(values.to_vec(), shape.to_vec(), &device());
    let run = |case: &Case, input: &Real, weights: &[Real]| {
        let output = case.call(&[Value::Real(input.clone())], weights, |layer, call| layer.forward(call));
        (output.shape().to_vec(), output.real().to_host())
    };
    // Two rows of two features, three members.
    let x = host(&[1.0, 2.0, 3.0, 4.0], &[2, 2]);
    let two = case(layer("ensemble", &[("members", Integer(3))]), vec![Value::Real(x.clone())]);
    let (shape, values) = run(&two, &x, &[host(&[1.0, 1.0, -1.0, 1.0, 2.0, 0.0], &[3, 2])]);
    assert_eq!(shape, [2, 3, 2]);
    assert_eq!(values, [1.0, 2.0, -1.0, 2.0, 2.0, 0.0, 3.0, 4.0, -3.0, 4.0, 6.0, 0.0]);
    let members = host(&values, &shape);
    let sums = case(layer("member_dense", &[("units", Integer(1))]), vec![Value::Real(members.clone())]);
    let weights = [host(&[1.0, 1.0, 1.0, 0.0, 0.0, 1.0], &[3, 2, 1]), host(&[0.0, 10.0, 100.0], &[3, 1])];
    assert_eq!(run(&sums, &members, &weights).1, [3.0, 9.0, 100.0, 7.0, 7.0, 100.0]);
    let scales = case(layer("member_scale", &[]), vec![Value::Real(members.clone())]);
    let weights = [host(&[1.0, 1.0, 2.0, 2.0, 0.0, 0.0], &[3, 2]), host(&[0.0, 0.0, 0.0, 1.0, 5.0, 6.0], &[3, 2])];
    let expected = [1.0, 2.0, -2.0, 5.0, 5.0, 6.0, 3.0, 4.0, -6.0, 9.0, 5.0, 6.0];
    assert_eq!(run(&scales, &members, &weights).1, expected);
}

#[test]
fn periodic_embeddings_are_those_of_the_formula() {
    let case = waves(false);
    let found = case.call(&case.inputs, &case.weights, |layer, call| layer.forward(call)).real().to_host();
    let host: Vec<Vec<f32>> = case.weights.iter().map(Real::to_host).collect();
    let x = case.inputs[0].real().to_host();
    for row in 0..4 {
        for number in 0..3 {
            let phases =
                host[0][number * 3..][..3].iter().map(|c| std::f64::consts::TAU * f64::from(c * x[row * 3 + number]));
            let waves: Vec<f64> = phases.clone().map(f64::sin).chain(phases.map(f64::cos)).collect();
            for unit in 0..2 {
                let weights = (0..6).map(|wave| f64::from(host[1][(number * 6 + wave) * 2 + unit]));
                let sum: f64 = waves.iter().zip(weights).map(|(wave, weight)| wave * weight).sum();
                let expected = (sum + f64::from(host[2][number * 2 + unit])).max(0.0);
                near("periodic", f64::from(found[row * 6 + number * 2 + unit]), expected, 1e-5);
            }
        }
    }
}

/// Two rows of two numbers, and what stands for a whole row.
#[test]
fn feature_tokens_are_those_of_the_formula() {
    use crate::catalog::ArgValue::Integer;
    let host = |values: &[f32], shape: &[usize]| Real::from_host(values.to_vec(), shape.to_vec(), &device());
    let x = Value::Real(host(&[1.0, 2.0, -3.0, 0.5], &[2, 2]));
    let case = case(layer("feature_tokens", &[("width", Integer(2))]), vec![x]);
    let weights =
        [host(&[1.0, 10.0, 2.0, 20.0], &[2, 2]), host(&[0.5, 0.0, 0.0, 7.0], &[2, 2]), host(&[8.0, 9.0], &[1, 2])];
    let found = case.call(&case.inputs, &weights, |layer, call| layer.forward(call));
    assert_eq!(found.shape(), [2, 3, 2]);
    let expected = [1.5, 10.0, 4.0, 47.0, 8.0, 9.0, -2.5, -30.0, 1.0, 17.0, 8.0, 9.0];
    assert_eq!(found.real().to_host(), expected);
}
