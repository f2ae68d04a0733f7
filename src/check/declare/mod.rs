//! One file per sort of declaration, each elaborated when it is first read.

pub(in crate::check) mod columns;
pub(in crate::check) mod data;
pub(in crate::check) mod families;
pub(in crate::check) mod inputs;
pub(in crate::check) mod joins;
pub(in crate::check) mod labels;
pub(in crate::check) mod order;
pub(in crate::check) mod selection;
pub(in crate::check) mod shared;
pub(in crate::check) mod split;
pub(in crate::check) mod tasks;
pub(in crate::check) mod template;
