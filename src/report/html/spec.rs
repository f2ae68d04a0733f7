//! The spec as run.

use super::highlight::highlight;
use super::{ReportInput, Section};

pub fn section(input: &ReportInput) -> Option<Section> {
    if input.spec.trim().is_empty() {
        return None;
    }
    let body = format!("<pre class=\"spec\">{}</pre>", highlight(input.spec));
    Some(Section { id: "spec", title: "Spec", note: String::new(), body })
}
