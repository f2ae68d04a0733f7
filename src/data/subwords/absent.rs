//! A build without the library: steps that need it say so.

use serde::{Deserialize, Serialize};

use super::Method;
use crate::data::steps::Refusal;
use crate::data::training::Training;
use crate::data::values::Values;

const ABSENT: &str = "needs a build with tokenizers: `cargo build --features text`";

/// Of which there are none.
#[derive(Debug, Serialize, Deserialize)]
pub enum Subwords {}

impl Subwords {
    pub fn train(_method: Method, _size: usize, _end: bool, _training: &Training<'_>) -> Result<Self, Refusal> {
        Err(Refusal::new(ABSENT))
    }

    pub fn given(_json: &[u8], _special: bool, _max: usize) -> Result<Self, String> {
        Err(ABSENT.into())
    }

    pub fn spelt(&self) -> Vec<Option<String>> {
        match *self {}
    }

    pub fn numbers(&self) -> Option<Vec<Option<u32>>> {
        match *self {}
    }

    pub fn apply(&self, _values: Values, _max: usize, _end: bool) -> Result<Values, Refusal> {
        match *self {}
    }

    pub fn pieces(&self, _text: &str, _max: usize, _end: bool) -> Option<Vec<Option<std::ops::Range<usize>>>> {
        match *self {}
    }

    pub fn end(&self) -> Option<i64> {
        match *self {}
    }

    pub fn spell(&self, _tokens: &[i64]) -> Option<String> {
        match *self {}
    }
}
