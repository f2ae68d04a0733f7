//! What preparation has learnt from the training part, as it is saved with a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::questions::Question;

/// Saved and loaded without loss: numbers are written in full.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// Per column (`penguins.island`): its classes in order.
    pub classes: BTreeMap<String, Vec<String>>,
    /// Per column: the declared classes that no training row had. As an input they are as good as unknown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unseen: BTreeMap<String, Vec<String>>,
    /// Per input: its steps.
    pub inputs: BTreeMap<String, Vec<StepState>>,
    /// Per task: the steps of its target.
    pub targets: BTreeMap<String, Vec<StepState>>,
    /// Per task: the weight of each class, if classes are weighted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub class_weights: BTreeMap<String, Vec<f64>>,
    /// Per task that answers by it too: what was asked in the training part.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub questions: BTreeMap<String, Vec<Question>>,
}

/// A step and what it has learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepState {
    /// `impute(with: median)`: tells a state of another spec.
    pub step: String,
    pub state: serde_json::Value,
}

impl Fitted {
    /// The tokenizers among what was learnt, as other programs read them: the name of a file for each, and its text.
    pub fn tokenizers(&self) -> Vec<(String, String)> {
        let steps = self.inputs.iter().chain(&self.targets);
        let of = |(name, steps): (&String, &Vec<StepState>)| {
            let tokenizer = steps.iter().find_map(|step| step.state.get("tokenizer"))?;
            Some((format!("tokenizer.{name}.json"), serde_json::to_string_pretty(tokenizer).ok()?))
        };
        steps.filter_map(of).collect()
    }
}
