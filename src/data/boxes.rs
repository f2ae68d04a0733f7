//! Boxes on their way from cells to a batch: looked at when the table is read, and taken along for each batch to where the pictures of
//! their rows have come.
//!
//! # What a task is given
//!
//! The label, in its own unit, is a column of [`Boxes`](crate::answers::Boxes): a list of [`Located`] for each row, by which answers are judged.
//!
//! A target without steps is [`Placed`] as an array: `f32[rows, most, 5]`, where `most` is the largest number of boxes of a row of the batch, at least 1. Of each
//! box the number of its class, then its left, upper, right and lower edge, in pixels of the picture that the model is given, after all
//! steps of the input, drawn ones too; behind the boxes of a row stand zeros, and `lengths` of axis 1 says how many are real. A step of the target
//! is given the same as [`Values::Boxes`](super::values::Values::Boxes), for each batch anew, with the height and width of the picture of each row, and makes of it what a head
//! learns (a map of heats, sizes). Boxes that are passed over, and those of which too little is left in the picture, are not among them.
//!
//! The way back is [`TargetBatch::frames`](super::TargetBatch::frames), a [`Frame`] for each row of the batch, with or without labels: what a model finds in the picture that it was
//! given is where [`own_unit`] says, in the unit of the label.

use super::batch::{HostTensor, HostValues};
use super::mixing::Piece;
use super::pictures::Frame;
use crate::answers::{Boxes, Located};
use crate::catalog::classes::Classes;
use crate::catalog::kinds::boxes::NUMBERS;

/// A box as a column keeps it: edges in the unit of the label.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub class: String,
    pub edges: [f64; 4],
    pub passed_over: bool,
}

/// A row as text.
pub fn written(row: &[Kept]) -> String {
    let one = |kept: &Kept| {
        let class = serde_json::Value::from(kept.class.as_str());
        let [left, top, right, bottom] = kept.edges;
        let passed_over = if kept.passed_over { ",true" } else { "" };
        format!("[{class},{left:?},{top:?},{right:?},{bottom:?}{passed_over}]")
    };
    format!("[{}]", row.iter().map(one).collect::<Vec<_>>().join(","))
}

/// The boxes of such a text.
pub fn read(text: &str) -> Vec<Kept> {
    let rows: Vec<Vec<serde_json::Value>> = serde_json::from_str(text).unwrap_or_default();
    let one = |members: Vec<serde_json::Value>| {
        let class = members.first()?.as_str()?.to_string();
        let edge = |place: usize| members.get(place)?.as_f64();
        let edges = [edge(1)?, edge(2)?, edge(3)?, edge(4)?];
        Some(Kept { class, edges, passed_over: members.len() > NUMBERS })
    };
    rows.into_iter().filter_map(one).collect()
}

/// "1 box", "7 boxes".
pub fn count_of(number: usize) -> String {
    if number == 1 { "1 box".into() } else { format!("{number} boxes") }
}

/// Boxes of some rows, and the pictures that they lie in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    pub classes: usize,
    pub boxes: Boxes,
    /// Height and width of the picture of each row; zeros where it has none.
    pub sizes: Vec<(usize, usize)>,
}

impl Placed {
    /// As the column has them.
    pub fn in_own_unit(rows: impl Iterator<Item = Vec<Kept>>, classes: &[String]) -> Self {
        let known = Classes::new(classes);
        let located = |kept: Kept| {
            let class = known.index(&kept.class)? as u32;
            let edges = kept.edges.map(|edge| edge as f32);
            Some(Located { passed_over: kept.passed_over, ..Located::label(class, edges) })
        };
        let boxes = Boxes::of_rows(rows.map(|row| row.into_iter().filter_map(located).collect()));
        let sizes = vec![(0, 0); boxes.starts.len() - 1];
        Self { classes: classes.len(), boxes, sizes }
    }

