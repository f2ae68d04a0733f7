//! A tokenizer as a step has it: from texts to indices of a vocabulary and back.

use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokenizers::{Encoding, ModelWrapper, Tokenizer, TruncationParams};

use crate::catalog::steps::tokens::RESERVED;
use crate::data::steps::Refusal;
use crate::data::tokens::{self, SEPARATOR, UNKNOWN};
use crate::data::values::Values;

/// The reserved pieces of a tokenizer that was trained here, in the order of their indices.
pub(super) const RESERVED_PIECES: [&str; 3] = ["[PAD]", "[UNK]", "[SEP]"];
const SEPARATING: i64 = 2;
pub(super) const END: &str = "[END]";
/// Its index, if there is one.
const END_INDEX: i64 = RESERVED_PIECES.len() as i64;

/// So many characters has a piece that was learnt here, at most.
pub(super) const LONGEST_PIECE: usize = 200;

/// A tokenizer, and how its tokens are indices of a vocabulary.
#[derive(Debug)]
pub struct Subwords {
    tokenizer: Tokenizer,
    given: Option<Given>,
}

/// What is to be known of a tokenizer that was trained elsewhere.
#[derive(Clone, Copy, Debug, Default)]
struct Given {
    padding: Option<u32>,
    unknown: Option<u32>,
    special: bool,
}

/// As it is kept with a run: the tokenizer as its file has it.
#[derive(Serialize, Deserialize)]
struct Kept {
    tokenizer: serde_json::Value,
    /// Of one that was given: whether special tokens are added, and how many tokens a text has at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<(bool, usize)>,
}

impl Subwords {
    /// One that was trained here. A text that spells a reserved piece is a text all the same.
    pub(super) fn trained(mut tokenizer: Tokenizer) -> Self {
        tokenizer.set_encode_special_tokens(true);
        Self { tokenizer, given: None }
    }

    /// Reads a `tokenizer.json` that was made elsewhere.
    ///
    /// # Errors
    /// If it is none, in words that complete "`tokenizer` …".
    pub fn given(json: &[u8], special: bool, max: usize) -> Result<Self, String> {
        let refused = |error: tokenizers::Error| format!("cannot use the file: {error}");
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(refused)?;
        let named = |names: &[&str]| names.iter().find_map(|name| tokenizer.token_to_id(name));
        let padding = tokenizer.get_padding().map(|padding| padding.pad_id);
        let padding = padding.or_else(|| named(&["[PAD]", "<pad>", "<|pad|>"]));
        let unknown = match tokenizer.get_model() {
            ModelWrapper::BPE(model) => model.unk_token.as_deref().and_then(|token| tokenizer.token_to_id(token)),
            ModelWrapper::WordPiece(model) => tokenizer.token_to_id(&model.unk_token),
            ModelWrapper::WordLevel(model) => tokenizer.token_to_id(&model.unk_token),
            ModelWrapper::Unigram(_) => named(&["<unk>", "[UNK]"]),
        };
        // Batches are padded here, and to their own longest text.
        tokenizer.with_padding(None);
        let cut = TruncationParams { max_length: max, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(refused)?;
        Ok(Self { tokenizer, given: Some(Given { padding, unknown, special }) })
    }

    /// How many indices there are.
    pub fn size(&self) -> usize {
        let highest = self.tokenizer.get_vocab(true).into_values().max().map_or(0, |id| id as usize + 1);
        if self.given.is_some() { highest + RESERVED } else { highest }
    }

    /// How each index is spelt, if it is a token of a text.
    pub fn spelt(&self) -> Vec<Option<String>> {
        let mut spelt = vec![None; self.size()];
        let shift = if self.given.is_some() { RESERVED } else { 0 };
        for (token, id) in self.tokenizer.get_vocab(true) {
            let index = id as usize + shift;
            if index >= RESERVED
                && let Some(place) = spelt.get_mut(index)
            {
                *place = Some(token);
            }
        }
        spelt
    }

    /// Of one that was given: the number in its file of each index; `None` where there is none, as of padding in a file without it.
    pub fn numbers(&self) -> Option<Vec<Option<u32>>> {
        let given = self.given?;
        let own = (0..self.size() - RESERVED).map(|id| u32::try_from(id).ok());
        Some([given.padding, given.unknown].into_iter().chain(own).collect())
    }

    /// The tokens of each text, so many at most.
    pub fn apply(&self, values: Values, max: usize, end: bool) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        let end = if end { self.end() } else { None };
        let made = tokens::rows_of_tokens(&texts, self.size(), |text, tokens| {
            let start = tokens.len();
            match self.given {
                Some(given) => self.add_given(text, given, tokens)?,
                None => self.add_trained(beginning(text, max.saturating_mul(LONGEST_PIECE)), tokens)?,
            }
            tokens.truncate(start + max);
            tokens.extend(end);
            Ok(())
        });
        made.map_err(|(row, error): (usize, tokenizers::Error)| Refusal {
            rows: vec![row],
            ..Refusal::new(format!("cannot cut a text into tokens: {error}"))
        })
    }

