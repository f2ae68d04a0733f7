//! Charts as inline SVG. Colours are classes of the page's style, so that a chart follows light and dark.

mod bars;
mod curves;
mod frame;
mod heat;
mod lines;
mod points;
mod scale;
mod scatter;
mod ternary;

pub use bars::{Bar, bars};
pub use curves::{Curve, CurveChart};
pub use heat::{Cell, Heat};
pub use lines::{Line, LineChart};
pub use points::PointChart;
pub use scatter::{Mark, ScatterChart};
pub use ternary::{Share, Ternary};

use coordinate as at;
use frame::Frame;
use scale::Scale;

/// A coordinate with a tenth of a pixel.
pub fn coordinate(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}
