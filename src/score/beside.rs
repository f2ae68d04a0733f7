//! Answers of a task with those of another beside them, where a metric looks at both.

use super::judge::TaskAnswers;
use crate::answers::{Column, Panoptic};
use crate::data::Prepared;
use crate::pipeline::Pipeline;

/// The answers of a task with those that another gives for the same rows; `None` if there is nothing that is made of both.
pub fn both(
    prepared: &Prepared,
    (task, own): (usize, &dyn Column),
    (other, beside): (usize, &dyn Column),
) -> Option<Box<dyn Column>> {
    Some(Box::new(Panoptic::of(own.of()?, beside.of()?, &prepared.is_stuff(task, other)?, |_| true)))
}

/// Puts what other tasks answer for rows beside the answers of those whose metrics look at both.
pub fn put_beside(pipeline: &Pipeline, prepared: &Prepared, answers: &mut [TaskAnswers]) {
    let of = |answers: &[TaskAnswers], task: usize| answers.iter().position(|one| one.task == task);
    for task in 0..pipeline.tasks.len() {
        let Some((other, place)) = pipeline.beside(task).zip(of(answers, task)) else { continue };
        let Some(beside) = of(answers, other) else { continue };
        let found = if answers[place].rows == answers[beside].rows {
            both(prepared, (task, answers[place].answers.as_ref()), (other, answers[beside].answers.as_ref()))
        } else {
            let rows = &answers[beside].rows;
            let same: Option<Vec<usize>> =
                answers[place].rows.iter().map(|row| rows.iter().position(|other| other == row)).collect();
            let same = same.map(|same| answers[beside].answers.gather(&same));
            same.and_then(|same| both(prepared, (task, answers[place].answers.as_ref()), (other, same.as_ref())))
        };
        if let Some(found) = found {
            answers[place].answers = found;
        }
    }
}
