//! A table for the terminal: columns as wide as their longest cell.

/// Rows of cells; the first row is the head.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
    /// Columns that are aligned to the right: numbers.
    right: Vec<bool>,
}

impl Table {
    pub fn new(right: Vec<bool>) -> Self {
        Self { rows: Vec::new(), right }
    }

    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    pub fn render(&self) -> String {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let wide = |text: &str| text.chars().count();
        let width = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(|cell| wide(cell)).max();
        let widths: Vec<usize> = (0..count).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, width) in widths.iter().enumerate() {
                let cell = row.get(column).map_or("", String::as_str);
                let gap = " ".repeat(width - wide(cell));
                let right = self.right.get(column).copied().unwrap_or(false);
                line += &if right { format!("{gap}{cell}  ") } else { format!("{cell}{gap}  ") };
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }
}

/// Four significant digits, or a dash.
pub fn shown(value: Option<f64>) -> String {
    let Some(value) = value else { return "–".into() };
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor();
    if !(-4.0..7.0).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let decimals = (3.0 - magnitude).clamp(0.0, 7.0) as usize;
    format!("{value:.decimals$}")
}
