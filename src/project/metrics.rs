//! `metrics.jsonl` of a run: what was measured, epoch by epoch. It grows by whole lines.

use std::fs::OpenOptions;
use std::io::Write;

use super::directory::{NoRun, RunDirectory};
use crate::source::{Cannot, Wanted};
use crate::train::records::{Record, Records};

impl RunDirectory {
    /// Adds lines to `metrics.jsonl`.
    ///
    /// # Errors
    /// In one line.
    pub fn append(&self, records: &[Record]) -> Result<(), Cannot> {
        if !self.writes() {
            return Ok(());
        }
        let path = self.file("metrics.jsonl");
        let lines: String = records.iter().map(Record::line).collect();
        let written = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(lines.as_bytes()));
        written.map_err(Cannot::of(Wanted::Write, &path))
    }

    /// What `metrics.jsonl` holds; nothing if there is none.
    pub fn records(&self) -> Records {
        Records::parse(&std::fs::read_to_string(self.file("metrics.jsonl")).unwrap_or_default())
    }

    /// Drops the records of epochs after this one: a resumed run writes them again.
    ///
    /// # Errors
    /// In one line.
    pub fn rewind(&self, epoch: usize) -> Result<(), NoRun> {
        let Ok(text) = std::fs::read_to_string(self.file("metrics.jsonl")) else { return Ok(()) };
        let kept: String = text
            .lines()
            .filter(|line| serde_json::from_str::<Record>(line).is_ok_and(|record| record.epoch() <= epoch))
            .flat_map(|line| [line, "\n"])
            .collect();
        self.write_text("metrics.jsonl", &kept)
    }
}