    fn add_trained(&self, text: &str, tokens: &mut Vec<i64>) -> tokenizers::Result<()> {
        for (number, part) in text.split(SEPARATOR).enumerate() {
            tokens.extend((number > 0).then_some(SEPARATING));
            tokens.extend(self.tokenizer.encode_fast(part, false)?.get_ids().iter().map(|id| i64::from(*id)));
        }
        Ok(())
    }

    fn add_given(&self, text: &str, given: Given, tokens: &mut Vec<i64>) -> tokenizers::Result<()> {
        let encoded: Vec<Encoding> = match text.split_once(SEPARATOR) {
            // The file says how a pair is written; a third text and all after it belong to the second.
            Some((one, other)) if given.special => {
                vec![self.tokenizer.encode_fast((one, other.replace(SEPARATOR, " ")), true)?]
            }
            None if given.special => vec![self.tokenizer.encode_fast(text, true)?],
            _ => text.split(SEPARATOR).map(|part| self.tokenizer.encode_fast(part, false)).collect::<Result<_, _>>()?,
        };
        for id in encoded.iter().flat_map(Encoding::get_ids) {
            tokens.push(match Some(*id) {
                id if id == given.padding => 0,
                id if id == given.unknown => UNKNOWN,
                _ => i64::from(*id) + RESERVED as i64,
            });
        }
        Ok(())
    }

    /// Where in a text each of its tokens stands, so many at most; `None` where the texts of a pair are written in another order than they stand in.
    pub fn pieces(&self, text: &str, max: usize, end: bool) -> Option<Vec<Option<Range<usize>>>> {
        let mut pieces = Vec::new();
        let special = self.given.is_some_and(|given| given.special);
        if special && text.contains(SEPARATOR) {
            return None;
        }
        let mut start = 0;
        for (number, part) in text.split(SEPARATOR).enumerate() {
            // A separator is a token of its own, unless the file was made elsewhere.
            pieces.extend((number > 0 && self.given.is_none()).then_some(None));
            // Those of marks are empty.
            let encoded = self.tokenizer.encode(part, special).ok()?;
            let of = |(from, to): &(usize, usize)| (from < to).then(|| start + from..start + to);
            pieces.extend(encoded.get_offsets().iter().map(of));
            start += part.len() + SEPARATOR.len_utf8();
        }
        pieces.truncate(max);
        pieces.extend((end && self.end().is_some()).then_some(None));
        Some(pieces)
    }

    /// The mark behind a text, of a tokenizer that was trained with one.
    pub fn end(&self) -> Option<i64> {
        let piece = self.tokenizer.id_to_token(END_INDEX as u32).filter(|_| self.given.is_none())?;
        (piece.trim_start_matches(SEPARATOR) == END).then_some(END_INDEX)
    }

    /// The text that tokens spell.
    pub fn spell(&self, tokens: &[i64]) -> Option<String> {
        let end = self.end();
        let shift = if self.given.is_some() { RESERVED as i64 } else { 0 };
        let written = tokens.iter().take_while(|token| Some(**token) != end).filter(|token| **token >= RESERVED as i64);
        let ids: Vec<u32> = written.filter_map(|token| u32::try_from(token - shift).ok()).collect();
        self.tokenizer.decode(&ids, true).ok()
    }
}

/// So many characters of a text, and what is left of the word that they end in, unless it is no word: all that as many tokens can be made of.
fn beginning(text: &str, length: usize) -> &str {
    if text.len() <= length {
        return text;
    }
    let mut places = text.char_indices().skip(length);
    let ends = |(_, letter): &(usize, char)| letter.is_whitespace();
    places.by_ref().take(LONGEST_PIECE).find(ends).or_else(|| places.next()).map_or(text, |(end, _)| &text[..end])
}

impl Serialize for Subwords {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tokenizer = serde_json::to_value(&self.tokenizer).map_err(serde::ser::Error::custom)?;
        let max = self.tokenizer.get_truncation().map_or(usize::MAX, |cut| cut.max_length);
        Kept { tokenizer, given: self.given.map(|given| (given.special, max)) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Subwords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let json = serde_json::to_vec(&kept.tokenizer).map_err(serde::de::Error::custom)?;
        match kept.given {
            Some((special, max)) => Self::given(&json, special, max).map_err(serde::de::Error::custom),
            None => Ok(Self::trained(Tokenizer::from_bytes(json).map_err(serde::de::Error::custom)?)),
        }
    }
}
