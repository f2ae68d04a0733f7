//! Horizontal bars from zero, with intervals.

use super::frame::open;
use super::{Scale, at};
use crate::report::html::text::escape;
use crate::score::statistics::Interval;

pub struct Bar {
    pub name: String,
    pub value: f64,
    pub interval: Option<Interval>,
    /// What stands at its end.
    pub text: String,
    pub strong: bool,
}

/// Bars to the right in one colour, to the left in the other.
pub fn bars(label: &str, all: &[Bar]) -> String {
    let (width, row) = (640.0, 26.0);
    let height = all.len() as f64 * row + 8.0;
    let longest = all.iter().map(|bar| bar.name.chars().count()).max().unwrap_or(0).min(24) as f64;
    let left = longest * 7.0 + 16.0;
    let ends = all.iter().flat_map(|bar| {
        let interval = bar.interval.map_or([bar.value; 2], |interval| [interval.low, interval.high]);
        [bar.value, interval[0], interval[1], 0.0]
    });
    let x = Scale::covering(ends, false, (left, width - 190.0));
    let zero = x.pixel(0.0);
    let mut svg = open(width, height, label)
        .replace("class=\"chart\"", "class=\"chart\" style=\"max-width:640px;min-width:440px\"");
    for (place, bar) in all.iter().enumerate() {
        let y = place as f64 * row + 5.0;
        let end = if bar.value.is_finite() { x.pixel(bar.value) } else { zero };
        let weight = if bar.strong { " strong" } else { "" };
        svg += &format!(
            "<text class=\"name end{weight}\" x=\"{}\" y=\"{}\">{}</text>",
            at(left - 8.0),
            at(y + 13.0),
            escape(&bar.name)
        );
        svg += &format!(
            "<rect class=\"bar {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"16\" rx=\"2\"/>",
            if bar.value < 0.0 { "minus" } else { "plus" },
            at(zero.min(end)),
            at(y),
            at((end - zero).abs())
        );
        let mut after = zero.max(end);
        if let Some(interval) = bar.interval {
            let (low, high, middle) = (x.pixel(interval.low), x.pixel(interval.high), at(y + 8.0));
            after = after.max(high);
            svg += &format!(
                "<path class=\"whisker\" d=\"M{0} {middle}H{1}M{0} {2}v8M{1} {2}v8\"/>",
                at(low),
                at(high),
                at(y + 4.0)
            );
        }
        svg += &format!(
            "<text class=\"value{weight}\" x=\"{}\" y=\"{}\">{}</text>",
            at(after + 8.0),
            at(y + 13.0),
            escape(&bar.text)
        );
    }
    svg += &format!("<line class=\"axis\" x1=\"{0}\" x2=\"{0}\" y1=\"0\" y2=\"{1}\"/>", at(zero), at(height));
    svg + "</svg>"
}
