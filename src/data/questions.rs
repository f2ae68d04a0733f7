//! What was asked in the training part and how it was answered, which a task keeps if it answers by that too (`nearest(memory: …)`): of each of its rows the
//! text that the task reads, and the label.

use serde::{Deserialize, Serialize};

use super::batch::HostTensor;
use super::fitted::Sort;
use super::fitting::Fitting;
use super::given::Stacked;
use super::host::Host;
use super::labels::LabelColumn;
use super::prepare::Prepared;
use super::row_set::RowSet;
use super::values::Values;
use crate::answers::Texts;
use crate::catalog::decoders::Finds;
use crate::pipeline::{Pipeline, Task, inputs_behind};

/// A row of the training part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub asked: String,
    pub answer: String,
}

/// The input that a task reads and whose texts it keeps, if it answers by those.
pub fn remembered(pipeline: &Pipeline, task: &Task) -> Option<usize> {
    let (_, Finds::Nearest { memory, .. }, _) = task.predict.finder()? else { return None };
    let behind = inputs_behind(&pipeline.nodes, task);
    behind.first().copied().filter(|_| memory > 0.0 && behind.len() == 1)
}

impl Fitting<'_> {
    /// What a task keeps: of rows of the training part now, or what was kept before.
    pub(super) fn questions(&mut self, task: &Task, label: &LabelColumn, train: &RowSet) {
        let Some(input) = remembered(self.pipeline, task) else { return };
        let kept = match &self.saved {
            Some(saved) => saved.questions.get(&task.name).cloned(),
            None => self.read_questions(task, input, label, train),
        };
        self.fitted.questions.extend(kept.map(|kept| (task.name.clone(), kept)));
    }

    fn read_questions(
        &mut self,
        task: &Task,
        input: usize,
        label: &LabelColumn,
        train: &RowSet,
    ) -> Option<Vec<Question>> {
        let answers = label.values.of::<Texts>()?;
        let reader = self.reader(&self.pipeline.inputs[input])?;
        let set = reader.sets.iter().position(|set| set.data == task.label.data)?;
        let given = Stacked { data: task.label.data, base: 0, given: reader.sets[set].given.clone() };
        let having: Vec<(usize, usize)> = train.iter().filter_map(|row| Some((row, given.place(row)?))).collect();
        let places: Vec<usize> = having.iter().map(|(_, place)| *place).collect();
        let Values::Text(texts) = reader.rows(set, &places)? else { return None };
        let kept = texts.into_iter().zip(&having);
        Some(kept.map(|(asked, (row, _))| Question { asked, answer: answers.values[*row].clone() }).collect())
    }
}

impl Prepared {
    /// What was asked in the training part, and how it was answered, of a task that keeps that.
    pub fn questions(&self, task: &str) -> &[Question] {
        self.fitted.questions.get(task).map_or(&[], Vec::as_slice)
    }

    /// What the steps of an input make of some texts; `None` if one refuses them.
    pub fn input_of(&self, pipeline: &Pipeline, input: usize, texts: &[String]) -> Option<HostTensor> {
        let input = &pipeline.inputs[input];
        let mut values = Values::Text(texts.to_vec());
        for step in self.fitted.steps(Sort::Input, &input.name, &input.steps).ok()? {
            values = step.apply(values).ok()?;
        }
        Some(Host::new(values).whole(texts.len()))
    }
}
