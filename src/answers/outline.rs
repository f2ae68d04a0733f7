//! Which pixels of a picture are of a thing: as polygons, or as run lengths.

use serde::{Deserialize, Serialize};

/// A thing's pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outline {
    /// Corners, in pixels from the left upper corner of the picture. What lies inside an odd number of polygons is of the thing.
    Polygons(Vec<Vec<[f32; 2]>>),
    Runs(Runs),
}

/// Lengths of runs down the columns of a picture, one column after the other: of pixels that are not of the thing, then of such that are, in turn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Runs {
    pub height: usize,
    pub width: usize,
    pub counts: Vec<u32>,
}

impl Runs {
    /// Of a mask, row by row.
    pub fn of(mask: &[bool], (height, width): (usize, usize)) -> Self {
        let (mut counts, mut inside, mut run) = (Vec::new(), false, 0);
        for column in 0..width {
            for row in 0..height {
                if mask[row * width + column] != inside {
                    counts.push(run);
                    (inside, run) = (!inside, 0);
                }
                run += 1;
            }
        }
        counts.push(run);
        Self { height, width, counts }
    }

    /// Of the text that COCO packs them into; `None` if it is none.
    pub fn unpacked(text: &str, (height, width): (usize, usize)) -> Option<Self> {
        let mut counts: Vec<i64> = Vec::new();
        let mut signs = text.bytes();
        while let Some(first) = signs.next() {
            let (mut sign, mut value, mut shift) = (first, 0_i64, 0);
            loop {
                let bits = i64::from(sign.checked_sub(48)?);
                if bits > 63 || shift > 40 {
                    return None;
                }
                value |= (bits & 31) << shift;
                shift += 5;
                if bits & 32 == 0 {
                    // The highest bit is a sign.
                    value |= if bits & 16 != 0 { -1 << shift } else { 0 };
                    break;
                }
                sign = signs.next()?;
            }
            // From the third on, the difference to the one before the last.
            if counts.len() > 2 {
                value += counts[counts.len() - 2];
            }
            counts.push(value);
        }
        let counts = counts.into_iter().map(|count| u32::try_from(count).ok()).collect::<Option<Vec<u32>>>()?;
        Some(Self { height, width, counts }).filter(Runs::is_whole)
    }

    /// Whether the runs are as many pixels as the picture has.
    pub fn is_whole(&self) -> bool {
        self.counts.iter().map(|count| u64::from(*count)).sum::<u64>() == self.height as u64 * self.width as u64
    }

    /// Row by row.
    pub fn mask(&self) -> Vec<bool> {
        let mut mask = vec![false; self.height * self.width];
        let mut place = 0;
        for (run, count) in self.counts.iter().enumerate() {
            for place in (place..place + *count as usize).filter(|_| run % 2 == 1) {
                if let Some(pixel) = mask.get_mut(place % self.height * self.width + place / self.height) {
                    *pixel = true;
                }
            }
            place += *count as usize;
        }
        mask
    }
}

