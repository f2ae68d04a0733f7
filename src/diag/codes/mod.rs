//! The codes that no single lint owns, one file per group.

pub mod syntax;