    /// The most boxes that a row has, at least 1: no layer meets an empty axis.
    pub fn most(&self) -> usize {
        self.boxes.starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0).max(1)
    }

    /// As an array, padded with zeros.
    pub fn array(&self) -> HostTensor {
        let (rows, most) = (self.sizes.len(), self.most());
        let mut values = vec![0.0; rows * most * NUMBERS];
        let mut lengths = Vec::with_capacity(rows);
        for row in 0..rows {
            let boxes = self.boxes.row(row);
            lengths.push(boxes.len());
            for (place, one) in boxes.iter().enumerate() {
                let numbers = &mut values[(row * most + place) * NUMBERS..][..NUMBERS];
                numbers[0] = one.class as f32;
                numbers[1..].copy_from_slice(&one.edges);
            }
        }
        HostTensor { shape: vec![rows, most, NUMBERS], values: HostValues::F32(values), lengths: vec![(1, lengths)] }
    }
}

/// How boxes of a label follow their pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Following {
    /// Whether they are written as shares of width and height.
    pub relative: bool,
    /// How much of a box must be left for it to be learnt from.
    pub visible: f64,
    /// How many frames of each clip are read, of what lies in clips.
    pub frames: Option<usize>,
}

impl Following {
    /// The boxes of a row where the steps have taken them, without those that are not learnt from. Without a frame they stay as they are.
    pub fn follow(&self, boxes: &[Located], frame: Option<&Frame>) -> Vec<Located> {
        let learnt = boxes.iter().filter(|one| !one.passed_over);
        let Some(frame) = frame else { return learnt.copied().collect() };
        learnt.filter_map(|one| self.moved(one, frame)).collect()
    }

    /// The boxes of a row whose picture is a piece of a whole, where the steps behind have taken that.
    pub fn in_piece(&self, boxes: &[Located], piece: &Piece, frame: Option<&Frame>) -> Vec<Located> {
        let (down, across) = (piece.top as f32, piece.left as f32);
        let placed = self.follow(boxes, Some(&piece.frame)).into_iter().map(|one| {
            let [left, top, right, bottom] = one.edges;
            Located { edges: [left + across, top + down, right + across, bottom + down], ..one }
        });
        // From here on they are in pixels of the whole.
        Following { relative: false, ..*self }.follow(&placed.collect::<Vec<_>>(), frame)
    }

    fn moved(&self, one: &Located, frame: &Frame) -> Option<Located> {
        let (height, width) = if self.relative { frame.from } else { (1, 1) };
        let [left, top, right, bottom] = one.edges.map(f64::from);
        let (width, height) = (width as f64, height as f64);
        let [left, top, right, bottom] = frame.edges([left * width, top * height, right * width, bottom * height]);
        // What was cut off does not come back in a margin.
        let [first, upper, last, lower] = frame.left_over();
        let kept =
            [left.clamp(first, last), top.clamp(upper, lower), right.clamp(first, last), bottom.clamp(upper, lower)];
        let area = |[left, top, right, bottom]: [f64; 4]| (right - left).max(0.0) * (bottom - top).max(0.0);
        let (whole, left_over) = (area([left, top, right, bottom]), area(kept));
        (left_over > 0.0 && left_over >= self.visible * whole)
            .then(|| Located { edges: kept.map(|edge| edge as f32), ..*one })
    }

