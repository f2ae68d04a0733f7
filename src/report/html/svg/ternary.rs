//! Three shares of one: each corner of a triangle is all of one of them.

use super::at;
use super::frame::open;
use crate::report::html::text::escape;

/// A point of the triangle.
pub struct Share {
    /// They add up to 1.
    pub shares: [f64; 3],
    /// How strongly it is drawn, from 0 to 1.
    pub strength: f64,
    pub best: bool,
    /// What it says on hovering.
    pub title: String,
}

pub struct Ternary<'a> {
    pub label: &'a str,
    /// Of the corners: top, left, right.
    pub names: [&'a str; 3],
    pub points: Vec<Share>,
}

const TOP: (f64, f64) = (180.0, 26.0);
const LEFT: (f64, f64) = (40.0, 268.0);
const RIGHT: (f64, f64) = (320.0, 268.0);

fn place(shares: [f64; 3]) -> (f64, f64) {
    let of = |pick: fn((f64, f64)) -> f64| {
        shares.iter().zip([TOP, LEFT, RIGHT]).map(|(share, corner)| share * pick(corner)).sum::<f64>()
    };
    (of(|corner| corner.0), of(|corner| corner.1))
}

fn segment(from: [f64; 3], to: [f64; 3], class: &str) -> String {
    let (from, to) = (place(from), place(to));
    format!(
        "<line class=\"{class}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
        at(from.0),
        at(from.1),
        at(to.0),
        at(to.1)
    )
}

impl Ternary<'_> {
    pub fn svg(&self) -> String {
        let mut svg = open(360.0, 296.0, self.label);
        for step in 1..4 {
            let (share, rest) = (f64::from(step) / 4.0, 1.0 - f64::from(step) / 4.0);
            svg += &segment([share, rest, 0.0], [share, 0.0, rest], "grid");
            svg += &segment([rest, share, 0.0], [0.0, share, rest], "grid");
            svg += &segment([rest, 0.0, share], [0.0, rest, share], "grid");
        }
        for (from, to) in
            [([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]), ([0.0, 1.0, 0.0], [0.0, 0.0, 1.0]), ([0.0, 0.0, 1.0], [1.0, 0.0, 0.0])]
        {
            svg += &segment(from, to, "axis");
        }
        let corners = [(TOP.0, TOP.1 - 9.0, "mid"), (LEFT.0, LEFT.1 + 18.0, "mid"), (RIGHT.0, RIGHT.1 + 18.0, "mid")];
        for (name, (x, y, anchor)) in self.names.iter().zip(corners) {
            svg += &format!("<text class=\"word {anchor}\" x=\"{}\" y=\"{}\">{}</text>", at(x), at(y), escape(name));
        }
        for point in &self.points {
            let (x, y) = place(point.shares);
            let (class, size) = if point.best { ("tried best", 5.5) } else { ("tried", 4.5) };
            svg += &format!(
                "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{size}\" fill-opacity=\"{:.2}\"><title>{}</title></circle>",
                at(x),
                at(y),
                if point.best { 1.0 } else { point.strength.clamp(0.0, 1.0) },
                escape(&point.title)
            );
        }
        svg + "</svg>"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_corners_and_equal_shares_the_middle() {
        assert_eq!((place([1.0, 0.0, 0.0]), place([0.0, 0.0, 1.0])), (TOP, RIGHT));
        let (x, y) = place([1.0 / 3.0; 3]);
        assert!((x - 180.0).abs() < 1e-9 && (y - (26.0 + 2.0 * 268.0) / 3.0).abs() < 1e-9);
    }
}
