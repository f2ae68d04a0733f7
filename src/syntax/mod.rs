//! From text to the syntax tree: the grammar's only reader.

pub mod tree;
