//! What stands for a missing value, in one column.

use std::collections::{BTreeMap, HashSet};

use arrow_array::{Array, StringArray};

use crate::pipeline::Column;

/// How a missing value is spelt.
#[derive(Clone)]
pub struct Spellings {
    all: HashSet<String>,
    /// The bytes that any of them begins with, which tell of most cells that they are none of them.
    begin: [bool; 256],
}

impl Spellings {
    /// Those of a column, in a format that has some for all columns.
    pub fn of(column: &Column, format: &[String]) -> Self {
        let declared = column.kind.declared_classes().unwrap_or_default();
        // A class that is declared is one.
        let all = column.kind.missing().unwrap_or(format).iter().filter(|spelling| !declared.contains(spelling));
        let all: HashSet<String> = all.cloned().collect();
        let mut begin = [false; 256];
        all.iter().filter_map(|one| one.bytes().next()).for_each(|byte| begin[usize::from(byte)] = true);
        Self { all, begin }
    }

    /// Whether all texts are values as they stand: none lacks, is empty, has spaces around it, or is spelt as a missing one.
    pub fn are_values(&self, texts: &StringArray) -> bool {
        let is_value = |text: &str| match (text.as_bytes().first(), text.as_bytes().last()) {
            (Some(first), Some(last)) => {
                !first.is_ascii_whitespace() && !last.is_ascii_whitespace() && !self.contains(text)
            }
            _ => false,
        };
        texts.null_count() == 0 && (0..texts.len()).all(|row| is_value(texts.value(row)))
    }

    pub fn contains(&self, cell: &str) -> bool {
        cell.bytes().next().is_none_or(|first| self.begin[usize::from(first)]) && self.all.contains(cell)
    }
}

/// The missing values of a column, counted by their spellings.
pub struct Missing {
    spellings: Spellings,
    /// The numbers among them, for a column of numbers: `-999` is `-999.0`.
    pub numbers: Vec<f64>,
    pub counts: BTreeMap<String, usize>,
    /// How many have no spelling: the file has nothing there.
    pub gone: usize,
}

impl Missing {
    pub fn of(column: &Column, format: &[String]) -> Self {
        let spellings = Spellings::of(column, format);
        let numbers =
            spellings.all.iter().filter(|_| column.kind.name() == "number").filter_map(|one| one.parse().ok());
        let numbers = numbers.filter(|one: &f64| !one.is_nan()).collect();
        Self { spellings, numbers, counts: BTreeMap::new(), gone: 0 }
    }

    /// Whether texts are values as they stand, of a column in which no number is one.
    pub fn takes_none(&self, texts: &StringArray) -> bool {
        self.numbers.is_empty() && self.spellings.are_values(texts)
    }

    pub fn takes(&self, cell: &str) -> bool {
        let number = || cell.parse().is_ok_and(|cell: f64| self.numbers.contains(&cell));
        self.spellings.contains(cell) || (!self.numbers.is_empty() && number())
    }

    pub fn takes_number(&self, number: f64) -> bool {
        self.numbers.contains(&number)
    }

    pub fn count(&mut self, spelling: &str) {
        match self.counts.get_mut(spelling) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(spelling.to_string(), 1);
            }
        }
    }
}
