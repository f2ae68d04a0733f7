//! The texts that inputs read: how long they are, and how much of them no vocabulary knows.

use super::svg::{Bar, bars};
use super::text::{count, escape, number};
use super::{ReportInput, Section, card, grid, heading};
use crate::report::TextsReport;

pub fn section(input: &ReportInput) -> Option<Section> {
    let of = |(name, texts): (&str, &TextsReport)| card(&heading(name, "tokens of a text"), &body(name, texts));
    let cards: Vec<String> = input.report.texts.iter().map(of).collect();
    if cards.is_empty() {
        return None;
    }
    let note = "How many tokens the texts have that an input reads, and which share of them is unknown: tokens that the training part does not have, or too seldom.".to_string();
    Some(Section { id: "texts", title: "Texts", note, body: grid(cards) })
}

fn body(name: &str, texts: &TextsReport) -> String {
    let unknown: Vec<String> =
        texts.unknown.iter().map(|(part, share)| format!("{} {:.1}%", escape(part), 100.0 * share)).collect();
    let cut = if texts.cut == 0 { String::new() } else { format!(", {} cut short", count(texts.cut)) };
    let facts = format!(
        "<p class=\"note\">{} different tokens; {} in a text on average, {} at most{cut}; unknown: {}</p>",
        count(texts.vocabulary),
        number(texts.mean),
        count(texts.longest),
        unknown.join(", ")
    );
    let bar = |(from, to, texts): &(usize, usize, usize)| Bar {
        name: if from == to { from.to_string() } else { format!("{from} to {to}") },
        value: *texts as f64,
        interval: None,
        text: count(*texts),
        strong: false,
    };
    let all: Vec<Bar> = texts.lengths.iter().map(bar).collect();
    facts + &bars(&format!("lengths of the texts of {name}"), &all)
}