impl Outline {
    /// The pixels, row by row, of a picture of this size: those whose middle lies in a polygon, or where the runs, stretched to it, have one.
    pub fn mask(&self, (height, width): (usize, usize)) -> Vec<bool> {
        match self {
            Outline::Polygons(polygons) => filled(polygons, (height, width)),
            Outline::Runs(runs) if (runs.height, runs.width) == (height, width) => runs.mask(),
            Outline::Runs(runs) => {
                let own = runs.mask();
                let place = |row: usize, column: usize| {
                    let (y, x) =
                        ((2 * row + 1) * runs.height / (2 * height), (2 * column + 1) * runs.width / (2 * width));
                    y * runs.width + x
                };
                let all = (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
                all.map(|(row, column)| own.get(place(row, column)).copied().unwrap_or(false)).collect()
            }
        }
    }

    /// The left, the upper, the right and the lower edge; `None` of nothing.
    pub fn edges(&self) -> Option<[f32; 4]> {
        match self {
            Outline::Polygons(polygons) => {
                let mut corners = polygons.iter().flatten();
                let first = corners.next()?;
                let grown = |[left, top, right, bottom]: [f32; 4], [x, y]: &[f32; 2]| {
                    [left.min(*x), top.min(*y), right.max(*x), bottom.max(*y)]
                };
                Some(corners.fold([first[0], first[1], first[0], first[1]], grown))
            }
            Outline::Runs(runs) => bounds(&runs.mask(), runs.width),
        }
    }
}

/// The edges of the pixels of a mask.
pub fn bounds(mask: &[bool], width: usize) -> Option<[f32; 4]> {
    let mut edges: Option<[usize; 4]> = None;
    for place in (0..mask.len()).filter(|place| mask[*place]) {
        let (x, y) = (place % width, place / width);
        let [left, top, right, bottom] = edges.unwrap_or([x, y, x, y]);
        edges = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
    }
    edges.map(|[left, top, right, bottom]| [left as f32, top as f32, right as f32 + 1.0, bottom as f32 + 1.0])
}

/// The pixels whose middle lies inside an odd number of polygons.
fn filled(polygons: &[Vec<[f32; 2]>], (height, width): (usize, usize)) -> Vec<bool> {
    let mut mask = vec![false; height * width];
    let mut crossings: Vec<f32> = Vec::new();
    for row in 0..height {
        let y = row as f32 + 0.5;
        crossings.clear();
        for polygon in polygons {
            for (corner, next) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
                if (corner[1] <= y) != (next[1] <= y) {
                    crossings.push(corner[0] + (y - corner[1]) / (next[1] - corner[1]) * (next[0] - corner[0]));
                }
            }
        }
        crossings.sort_by(f32::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let first = |edge: f32| (edge - 0.5).ceil().clamp(0.0, width as f32) as usize;
            mask[row * width + first(pair[0])..row * width + first(pair[1]).max(first(pair[0]))].fill(true);
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written row by row.
    fn mask(rows: &[&str]) -> Vec<bool> {
        rows.iter().flat_map(|row| row.bytes().map(|sign| sign == b'#')).collect()
    }

    #[test]
    fn runs_go_down_the_columns() {
        let own = mask(&[".##.", "#.#.", "...#"]);
        let runs = Runs::of(&own, (3, 4));
        // Columns: .#. #.. ##. ..#
        assert_eq!(runs.counts, [1, 1, 1, 1, 2, 2, 3, 1]);
        assert!(runs.is_whole());
        assert_eq!(runs.mask(), own);
        let outline = Outline::Runs(runs);
        assert_eq!(outline.edges(), Some([0.0, 0.0, 4.0, 3.0]));
        // Twice as large, each pixel is four.
        let large = outline.mask((6, 8));
        assert_eq!((large[2], large[3], large[4 * 8 + 7], large[0]), (true, true, true, false));
        assert_eq!(Runs::of(&[true, true], (2, 1)).counts, [0, 2]);
    }

    #[test]
    fn packed_runs_are_those_of_coco() {
        // By pycocotools: a block of 2 × 3 in 5 × 7 pixels, and one with specks in 40 × 50.
        let block = mask(&[".......", "..###..", "..###..", ".......", "......."]);
        assert_eq!(Runs::unpacked(";230009", (5, 7)), Some(Runs::of(&block, (5, 7))));
        let specks = "0l12WOOo10[Mh0200000LXOHh0:XODh0>0KXOJh0;00000IXONh07XODh00XO<h020000000IXONh0MXO8h0IXO6h0MXO0h0800000<XO[20dM0]O0`00V20V10UL0R20Y10oM0nN0N060_O0507020e0";
        let runs = Runs::unpacked(specks, (40, 50)).expect("runs");
        assert_eq!((&runs.counts[..12], runs.counts.len()), (&[0, 60, 2, 35, 1, 98, 1, 13, 25, 15, 25, 15][..], 114));
        assert_eq!(Runs::unpacked(";230009", (5, 8)), None);
        assert_eq!(Runs::unpacked("~~", (5, 7)), None);
    }

    #[test]
    fn polygons_hold_the_pixels_whose_middle_they_hold() {
        let square = Outline::Polygons(vec![vec![[1.0, 0.0], [3.0, 0.0], [3.0, 2.0], [1.0, 2.0]]]);
        assert_eq!(square.mask((3, 4)), mask(&[".##.", ".##.", "...."]));
        assert_eq!(square.edges(), Some([1.0, 0.0, 3.0, 2.0]));
        // A hole, and what lies beyond the picture.
        let hole = vec![[2.0, 1.0], [3.0, 1.0], [3.0, 2.0], [2.0, 2.0]];
        let ring = Outline::Polygons(vec![vec![[0.0, 0.0], [9.0, 0.0], [9.0, 3.0], [0.0, 3.0]], hole]);
        assert_eq!(ring.mask((3, 4)), mask(&["####", "##.#", "####"]));
        let triangle = Outline::Polygons(vec![vec![[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]]);
        assert_eq!(triangle.mask((4, 4)), mask(&["###.", "##..", "#...", "...."]));
    }
}
