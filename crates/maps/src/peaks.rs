//! Where heat is highest: the places of a map that nothing around them is hotter than.

use crate::Size;

/// The places, in their order, that are at least so hot, and than which no place so many places around, down and across, is hotter; of those around that are as hot it is the
/// first.
///
/// Few places are hot, so that these are looked for first, row by row, and compared with the rows around them all at once.
pub fn peaks(heats: &[f32], (height, width): Size, least: f64, reach: usize) -> Vec<usize> {
    let least = no_less(least);
    let mut found = Vec::new();
    let mut tall = vec![0.0_f32; width];
    for (row, own) in heats.chunks_exact(width.max(1)).enumerate().take(height) {
        if !own.iter().fold(false, |any, heat| any | (*heat >= least)) {
            continue;
        }
        tall.copy_from_slice(own);
        for other in around(row, height, reach) {
            let heats = &heats[other * width..][..width];
            tall.iter_mut().zip(heats).for_each(|(tall, heat)| *tall = if *heat > *tall { *heat } else { *tall });
        }
        let hot = own.iter().zip(&tall).enumerate().filter(|(_, (heat, tall))| **heat >= least && *heat >= *tall);
        let places = hot.map(|(column, _)| row * width + column);
        found.extend(places.filter(|place| is_peak(heats, (height, width), *place, reach)));
    }
    found
}

/// Whether a place is one, however hot it is.
fn is_peak(heats: &[f32], (height, width): Size, place: usize, reach: usize) -> bool {
    let (own, columns) = (heats[place], around(place % width, width, reach));
    around(place / width, height, reach).all(|row| {
        let first = row * width + columns.start;
        let others = heats[first..][..columns.len()].iter().zip(first..);
        others.fold(true, |is_one, (heat, other)| is_one & ((*heat < own) | ((*heat == own) & (other >= place))))
    })
}

/// The places so far around one, as far as there are any.
pub fn around(at: usize, size: usize, reach: usize) -> std::ops::Range<usize> {
    at.saturating_sub(reach)..at.saturating_add(reach).saturating_add(1).min(size)
}

/// The least number of 32 bits that is no less: whatever is as large as the one is as large as the other.
fn no_less(least: f64) -> f32 {
    let near = least as f32;
    if f64::from(near) < least { near.next_up() } else { near }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::numbers;

    /// By the words of what it is.
    fn expected(heats: &[f32], (height, width): Size, least: f64, reach: usize) -> Vec<usize> {
        let near = |one: usize, other: usize| one.abs_diff(other) <= reach;
        let is_one = |place: &usize| {
            let others = (0..height * width)
                .filter(|other| near(place / width, other / width) && near(place % width, other % width));
            let not_above =
                |other: usize| heats[other] < heats[*place] || (heats[other] == heats[*place] && other >= *place);
            f64::from(heats[*place]) >= least && others.clone().all(not_above)
        };
        (0..height * width).filter(is_one).collect()
    }

    #[test]
    fn peaks_are_what_nothing_around_is_hotter_than() {
        for (height, width) in [(1, 1), (1, 9), (9, 1), (7, 5), (32, 32), (24, 33)] {
            for reach in [0, 1, 2, 40] {
                for steps in [3.0, 1000.0] {
                    // In few steps many are as hot.
                    let mut heats = numbers(height * width, height * width);
                    heats.iter_mut().for_each(|heat| *heat = (*heat * steps).round() / steps);
                    heats[height * width / 2] = f32::NAN;
                    for least in [f64::NEG_INFINITY, -0.3, 0.1, 0.9, 2.0] {
                        let size = (height, width);
                        let found = peaks(&heats, size, least, reach);
                        assert_eq!(found, expected(&heats, size, least, reach), "{size:?} {reach} {steps} {least}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_as_hot_as_it_must_be_is_hot() {
        // 0.1 in 32 bits lies above 0.1 in 64, and 0.3 so too; 0.7 below.
        for least in [0.1, 0.3, 0.7, -0.7, 1e-60, 1e60, 0.5] {
            for heat in [least as f32, (least as f32).next_up(), (least as f32).next_down()] {
                let found = peaks(&[heat], (1, 1), least, 1);
                assert_eq!(found.len(), usize::from(f64::from(heat) >= least), "{heat} {least}");
            }
        }
    }
}
