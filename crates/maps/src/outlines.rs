//! Where in a picture the pixels of things are: lengths of runs down its columns, and edges, of all things in one walk over the pixels.

/// A thing's pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The left, the upper, the right and the lower edge, in pixels.
    pub edges: [usize; 4],
    /// How many pixels one after the other, down the columns, are not of the thing, then how many are, in turn, up to the last pixel of the picture.
    pub counts: Vec<u32>,
}

/// Of some things of a picture, as far as it has been walked.
struct Walked {
    outline: Outline,
    /// The pixel behind its last one.
    end: usize,
}

/// Which places of a map the pixels of a picture are, by columns and rows that each are the same all along.
#[derive(Clone, Copy, Debug)]
pub struct Straight<'a> {
    /// Of each column of the picture that of the map; `None` of one that lies beside it.
    pub columns: &'a [Option<usize>],
    pub rows: &'a [Option<usize>],
}

/// The outlines of so many things, by their number; `None` of one that has no pixel. `owners` says of each place of a map of this width which thing it is of, from 1 on.
pub fn straight(owners: &[u16], width: usize, things: usize, pixels: Straight<'_>) -> Vec<Option<Outline>> {
    let mut walk = Walk::new(things, pixels.rows.len());
    let mut own = vec![0; pixels.rows.len()];
    let mut last = None;
    for (number, column) in pixels.columns.iter().enumerate() {
        // Columns side by side are often one of the map.
        if last != Some(*column) {
            last = Some(*column);
            match column {
                None => own.fill(0),
                Some(column) => own.iter_mut().zip(pixels.rows).for_each(|(own, row)| {
                    *own = row.and_then(|row| owners.get(row * width + column)).copied().unwrap_or(0);
                }),
            }
        }
        walk.column(number, &own);
    }
    walk.finished(pixels.columns.len())
}

/// The same of a picture of which each pixel has its own place: `owners` says of each pixel, column by column of this height, which thing it is of.
pub fn by_pixel(owners: &[u16], height: usize, things: usize) -> Vec<Option<Outline>> {
    let mut walk = Walk::new(things, height);
    let columns = owners.chunks_exact(height.max(1));
    let count = columns.len();
    columns.enumerate().for_each(|(number, own)| walk.column(number, own));
    walk.finished(count)
}

struct Walk {
    things: Vec<Option<Walked>>,
    height: usize,
}

impl Walk {
    fn new(things: usize, height: usize) -> Self {
        Self { things: (0..things).map(|_| None).collect(), height }
    }

    /// Goes down a column, run by run.
    fn column(&mut self, column: usize, own: &[u16]) {
        let mut row = 0;
        while row < own.len() {
            let owner = own[row];
            let run = own[row..].iter().take_while(|other| **other == owner).count();
            if owner > 0 {
                self.run(usize::from(owner) - 1, column, row, run);
            }
            row += run;
        }
    }

    fn run(&mut self, thing: usize, column: usize, row: usize, run: usize) {
        let first = column * self.height + row;
        let Some(thing) = self.things.get_mut(thing) else { return };
        match thing {
            None => {
                let edges = [column, row, column + 1, row + run];
                *thing = Some(Walked {
                    outline: Outline { edges, counts: vec![first as u32, run as u32] },
                    end: first + run,
                });
            }
            Some(Walked { outline: Outline { edges, counts }, end }) => {
                // A run that ends a column may go on in the next.
                match counts.last_mut() {
                    Some(last) if *end == first => *last += run as u32,
                    _ => counts.extend([(first - *end) as u32, run as u32]),
                }
                *end = first + run;
                let [_, top, right, bottom] = edges;
                (*top, *right, *bottom) = ((*top).min(row), column + 1, (*bottom).max(row + run));
            }
        }
    }

    fn finished(self, width: usize) -> Vec<Option<Outline>> {
        let all = width * self.height;
        let finished = |thing: Walked| {
            let mut outline = thing.outline;
            if thing.end < all {
                outline.counts.push((all - thing.end) as u32);
            }
            outline
        };
        self.things.into_iter().map(|thing| thing.map(finished)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::numbers;

    /// Thing by thing and pixel by pixel.
    fn expected(own: &dyn Fn(usize, usize) -> u16, (height, width): (usize, usize), thing: u16) -> Option<Outline> {
        let (mut counts, mut inside) = (vec![0], false);
        let mut edges: Option<[usize; 4]> = None;
        for pixel in 0..height * width {
            let (column, row) = (pixel / height, pixel % height);
            let is_own = own(row, column) == thing;
            if is_own != inside {
                counts.push(0);
                inside = is_own;
            }
            *counts.last_mut().expect("one") += 1;
            if is_own {
                let [left, top, right, bottom] = edges.unwrap_or([column, row, column, row]);
                edges = Some([left.min(column), top.min(row), right.max(column + 1), bottom.max(row + 1)]);
            }
        }
        edges.map(|edges| Outline { edges, counts })
    }

    #[test]
    fn things_have_the_pixels_of_their_places() {
        for (size, map) in [((5, 7), (5, 7)), ((1, 9), (3, 2)), ((16, 11), (4, 6)), ((3, 4), (9, 8))] {
            let owners: Vec<u16> =
                numbers(7, map.0 * map.1).iter().map(|number| ((number + 1.0) * 1.9) as u16).collect();
            // The last column and the first row lie beside the map.
            let along = |at: usize, size: usize, map: usize| at * map / size;
            let columns: Vec<Option<usize>> =
                (0..size.1).map(|at| (at + 1 < size.1).then(|| along(at, size.1, map.1))).collect();
            let rows: Vec<Option<usize>> = (0..size.0).map(|at| (at > 0).then(|| along(at, size.0, map.0))).collect();
            let own = |row: usize, column: usize| match (rows[row], columns[column]) {
                (Some(row), Some(column)) => owners[row * map.1 + column],
                _ => 0,
            };
            let expected: Vec<Option<Outline>> = (1..=4).map(|thing| expected(&own, size, thing)).collect();
            let found = straight(&owners, map.1, 4, Straight { columns: &columns, rows: &rows });
            assert_eq!(found, expected, "{size:?}");
            let pixels: Vec<u16> = (0..size.0 * size.1).map(|pixel| own(pixel % size.0, pixel / size.0)).collect();
            assert_eq!(by_pixel(&pixels, size.0, 4), expected, "{size:?}");
        }
    }

    #[test]
    fn runs_end_with_the_picture() {
        let outline = |counts: &[u32], edges| Some(Outline { edges, counts: counts.to_vec() });
        assert_eq!(by_pixel(&[1, 1, 1, 1], 2, 1), [outline(&[0, 4], [0, 0, 2, 2])]);
        assert_eq!(by_pixel(&[0, 2, 2, 1], 2, 2), [outline(&[3, 1], [1, 1, 2, 2]), outline(&[1, 2, 1], [0, 0, 2, 2])]);
        assert_eq!(by_pixel(&[], 0, 1), [None]);
    }
}
