//! `report.html`: one page that needs nothing else. One file per section; a section without content is left out.

mod affinity;
mod confusion;
mod conflicts;
mod curves;
mod gain;
mod header;
mod highlight;
mod learned;
mod learning;
mod model;
mod of_graph;
mod predictions;
mod spec;
mod svg;
mod tasks;
mod text;
mod tune;
mod weights;

pub use affinity::{AffinityPage, affinity_page};
pub use model::{ModelBox, ModelPicture, ModelRole};
pub use tune::{TunePage, tune_page};

use super::{Pictured, RunReport};
use crate::train::records::Records;
use text::escape;

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
    let make: [fn(&ReportInput) -> Option<Section>; 11] = [
        tasks::section,
        gain::section,
        curves::section,
        predictions::section,
        confusion::section,
        learning::section,
        weights::section,
        conflicts::section,
        learned::section,
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

/// `species` and the like as HTML, with a small remark.
fn heading(name: &str, remark: &str) -> String {
    if remark.is_empty() {
        return escape(name);
    }
    format!("{} <small>{}</small>", escape(name), escape(remark))
}

#[cfg(test)]
mod tests;
