//! JSON, for programs: the drawing as it is.

use super::Drawing;

pub fn render(drawing: &Drawing) -> String {
    // Text, numbers and lists: there is nothing in it that JSON cannot hold.
    serde_json::to_string_pretty(drawing).map(|text| text + "\n").unwrap_or_default()
}
