//! `hash`: text as a bag of n-grams in buckets.

use super::{Step, tokens};
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Text as its words and n-grams, each in a bucket by a hash: nothing is learnt, no word is unknown, and the vocabulary is as large as you say.
    ///
    /// Hashes are those of fastText (Joulin et al. 2016, [arXiv:1607.01759](https://arxiv.org/abs/1607.01759)): FNV-1a of the bytes of a word or of
    /// a character n-gram of `<word>`, and of a word n-gram h = 116049371 · h + next. Two n-grams may share a bucket. Words are those of
    /// [`words`](#words). Their order is lost on purpose: what reads them is `embed_bag`, or `embed(16) -> mean_pool`.
    ///
    /// Index 0 is padding, 1 is never used, and bucket b is index b + 2. Shape: `text[rows]` to `tokens[rows, time]`.
    pub struct Hash = "hash" {
        /// How many buckets there are.
        pos buckets: usize = 65_536, in Range { min: 1.0, max: 1e8, ..Range::ANY };
        /// Up to so many words in a row are one n-gram; 1 for words alone.
        words: usize = 2, in Range::AT_LEAST_ONE;
        /// So many characters have the shortest character n-grams.
        characters_from: usize = 3, in Range::AT_LEAST_ONE;
        /// So many the longest; 0 for none.
        characters_to: usize = 0;
        /// Longer texts are cut after so many words.
        max: usize = 512, in Range::AT_LEAST_ONE;
    }
}

impl Step for Hash {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::of("hash", input, owner, Dim::int((tokens::RESERVED + self.buckets) as i64))
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
