//! Points in a square: predicted beside true.

use super::{Frame, Scale, at};

pub struct PointChart<'a> {
    pub label: &'a str,
    pub points: &'a [(f64, f64)],
    /// Below and beside.
    pub words: (&'a str, &'a str),
}

impl PointChart<'_> {
    pub fn svg(&self) -> String {
        let frame = Frame::SQUARE;
        let values = || self.points.iter().flat_map(|point| [point.0, point.1]);
        let scale = |pixels| Scale::covering(values(), false, pixels);
        // Both axes are the same, so that the diagonal is "right".
        let (x, y) = (scale(frame.x_pixels()), scale(frame.y_pixels()));
        let mut svg = frame.open(self.label, &x, &y, false, self.words);
        let ((x0, x1), (y0, y1)) = (frame.x_pixels(), frame.y_pixels());
        svg += &format!(
            "<line class=\"diagonal\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            at(x0),
            at(y0),
            at(x1),
            at(y1)
        );
        let places = self.points.iter().filter(|point| point.0.is_finite() && point.1.is_finite());
        let places = places.map(|point| (at(x.pixel(point.0)), at(y.pixel(point.1))));
        // One path of zero-length strokes with round caps: a tenth of the size of as many circles.
        let path: String = places.map(|(left, top)| format!("M{left} {top}h0")).collect();
        svg += &format!("<path class=\"cloud\" d=\"{path}\"/>");
        svg + "</svg>"
    }
}
