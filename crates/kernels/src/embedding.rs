//! What comes back to the rows of a table that were looked up.

/// The rows that indices name, in ascending order, and the sum of what came back for each, in the order of the indices: `slopes` has `width`
/// numbers for each index.
///
/// # Panics
/// If there are not as many slopes, or an index is negative.
#[must_use]
pub fn rows(indices: &[i64], slopes: &[f32], width: usize) -> (Vec<usize>, Vec<f32>) {
    assert_eq!(slopes.len(), indices.len() * width, "a slope for each number that was looked up");
    let mut order: Vec<u32> = (0..indices.len() as u32).collect();
    order.sort_by_key(|at| indices[*at as usize]);
    let (mut seen, mut sums) = (Vec::new(), Vec::with_capacity(slopes.len().min(1 << 20)));
    for at in order {
        let index = usize::try_from(indices[at as usize]).expect("rows are counted from 0");
        let own = &slopes[at as usize * width..][..width];
        if seen.last() == Some(&index) {
            let start = sums.len() - width;
            sums[start..].iter_mut().zip(own).for_each(|(sum, slope): (&mut f32, &f32)| *sum += slope);
        } else {
            seen.push(index);
            sums.extend_from_slice(own);
        }
    }
    (seen, sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_for_one_row_is_added_up() {
        let (seen, sums) = rows(&[7, 2, 7, 0, 2], &[1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 4.0, 40.0, 5.0, 50.0], 2);
        assert_eq!(seen, [0, 2, 7]);
        assert_eq!(sums, [4.0, 40.0, 7.0, 70.0, 4.0, 40.0]);
        assert_eq!(rows(&[], &[], 3), (Vec::new(), Vec::new()));
    }
}
