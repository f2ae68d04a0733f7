//! What preparation has learnt from the training part, as it is saved with a run.

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::questions::Question;
use super::steps::{self, FittedStep};
use crate::pipeline::StepUse;

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
    /// Per task whose maps lie in pictures that show less or more than their files: how high and wide its labels are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub map_sizes: BTreeMap<String, (usize, usize)>,
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

/// What was learnt, with its steps as they are made of it: each once, however many tables are taken through it, since a tokenizer or a
/// vocabulary is longer in the making than a question in the answering.
#[derive(Debug, Default)]
pub struct Learnt {
    fitted: Fitted,
    steps: Mutex<HashMap<(Sort, String), Vec<Arc<dyn FittedStep>>>>,
}

/// Whose steps: those of an input, or of the target of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    Input,
    Target,
}

/// Why there are no steps.
pub enum NoSteps {
    /// They are those of another spec.
    Others,
    /// One cannot be made of what was saved.
    Unreadable(String),
}

impl Learnt {
    /// The steps that are called so, of those that the spec has there.
    pub(super) fn steps(&self, sort: Sort, name: &str, uses: &[StepUse]) -> Result<Vec<Arc<dyn FittedStep>>, NoSteps> {
        let of = match sort {
            Sort::Input => &self.fitted.inputs,
            Sort::Target => &self.fitted.targets,
        };
        let states = of.get(name).filter(|states| {
            states.len() == uses.len() && states.iter().zip(uses).all(|(state, step)| state.step == step.def.show())
        });
        let states = states.ok_or(NoSteps::Others)?;
        let mut made = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (sort, name.to_string());
        if let Some(steps) = made.get(&key) {
            return Ok(steps.clone());
        }
        let steps: Result<Vec<_>, String> =
            uses.iter().zip(states).map(|(step, state)| steps::load(&step.def, &state.state)).collect();
        let steps = steps.map_err(NoSteps::Unreadable)?;
        Ok(made.entry(key).or_insert(steps).clone())
    }
}

impl From<Fitted> for Learnt {
    fn from(fitted: Fitted) -> Self {
        Self { fitted, steps: Mutex::default() }
    }
}

impl From<Fitted> for Arc<Learnt> {
    fn from(fitted: Fitted) -> Self {
        Arc::new(fitted.into())
    }
}

impl Deref for Learnt {
    type Target = Fitted;

    fn deref(&self) -> &Fitted {
        &self.fitted
    }
}
