//! Which token stands behind an index: its spelling, and its number in the tokenizer that was given.

use crate::data::fitted::{Fitted, StepState};
use crate::data::subwords::Subwords;
use crate::data::tokens::Vocabulary;
use crate::pipeline::Input;

/// The tokens of an input by index.
#[derive(Debug)]
pub struct Tokens {
    /// `None` for padding, what is unknown, and marks that are no token of a text.
    pub spelt: Vec<Option<String>>,
    /// Of a tokenizer that was made elsewhere: the number that it gives each index.
    pub numbers: Option<Vec<Option<u32>>>,
}

impl Tokens {
    /// Of an input, in a vocabulary of so many indices; `None` where tokens have no spelling, as those of `hash`.
    pub fn of(fitted: &Fitted, input: &Input, size: usize) -> Option<Self> {
        let states = fitted.inputs.get(&input.name)?;
        let mut tokens = states.iter().find_map(Self::learnt)?;
        // Marks that a later step has added stand behind all others.
        tokens.spelt.resize(size.max(tokens.spelt.len()), None);
        if let Some(numbers) = &mut tokens.numbers {
            numbers.resize(size.max(numbers.len()), None);
        }
        Some(tokens)
    }

    fn learnt(step: &StepState) -> Option<Self> {
        if step.state.get("tokenizer").is_some() {
            let subwords: Subwords = serde_json::from_value(step.state.clone()).ok()?;
            return Some(Self { spelt: subwords.spelt(), numbers: subwords.numbers() });
        }
        let vocabulary: Vocabulary = serde_json::from_value(step.state.clone()).ok()?;
        let words: Vec<String> = vocabulary.into();
        let reserved = std::iter::repeat_n(None, crate::catalog::steps::tokens::RESERVED);
        Some(Self { spelt: reserved.chain(words.into_iter().map(Some)).collect(), numbers: None })
    }
}
