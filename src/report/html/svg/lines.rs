//! Lines over epochs.

use super::{Frame, Scale, at};
use crate::report::html::text::{escape, number};

/// One line; a point without a value is a gap.
pub struct Line {
    pub name: String,
    /// `train`, `valid`, `c1` …: its colour.
    pub class: String,
    pub points: Vec<(f64, Option<f64>)>,
}

pub struct LineChart<'a> {
    /// Read out in the chart's place.
    pub label: &'a str,
    pub lines: Vec<Line>,
    /// A vertical mark: where, and what it says.
    pub mark: Option<(f64, String)>,
    /// Whether the axis may be logarithmic.
    pub may_be_log: bool,
    /// Always in the picture.
    pub include: Option<f64>,
}

/// The most points of one line: more than its pixels.
const MOST: usize = 600;

impl LineChart<'_> {
    pub fn svg(&self) -> String {
        let frame = Frame::CHART;
        let xs = self.lines.iter().flat_map(|line| line.points.iter().map(|point| point.0));
        let (first, last) = xs.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let x = if first < last {
            Scale::fixed(first, last, frame.x_pixels())
        } else {
            Scale::covering([first].into_iter(), false, frame.x_pixels())
        };
        let values = self.lines.iter().flat_map(|line| line.points.iter().filter_map(|point| point.1));
        let y = Scale::covering(values.chain(self.include), self.may_be_log, frame.y_pixels());
        let mut svg = frame.open(self.label, &x, &y, true, ("epoch", ""));
        if let Some((place, words)) = &self.mark {
            let (low, high) = frame.y_pixels();
            let pixel = at(x.pixel(*place));
            svg += &format!(
                "<line class=\"mark\" x1=\"{pixel}\" x2=\"{pixel}\" y1=\"{}\" y2=\"{}\"><title>{}</title></line>",
                at(low),
                at(high),
                escape(words)
            );
        }
        for line in &self.lines {
            svg += &draw(line, &x, &y);
        }
        svg + "</svg>"
    }
}

fn draw(line: &Line, x: &Scale, y: &Scale) -> String {
    let every = line.points.len().div_ceil(MOST).max(1);
    let last = line.points.len().saturating_sub(1);
    let kept: Vec<(f64, Option<f64>)> = line
        .points
        .iter()
        .enumerate()
        .filter(|(place, _)| place % every == 0 || *place == last)
        .map(|(_, point)| *point)
        .collect();
    let (mut path, mut dots, mut down) = (String::new(), String::new(), false);
    for (place, (epoch, value)) in kept.iter().enumerate() {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            down = false;
            continue;
        };
        let (left, top) = (at(x.pixel(*epoch)), at(y.pixel(value)));
        path += &format!("{}{left} {top}", if down { "L" } else { "M" });
        // A point without neighbours makes no line.
        let next = kept.get(place + 1).is_some_and(|point| point.1.is_some_and(f64::is_finite));
        if !down && !next {
            dots += &format!("<circle class=\"dot {}\" cx=\"{left}\" cy=\"{top}\" r=\"2.5\"/>", line.class);
        }
        down = true;
    }
    let last = kept.iter().rev().find_map(|point| point.1.filter(|value| value.is_finite()));
    let end = last.map_or(String::new(), |value| format!(", at the end {}", number(value)));
    format!("<path class=\"line {}\" d=\"{path}\"><title>{}{end}</title></path>{dots}", line.class, escape(&line.name))
}
