//! Products of matrices that lie anywhere in a slice, on the thread that asks for them or on several.

use gemm::Parallelism;

use crate::processor::is_narrow;

/// A matrix within a slice: number (i, j) stands at `i·row + j·column`.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    numbers: &'a [f32],
    rows: usize,
    columns: usize,
    row: usize,
    column: usize,
}

impl<'a> Matrix<'a> {
    /// The rows of a wider table, or of one as wide: `step` from one to the next.
    ///
    /// # Panics
    /// If the slice ends before the matrix.
    pub fn new(numbers: &'a [f32], rows: usize, columns: usize, step: usize) -> Self {
        assert!(rows * columns == 0 || numbers.len() >= (rows - 1) * step + columns, "all of it lies in the slice");
        Self { numbers, rows, columns, row: step, column: 1 }
    }

    pub fn transposed(self) -> Self {
        Self { rows: self.columns, columns: self.rows, row: self.column, column: self.row, ..self }
    }
}

/// `into` = `keep`·`into` + `times`·left·right, where `into` has rows that are `step` apart. Without `keep` what stood there is not read.
///
/// # Panics
/// If the matrices do not fit each other, or `into` ends before the product.
pub fn multiply(into: &mut [f32], step: usize, left: Matrix<'_>, right: Matrix<'_>, times: f32, keep: bool) {
    multiply_by(Parallelism::None, (into, step), left, right, times, keep);
}

/// The same, by so many threads. A number is added up by one of them, in an order that does not depend on how many there are.
///
/// # Panics
/// As [`multiply`].
pub fn multiply_by(
    threads: Parallelism,
    (into, step): (&mut [f32], usize),
    left: Matrix<'_>,
    right: Matrix<'_>,
    times: f32,
    keep: bool,
) {
    let (rows, columns, inner) = (left.rows, right.columns, left.columns);
    assert!(inner == right.rows && step >= columns, "{left:?} and {right:?} fit");
    if rows * columns == 0 {
        return;
    }
    assert!(into.len() >= (rows - 1) * step + columns, "the product lies in the slice");
    // SAFETY: `into` is borrowed alone, which was asserted to hold the product, and no two of its numbers are the same, for its
    // rows are at least as far apart as they are long.
    unsafe { write(threads, into.as_mut_ptr(), step, left, right, times, keep) }
}

/// left·right, row below row, in memory of its own.
///
/// # Panics
/// If the matrices do not fit each other.
pub fn product(threads: Parallelism, left: Matrix<'_>, right: Matrix<'_>) -> Vec<f32> {
    assert_eq!(left.columns, right.rows, "{left:?} and {right:?} fit");
    let count = left.rows * right.columns;
    if left.columns == 0 || count == 0 {
        return vec![0.0; count];
    }
    let mut into = Vec::with_capacity(count);
    // SAFETY: there is room for the product, whose rows follow each other; all of it is written, and none of it read before.
    unsafe {
        write(threads, into.as_mut_ptr(), right.columns, left, right, 1.0, false);
        into.set_len(count);
    }
    into
}

/// # Safety
/// `into` has room for the product, whose rows are `step` apart, and nobody else reads or writes there; with `keep` all of it has been
/// written before.
unsafe fn write(
    threads: Parallelism,
    into: *mut f32,
    step: usize,
    left: Matrix<'_>,
    right: Matrix<'_>,
    times: f32,
    keep: bool,
) {
    // Both versions take the same, but that each has threads of a type of its own.
    macro_rules! multiplied {
        ($version:ident, $threads:expr) => {
            // SAFETY: the two matrices lie in their slices, which was asserted where they were made; the caller knows of `into`.
            unsafe {
                $version::gemm(
                    left.rows,
                    right.columns,
                    left.columns,
                    into,
                    1,
                    step as isize,
                    keep,
                    left.numbers.as_ptr(),
                    left.column as isize,
                    left.row as isize,
                    right.numbers.as_ptr(),
                    right.column as isize,
                    right.row as isize,
                    1.0,
                    times,
                    false,
                    false,
                    false,
                    $threads,
                )
            }
        };
    }
    if !is_narrow() {
        return multiplied!(gemm, threads);
    }
    let threads = match threads {
        Parallelism::None => gemm_narrow::Parallelism::None,
        Parallelism::Rayon(count) => gemm_narrow::Parallelism::Rayon(count),
    };
    multiplied!(gemm_narrow, threads);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Two columns of a table of three.
        let left = Matrix::new(&[1., 2., 9., 3., 4., 9.], 2, 2, 3);
        let right = Matrix::new(&[5., 6., 7., 8.], 2, 2, 2);
        let mut into = [f32::NAN; 5];
        multiply(&mut into, 3, left, right, 2.0, false);
        assert_eq!([into[0], into[1], into[3], into[4]], [38., 44., 86., 100.]);
        assert!(into[2].is_nan(), "what is none of it stays");
        let mut into = [1.; 4];
        multiply(&mut into, 2, left.transposed(), right.transposed(), 1.0, true);
        assert_eq!(into, [1. + 23., 1. + 31., 1. + 34., 1. + 46.]);
    }

    #[test]
    #[should_panic(expected = "lies in the slice")]
    fn what_is_too_short_is_refused() {
        Matrix::new(&[0.0; 5], 2, 2, 4);
    }
}
