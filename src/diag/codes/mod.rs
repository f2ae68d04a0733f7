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
    let before = [arguments::CODES, balancers::CODES].into_iter().flatten().copied();
    let behind = [made::CODES, model::CODES, names::CODES, outlook::CODES, settings::CODES, syntax::CODES];
    before.chain(data::all()).chain(behind.into_iter().flatten().copied()).collect()
}

/// Whether a code is of the data: only a look at it raises the code.
pub fn is_of_data(name: &str) -> bool {
    data::all().chain(made::CODES.iter().copied()).chain(outlook::CODES.iter().copied()).any(|code| code.name == name)
}