    /// What was found in the picture that a model was given, in the unit of the label, and no further than the picture reaches; `None` of what lies in a margin alone.
    pub fn own_unit(&self, found: &Located, frame: &Frame) -> Option<Located> {
        let [left, top, right, bottom] = frame.edges_back(found.edges.map(f64::from));
        let (height, width) = (frame.from.0 as f64, frame.from.1 as f64);
        let (left, right) = (left.clamp(0.0, width), right.clamp(0.0, width));
        let (top, bottom) = (top.clamp(0.0, height), bottom.clamp(0.0, height));
        if left >= right || top >= bottom {
            return None;
        }
        let (by_width, by_height) = if self.relative { (width, height) } else { (1.0, 1.0) };
        let edges = [left / by_width, top / by_height, right / by_width, bottom / by_height];
        Some(Located { edges: edges.map(|edge| edge as f32), ..*found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::Window;

    const PIXELS: Following = Following { relative: false, visible: 0.25, frames: None };

    #[test]
    fn boxes_follow_their_picture_and_come_back() {
        // A picture of 10 × 20 pixels, made 20 × 40, mirrored, and all but the 10 pixels on the left of what comes.
        let frame = Frame::whole(10, 20).stretched((20, 40));
        let frame = frame.cut(Window { mirrored: true, ..Window::whole(20, 40) });
        let frame = frame.cut(Window { left: 10, ..Window::whole(20, 30) });
        let label = |class, edges| Located::label(class, edges);
        let crowd = Located { passed_over: true, ..label(0, [0.0, 0.0, 5.0, 5.0]) };
        // Of the second a third is left, of the third nothing.
        let own =
            [label(1, [2.0, 1.0, 4.0, 3.0]), label(2, [14.0, 0.0, 17.0, 2.0]), label(3, [16.0, 0.0, 20.0, 2.0]), crowd];
        let moved = PIXELS.follow(&own, Some(&frame));
        assert_eq!(moved, [label(1, [22.0, 2.0, 26.0, 6.0]), label(2, [0.0, 0.0, 2.0, 4.0])]);
        assert_eq!(Following { visible: 0.34, ..PIXELS }.follow(&own, Some(&frame)).len(), 1);
        assert_eq!(PIXELS.own_unit(&moved[0], &frame), Some(own[0]));
        // As shares of width and height.
        let shares = Following { relative: true, ..PIXELS };
        let relative = label(1, [0.1, 0.1, 0.2, 0.3]);
        assert_eq!(shares.follow(&[relative], Some(&frame)), moved[..1]);
        assert_eq!(shares.own_unit(&moved[0], &frame), Some(relative));
        assert_eq!(PIXELS.follow(&own, None).len(), 3);
        // Margins on both sides, of 4 and 10 pixels, have nothing of the second beyond what was left.
        let margins = frame.cut(Window { left: -4, ..Window::whole(20, 44) });
        assert_eq!(
            PIXELS.follow(&own, Some(&margins)),
            [label(1, [26.0, 2.0, 30.0, 6.0]), label(2, [4.0, 0.0, 6.0, 4.0])]
        );
        assert_eq!(PIXELS.own_unit(&PIXELS.follow(&own, Some(&margins))[0], &margins), Some(own[0]));
        // Where the picture is mirrored, its left edge lies on the right: what is found beyond that edge is of no pixel.
        assert_eq!(PIXELS.own_unit(&label(1, [34.5, 2.0, 40.0, 6.0]), &margins), None);
        let reaching = PIXELS.own_unit(&label(1, [30.0, 2.0, 40.0, 6.0]), &margins);
        assert_eq!(reaching, Some(label(1, [0.0, 1.0, 2.0, 3.0])));
    }

    #[test]
    fn rows_are_padded_to_the_longest() {
        let kept = |class: &str| Kept { class: class.into(), edges: [1.0, 2.0, 3.5, 4.0], passed_over: class == "a" };
        let rows = vec![vec![kept("a"), kept("b")], vec![], vec![kept("no class")]];
        assert_eq!(rows.iter().map(|row| read(&written(row))).collect::<Vec<_>>(), rows);
        let placed = Placed::in_own_unit(rows.into_iter(), &["a".into(), "b".into()]);
        let array = placed.array();
        assert_eq!((array.shape, array.lengths), (vec![3, 2, 5], vec![(1, vec![2, 0, 0])]));
        let HostValues::F32(values) = array.values else { panic!("numbers") };
        assert_eq!(values[..10], [0.0, 1.0, 2.0, 3.5, 4.0, 1.0, 1.0, 2.0, 3.5, 4.0]);
        assert!(values[10..].iter().all(|value| *value == 0.0));
    }
}
