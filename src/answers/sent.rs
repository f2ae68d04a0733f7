//! Predictions as bytes, for another process that is to go on with them: numbers to the last bit, all else as its kind keeps it.

use serde::{Deserialize, Serialize};

use super::{Column, Distribution, Given, Numbers, Prediction, Probabilities, half};
use crate::catalog::answers::find;

/// What the bytes are.
#[derive(Serialize, Deserialize)]
pub struct Form {
    kind: String,
    /// Numbers per row.
    width: usize,
}

/// The words for rows of numbers; everything else is the name of a kind.
const PLAIN: [&str; 4] = ["distribution", "probabilities", "classes", "numbers"];

/// A column of predictions, and how it is to be read.
pub fn send(column: &dyn Column) -> (Form, Vec<u8>) {
    let form = |kind: &str, width| Form { kind: kind.into(), width };
    let bytes = |values: &[f64]| values.iter().flat_map(|value| value.to_le_bytes()).collect();
    match column.prediction() {
        Prediction::Distribution { classes, values } => (form(PLAIN[0], classes), bytes(values)),
        Prediction::Probabilities { width, values } => (form(PLAIN[1], width), bytes(values)),
        Prediction::Classes(values) => {
            let width = values.len().checked_div(column.rows()).unwrap_or(1);
            (form(PLAIN[2], width), values.iter().flat_map(|class| class.to_le_bytes()).collect())
        }
        Prediction::Numbers { width, values } => (form(PLAIN[3], width), bytes(values)),
        Prediction::Other(other) => (form(other.kind().name(), 1), other.save()),
    }
}

/// What [`send`] has sent; `None` if it is damaged.
pub fn receive(Form { kind, width }: &Form, bytes: &[u8]) -> Option<Box<dyn Column>> {
    let (width, numbers) =
        (*width, || bytes.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect());
    Some(match PLAIN.iter().position(|word| word == kind) {
        Some(0) => Box::new(Distribution { classes: width, values: numbers() }),
        Some(1) => Box::new(Probabilities { width, values: numbers() }),
        Some(2) => {
            let values = bytes.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
            Box::new(Given { width, values })
        }
        Some(_) => Box::new(Numbers { width, values: numbers() }),
        None => half(&(find(kind)?.from_args)(&Default::default())?).load(bytes)?,
    })
}
