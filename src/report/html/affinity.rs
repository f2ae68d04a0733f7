//! The page of `mtlc affinity`: how much a step on each task helps each other one, and the groups that follow.

use super::Section;
use super::svg::{Cell, Heat};
use super::text::escape;
use crate::study::affinity::Affinities;

/// By which the page is known again.
pub const MARK: &str = "affinity of each pair of tasks";

/// What is on the page.
pub struct AffinityPage<'a> {
    pub name: &'a str,
    pub affinities: &'a Affinities,
    /// The best grouping.
    pub groups: &'a [Vec<&'a str>],
    /// What follows from it, in words.
    pub said: &'a str,
}

/// Makes the page.
pub fn affinity_page(page: &AffinityPage<'_>) -> String {
    let AffinityPage { name, affinities, groups, said } = page;
    let Affinities { tasks, affinity, intervals, .. } = affinities;
    let decimals = affinities.decimals();
    let largest = affinity.iter().flatten().map(|value| value.abs()).fold(f64::MIN_POSITIVE, f64::max);
    let percent = |value: f64| format!("{:+.decimals$}%", 100.0 * value);
    let cell = |from: usize, to: usize| {
        let value = affinity[from][to];
        let sure = intervals[from][to].map_or(String::new(), |interval| {
            format!(" (95% interval {} to {})", percent(interval.low), percent(interval.high))
        });
        Some(Cell {
            strength: value / largest,
            text: percent(value),
            title: format!("a step on {} takes {}{sure} off the loss of {}", tasks[from], percent(value), tasks[to]),
        })
    };
    let heat = Heat {
        label: MARK,
        rows: tasks.to_vec(),
        columns: tasks.to_vec(),
        cells: (0..tasks.len()).map(|from| (0..tasks.len()).map(|to| cell(from, to)).collect()).collect(),
        words: ("a step on", "helps"),
        every_name: true,
    };
    let map = Section {
        id: "affinity",
        title: "Affinity",
        note: "The share of the column's loss that a step on the row's task takes off, the mean over the runs (Fifty et al. 2021): \
               blue where it helps, orange where it hurts."
            .into(),
        body: format!("<figure class=\"card wide\">{}</figure>", heat.svg()),
    };
    let items: String = groups.iter().map(|group| format!("<li>{}</li>", escape(&group.join(" + ")))).collect();
    let grouping = Section {
        id: "groups",
        title: "Best grouping",
        note: format!("One model per line. {}", escape(said)),
        body: format!("<ul>{items}</ul>"),
    };
    let header = format!("<header><h1>{} <small>affinity of tasks</small></h1></header>", escape(name));
    super::page(name, &header, &[map, grouping], env!("CARGO_PKG_VERSION"))
}
