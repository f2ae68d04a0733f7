//! The page of `mtlc affinity`: how much a step on each task helps each other one, and the groups that follow.

use super::svg::{Cell, Heat};
use super::text::escape;
use super::{Section, page};

/// Makes the page; `affinity[i][j]` is how much a step on task i helps task j.
pub fn affinity_page(name: &str, tasks: &[String], affinity: &[Vec<f64>], groups: &[Vec<&str>]) -> String {
    let largest = affinity.iter().flatten().map(|value| value.abs()).fold(f64::MIN_POSITIVE, f64::max);
    let percent = |value: f64| format!("{:+.2}%", 100.0 * value);
    let cell = |from: usize, to: usize| {
        let value = affinity[from][to];
        Some(Cell {
            strength: value / largest,
            text: percent(value),
            title: format!("a step on {} takes {} off the loss of {}", tasks[from], percent(value), tasks[to]),
        })
    };
    let heat = Heat {
        label: "affinity of each pair of tasks",
        rows: tasks.to_vec(),
        columns: tasks.to_vec(),
        cells: (0..tasks.len()).map(|from| (0..tasks.len()).map(|to| cell(from, to)).collect()).collect(),
        words: ("a step on", "helps"),
        every_name: true,
    };
    let map = Section {
        id: "affinity",
        title: "Affinity",
        note: "The share of the column's loss that a step on the row's task takes off, the mean over the run (Fifty et al. 2021): \
               blue where it helps, orange where it hurts."
            .into(),
        body: format!("<figure class=\"card wide\">{}</figure>", heat.svg()),
    };
    let items: String = groups.iter().map(|group| format!("<li>{}</li>", escape(&group.join(" + ")))).collect();
    let grouping = Section {
        id: "groups",
        title: "Best grouping",
        note: "One model per line; the spec of each lies beside this page.".into(),
        body: format!("<ul>{items}</ul>"),
    };
    let header = format!("<header><h1>{} <small>affinity of tasks</small></h1></header>", escape(name));
    page(name, &header, &[map, grouping], env!("CARGO_PKG_VERSION"))
}
