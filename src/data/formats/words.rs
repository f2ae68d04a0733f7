//! What to say of a column of numbers whose cells are words.

use std::collections::BTreeSet;

use crate::data::problems::shown;

/// More different cells than this are not told apart.
const MOST: usize = 200;

/// Cells of a column that are none of its kind.
#[derive(Debug, Default)]
pub struct Words {
    wrong: usize,
    different: BTreeSet<String>,
}

impl Words {
    pub fn add(&mut self, cell: &str) {
        self.wrong += 1;
        if self.different.len() < MOST {
            self.different.insert(cell.to_string());
        }
    }

    /// What to declare instead, if most cells of the column are words; `right` cells are numbers.
    pub fn instead(&self, name: &str, right: usize) -> Option<String> {
        let word = |cell: &String| {
            cell.chars().any(char::is_alphabetic) && !cell.starts_with(|first: char| first.is_ascii_digit())
        };
        if self.wrong <= right || !self.different.iter().all(word) {
            return None;
        }
        let few = self.different.len() < MOST && (self.different.len() <= 20 || 2 * self.different.len() <= self.wrong);
        if !few {
            return Some(format!(
                "its cells are words, nearly all different: declare it `{name}: text`, or `{name}: id`"
            ));
        }
        let examples: Vec<String> = self.different.iter().take(3).map(|cell| format!("`{}`", shown(cell))).collect();
        let more = if self.different.len() > 3 { ", …" } else { "" };
        Some(format!("its cells are words ({}{more}): declare it `{name}: category`", examples.join(", ")))
    }
}
