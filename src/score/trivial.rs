//! The predictor that never looks: the majority class, the mean, or what else the kind of the answers has. A task's skill is
//! measured from it.

use super::{Labels, Prediction, Scored};
use crate::answers::{Blind, Column, Probabilities, half};

/// What it learned from the labels of the training part.
#[derive(Clone, Debug)]
pub struct Trivial(Box<dyn Blind>);

impl Trivial {
    /// `None` if there is no labelled row.
    pub fn fit(labels: &Labels) -> Option<Trivial> {
        Self::learn(std::iter::once(*labels))
    }

    /// From labels in batches, all of one kind.
    pub fn learn<'l>(batches: impl IntoIterator<Item = Labels<'l>>) -> Option<Trivial> {
        let mut batches = batches.into_iter();
        let first = batches.next()?;
        let mut learn = half(&first.kind()).learn();
        learn.add(first);
        batches.for_each(|batch| learn.add(batch));
        learn.finish().map(Trivial)
    }

    pub(super) fn new(blind: Box<dyn Blind>) -> Trivial {
        Trivial(blind)
    }

    /// What it does, to complete "no better than …".
    pub fn words(&self) -> &'static str {
        self.0.words()
    }

    /// Its answers for the same rows, in the form of the model's.
    pub(super) fn answers(&self, scored: &Scored) -> Result<Box<dyn Column>, String> {
        let answers = self.0.answers(scored.prediction, scored.rows());
        answers.ok_or_else(|| "the labels of the training part are of another form".into())
    }

    /// The other answer that takes no look: yes for every row, where thresholds may make yes of anything.
    pub(super) fn always_yes(scored: &Scored) -> Option<Box<dyn Column>> {
        let Prediction::Probabilities { width, .. } = scored.prediction else { return None };
        if scored.thresholds.is_empty() {
            return None;
        }
        Some(Box::new(Probabilities { width, values: vec![1.0; scored.rows() * width] }))
    }

    /// The same rows with other answers, which no threshold turns.
    pub(super) fn instead<'a>(scored: &Scored<'a>, answers: &'a dyn Column) -> Scored<'a> {
        Scored { prediction: answers.prediction(), thresholds: &[], ..*scored }
    }
}
