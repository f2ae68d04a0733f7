//! Which vectors of the processor are computed with. Where it has AVX-512 these are the widest, but not on every processor the fastest: some lower
//! their clock for them. So they may be measured against AVX2's, and the faster ones be chosen for the whole process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gemm::Parallelism;
use pulp::Arch;

use crate::convolution::Convolution;
use crate::matrix::{Matrix, product};
use crate::pointwise::chain::Then;

/// Vectors that a processor may have both of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vectors {
    /// The widest that it has.
    Widest,
    /// Those of AVX2, half as wide as those of AVX-512.
    Avx2,
}

static NARROW: AtomicBool = AtomicBool::new(false);

/// Whether there is anything to choose.
pub fn has_both() -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return pulp::x86::V4::try_new().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    false
}

/// From now on, for the whole process. Both round a sum otherwise, so that this is done before anything is computed.
pub fn choose(vectors: Vectors) {
    NARROW.store(vectors == Vectors::Avx2 && has_both(), Ordering::Relaxed);
}

/// Whether AVX2 was chosen where there is more.
pub fn is_narrow() -> bool {
    NARROW.load(Ordering::Relaxed)
}

/// What a loop is compiled for.
pub(crate) fn arch() -> Arch {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    if is_narrow()
        && let Some(narrow) = pulp::x86::V3::try_new()
    {
        return Arch::V3(narrow);
    }
    Arch::new()
}

/// The faster ones of a product of matrices and a convolution, as measured in some milliseconds; the widest, unless they are clearly slower. What
/// was [chosen](choose) before stays.
pub fn measured() -> Vectors {
    let before = is_narrow();
    let (rows, convolution) = (vec![0.5; SIDE * SIDE], CONVOLUTION);
    let pictures = vec![0.5; convolution.batch * convolution.inputs * convolution.picture[0] * convolution.picture[1]];
    let filters = vec![0.5; convolution.outputs * convolution.inputs * 9];
    let timed = |vectors: Vectors| {
        choose(vectors);
        let since = Instant::now();
        let matrix = Matrix::new(&rows, SIDE, SIDE, SIDE);
        std::hint::black_box(product(Parallelism::None, matrix, matrix));
        std::hint::black_box(convolution.forward(&pictures, &filters, None, Then::default()));
        since.elapsed()
    };
    // In turns, and the best of several: whatever else the machine does then meets both alike.
    let mut best = [Duration::MAX; 2];
    for _ in 0..TURNS {
        best = [best[0].min(timed(Vectors::Widest)), best[1].min(timed(Vectors::Avx2))];
    }
    choose(if before { Vectors::Avx2 } else { Vectors::Widest });
    faster(best)
}

/// Of the widest vectors and those of AVX2, given their times.
fn faster([widest, avx2]: [Duration; 2]) -> Vectors {
    if avx2.as_secs_f64() * 1.05 < widest.as_secs_f64() { Vectors::Avx2 } else { Vectors::Widest }
}

/// Rows and columns of the matrices that are multiplied.
const SIDE: usize = 256;

const TURNS: usize = 7;

const CONVOLUTION: Convolution = Convolution {
    batch: 2,
    inputs: 32,
    outputs: 32,
    groups: 1,
    picture: [24, 24],
    output: [24, 24],
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    before: [1, 1],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_clearly_faster_is_chosen() {
        let times = |widest: u64, avx2: u64| [widest, avx2].map(Duration::from_millis);
        assert_eq!(faster(times(100, 90)), Vectors::Avx2);
        assert_eq!(faster(times(100, 98)), Vectors::Widest);
        assert_eq!(faster(times(60, 100)), Vectors::Widest);
    }
}
