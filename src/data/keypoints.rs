//! Named points on their way from cells to a batch: taken along for each batch to where the pictures of their rows have come.
//!
//! # What a task is given
//!
//! The label, in pixels of each file's picture, is a column of [`Keypoints`](crate::answers::Keypoints). A target without steps is [`Placed`] as an array: `f32[rows, points, 3]`, of each point how far to the
//! right and how far down it is, in pixels of the picture that the model is given, and whether it is known. A step of the target is given the same as [`Values::Keypoints`](super::values::Values::Keypoints), for each
//! batch anew, with the height and width of the picture of each row.

use super::batch::{HostTensor, HostValues};
use super::pictures::Frame;
use crate::answers::{Keypoints, Point};
use crate::catalog::kinds::keypoints::NUMBERS;

/// A row as a column keeps it: the points that are known, and the area of the thing, if it is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    pub points: Vec<Option<[f64; 2]>>,
    pub area: Option<f64>,
}

/// A row as text.
pub fn written(row: &Kept) -> String {
    serde_json::json!([row.points, row.area]).to_string()
}

/// The points of such a text.
pub fn read(text: &str) -> Kept {
    let (points, area) = serde_json::from_str(text).unwrap_or_default();
    Kept { points, area }
}

/// The label of such rows.
pub fn column<'t>(rows: impl Iterator<Item = Option<&'t str>>, classes: &[String]) -> Keypoints {
    let mut all = Keypoints::of(mirrors(classes));
    for text in rows {
        let kept = text.map(read).unwrap_or_default();
        let point = |place: usize| match kept.points.get(place).copied().flatten() {
            Some(at) => Point { at: at.map(|number| number as f32), score: 1.0 },
            None => Point::UNKNOWN,
        };
        let points: Vec<Point> = (0..classes.len()).map(point).collect();
        all.push(&points, kept.area.map(|area| area as f32));
    }
    all
}

/// Of each point the one that it is where the picture is mirrored: what is left on one side is right on the other.
fn mirrors(classes: &[String]) -> Vec<usize> {
    let other = |name: &str| match (name.find("left"), name.find("right")) {
        (Some(_), None) => Some(name.replacen("left", "right", 1)),
        (None, Some(_)) => Some(name.replacen("right", "left", 1)),
        _ => None,
    };
    let mirror = |(place, name): (usize, &String)| {
        let other = other(name).and_then(|other| classes.iter().position(|class| *class == other));
        other.unwrap_or(place)
    };
    classes.iter().enumerate().map(mirror).collect()
}

/// Points of some rows, and the pictures that they lie in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    pub points: Keypoints,
    /// Height and width of the picture of each row; zeros where it has none.
    pub sizes: Vec<(usize, usize)>,
}

impl Placed {
    /// As the column has them.
    pub fn in_own_unit(points: Keypoints) -> Self {
        let sizes = vec![(0, 0); points.areas.len()];
        Self { points, sizes }
    }

    /// The points of rows where the steps have taken them.
    pub fn followed(all: &Keypoints, rows: &[Option<usize>], frames: &[Frame]) -> Self {
        let mut points = Keypoints::of(all.mirrors.clone());
        for (place, row) in rows.iter().enumerate() {
            let own = match row {
                Some(row) => all.row(*row).to_vec(),
                None => vec![Point::UNKNOWN; all.mirrors.len()],
            };
            points.push(&followed(own, frames.get(place), &all.mirrors), row.and_then(|row| all.areas[row]));
        }
        let sizes = (0..rows.len()).map(|place| frames.get(place).map_or((0, 0), |frame| frame.to)).collect();
        Self { points, sizes }
    }

    /// As an array.
    pub fn array(&self) -> HostTensor {
        let numbers = |point: &Point| match point.is_known() {
            true => [point.at[0], point.at[1], 1.0],
            false => [0.0; NUMBERS],
        };
        let values: Vec<f32> = self.points.points.iter().flat_map(numbers).collect();
        let shape = vec![self.sizes.len(), self.points.mirrors.len(), NUMBERS];
        HostTensor { shape, values: HostValues::F32(values), lengths: Vec::new() }
    }

    /// Some of the rows.
    pub fn taken(&self, rows: &[usize]) -> Self {
        Self { points: self.points.taken(rows), sizes: rows.iter().map(|row| self.sizes[*row]).collect() }
    }
}

/// Where the points of a row have come to. One that has left the picture is not known.
fn followed(own: Vec<Point>, frame: Option<&Frame>, mirrors: &[usize]) -> Vec<Point> {
    let Some(frame) = frame else { return own };
    let [a, b, _, d, e, _] = frame.matrix;
    let mirrored = a * e - b * d < 0.0;
    let [left, top, right, bottom] = frame.left_over();
    let moved = |place: usize| {
        let point = own[if mirrored { mirrors[place] } else { place }];
        let [x, y] = frame.point(point.at.map(f64::from));
        let inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
        if point.is_known() && inside { Point { at: [x as f32, y as f32], ..point } } else { Point::UNKNOWN }
    };
    (0..own.len()).map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::Window;

    #[test]
    fn what_is_left_is_right_in_a_mirror() {
        let names = ["nose", "left_eye", "right_eye", "right_ear"].map(String::from);
        let row = Kept { points: vec![Some([1.0, 2.0]), Some([3.0, 1.0]), None, Some([7.5, 3.0])], area: Some(9.0) };
        assert_eq!(read(&written(&row)), row);
        let all = column([Some(written(&row).as_str()), None].into_iter(), &names);
        assert_eq!(
            (all.mirrors.as_slice(), all.areas.as_slice()),
            ([0, 2, 1, 3].as_slice(), [Some(9.0), None].as_slice())
        );
        let mirrored = Frame::whole(4, 8).cut(Window { mirrored: true, ..Window::whole(4, 8) });
        let placed = Placed::followed(
            &all,
            &[Some(0), Some(0), Some(1), None],
            &[mirrored, Frame::whole(4, 8).cut(Window { left: 2, ..Window::whole(4, 6) }), mirrored, mirrored],
        );
        let HostTensor { shape, values: HostValues::F32(values), .. } = placed.array() else { panic!("numbers") };
        assert_eq!(shape, [4, 4, 3]);
        // The left eye at 3 of 8 is the right one at 5.
        assert_eq!(values[..12], [7.0, 2.0, 1.0, 0.0, 0.0, 0.0, 5.0, 1.0, 1.0, 0.5, 3.0, 1.0]);
        // The nose has left the picture.
        assert_eq!(values[12..24], [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 5.5, 3.0, 1.0]);
        assert!(values[24..].iter().all(|value| *value == 0.0));
        // A margin does not bring it back.
        let margin = Frame::whole(4, 8).cut(Window { left: 2, ..Window::whole(4, 6) });
        let margin = margin.cut(Window { left: -2, ..Window::whole(4, 8) });
        let HostValues::F32(left) = Placed::followed(&all, &[Some(0)], &[margin]).array().values else {
            panic!("numbers")
        };
        assert_eq!(left, [0.0, 0.0, 0.0, 3.0, 1.0, 1.0, 0.0, 0.0, 0.0, 7.5, 3.0, 1.0]);
        assert_eq!(placed.taken(&[1]).array().values, HostValues::F32(values[12..24].to_vec()));
    }
}
