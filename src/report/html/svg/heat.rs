//! A table of coloured cells: confusion matrices, conflicts.

use super::at;
use super::frame::open;
use crate::report::html::text::escape;

/// One cell: how strongly it is coloured (−1 to 1; below 0 in the other colour), what it says, what it says on hovering.
pub struct Cell {
    pub strength: f64,
    pub text: String,
    pub title: String,
}

pub struct Heat<'a> {
    pub label: &'a str,
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    /// Row by row.
    pub cells: Vec<Vec<Option<Cell>>>,
    /// What rows and columns are.
    pub words: (&'a str, &'a str),
    /// Whether every column is named; else only some.
    pub every_name: bool,
}

impl Heat<'_> {
    pub fn svg(&self) -> String {
        let (rows, columns) = (self.rows.len().max(1) as f64, self.columns.len().max(1) as f64);
        let longest = self.rows.iter().map(|name| name.chars().count()).max().unwrap_or(0).min(ROW_NAME) as f64;
        let named = if self.words.0.is_empty() { 0.0 } else { 16.0 };
        let (left, top) = (longest * 6.3 + 12.0 + named, 8.0);
        // Each against each is worth more room than a line over time.
        let tall = if rows == columns { 520.0 } else { 300.0 };
        let size = ((620.0 - left).max(360.0) / columns).min(tall / rows).clamp(3.0, 46.0);
        let slanted = self.every_name && self.columns.iter().any(|name| name.chars().count() as f64 * 6.5 > size);
        let under = if slanted { 62.0 } else { 18.0 } + if self.words.1.is_empty() { 0.0 } else { 18.0 };
        let (width, height) = (left + size * columns + 24.0, top + size * rows + under);
        // On a narrow screen a picture of many cells is scrolled instead of shrunk until nobody can read it.
        let least = (width * 0.85).min(260.0 + columns * size * 0.5);
        let mut svg = open(width, height, self.label).replace(
            "class=\"chart\"",
            &format!("class=\"heat\" style=\"max-width:{}px;min-width:{}px\"", at(width), at(least)),
        );
        for (row, cells) in self.cells.iter().enumerate() {
            let y = top + row as f64 * size;
            for (column, cell) in cells.iter().enumerate() {
                let Some(cell) = cell else { continue };
                let x = left + column as f64 * size;
                svg += &draw(cell, x, y, size);
            }
            if size >= 9.0 {
                let name = self.rows.get(row).map_or("", String::as_str);
                svg += &format!(
                    "<text class=\"tick end\" x=\"{}\" y=\"{}\">{}</text>",
                    at(left - 6.0),
                    at(y + size / 2.0 + 3.5),
                    shortened(name, ROW_NAME)
                );
            }
        }
        let base = top + rows * size;
        let every = if self.every_name { (9.0 / size).ceil() } else { (44.0 / size).ceil() }.max(1.0) as usize;
        for (column, name) in self.columns.iter().enumerate().filter(|(column, _)| column % every == 0) {
            let x = at(left + (column as f64 + 0.5) * size);
            if slanted {
                svg += &format!(
                    "<text class=\"tick end\" transform=\"translate({x} {}) rotate(-38)\">{}</text>",
                    at(base + 12.0),
                    shortened(name, COLUMN_NAME)
                );
            } else {
                svg += &format!(
                    "<text class=\"tick mid\" x=\"{x}\" y=\"{}\">{}</text>",
                    at(base + 14.0),
                    shortened(name, COLUMN_NAME)
                );
            }
        }
        if !self.words.0.is_empty() {
            svg += &format!(
                "<text class=\"word mid\" transform=\"translate(11 {}) rotate(-90)\">{}</text>",
                at(top + rows * size / 2.0),
                escape(self.words.0)
            );
        }
        if !self.words.1.is_empty() {
            svg += &format!(
                "<text class=\"word mid\" x=\"{}\" y=\"{}\">{}</text>",
                at(left + columns * size / 2.0),
                at(height - 4.0),
                escape(self.words.1)
            );
        }
        svg + "</svg>"
    }
}

fn draw(cell: &Cell, x: f64, y: f64, size: f64) -> String {
    let strength = if cell.strength.is_finite() { cell.strength.clamp(-1.0, 1.0) } else { 0.0 };
    let gap = if size > 12.0 { 1.0 } else { 0.0 };
    let mut svg = format!(
        "<g><title>{}</title><rect class=\"cell {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" \
         fill-opacity=\"{:.3}\"/>",
        escape(&cell.title),
        if strength < 0.0 { "minus" } else { "plus" },
        at(x),
        at(y),
        at(size - gap),
        at(size - gap),
        if size > 12.0 { 3 } else { 0 },
        strength.abs(),
    );
    if size >= 20.0 && !cell.text.is_empty() {
        let class = if strength.abs() > 0.55 { "inside strong" } else { "inside" };
        svg += &format!(
            "<text class=\"{class} mid\" x=\"{}\" y=\"{}\">{}</text>",
            at(x + (size - gap) / 2.0),
            at(y + (size - gap) / 2.0 + 3.5),
            escape(&cell.text)
        );
    }
    svg + "</g>"
}

/// The most characters of a row's name and of a column's.
const ROW_NAME: usize = 34;
const COLUMN_NAME: usize = 18;

/// At most so many characters.
fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return escape(name);
    }
    escape(&(name.chars().take(most - 1).collect::<String>() + "…"))
}
