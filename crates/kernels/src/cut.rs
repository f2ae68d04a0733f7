//! Parts of rows, each of which lies by itself afterwards.

use rayon::prelude::*;

/// Of rows that have `widths` numbers one part after the other, those parts that are `wanted`, row after row.
///
/// # Panics
/// If there is not a wish for each part, or the numbers are no whole rows.
#[must_use]
pub fn parts(rows: &[f32], widths: &[usize], wanted: &[bool]) -> Vec<Option<Vec<f32>>> {
    assert_eq!(widths.len(), wanted.len(), "a wish for each part");
    let width: usize = widths.iter().sum();
    let count = rows.len().checked_div(width).unwrap_or(0);
    assert_eq!(rows.len(), count * width, "whole rows");
    let starts: Vec<usize> = (widths.iter())
        .scan(0, |end, width| {
            *end += width;
            Some(*end - width)
        })
        .collect();
    let part = |(index, start): (usize, &usize)| {
        wanted[index].then(|| {
            let mut part = Vec::with_capacity(count * widths[index]);
            rows.chunks_exact(width.max(1)).for_each(|row| part.extend_from_slice(&row[*start..][..widths[index]]));
            part
        })
    };
    starts.par_iter().enumerate().map(|(index, start)| part((index, start))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_numbers_of_every_row() {
        let rows = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let cut = parts(&rows, &[1, 2, 0, 1], &[true, true, true, false]);
        assert_eq!(cut, [Some(vec![1.0, 5.0]), Some(vec![2.0, 3.0, 6.0, 7.0]), Some(vec![]), None]);
        assert_eq!(parts(&[], &[2, 1], &[true, false]), [Some(vec![]), None]);
        assert_eq!(parts(&[], &[0], &[true]), [Some(vec![])]);
    }
}
