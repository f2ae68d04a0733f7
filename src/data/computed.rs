//! Inputs whose values are computed for each batch: what is drawn anew in every epoch, or too large to be prepared.

use super::batch::HostTensor;
use super::draws::{Drawing, Draws};
use super::host::Host;
use super::lost::lost;
use super::reader::RowReader;
use super::steps::FittedStep;
use super::values::Values;
use crate::pipeline::Input;

#[derive(Debug)]
pub(super) struct Computed {
    /// The input, in whose name is drawn.
    name: String,
    reader: RowReader,
    steps: Vec<ComputedStep>,
}

#[derive(Debug)]
struct ComputedStep {
    /// As the spec calls it.
    name: &'static str,
    drawn: bool,
    step: Box<dyn FittedStep>,
}

impl Computed {
    pub fn new(input: &Input, reader: RowReader, steps: Vec<Box<dyn FittedStep>>) -> Self {
        let steps = input.steps.iter().zip(steps);
        let steps = steps.map(|(of, step)| ComputedStep { name: of.def.name(), drawn: of.def.drawn(), step });
        Self { name: input.name.clone(), reader, steps: steps.collect() }
    }

    /// The values of the rows of each data set; drawn steps draw for training rows alone.
    pub fn batch(&self, rows: &[Vec<usize>], drawing: Option<Drawing>) -> HostTensor {
        let mut whole: Option<Values> = None;
        for (set, stacked) in self.reader.sets.iter().enumerate() {
            let values = self.reader.rows(set, &rows[stacked.data]);
            let values = values.unwrap_or_else(|| lost(format!("the rows of input `{}` cannot be read", self.name)));
            match &mut whole {
                None => whole = Some(values),
                Some(whole) => _ = whole.append(values),
            }
        }
        let mut values = whole.unwrap_or(Values::Text(Vec::new()));
        for (number, step) in self.steps.iter().enumerate() {
            let done = match drawing.filter(|_| step.drawn) {
                Some(drawing) => {
                    let each =
                        self.reader.sets.iter().flat_map(|set| rows[set.data].iter().map(|row| (set.data, *row)));
                    step.step.draw(values, &Draws::new(drawing, &self.name, number, each))
                }
                None => step.step.apply(values),
            };
            values = done.unwrap_or_else(|refusal| {
                lost(format!("input `{}`: `{}` {}, after what was drawn", self.name, step.name, refusal.reason))
            });
        }
        let count = values.rows();
        let all: Vec<Option<usize>> = (0..count).map(Some).collect();
        Host::new(values).gather(&all)
    }
}
