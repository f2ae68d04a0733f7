//! Gradients of tables that have few of their rows, against the whole tables.

use burn::tensor::{Tensor, TensorData};

use super::layers::{Recorded, compute};
use super::value::{Extents, Index, Lengths, Value, to_host};
use super::{Backend, Draw, Real};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Dim, Kind, Type};
use crate::kernels::embedding::Rows;

fn some(shared: bool) -> Real {
    let device = Backend::Flex.device();
    let numbers = Tensor::<1>::from_data(TensorData::new(vec![1.0, 2.0, 3.0, 4.0f32], [4]), &device);
    let shared = shared.then(|| (1..3, Tensor::<1>::from_data(TensorData::new(vec![0.5, 0.25f32], [2]), &device)));
    Real::of_rows(numbers, Rows { table: [4, 2], seen: vec![0, 2].into(), shared })
}

#[test]
fn rows_are_the_table_however_they_are_looked_at() {
    let plain = [1.0, 2.0, 0.0, 0.0, 3.0, 4.0, 0.0, 0.0];
    assert_eq!(some(false).to_host(), plain);
    let both = [1.0, 2.0, 0.5, 0.25, 3.5, 4.25, 0.0, 0.0];
    let rows = some(true);
    assert_eq!((rows.shape(), rows.elements()), ([4, 2].as_slice(), 8));
    assert_eq!(rows.to_host(), both);
    assert_eq!(to_host(rows.by_rows()), both);
    assert_eq!(to_host(Real::stack(&[rows.clone(), rows.clone()]))[8..], both);
    assert_eq!(rows.clone().scaled(2.0).to_host(), both.map(|number| 2.0 * number));
    assert_eq!(rows.clone().plus(some(false)).to_host(), [2.0, 4.0, 0.5, 0.25, 6.5, 8.25, 0.0, 0.0]);
    assert_eq!(rows.map(|flat| flat * 3.0).to_host(), both.map(|number| 3.0 * number));
}

/// Wide enough that few rows are kept as such.
const TABLE: [usize; 2] = [3000, 24];

/// What comes back for a table, whose rows it keeps, is what each index adds, and what a token that was not seen leaves to all known ones.
#[test]
fn what_comes_back_for_a_large_table_is_what_each_index_adds() {
    let device = Backend::Flex.device();
    let draw = Draw::new(3, "test", "table");
    let numbers = |count: usize| (0..count as u64).map(|at| draw.normal(at) as f32).collect::<Vec<f32>>();
    let weight = Real::from_host(numbers(TABLE[0] * TABLE[1]), TABLE.to_vec(), &device);
    let def = super::padding_tests::layer("embed", &[("width", crate::catalog::ArgValue::Dim(Dim::int(24)))]);
    let kind = Kind::Tokens { vocabulary: Dim::int(TABLE[0] as i64) };
    let ty = Type::new(kind, vec![super::padding_tests::rows(), Axis::new(Axis::TIME, Dim::extent("length(x)"))]);
    let output = def.infer(std::slice::from_ref(&ty), &mut Undecided::default()).expect("fits");
    // Two texts, the second of which is shorter; 1 is a token that was not seen, in the second case.
    for unknown in [false, true] {
        let tokens = vec![7, 2999, if unknown { 1 } else { 8 }, 7, 500, 0, 0, 0];
        let extents: Extents = [(1, Lengths::from([4, 1]))].into_iter().collect();
        let input = Value::Index(Index::from_host(tokens.clone(), vec![2, 4], &device)).with_extents(extents);
        let mut slopes = numbers(8 * TABLE[1]);
        slopes[5 * TABLE[1]..].fill(0.0);
        let cotangent = Real::from_host(slopes.clone(), vec![2, 4, TABLE[1]], &device);
        let recorded = Recorded {
            weights: std::slice::from_ref(&weight),
            inputs: std::slice::from_ref(&input),
            types: &[&ty],
            ty: &output,
            output: &Value::Real(cotangent.clone()),
            kept: &[],
            wants_inputs: &[false],
            wants_weights: true,
            half: false,
            world: None,
        };
        let pulled = compute(&def).vjp().expect("a way back").pull(&recorded, &cotangent);
        let found = pulled.weights[0].clone().expect("a gradient");
        let (_, rows) = found.rows_seen().expect("a table of few rows");
        assert_eq!(rows.shared.is_some(), unknown);
        let mut expected = vec![0.0; TABLE[0] * TABLE[1]];
        for (token, slopes) in tokens.iter().zip(slopes.chunks(TABLE[1])) {
            for (at, slope) in slopes.iter().enumerate() {
                expected[*token as usize * TABLE[1] + at] += slope;
                if *token == 1 {
                    (2..TABLE[0]).for_each(|row| expected[row * TABLE[1] + at] += slope / (TABLE[0] - 2) as f32);
                }
            }
        }
        for (at, (found, expected)) in found.to_host().iter().zip(&expected).enumerate() {
            assert!((found - expected).abs() < 1e-6, "{at}: {found}, not {expected}");
        }
    }
}
