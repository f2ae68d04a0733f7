//! JUnit XML: one test case per file; a file with errors has failed.

use std::collections::BTreeMap;

use super::short;
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

pub(super) fn render(all: &[(&[Diagnostic], &Sources)]) -> String {
    let mut files: BTreeMap<String, Vec<(&Diagnostic, &Sources)>> = BTreeMap::new();
    for (diagnostics, sources) in all {
        if let Some((_, file)) = sources.iter().find(|(_, file)| file.path.is_some()) {
            files.entry(file.name.clone()).or_default();
        }
        for diagnostic in *diagnostics {
            files.entry(sources.get(diagnostic.span.file).name.clone()).or_default().push((diagnostic, sources));
        }
    }
    let is_error = |(one, _): &&(&Diagnostic, &Sources)| one.severity == Severity::Error;
    let failures = files.values().filter(|problems| problems.iter().any(|one| is_error(&one))).count();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text += &format!("<testsuites>\n<testsuite name=\"mtlc\" tests=\"{}\" failures=\"{failures}\">\n", files.len());
    for (file, problems) in &files {
        text += &format!("<testcase name=\"{}\" classname=\"mtlc.check\">", escape(file));
        let lines = |severity| -> String {
            problems
                .iter()
                .filter(|(one, _)| one.severity == severity)
                .map(|(one, sources)| short::render(one, sources))
                .collect()
        };
        let (errors, warnings) = (lines(Severity::Error), lines(Severity::Warning));
        if let Some((first, _)) = problems.iter().find(is_error) {
            text += &format!(
                "\n<failure type=\"{}\" message=\"{}\">{}</failure>",
                first.code.name,
                escape(&first.message),
                escape(&errors)
            );
        }
        if !warnings.is_empty() {
            text += &format!("\n<system-out>{}</system-out>", escape(&warnings));
        }
        text += "</testcase>\n";
    }
    text + "</testsuite>\n</testsuites>\n"
}

/// Escapes text for XML; control characters that XML cannot hold are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            control if control.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}
