//! What each input column is worth to each task.

use super::svg::{Bar, bars};
use super::text::number;
use super::{OPEN, ReportInput, Section, folded_away, heading};
use crate::score::statistics::Interval;

/// The most columns of a picture.
const MOST: usize = 15;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut cards = Vec::new();
    for (name, task) in input.report.tasks.iter().filter(|(_, task)| !task.importance.is_empty()) {
        let mut columns: Vec<_> = task.importance.iter().collect();
        columns.sort_by(|one, other| other.1.mean.total_cmp(&one.1.mean));
        let bar = |(column, one): &(&str, &crate::report::ImportanceReport)| Bar {
            name: column.to_string(),
            value: one.mean,
            interval: Some(Interval { low: one.mean - one.sd, high: one.mean + one.sd }),
            text: number(one.mean),
            strong: false,
        };
        let all: Vec<Bar> = columns.iter().take(MOST).map(bar).collect();
        let label = format!("what each column is worth to {name}");
        let rest = columns.len().saturating_sub(MOST);
        let more = if rest > 0 { format!(", {rest} more in report.json") } else { String::new() };
        let caption = heading(name, &format!("{} is worse by{more}", task.select));
        cards.push(format!(
            "<figure class=\"card wide\"><figcaption>{caption}</figcaption>{}</figure>",
            bars(&label, &all)
        ));
    }
    if cards.is_empty() {
        return None;
    }
    let rest = cards.split_off(cards.len().min(OPEN)).concat();
    let body = match rest.is_empty() {
        true => cards.concat(),
        false => cards.concat() + &folded_away("more", &rest),
    };
    let note = "How much worse the metric gets when a column's values are dealt out anew among the rows (permutation \
                importance, Breiman 2001), the mean of several deals; a line is one standard deviation. Columns that say \
                the same share what they are worth."
        .to_string();
    Some(Section { id: "importance", title: "What the inputs are worth", note, body })
}
