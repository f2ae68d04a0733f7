//! Tokenizers as the library `tokenizers` has them: trained on the training part, or read from a `tokenizer.json`. Feature `text`.
//!
//! What is learnt does not depend on how the rows are cut, on threads, or on the order of a hash table: the library's trainers are given words
//! in order, on one thread, and where they still draw lots (`train`) the result is put in order.

#[cfg(not(feature = "text"))]
mod absent;
#[cfg(feature = "text")]
mod library;
#[cfg(all(test, feature = "text"))]
mod tests;
#[cfg(feature = "text")]
mod train;

#[cfg(not(feature = "text"))]
pub use absent::Subwords;
#[cfg(feature = "text")]
pub use library::Subwords;

/// How pieces are learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Bpe { min_count: usize },
    Wordpiece { min_count: usize },
    Unigram,
}
