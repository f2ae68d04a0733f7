//! The frame of a chart: gridlines, ticks, the words at the axes.

use super::{Scale, at};
use crate::report::html::text::{escape, tick};

/// Where a chart stands.
pub struct Frame {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Frame {
    pub const CHART: Frame = Frame { width: 360.0, height: 210.0, left: 46.0, right: 10.0, top: 10.0, bottom: 34.0 };
    pub const SQUARE: Frame = Frame { width: 340.0, height: 320.0, left: 52.0, right: 12.0, top: 10.0, bottom: 40.0 };

    pub fn x_pixels(&self) -> (f64, f64) {
        (self.left, self.width - self.right)
    }

    /// Upwards.
    pub fn y_pixels(&self) -> (f64, f64) {
        (self.height - self.bottom, self.top)
    }

    /// Opens the image and draws what is behind the data. `label` is read out in its place.
    pub fn open(&self, label: &str, x: &Scale, y: &Scale, x_whole: bool, words: (&str, &str)) -> String {
        let (x0, x1) = self.x_pixels();
        let (y0, y1) = self.y_pixels();
        let mut svg = open(self.width, self.height, label);
        for value in y.ticks(5, false) {
            let place = at(y.pixel(value));
            svg += &format!("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{place}\" y2=\"{place}\"/>", at(x0), at(x1));
            let under = at(y.pixel(value) + 3.5);
            svg += &format!("<text class=\"tick end\" x=\"{}\" y=\"{under}\">{}</text>", at(x0 - 6.0), tick(value));
        }
        for value in x.ticks(5, x_whole) {
            let place = at(x.pixel(value));
            svg += &format!("<text class=\"tick mid\" x=\"{place}\" y=\"{}\">{}</text>", at(y0 + 15.0), tick(value));
        }
        svg += &format!("<line class=\"axis\" x1=\"{}\" x2=\"{}\" y1=\"{2}\" y2=\"{2}\"/>", at(x0), at(x1), at(y0));
        let middle = at((x0 + x1) / 2.0);
        svg += &format!(
            "<text class=\"word mid\" x=\"{middle}\" y=\"{}\">{}</text>",
            at(self.height - 4.0),
            escape(words.0)
        );
        if !words.1.is_empty() {
            let middle = at((y0 + y1) / 2.0);
            svg += &format!(
                "<text class=\"word mid\" transform=\"translate(11 {middle}) rotate(-90)\">{}</text>",
                escape(words.1)
            );
        }
        svg
    }
}

/// The opening tag of an image.
pub fn open(width: f64, height: f64, label: &str) -> String {
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
        at(width),
        at(height),
        escape(label)
    )
}
