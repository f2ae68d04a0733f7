//! The codes that no single lint owns, one file per group.

pub mod arguments;
pub mod balancers;
pub mod data;
pub mod made;
pub mod model;
pub mod names;
pub mod outlook;
pub mod settings;
pub mod syntax;

use super::Code;

/// Every code of these groups.
pub fn all() -> Vec<&'static Code> {
    [
        arguments::CODES,
        balancers::CODES,
        data::CODES,
        made::CODES,
        model::CODES,
        names::CODES,
        outlook::CODES,
        settings::CODES,
        syntax::CODES,
    ]
    .into_iter()
    .flatten()
    .copied()
    .collect()
}

/// Whether a code is of the data: only a look at it raises the code.
pub fn is_of_data(name: &str) -> bool {
    data::CODES.iter().chain(made::CODES).chain(outlook::CODES).any(|code| code.name == name)
}
