//! Things with their pixels, brought back from what a model was given to the picture as its file has it.

use crate::answers::{Located, Outline, Runs};
use crate::data::Frame;
use crate::score::decode::Grouped;

/// Things in the picture as its file has it.
pub fn in_file(grouped: &Grouped, frame: &Frame) -> Vec<(Located, Outline)> {
    let (high, wide) = frame.from;
    let owners = owners(grouped, frame);
    // The columns and rows that each thing lies in, by its number.
    let mut edges: Vec<Option<[usize; 4]>> = vec![None; grouped.things.len() + 1];
    for (row, owners) in owners.chunks_exact(wide.max(1)).enumerate() {
        for (column, owner) in owners.iter().enumerate().filter(|(_, owner)| **owner > 0) {
            let Some(edges) = edges.get_mut(usize::from(*owner)) else { continue };
            let [left, top, right, bottom] = edges.unwrap_or([column, row, column, row]);
            *edges = Some([left.min(column), top.min(row), right.max(column), bottom.max(row)]);
        }
    }
    let thing = |(thing, number): (&Option<(u32, f32)>, usize)| {
        let ((class, score), [left, top, right, bottom]) = (*thing).zip(edges[number])?;
        let own = |row: usize, column: usize| usize::from(owners[row * wide + column]) == number;
        let outline = Outline::Runs(Runs::among((high, wide), left..right + 1, own));
        let edges = [left, top, right + 1, bottom + 1].map(|edge| edge as f32);
        Some((Located { score, ..Located::label(class, edges) }, outline))
    };
    grouped.things.iter().zip(1..).filter_map(thing).collect()
}

/// Of each pixel of the file's picture the number of the thing that it is of, from 1 on.
fn owners(grouped: &Grouped, frame: &Frame) -> Vec<u16> {
    let ((high, wide), (height, width)) = (frame.from, frame.to);
    let along = |at: f64, size: usize, places: usize| {
        (at >= 0.0 && at < size as f64).then(|| (at / size as f64 * places as f64) as usize)
    };
    let at = |row: usize, column: usize| grouped.owners.get(row * grouped.width + column).copied();
    // What was neither turned nor sheared has the same columns in every row.
    if frame.matrix[1] == 0.0 && frame.matrix[3] == 0.0 {
        let columns: Vec<Option<usize>> =
            (0..wide).map(|column| along(frame.point([column as f64 + 0.5, 0.5])[0], width, grouped.width)).collect();
        let of_row = |row: usize| along(frame.point([0.5, row as f64 + 0.5])[1], height, grouped.height);
        let pixels = (0..high).flat_map(|row| {
            let (row, columns) = (of_row(row), &columns);
            columns.iter().map(move |column| row.zip(*column))
        });
        return pixels.map(|place| place.and_then(|(row, column)| at(row, column)).unwrap_or(0)).collect();
    }
    let place = |pixel: usize| {
        let [x, y] = frame.point([(pixel % wide) as f64 + 0.5, (pixel / wide) as f64 + 0.5]);
        let (row, column) = along(y, height, grouped.height).zip(along(x, width, grouped.width))?;
        at(row, column)
    };
    (0..high * wide).map(|pixel| place(pixel).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map of 4 × 6 places with a thing in each upper corner, and one that has no pixel.
    fn grouped() -> Grouped {
        let mut owners = vec![0; 24];
        [0, 1, 6].iter().for_each(|place| owners[*place] = 1);
        [4, 5, 11].iter().for_each(|place| owners[*place] = 2);
        Grouped { things: vec![Some((3, 0.5)), Some((7, 0.25)), Some((1, 0.1))], owners, height: 4, width: 6 }
    }

    #[test]
    fn things_lie_where_their_pixels_were() {
        let found = in_file(&grouped(), &Frame::whole(4, 6));
        assert_eq!(found.len(), 2);
        let (left, right) = (&found[0], &found[1]);
        assert_eq!((left.0.class, left.0.score, left.0.edges), (3, 0.5, [0.0, 0.0, 2.0, 2.0]));
        assert_eq!(left.1, Outline::Runs(Runs { height: 4, width: 6, counts: vec![0, 2, 2, 1, 19] }));
        assert_eq!((right.0.class, right.0.edges), (7, [4.0, 0.0, 6.0, 2.0]));
        assert_eq!(right.1, Outline::Runs(Runs { height: 4, width: 6, counts: vec![16, 1, 3, 2, 2] }));
    }

    #[test]
    fn a_picture_that_was_made_smaller_or_turned_has_them_as_it_was() {
        // Twice as high and wide as the model was given it.
        let found = in_file(&grouped(), &Frame::whole(8, 12).stretched((4, 6)));
        assert_eq!(found[0].0.edges, [0.0, 0.0, 4.0, 4.0]);
        assert_eq!(found[0].1.mask((8, 12)).iter().filter(|own| **own).count(), 12);
        // A picture of 6 × 4 pixels that was turned by a quarter: x comes from y, and y from the right.
        let turned = Frame::whole(6, 4).then([0.0, 1.0, 0.0, -1.0, 0.0, 4.0], (4, 6));
        let found = in_file(&grouped(), &turned);
        assert_eq!(found[0].0.edges, [2.0, 0.0, 4.0, 2.0]);
        assert_eq!(found[1].0.edges, [2.0, 4.0, 4.0, 6.0]);
    }
}
