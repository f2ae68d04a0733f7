//! The facts file: what was seen of the data, kept beside the spec so that it can be checked fully without.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::catalog::Facts;

/// `NAME.facts.json`, as `mtlc check --data --write-facts` writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FactsFile {
    /// Grows when a field changes its meaning.
    pub version: u32,
    /// `classes(penguins.island)` → 3, `rows(penguins)` → 344.
    pub sizes: BTreeMap<String, i64>,
    pub data: BTreeMap<String, DataFacts>,
}

/// What was seen of one data set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataFacts {
    /// Of the content of its files, in hexadecimal.
    pub sha256: String,
    pub rows: usize,
    pub columns: BTreeMap<String, ColumnFacts>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnFacts {
    pub kind: String,
    pub missing: usize,
    /// What it holds, in words: `32.1 to 59.6, mean 43.9`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub holds: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

impl FactsFile {
    /// Where the facts of a spec lie.
    pub fn path_of(spec: &Path) -> PathBuf {
        spec.with_extension("facts.json")
    }

    /// Reads the text of a facts file; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub fn to_facts(&self) -> Facts {
        self.sizes.iter().map(|(symbol, size)| (symbol.as_str().into(), *size)).collect()
    }
}
