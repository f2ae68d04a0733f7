//! `impute`: what was learnt where a number is missing.

use super::{Express, StepCall};
use crate::catalog::steps::impute::Impute;

impl Express for Impute {
    fn express(&self, call: &mut StepCall<'_>, x: &str) -> Option<String> {
        let filling = call.learnt(None)?;
        let missing = call.graph.node("IsNaN", &[x]);
        Some(call.graph.node("Where", &[&missing, &filling, x]))
    }
}
