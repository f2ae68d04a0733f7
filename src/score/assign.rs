//! Who goes with whom, so that all pairs together are worth most.

/// For each row the column that it goes with, each column once at most, so that the sum of what the pairs are worth is as large as it can be; a pair that is worth nothing is
/// none. By shortest augmenting paths (Jonker and Volgenant 1987), in as many steps as rows² × columns.
pub(crate) fn assign(worth: &[Vec<f64>]) -> Vec<Option<usize>> {
    let (rows, columns) = (worth.len(), worth.first().map_or(0, Vec::len));
    // With as many columns as rows to which nobody needs to go, every row finds one.
    let all = columns + rows;
    let cost = |row: usize, column: usize| if column < columns { -worth[row][column].max(0.0) } else { 0.0 };
    // Places of columns are counted from 1; what stands at 0 looks for a column.
    let mut owner: Vec<Option<usize>> = vec![None; all + 1];
    let (mut of_row, mut of_column) = (vec![0.0; rows], vec![0.0; all + 1]);
    for row in 0..rows {
        owner[0] = Some(row);
        let mut at = 0;
        let mut least = vec![f64::INFINITY; all + 1];
        let mut came_from = vec![0; all + 1];
        let mut seen = vec![false; all + 1];
        while let Some(current) = owner[at] {
            seen[at] = true;
            let (mut step, mut next) = (f64::INFINITY, at);
            for column in (1..=all).filter(|column| !seen[*column]) {
                let left = cost(current, column - 1) - of_row[current] - of_column[column];
                if left < least[column] {
                    (least[column], came_from[column]) = (left, at);
                }
                if least[column] < step {
                    (step, next) = (least[column], column);
                }
            }
            for column in 0..=all {
                if seen[column] {
                    if let Some(owner) = owner[column] {
                        of_row[owner] += step;
                    }
                    of_column[column] -= step;
                } else {
                    least[column] -= step;
                }
            }
            at = next;
        }
        while at != 0 {
            owner[at] = owner[came_from[at]];
            at = came_from[at];
        }
    }
    let mut found = vec![None; rows];
    for column in 1..=columns {
        if let Some(row) = owner[column].filter(|row| worth[*row][column - 1] > 0.0) {
            found[row] = Some(column - 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best of all ways.
    fn best(worth: &[Vec<f64>], row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == worth.len() {
            return 0.0;
        }
        let mut most = best(worth, row + 1, taken);
        for column in 0..taken.len() {
            if !taken[column] {
                taken[column] = true;
                most = most.max(worth[row][column] + best(worth, row + 1, taken));
                taken[column] = false;
            }
        }
        most
    }

    #[test]
    fn pairs_are_worth_most_together() {
        // The best pair is not among the best pairs.
        assert_eq!(assign(&[vec![9.0, 8.0], vec![8.0, 1.0]]), [Some(1), Some(0)]);
        assert_eq!(assign(&[vec![0.0, -1.0]]), [None]);
        assert_eq!(assign(&[]), []);
        assert_eq!(assign(&[vec![], vec![]]), [None, None]);
        let mut state = 7_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((state >> 33) % 1000) as f64 / 1000.0
        };
        for (rows, columns) in [(1, 4), (4, 1), (3, 3), (5, 4), (4, 6)] {
            for _ in 0..20 {
                let worth: Vec<Vec<f64>> =
                    (0..rows).map(|_| (0..columns).map(|_| (draw() - 0.3).max(0.0)).collect()).collect();
                let found = assign(&worth);
                let sum: f64 = found.iter().enumerate().filter_map(|(row, column)| Some(worth[row][(*column)?])).sum();
                let mut columns: Vec<usize> = found.iter().flatten().copied().collect();
                columns.sort_unstable();
                assert!(columns.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
                assert!((sum - best(&worth, 0, &mut vec![false; worth[0].len()])).abs() < 1e-9, "{worth:?}");
            }
        }
    }
}
