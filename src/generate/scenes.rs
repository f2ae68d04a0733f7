//! Small drawn scenes: one shape on a noisy ground, with what it is and where it is.
//!
//! A picture of 24×24 grey bytes holds an ellipse, a rectangle, a triangle or a cross, lighter or darker than its ground,
//! anywhere and of any size that fits. Its box is the middle and the size, as shares of the picture: x, y, width, height.

use super::draw::Draw;
use super::{Column, Generator, Values};

pub(super) static GENERATOR: Generator = Generator {
    name: "scenes",
    about: "24×24 pictures of one shape, with its class, its tone and its box (npz)",
    rows: 2500,
    make,
};

const SIDE: usize = 24;
/// Noise of a pixel, in steps of this many grey levels (few levels compress well).
const GRAIN: i32 = 5;

/// In the order of the classes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Ellipse,
    Rectangle,
    Triangle,
    Cross,
}

const SHAPES: [Shape; 4] = [Shape::Ellipse, Shape::Rectangle, Shape::Triangle, Shape::Cross];

impl Shape {
    /// Whether a point is inside; the shape reaches from −1 to 1 on both axes, and y points down.
    fn holds(self, x: f64, y: f64) -> bool {
        if x.abs() > 1.0 || y.abs() > 1.0 {
            return false;
        }
        match self {
            Shape::Ellipse => x * x + y * y <= 1.0,
            Shape::Rectangle => true,
            Shape::Triangle => 2.0 * x.abs() <= y + 1.0,
            Shape::Cross => x.abs() <= 0.34 || y.abs() <= 0.34,
        }
    }
}

fn make(rows: usize, seed: u64) -> Vec<Column> {
    let mut draw = Draw::new(seed);
    let mut pictures = Vec::with_capacity(rows * SIDE * SIDE);
    let (mut shapes, mut tones, mut boxes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rows {
        let class = draw.below(SHAPES.len() as u8);
        let tone = draw.below(2);
        let (half_width, half_height) = (draw.between(3.5, 9.0), draw.between(3.5, 9.0));
        let side = SIDE as f64;
        let middle_x = draw.between(half_width + 1.0, side - half_width - 1.0);
        let middle_y = draw.between(half_height + 1.0, side - half_height - 1.0);
        let contrast = draw.between(50.0, 80.0);
        let (ground, step) =
            if tone == 0 { (draw.between(120.0, 210.0), -contrast) } else { (draw.between(45.0, 135.0), contrast) };
        for row in 0..SIDE {
            for column in 0..SIDE {
                // Four points per pixel make soft edges.
                let inside = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)].iter().filter(|(right, down)| {
                    let x = (column as f64 + right - middle_x) / half_width;
                    let y = (row as f64 + down - middle_y) / half_height;
                    SHAPES[usize::from(class)].holds(x, y)
                });
                let grey = ground + step * inside.count() as f64 / 4.0;
                let noise = (i32::from(draw.below(7)) - 3) * GRAIN;
                pictures.push((grey as i32 / GRAIN * GRAIN + noise).clamp(0, 255) as u8);
            }
        }
        shapes.push(class);
        tones.push(tone);
        boxes.extend([middle_x, middle_y, 2.0 * half_width, 2.0 * half_height].map(|length| (length / side) as f32));
    }
    vec![
        Column { name: "picture".into(), shape: vec![SIDE, SIDE], values: Values::Bytes(pictures) },
        Column { name: "shape".into(), shape: Vec::new(), values: Values::Bytes(shapes) },
        Column { name: "tone".into(), shape: Vec::new(), values: Values::Bytes(tones) },
        Column { name: "box".into(), shape: vec![4], values: Values::Numbers(boxes, 4) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The box can be read off the picture: what differs from the ground lies inside it, and reaches its edges.
    #[test]
    fn boxes_hold_their_shapes() {
        let columns = make(200, 1);
        let (Values::Bytes(pictures), Values::Numbers(boxes, _)) = (&columns[0].values, &columns[3].values) else {
            panic!("pictures are bytes and boxes are numbers")
        };
        for (picture, found) in pictures.chunks(SIDE * SIDE).zip(boxes.chunks(4)) {
            let ground = i32::from(picture[0]);
            let differing: Vec<(usize, usize)> = (0..SIDE * SIDE)
                .filter(|place| (i32::from(picture[*place]) - ground).abs() > 36)
                .map(|place| (place % SIDE, place / SIDE))
                .collect();
            let [x, y, width, height] = [0, 1, 2, 3].map(|part| f64::from(found[part]) * SIDE as f64);
            let edges = [(x - width / 2.0, x + width / 2.0), (y - height / 2.0, y + height / 2.0)];
            for (axis, (low, high)) in edges.into_iter().enumerate() {
                let along = differing.iter().map(|(column, row)| if axis == 0 { *column } else { *row } as f64);
                let (least, most) = along.fold((99.0f64, -1.0f64), |(low, high), at| (low.min(at), high.max(at)));
                assert!(least + 1.0 >= low && most <= high, "{least} to {most} lies outside {low} to {high}");
                assert!(least - low < 3.5 && high - most < 4.5, "{least} to {most} does not fill {low} to {high}");
            }
        }
    }
}
