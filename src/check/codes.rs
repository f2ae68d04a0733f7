//! The codes that checking raises, and the registry of all codes.

pub use crate::diag::codes::arguments::{
    ARGUMENT_RANGE, MISSING_ARGUMENT, MISSING_WEIGHT, SPLIT_SUM, WEIGHTS_SUM, WRONG_ARGUMENT,
};
pub use crate::diag::codes::model::{
    LABEL_AS_INPUT, LABEL_LEAK, LOSS_MISMATCH, METRIC_MISMATCH, NO_INVERSE, NOT_A_LAYER, NOT_A_VALUE, OBLIGATION,
    SHAPE, SHARING_MISMATCH, STEP_AFTER_LAYER, WRONG_KIND, WRONG_LABEL,
};
pub use crate::diag::codes::names::{
    CYCLE, DUPLICATE_NAME, MISSING_FILE, MISSING_PART, NO_TASKS, SURPLUS_PART, UNKNOWN_KEY, UNKNOWN_MODULE,
    UNKNOWN_NAME, UNKNOWN_SETTING, USE_CYCLE,
};
pub use crate::diag::codes::syntax::TOO_COMPLEX;

use crate::diag::Code;

/// Every code there is, lints included, by name.
pub fn all() -> Vec<&'static Code> {
    let mut codes: Vec<&'static Code> = crate::diag::codes::all().into_iter().chain(super::lints::codes()).collect();
    codes.sort_by_key(|code| code.name);
    codes
}
