//! Things with their pixels, brought back from what a model was given to the picture as its file has it.

use mtlc_maps::outlines::{self, Straight, by_pixel, straight};

use crate::answers::{Located, Outline, Runs};
use crate::data::Frame;
use crate::score::decode::Grouped;

/// Things in the picture as its file has it.
pub fn in_file(grouped: &Grouped, frame: &Frame) -> Vec<(Located, Outline)> {
    let (height, width) = frame.from;
    let thing = |(thing, outline): (&Option<(u32, f32)>, Option<outlines::Outline>)| {
        let ((class, score), outlines::Outline { edges, counts }) = (*thing).zip(outline)?;
        let located = Located { score, ..Located::label(class, edges.map(|edge| edge as f32)) };
        Some((located, Outline::Runs(Runs { height, width, counts })))
    };
    grouped.things.iter().zip(outlines(grouped, frame)).filter_map(thing).collect()
}

/// Of each thing where its pixels are; `None` of one that has none.
fn outlines(grouped: &Grouped, frame: &Frame) -> Vec<Option<outlines::Outline>> {
    let ((high, wide), (height, width)) = (frame.from, frame.to);
    let things = grouped.things.len();
    let along = |at: f64, size: usize, places: usize| {
        (at >= 0.0 && at < size as f64).then(|| (at / size as f64 * places as f64) as usize)
    };
    // What was neither turned nor sheared has the same columns in every row.
    if frame.matrix[1] == 0.0 && frame.matrix[3] == 0.0 {
        let columns: Vec<Option<usize>> =
            (0..wide).map(|column| along(frame.point([column as f64 + 0.5, 0.5])[0], width, grouped.width)).collect();
        let rows: Vec<Option<usize>> =
            (0..high).map(|row| along(frame.point([0.5, row as f64 + 0.5])[1], height, grouped.height)).collect();
        return straight(&grouped.owners, grouped.width, things, Straight { columns: &columns, rows: &rows });
    }
    // Column by column, as outlines go.
    let place = |pixel: usize| {
        let [x, y] = frame.point([(pixel / high) as f64 + 0.5, (pixel % high) as f64 + 0.5]);
        let (row, column) = along(y, height, grouped.height).zip(along(x, width, grouped.width))?;
        grouped.owners.get(row * grouped.width + column).copied()
    };
    let owners: Vec<u16> = (0..high * wide).map(|pixel| place(pixel).unwrap_or(0)).collect();
    by_pixel(&owners, high, things)
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
