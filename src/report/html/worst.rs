//! The rows that the model gets most wrong, to look at: a label may be.

use super::text::escape;
use super::{ReportInput, Section, card, grid, heading};
use crate::report::WorstRow;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut cards = Vec::new();
    for (name, task) in input.pictures.iter().filter(|(_, task)| !task.worst.is_empty()) {
        let share = task.worst.iter().any(|row| row.wrong.ends_with('%'));
        let last = if share { "said of the true" } else { "off by" };
        let line = |row: &WorstRow| {
            let cells =
                [&row.row, &row.truth, &row.predicted, &row.wrong].map(|cell| format!("<td>{}</td>", escape(cell)));
            format!("<tr>{}</tr>", cells.concat())
        };
        let lines: String = task.worst.iter().map(line).collect();
        let table = format!(
            "<div class=\"rows\"><table><thead><tr><th>row</th><th>true</th><th>predicted</th><th>{last}</th></tr></thead>\
             <tbody>{lines}</tbody></table></div>"
        );
        cards.push(card(&heading(name, &task.part), &table));
    }
    if cards.is_empty() {
        return None;
    }
    let note = "The rows with the largest errors, by their id (or their number in the data, if it has none). Wrong labels, odd \
                inputs and the limits of the model are often found here."
        .to_string();
    Some(Section { id: "worst", title: "Worst rows", note, body: grid(cards) })
}
