//! Seeded data for the pipelines and for trying things out: the same generator, rows and seed give the same data on every
//! machine. One generator per file; `save` writes what it made as a table or as arrays.

mod draw;
mod save;

pub use numbers::LANGUAGES;
pub use save::save;

crate::folder! {
    /// Every generator, sorted by name.
    pub static GENERATORS: Generator = GENERATOR { numbers, scenes, solids, stories, two_layer }
}

/// One sort of data that can be made.
#[derive(Debug)]
pub struct Generator {
    /// As written on the command line.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// How many rows unless said otherwise.
    pub rows: usize,
    pub make: fn(rows: usize, seed: u64) -> Vec<Column>,
}

/// A column of what a generator made.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// The shape of one row's value; empty for a single number or word.
    pub shape: Vec<usize>,
    /// All rows', row-major.
    pub values: Values,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    Bytes(Vec<u8>),
    /// With how many decimals a table writes them.
    Numbers(Vec<f32>, usize),
    /// A text per row.
    Texts(Vec<String>),
    /// One of these words per row.
    Words(Vec<u8>, &'static [&'static str]),
}

/// The generator of a name.
pub fn find(name: &str) -> Option<&'static Generator> {
    GENERATORS.iter().copied().find(|generator| generator.name == name)
}
