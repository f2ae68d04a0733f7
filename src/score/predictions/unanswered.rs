//! Rows that a model was asked about, and whose answers are no numbers: its weights, or what it was given, are not finite.

use crate::answers::Prediction;
use crate::pipeline::Pipeline;
use crate::score::judge::TaskAnswers;

/// How many rows of each task have no finite answer.
#[derive(Clone, Debug, Default)]
pub struct Unanswered(Vec<(usize, usize)>);

impl Unanswered {
    /// Counts them in what was answered for some rows.
    pub fn add(&mut self, answered: &[TaskAnswers]) {
        for TaskAnswers { task, answers, .. } in answered {
            let rows = without(answers.prediction());
            match self.0.iter_mut().find(|(of, _)| of == task) {
                Some((_, all)) => *all += rows,
                None => self.0.push((*task, rows)),
            }
        }
    }

    /// In words, a line for each task that has such rows.
    pub fn words(&self, pipeline: &Pipeline) -> Vec<String> {
        let line = |(task, rows): &(usize, usize)| {
            let (rows, have) = if *rows == 1 { ("1 row".to_string(), "has") } else { (format!("{rows} rows"), "have") };
            format!(
                "{rows} {have} no finite answer of `{}`: what the model computes there is no number",
                pipeline.tasks[*task].name
            )
        };
        self.0.iter().filter(|(_, rows)| *rows > 0).map(line).collect()
    }
}

/// Rows none of whose numbers is finite. A few of a row may be left open: of a map, where nothing was shown.
fn without(prediction: Prediction<'_>) -> usize {
    let (Prediction::Distribution { classes: width, values }
    | Prediction::Probabilities { width, values }
    | Prediction::Numbers { width, values }) = prediction
    else {
        return 0;
    };
    values.chunks(width.max(1)).filter(|row| !row.iter().any(|value| value.is_finite())).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_finite_number_are_counted() {
        let values = [1.0, f64::NAN, f64::NAN, f64::NAN, f64::INFINITY, f64::NAN];
        assert_eq!(without(Prediction::Numbers { width: 2, values: &values }), 2);
        assert_eq!(without(Prediction::Distribution { classes: 3, values: &values }), 1);
        assert_eq!(without(Prediction::Probabilities { width: 1, values: &values[..1] }), 0);
        assert_eq!(without(Prediction::Classes(&[1])), 0);
    }
}
