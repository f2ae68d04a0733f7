//! The codes that no single lint owns, one file per group.

pub mod arguments;
pub mod data;
pub mod model;
pub mod names;
pub mod settings;
pub mod syntax;

use super::Code;

/// Every code of these groups.
pub fn all() -> Vec<&'static Code> {
    [arguments::CODES, data::CODES, model::CODES, names::CODES, settings::CODES, syntax::CODES]
        .into_iter()
        .flatten()
        .copied()
        .collect()
}
