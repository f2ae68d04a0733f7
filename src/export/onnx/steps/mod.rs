//! What steps of tables are in ONNX, on 64-bit numbers as here: one file each, and a word in the list below. Of an input with a step that is not
//! here, a file is given what all of its steps have made.

use serde_json::Value as State;

use super::graph::Graph;
use crate::catalog::steps::StepDef;

crate::mirror! {
    /// How a step is written; `None` if it has no form in ONNX.
    pub fn expressed(StepDef) -> Option<dyn Express> {
        clip::Clip,
        impute::Impute,
        keep_above::KeepAbove,
        log::Log,
        min_max::MinMax,
        robust_scale::RobustScale,
        scale::Scale,
        smooth_clip::SmoothClip,
        standardize::Standardize,
    }
}

pub trait Express {
    /// What it makes of `[rows, …]`.
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String>;

    /// Its inverse, of a step that has one.
    fn undo(&self, _call: &mut StepCall<'_>, _x: &str) -> Option<String> {
        None
    }
}

/// One use of a step.
pub struct StepCall<'a> {
    pub graph: &'a mut Graph,
    /// What it has learnt.
    pub state: &'a State,
    /// The sizes of a row.
    pub sizes: &'a [usize],
}

impl StepCall<'_> {
    /// Learnt numbers, one for each number of a row.
    pub fn learnt(&mut self, of: Option<&str>) -> Option<String> {
        let values = self.numbers(of)?;
        self.of_row(&values)
    }

    pub fn numbers(&self, of: Option<&str>) -> Option<Vec<f64>> {
        let state = of.map_or(Some(self.state), |of| self.state.get(of))?;
        serde_json::from_value(state.clone()).ok()
    }

    /// One for each number of a row.
    pub fn of_row(&mut self, values: &[f64]) -> Option<String> {
        let shape: Vec<usize> = std::iter::once(1).chain(self.sizes.iter().copied()).collect();
        (values.len() == self.sizes.iter().product::<usize>()).then(|| self.graph.doubles(&shape, values))
    }

    pub fn number(&mut self, value: f64) -> String {
        self.graph.doubles(&[], &[value])
    }

    pub fn by(&mut self, op: &str, x: &str, other: &str) -> String {
        self.graph.node(op, &[x, other])
    }
}
