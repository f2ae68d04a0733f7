//! A trained model as other programs read it. Nothing here trains or answers: what a format cannot say is said to whoever asked.

pub mod onnx;
pub mod pytorch;
mod spelling;

use crate::data::HostValues;

/// What a model is given under a name.
pub struct Array {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: HostValues,
}
