//! Against the sums as they are written down.

use super::Convolution;
use crate::pointwise::chain::Then;

/// Numbers between −1 and 1 that look drawn.
fn numbers(seed: usize, count: usize) -> Vec<f32> {
    let mut state = seed as u64 * 0x9E37_79B9_7F4A_7C15 + 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Calls for each product of the sums with the places of the picture, the filter and the output.
fn each_product(c: &Convolution, mut visit: impl FnMut(usize, usize, usize)) {
    let (inputs, outputs) = (c.inputs / c.groups, c.outputs / c.groups);
    for n in 0..c.batch {
        for o in 0..c.outputs {
            for i in 0..c.output[0] {
                for j in 0..c.output[1] {
                    for k in 0..inputs {
                        for r in 0..c.kernel[0] {
                            for s in 0..c.kernel[1] {
                                let y = (i * c.stride[0] + r * c.dilation[0]).checked_sub(c.before[0]);
                                let x = (j * c.stride[1] + s * c.dilation[1]).checked_sub(c.before[1]);
                                let (Some(y), Some(x)) = (y, x) else { continue };
                                if y >= c.picture[0] || x >= c.picture[1] {
                                    continue;
                                }
                                let channel = o / outputs * inputs + k;
                                let picture = ((n * c.inputs + channel) * c.picture[0] + y) * c.picture[1] + x;
                                let weight = ((o * inputs + k) * c.kernel[0] + r) * c.kernel[1] + s;
                                let output = ((n * c.outputs + o) * c.output[0] + i) * c.output[1] + j;
                                visit(picture, weight, output);
                            }
                        }
                    }
                }
            }
        }
    }
}

fn close(name: &str, c: &Convolution, found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{name} of {c:?}");
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let off = (f64::from(*found) - expected).abs();
        assert!(off <= 2e-5 * (1.0 + expected.abs()) * 10.0, "{name}[{at}] of {c:?}: {found}, not {expected}");
    }
}

fn check(c: &Convolution) {
    let pictures = numbers(1, c.batch * c.input_size());
    let weights = numbers(2, c.weight_size());
    let bias = numbers(3, c.outputs);
    let gradient = numbers(4, c.batch * c.output_size());
    let plane = c.output[0] * c.output[1];
    let mut outputs: Vec<f64> = (0..gradient.len()).map(|at| f64::from(bias[at / plane % c.outputs])).collect();
    let mut of_pictures = vec![0.0; pictures.len()];
    let mut of_weights = vec![0.0; weights.len()];
    each_product(c, |picture, weight, output| {
        outputs[output] += f64::from(pictures[picture]) * f64::from(weights[weight]);
        of_pictures[picture] += f64::from(gradient[output]) * f64::from(weights[weight]);
        of_weights[weight] += f64::from(gradient[output]) * f64::from(pictures[picture]);
    });
    close("output", c, &c.forward(&pictures, &weights, Some(&bias), Then::default()), &outputs);
    close("gradient of the pictures", c, &c.input_gradient(&weights, &gradient), &of_pictures);
    close("gradient of the filters", c, &c.weight_gradient(&pictures, &gradient), &of_weights);
}

/// A convolution of squares with as many zeros on both sides.
fn square(batch: usize, [inputs, outputs]: [usize; 2], side: usize, kernel: usize, stride: usize) -> Convolution {
    let before = kernel / 2;
    let output = (side + 2 * before - kernel) / stride + 1;
    Convolution {
        batch,
        inputs,
        outputs,
        groups: 1,
        picture: [side; 2],
        output: [output; 2],
        kernel: [kernel; 2],
        stride: [stride; 2],
        dilation: [1; 2],
        before: [before; 2],
    }
}

#[test]
fn strides_kernels_and_channels_of_all_sizes() {
    for stride in 1..4 {
        for kernel in [1, 2, 3, 5] {
            for channels in [[1, 1], [3, 6], [5, 4], [4, 7]] {
                check(&square(2, channels, 9, kernel, stride));
            }
        }
    }
}

#[test]
fn small_pictures_of_many_channels() {
    for stride in 1..4 {
        for (kernel, side) in [(1, 4), (2, 5), (3, 2), (3, 1), (3, 6), (5, 3)] {
            let c = square(19, [9, 11], side, kernel, stride);
            assert!(kernel == 1 || c.is_small());
            check(&c);
        }
    }
    let wide = Convolution {
        picture: [5, 19],
        output: [4, 8],
        kernel: [3, 2],
        stride: [1, 2],
        dilation: [2, 3],
        before: [2, 1],
        ..square(3, [7, 9], 1, 1, 1)
    };
    assert!(wide.is_small());
    check(&wide);
    // Windows that see nothing but zeros, and more pictures than stand side by side at a time.
    check(&Convolution { output: [5, 5], picture: [2, 2], before: [4, 4], ..square(1, [32, 8], 2, 1, 1) });
    check(&square(120, [65, 8], 6, 3, 1));
}

#[test]
fn groups_and_depthwise() {
    check(&Convolution { groups: 2, ..square(3, [4, 6], 7, 3, 1) });
    check(&Convolution { groups: 6, ..square(3, [6, 6], 7, 3, 2) });
    check(&Convolution { groups: 3, ..square(2, [3, 6], 8, 5, 1) });
}

#[test]
fn dilation_rectangles_and_margins_of_one_side() {
    let wide = Convolution {
        picture: [5, 31],
        output: [4, 14],
        kernel: [3, 2],
        stride: [1, 2],
        dilation: [2, 3],
        before: [2, 1],
        ..square(2, [3, 5], 1, 1, 1)
    };
    check(&wide);
    // What the windows do not reach, and a window that sees only zeros.
    check(&Convolution { output: [2, 3], picture: [9, 8], stride: [3, 3], ..square(2, [2, 3], 9, 2, 1) });
    check(&Convolution { output: [5, 5], picture: [2, 2], before: [4, 4], ..square(1, [2, 2], 2, 1, 1) });
}

#[test]
fn pictures_larger_than_what_is_gone_through_at_once() {
    check(&square(2, [20, 5], 50, 3, 1));
    check(&square(1, [3, 18], 65, 3, 2));
}

#[test]
fn none() {
    check(&square(0, [2, 3], 5, 3, 1));
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    the_same_bits(&square(7, [5, 9], 11, 3, 1));
    the_same_bits(&square(33, [64, 96], 4, 3, 1));
    the_same_bits(&square(40, [128, 64], 8, 3, 2));
}

fn the_same_bits(c: &Convolution) {
    let pictures = numbers(1, c.batch * c.input_size());
    let weights = numbers(2, c.weight_size());
    let gradient = numbers(4, c.batch * c.output_size());
    let all = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
        pool.install(|| {
            (
                c.forward(&pictures, &weights, None, Then::default()),
                c.input_gradient(&weights, &gradient),
                c.weight_gradient(&pictures, &gradient),
            )
        })
    };
    let one = all(1);
    assert!([2, 5].into_iter().all(|threads| all(threads) == one));
}
