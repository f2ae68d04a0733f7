//! `report.html`: one page that needs nothing else. One file per section; a section without content is left out.

mod affinity;
mod attention;
mod augmented;
mod calibration;
mod confusion;
mod conflicts;
mod curves;
mod examples;
mod gain;
mod header;
mod highlight;
mod importance;
mod learned;
mod learning;
mod model;
mod of_graph;
mod predictions;
mod ranking;
mod scenes;
mod spec;
mod svg;
mod tasks;
mod text;
mod texts;
mod tune;
mod weights;
mod worst;

pub use affinity::{AffinityPage, MARK as AFFINITY_MARK, affinity_page};
pub use model::{ModelBox, ModelPicture, ModelRole};
pub use tune::{TunePage, tune_page};

use super::{Pictured, RunReport};
use crate::train::records::Records;
use text::escape;
pub(in crate::report) use text::number;

/// What the page is made of.
pub struct ReportInput<'a> {
    pub report: &'a RunReport,
    pub records: &'a Records,
    pub pictures: &'a Pictured,
    /// The spec as run.
    pub spec: &'a str,
    pub model: Option<ModelPicture>,
}

/// A part of the page.
struct Section {
    /// For links.
    id: &'static str,
    title: &'static str,
    /// One sentence on how to read it; HTML.
    note: String,
    /// HTML.
    body: String,
}

/// Makes the page.
pub fn render(input: &ReportInput) -> String {
    let make: [fn(&ReportInput) -> Option<Section>; 20] = [
        tasks::section,
        gain::section,
        predictions::section,
        confusion::section,
        ranking::section,
        calibration::section,
        worst::section,
        scenes::section,
        examples::section,
        attention::section,
        importance::section,
        curves::section,
        learning::section,
        weights::section,
        conflicts::section,
        learned::section,
        texts::section,
        augmented::section,
        model::section,
        spec::section,
    ];
    let sections: Vec<Section> = make.iter().filter_map(|make| make(input)).collect();
    page(&input.report.name, &header::html(input), &sections, &input.report.mtlc_version)
}

/// The frame of a page: everything it needs is in it.
fn page(name: &str, header: &str, sections: &[Section], version: &str) -> String {
    let links: String =
        sections.iter().map(|one| format!("<a href=\"#{}\">{}</a>", one.id, escape(one.title))).collect();
    let body: String = sections
        .iter()
        .map(|one| {
            let note = if one.note.is_empty() { String::new() } else { format!("<p class=\"note\">{}</p>", one.note) };
            format!("<section id=\"{}\"><h2>{}</h2>{note}{}</section>\n", one.id, escape(one.title), one.body)
        })
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · mtlc report</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{header}\
         <nav>{links}</nav>\n{body}<footer>mtlc {version}</footer>\n</main>\n</body>\n</html>\n",
        title = escape(name),
        style = include_str!("style.css"),
        version = escape(version),
    )
}

/// A card of a grid: a heading and what is below it.
fn card(heading: &str, body: &str) -> String {
    format!("<figure class=\"card\"><figcaption>{heading}</figcaption>{body}</figure>")
}

/// The most cards or groups of a section that are open: what comes after them is opened on demand.
const OPEN: usize = 12;

/// Cards side by side; of very many, the first.
fn grid(cards: Vec<String>) -> String {
    let grid = |cards: &[String]| format!("<div class=\"grid\">{}</div>", cards.concat());
    if cards.len() <= OPEN {
        return grid(&cards);
    }
    let (open, folded) = cards.split_at(OPEN);
    grid(open) + &folded_away(&format!("{} more", folded.len()), &grid(folded))
}

/// What is opened on demand.
fn folded_away(summary: &str, body: &str) -> String {
    format!("<details><summary>{}</summary>{body}</details>", escape(summary))
}

/// The classes of a chart's lines, in their colours; nothing for one alone.
fn legend(names: &[&str]) -> String {
    if names.len() < 2 {
        return String::new();
    }
    let one = |(place, name): (usize, &&str)| {
        format!("<span><i style=\"background:var(--{})\"></i>{}</span>", colour(place), escape(name))
    };
    format!("<div class=\"legend\">{}</div>", names.iter().enumerate().map(one).collect::<String>())
}

/// The colour of the line at a place.
fn colour(place: usize) -> String {
    format!("c{}", place % 8 + 1)
}

/// `species` and the like as HTML, with a small remark.
fn heading(name: &str, remark: &str) -> String {
    if remark.is_empty() {
        return escape(name);
    }
    format!("{} <small>{}</small>", escape(name), escape(remark))
}

#[cfg(test)]
mod tests;
