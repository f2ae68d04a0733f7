//! Points or a curve in a square: predicted beside true, receiver operating characteristics.

use super::{Frame, Scale, at};

pub struct PointChart<'a> {
    pub label: &'a str,
    pub points: &'a [(f64, f64)],
    /// Joined by a line instead of drawn as dots.
    pub joined: bool,
    /// What both axes cover; the values if left out.
    pub range: Option<(f64, f64)>,
    /// Below and beside.
    pub words: (&'a str, &'a str),
}

impl PointChart<'_> {
    pub fn svg(&self) -> String {
        let frame = Frame::SQUARE;
        let scale = |pixels| match self.range {
            Some((low, high)) => Scale::fixed(low, high, pixels),
            None => Scale::covering(self.points.iter().flat_map(|point| [point.0, point.1]), false, pixels),
        };
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
        if self.joined {
            let path: Vec<String> = places.map(|(left, top)| format!("{left} {top}")).collect();
            svg += &format!("<path class=\"line c1\" d=\"M{}\"/>", path.join("L"));
        } else {
            // One path of zero-length strokes with round caps: a tenth of the size of as many circles.
            let path: String = places.map(|(left, top)| format!("M{left} {top}h0")).collect();
            svg += &format!("<path class=\"cloud\" d=\"{path}\"/>");
        }
        svg + "</svg>"
    }
}
