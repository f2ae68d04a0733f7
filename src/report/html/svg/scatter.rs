//! Marks by two figures: a score by what was tried.

use super::{Frame, Scale, at};
use crate::report::html::text::escape;

/// One mark.
pub struct Mark {
    pub x: f64,
    pub y: f64,
    /// `tried`, `tried best`, `dot c8`: how it looks.
    pub class: &'static str,
    /// What it says on hovering.
    pub title: String,
}

pub struct ScatterChart<'a> {
    /// Read out in the chart's place.
    pub label: &'a str,
    pub marks: Vec<Mark>,
    /// Joined behind the marks.
    pub line: Vec<(f64, f64)>,
    /// What the horizontal axis covers; the marks if left out.
    pub range: Option<(f64, f64)>,
    /// Whether that range is logarithmic.
    pub log: bool,
    /// Whether the horizontal axis counts.
    pub whole: bool,
    /// Below and beside.
    pub words: (&'a str, &'a str),
}

impl ScatterChart<'_> {
    pub fn svg(&self) -> String {
        let frame = Frame::CHART;
        let x = match self.range {
            Some((low, high)) if self.log => Scale::decades(low, high, frame.x_pixels()),
            Some((low, high)) => Scale::covering([low, high].into_iter(), false, frame.x_pixels()),
            None => Scale::covering(self.marks.iter().map(|mark| mark.x), false, frame.x_pixels()),
        };
        let heights = self.marks.iter().map(|mark| mark.y).chain(self.line.iter().map(|point| point.1));
        let y = Scale::covering(heights, false, frame.y_pixels());
        let mut svg = frame.open(self.label, &x, &y, self.whole, self.words);
        if self.line.len() > 1 {
            let path: Vec<String> =
                self.line.iter().map(|(left, top)| format!("{} {}", at(x.pixel(*left)), at(y.pixel(*top)))).collect();
            svg += &format!("<path class=\"line c2\" d=\"M{}\"/>", path.join("L"));
        }
        for mark in self.marks.iter().filter(|mark| mark.x.is_finite() && mark.y.is_finite()) {
            svg += &format!(
                "<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"><title>{}</title></circle>",
                mark.class,
                at(x.pixel(mark.x)),
                at(y.pixel(mark.y)),
                if mark.class.ends_with("best") { "5" } else { "3.4" },
                escape(&mark.title)
            );
        }
        svg + "</svg>"
    }
}
