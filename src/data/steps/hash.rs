//! `hash`: words and n-grams in buckets, as fastText has them.

use std::convert::Infallible;

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::hash::Hash;
use crate::catalog::steps::tokens::RESERVED;
use crate::data::tokens;
use crate::data::values::Values;

impl StepHalf for Hash {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        let made = tokens::rows_of_tokens::<Infallible>(&texts, RESERVED + self.buckets, |text, tokens| {
            let words: Vec<&str> = tokens::words(text).take(self.max).collect();
            let hashes: Vec<u32> = words.iter().map(|word| hash(word.as_bytes())).collect();
            tokens.extend(hashes.iter().map(|hash| self.bucket(u64::from(*hash))));
            self.word_grams(&hashes, tokens);
            words.iter().for_each(|word| self.character_grams(word, tokens));
            Ok(())
        });
        Ok(made.unwrap_or_else(|(_, never)| match never {}))
    }
}

impl Hash {
    fn bucket(&self, hash: u64) -> i64 {
        (hash % self.buckets as u64) as i64 + RESERVED as i64
    }

    /// Words in a row, two of them and more.
    fn word_grams(&self, hashes: &[u32], tokens: &mut Vec<i64>) {
        for start in 0..hashes.len() {
            let mut gram = signed(hashes[start]);
            for next in hashes[start + 1..].iter().take(self.words - 1) {
                gram = gram.wrapping_mul(116_049_371).wrapping_add(signed(*next));
                tokens.push(self.bucket(gram));
            }
        }
    }

    /// Characters in a row of `<word>`; one alone counts if it is no end of the word.
    fn character_grams(&self, word: &str, tokens: &mut Vec<i64>) {
        if self.characters_to == 0 {
            return;
        }
        let word = format!("<{word}>");
        let mut places: Vec<usize> = word.char_indices().map(|(place, _)| place).collect();
        places.push(word.len());
        let last = places.len() - 1;
        for start in 0..last {
            for length in self.characters_from..=self.characters_to.min(last - start) {
                if length > 1 || (start > 0 && start + 1 < last) {
                    tokens.push(self.bucket(u64::from(hash(&word.as_bytes()[places[start]..places[start + length]]))));
                }
            }
        }
    }
}

/// FNV-1a of 32 bits, over bytes that count as signed ones.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(2_166_136_261, |hash, byte| (hash ^ i32::from(*byte as i8) as u32).wrapping_mul(16_777_619))
}

/// As fastText makes 64 bits of the hash of a word: it keeps it with a sign.
fn signed(hash: u32) -> u64 {
    i64::from(hash as i32) as u64
}
