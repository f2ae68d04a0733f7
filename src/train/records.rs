//! The lines of `metrics.jsonl`: one per epoch, task and part, and one per epoch.
//!
//! A line is a JSON object of its own, so that a run that was killed loses at most the line it was writing.

use serde::{Deserialize, Serialize};

use crate::pipeline::Part;
use crate::score::Ordered;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// `{"record":"task","epoch":3,…}`
    Task(TaskRecord),
    /// `{"record":"epoch","epoch":3,…}`
    Epoch(EpochRecord),
}

/// A task on a part after an epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskRecord {
    pub epoch: usize,
    /// Updates since the start of the run.
    pub step: usize,
    pub task: String,
    /// `train`, `valid` or `test`.
    pub part: String,
    /// Rows of the part that have the label.
    pub rows: usize,
    /// The task's own loss, before weighting; `None` if it is no finite number.
    pub loss: Option<f64>,
    /// By the metrics' keys; `None` where a metric is undefined. Matrices are left out.
    pub metrics: Ordered<Option<f64>>,
    /// Of the select metric, from trivial (0) to perfect (1); on the validation part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<f64>,
}

/// What is said of an epoch as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    pub epoch: usize,
    /// Updates since the start of the run.
    pub step: usize,
    /// Seconds of training since the start of the run, over all resumptions.
    pub seconds: f64,
    /// At the end of the epoch.
    pub lr: f64,
    /// The weighted total, per part.
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub loss: Ordered<Option<f64>>,
    /// The multi-task score on the validation part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// True if this is the best epoch so far.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub best: bool,
    /// What each task's loss or gradient was multiplied with, the mean over the epoch's steps.
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub weights: Ordered<f64>,
    /// How the tasks' gradients agreed, the mean over the steps where it was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
}

/// How the gradients of two tasks agree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    pub left: String,
    pub right: String,
    /// The layer or value where it was measured; the whole trunk if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Of the angle between them: −1 opposed, 0 unrelated, 1 agreed.
    pub cosine: f64,
    /// `2·‖a‖·‖b‖ / (‖a‖² + ‖b‖²)` (Yu et al. 2020): 1 if they are of one size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub magnitude: Option<f64>,
}

impl Record {
    /// The record as a line, with its line end.
    pub fn line(&self) -> String {
        // No map has a key that is no string, which is all that could fail.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    pub fn epoch(&self) -> usize {
        match self {
            Record::Task(record) => record.epoch,
            Record::Epoch(record) => record.epoch,
        }
    }
}

impl TaskRecord {
    /// Whether it is of this task and part.
    pub fn is(&self, task: &str, part: Part) -> bool {
        self.task == task && self.part == part.name()
    }
}

/// What a `metrics.jsonl` holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Records {
    pub tasks: Vec<TaskRecord>,
    pub epochs: Vec<EpochRecord>,
    /// Lines that are no records: cut short, or from another program.
    pub unread: usize,
}

impl Records {
    /// Reads the text of a `metrics.jsonl`. Where an epoch was written twice (a run that went on from a checkpoint), the
    /// later lines hold.
    pub fn parse(text: &str) -> Records {
        let mut records = Records::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(record) => records.push(record),
                Err(_) => records.unread += 1,
            }
        }
        records
    }

    pub fn push(&mut self, record: Record) {
        match record {
            Record::Task(record) => {
                let same =
                    |one: &TaskRecord| one.epoch == record.epoch && one.task == record.task && one.part == record.part;
                match self.tasks.iter().rposition(same) {
                    Some(place) => self.tasks[place] = record,
                    None => self.tasks.push(record),
                }
            }
            Record::Epoch(record) => match self.epochs.iter().rposition(|one| one.epoch == record.epoch) {
                Some(place) => self.epochs[place] = record,
                None => self.epochs.push(record),
            },
        }
    }

    /// The records of a task on a part, in order of epochs.
    pub fn of<'a>(&'a self, task: &'a str, part: Part) -> impl Iterator<Item = &'a TaskRecord> + 'a {
        self.tasks.iter().filter(move |record| record.is(task, part))
    }

    /// Forgets what came after an epoch, to go on from its checkpoint.
    pub fn keep_until(&mut self, epoch: usize) {
        self.tasks.retain(|record| record.epoch <= epoch);
        self.epochs.retain(|record| record.epoch <= epoch);
    }

    /// The text of a `metrics.jsonl`, epoch by epoch.
    pub fn lines(&self) -> String {
        let mut all: Vec<Record> = self.tasks.iter().cloned().map(Record::Task).collect();
        all.extend(self.epochs.iter().cloned().map(Record::Epoch));
        all.sort_by_key(Record::epoch);
        all.iter().map(Record::line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(epoch: usize, loss: Option<f64>) -> Record {
        let metrics = [("r2".to_string(), Some(0.5)), ("mae".to_string(), None)].into_iter().collect();
        Record::Task(TaskRecord {
            epoch,
            step: epoch * 10,
            task: "mass".into(),
            part: "valid".into(),
            rows: 51,
            loss,
            metrics,
            skill: Some(0.5),
        })
    }

    #[test]
    fn a_line_reads_back_the_same() {
        let line = task(3, Some(0.25)).line();
        assert_eq!(
            line,
            "{\"record\":\"task\",\"epoch\":3,\"step\":30,\"task\":\"mass\",\"part\":\"valid\",\"rows\":51,\"loss\":0.25,\
             \"metrics\":{\"r2\":0.5,\"mae\":null},\"skill\":0.5}\n"
        );
        assert_eq!(Records::parse(&line).tasks.len(), 1);
        let epoch =
            Record::Epoch(EpochRecord { epoch: 3, lr: 1e-3, score: Some(0.7), best: true, ..Default::default() });
        let records = Records::parse(&(epoch.line() + &line));
        assert_eq!((Record::Epoch(records.epochs[0].clone()), records.unread), (epoch, 0));
        assert_eq!(Records::parse(&records.lines()), records);
    }

    #[test]
    fn a_loss_that_is_no_number_is_null() {
        let line = task(1, Some(f64::NAN)).line();
        assert!(line.contains("\"loss\":null"), "{line}");
        assert_eq!(Records::parse(&line).tasks[0].loss, None);
    }

    #[test]
    fn a_cut_line_loses_only_itself_and_a_repeated_epoch_holds_the_later() {
        let text =
            task(1, Some(1.0)).line() + &task(2, Some(0.5)).line() + &task(2, Some(0.4)).line() + "{\"record\":\"ta";
        let mut records = Records::parse(&text);
        let losses: Vec<_> = records.of("mass", Part::Valid).map(|record| record.loss).collect();
        assert_eq!((losses, records.unread), (vec![Some(1.0), Some(0.4)], 1));
        records.keep_until(1);
        assert_eq!(records.tasks.len(), 1);
    }
}
