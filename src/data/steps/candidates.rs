//! `candidates`: the different texts of the training part.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::candidates::Candidates;
use crate::data::tokens::{self, Counts};
use crate::data::values::Values;

impl StepHalf for Candidates {
    /// The most frequent first, and what is equally frequent by its letters.
    type State = Vec<String>;

    fn fit(&self, training: &Training<'_>) -> Result<Vec<String>, Refusal> {
        let mut counts = Counts::default();
        tokens::each_text(training, |text| counts.add(text))?;
        Ok(counts.most_frequent(1, self.most))
    }

    fn apply(&self, _state: &Vec<String>, values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn candidates<'s>(&self, state: &'s Vec<String>) -> &'s [String] {
        state
    }
}
