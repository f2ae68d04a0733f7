//! The numbers of a record under names, for programs that draw curves: `species/accuracy/valid`.

use crate::train::records::{EpochRecord, Record, TaskRecord};

/// All of them; what stands before the first slash groups them.
pub fn scalars(record: &Record) -> Vec<(String, Option<f64>)> {
    match record {
        Record::Task(record) => of_task(record),
        Record::Epoch(record) => of_epoch(record),
    }
}

fn of_task(record: &TaskRecord) -> Vec<(String, Option<f64>)> {
    let tag = |name: &str| format!("{}/{name}/{}", record.task, record.part);
    let mut scalars = vec![(tag("loss"), record.loss)];
    scalars.extend(record.metrics.iter().map(|(key, value)| (tag(key), *value)));
    scalars.push((tag("skill"), record.skill));
    scalars
}

/// No tag here is one of a task, even of one that is called `run`.
fn of_epoch(record: &EpochRecord) -> Vec<(String, Option<f64>)> {
    let mut scalars = vec![("run/learning_rate".to_string(), Some(record.lr)), ("run/score".to_string(), record.score)];
    scalars.extend(record.loss.iter().map(|(part, loss)| (format!("run/total_loss/{part}"), *loss)));
    scalars.extend(record.weights.iter().map(|(task, weight)| (format!("weights/{task}"), Some(*weight))));
    for conflict in &record.conflicts {
        let at = conflict.at.as_deref().unwrap_or("trunk");
        let pair = format!("{} and {}", conflict.left, conflict.right);
        scalars.push((format!("cosine/{at}/{pair}"), Some(conflict.cosine)));
        scalars.push((format!("magnitude/{at}/{pair}"), conflict.magnitude));
    }
    scalars
}
