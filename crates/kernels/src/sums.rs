//! Sums of the numbers of a run, in several sums side by side that are added up last: so they become vectors, and lose fewer digits. And
//! the largest number, in the same way.

/// Sums that are added to side by side.
const LANES: usize = 16;

/// Of a function of each number.
#[inline(always)]
pub fn sum(numbers: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (whole, rest) = numbers.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for numbers in whole {
        sums.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += of(*x));
    }
    sums.iter_mut().zip(rest).for_each(|(sum, x)| *sum += of(*x));
    sums.iter().sum()
}

/// Of a function of each pair of numbers.
#[inline(always)]
pub fn sum_of_two(left: &[f32], right: &[f32], of: impl Fn(f32, f32) -> f32) -> f32 {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (left, right) in left.iter().zip(right) {
        sums.iter_mut().zip(left.iter().zip(right)).for_each(|(sum, (x, y))| *sum += of(*x, *y));
    }
    sums.iter_mut().zip(left_rest.iter().zip(right_rest)).for_each(|(sum, (x, y))| *sum += of(*x, *y));
    sums.iter().sum()
}

/// Of two functions of each pair of numbers, in one pass.
#[inline(always)]
pub fn sums_of_two(left: &[f32], right: &[f32], of: impl Fn(f32, f32) -> [f32; 2]) -> [f32; 2] {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    let mut sums = [[0.0; LANES]; 2];
    let [first, second] = &mut sums;
    let mut add = |left: &[f32], right: &[f32]| {
        for ((first, second), (x, y)) in first.iter_mut().zip(second.iter_mut()).zip(left.iter().zip(right)) {
            let [own, other] = of(*x, *y);
            *first += own;
            *second += other;
        }
    };
    for (left, right) in left.iter().zip(right) {
        add(left, right);
    }
    add(left_rest, right_rest);
    sums.map(|sums| sums.iter().sum())
}

/// The largest number; one that is none is not looked at.
#[inline(always)]
pub fn largest(numbers: &[f32]) -> f32 {
    let mut largest = [f32::NEG_INFINITY; LANES];
    for numbers in numbers.chunks(LANES) {
        largest.iter_mut().zip(numbers).for_each(|(largest, x)| *largest = largest.max(*x));
    }
    largest.iter().fold(f32::NEG_INFINITY, |largest, x| largest.max(*x))
}
