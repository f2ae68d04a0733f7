//! What gates, stitches and branches have learned to weigh.

use std::collections::BTreeSet;

use super::svg::{Cell, Heat};
use super::text::{escape, number};
use super::{ReportInput, Section};
use crate::report::LearnedReport;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut groups: Vec<(String, BTreeSet<&str>, Vec<&LearnedReport>)> = Vec::new();
    for one in &input.report.learned {
        let root = one.node.split('.').next().unwrap_or_default();
        let title = format!("{root}: {}", one.what);
        let names: BTreeSet<&str> = one.of.names().collect();
        // A mask speaks of one thing; all masks of a node stand in one picture.
        let fits = |group: &&mut (String, BTreeSet<&str>, Vec<&LearnedReport>)| {
            group.0 == title && (group.1 == names || (group.1.len() == 1 && names.len() == 1))
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.2.push(one),
            None => groups.push((title, names, vec![one])),
        }
    }
    let body: String = groups.iter().map(|(title, _, members)| picture(title, members)).collect();
    if body.is_empty() {
        return None;
    }
    let note =
        "What each gate, stitch, mask or branch weighs, in the kept model; shares of gates and masks are means over \
                the rows of the validation part."
            .to_string();
    Some(Section { id: "learned", title: "What is shared", note, body })
}

/// A heat map of layers by what they weigh.
fn picture(title: &str, members: &[&LearnedReport]) -> String {
    let root = members.first().map_or("", |one| one.node.split('.').next().unwrap_or_default());
    let single = members.iter().all(|one| one.of.len() == 1);
    let mut columns: Vec<&str> = members.first().map_or(Vec::new(), |one| one.of.names().collect());
    columns.sort_unstable();
    let rows = members.iter().map(|one| {
        let path = one.node.strip_prefix(root).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&one.node);
        path.to_string()
    });
    let cell = |one: &LearnedReport, name: &str| {
        let value = if single { one.of.iter().next().map(|(_, value)| *value) } else { one.of.get(name).copied() };
        value.map(|value| Cell {
            strength: value.clamp(-1.0, 1.0),
            text: format!("{value:.2}"),
            title: format!("{}, {name}: {}", one.node, number(value)),
        })
    };
    let cells = members.iter().map(|one| columns.iter().map(|name| cell(one, name)).collect()).collect();
    let names =
        if single { vec!["lets through".to_string()] } else { columns.iter().map(|name| name.to_string()).collect() };
    let label = format!("{title}: what each weighs");
    let heat = Heat { label: &label, rows: rows.collect(), columns: names, cells, words: ("", ""), every_name: true };
    format!("<figure class=\"card wide\"><figcaption>{}</figcaption>{}</figure>", escape(title), heat.svg())
}
