//! Several curves in the unit square: receiver operating characteristics, precision against recall, probabilities beside what
//! came true.

use super::{Frame, Scale, at};
use crate::report::html::text::escape;

/// One curve.
pub struct Curve {
    /// What it says on hovering.
    pub title: String,
    /// `c1` …: its colour.
    pub class: String,
    pub points: Vec<(f64, f64)>,
    /// Whether the points are marked, with how much of the largest mark; none if empty.
    pub marks: Vec<f64>,
}

pub struct CurveChart<'a> {
    /// Read out in the chart's place.
    pub label: &'a str,
    pub curves: Vec<Curve>,
    /// Whether the diagonal means something.
    pub diagonal: bool,
    /// Below and beside.
    pub words: (&'a str, &'a str),
}

impl CurveChart<'_> {
    pub fn svg(&self) -> String {
        let frame = Frame::SQUARE;
        let (x, y) = (Scale::fixed(0.0, 1.0, frame.x_pixels()), Scale::fixed(0.0, 1.0, frame.y_pixels()));
        let mut svg = frame.open(self.label, &x, &y, false, self.words);
        if self.diagonal {
            let ((x0, x1), (y0, y1)) = (frame.x_pixels(), frame.y_pixels());
            let line = [x0, y0, x1, y1].map(at);
            svg += &format!(
                "<line class=\"diagonal\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
                line[0], line[1], line[2], line[3]
            );
        }
        for curve in &self.curves {
            let finite = |point: &&(f64, f64)| point.0.is_finite() && point.1.is_finite();
            let place = |point: &(f64, f64)| format!("{} {}", at(x.pixel(point.0)), at(y.pixel(point.1)));
            let path: Vec<String> = curve.points.iter().filter(finite).map(place).collect();
            if path.is_empty() {
                continue;
            }
            svg += &format!(
                "<path class=\"line {}\" d=\"M{}\"><title>{}</title></path>",
                curve.class,
                path.join("L"),
                escape(&curve.title)
            );
            for (point, size) in curve.points.iter().filter(finite).zip(&curve.marks) {
                svg += &format!(
                    "<circle class=\"dot {}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
                    curve.class,
                    at(x.pixel(point.0)),
                    at(y.pixel(point.1)),
                    at(2.5 + 5.0 * size.clamp(0.0, 1.0).sqrt())
                );
            }
        }
        svg + "</svg>"
    }
}
