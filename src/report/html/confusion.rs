//! Confusion matrices.

use super::svg::{Cell, Heat};
use super::text::count;
use super::{ReportInput, Section, card, grid, heading};
use crate::report::{FigureReport, TaskPictures};

/// The most classes that are drawn.
const MOST: usize = 60;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut cards = Vec::new();
    let none = TaskPictures::default();
    for (name, task) in input.report.tasks.iter() {
        let pictures = input.pictures.get(name).unwrap_or(&none);
        let mut said: Vec<&Vec<Vec<u64>>> = Vec::new();
        if let Some((part, figures)) = task.final_part() {
            for (_, figure) in figures.metrics.iter() {
                let FigureReport::Matrix(matrix) = figure else { continue };
                let remark = format!("{}, {} rows", part.name(), count(figures.rows));
                cards.push(card(&heading(name, &remark), &draw(name, matrix, &task.classes, "rows")));
                said.push(matrix);
            }
        }
        // The metric `confusion` gives the same.
        if let Some(matrix) = pictures.confusion.as_ref().filter(|matrix| !said.contains(matrix)) {
            let remark = format!("{}, {} rows", pictures.part, count(pictures.rows));
            let of = if pictures.confusion_of.is_empty() { "rows" } else { &pictures.confusion_of };
            cards.push(card(&heading(name, &remark), &draw(name, matrix, &task.classes, of)));
        }
    }
    if cards.is_empty() {
        return None;
    }
    let note = "Rows are what is true, columns what was predicted; the colour is the share of the row.".to_string();
    Some(Section { id: "confusion", title: "Confusion", note, body: grid(cards) })
}

fn draw(task: &str, matrix: &[Vec<u64>], classes: &[String], of: &str) -> String {
    if matrix.len() > MOST {
        return format!(
            "<p class=\"note\">{} classes are too many to draw; report.json holds the counts.</p>",
            matrix.len()
        );
    }
    let name = |class: usize| classes.get(class).cloned().unwrap_or_else(|| class.to_string());
    let names: Vec<String> = (0..matrix.len()).map(name).collect();
    let cells = matrix
        .iter()
        .enumerate()
        .map(|(truth, row)| {
            let total: u64 = row.iter().sum();
            row.iter()
                .enumerate()
                .map(|(given, &cell)| {
                    let share = if total > 0 { cell as f64 / total as f64 } else { 0.0 };
                    Some(Cell {
                        // What is wrong is in the other colour.
                        strength: if truth == given { share } else { -share },
                        text: if cell == 0 { String::new() } else { cell.to_string() },
                        title: format!(
                            "{} {of} of {} were given {} ({:.1}%)",
                            cell,
                            name(truth),
                            name(given),
                            share * 100.0
                        ),
                    })
                })
                .collect()
        })
        .collect();
    let label = format!("confusion matrix of {task}");
    Heat { label: &label, rows: names.clone(), columns: names, cells, words: ("true", "predicted"), every_name: true }
        .svg()
}
