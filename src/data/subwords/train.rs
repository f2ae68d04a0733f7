//! Training tokenizers, to the same bits every time.

use std::collections::{BTreeMap, BTreeSet};

use tokenizers::decoders::byte_level::ByteLevel as ByteLevelDecoder;
use tokenizers::decoders::metaspace::Metaspace as MetaspaceDecoder;
use tokenizers::decoders::wordpiece::WordPiece as WordPieceDecoder;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::models::unigram::{Unigram, UnigramTrainer};
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::{
    AddedToken, DecoderWrapper, ModelWrapper, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer,
    PreTokenizerWrapper, Tokenizer,
};

use super::Method;
use super::library::{END, LONGEST_PIECE, RESERVED_PIECES, Subwords};
use crate::data::steps::Refusal;
use crate::data::tokens::{self, Counts, SEPARATOR};
use crate::data::training::Training;

/// What is between two pieces of one word, in front of the second, in BERT's way of writing them.
const CONTINUES: &str = "##";

impl Method {
    fn cuts(self) -> PreTokenizerWrapper {
        match self {
            Method::Bpe { .. } => ByteLevel::default().add_prefix_space(false).into(),
            Method::Wordpiece { .. } => BertPreTokenizer.into(),
            Method::Unigram => Metaspace::new('▁', PrependScheme::Always, true).into(),
        }
    }

    fn joins(self) -> DecoderWrapper {
        match self {
            Method::Bpe { .. } => ByteLevelDecoder::default().into(),
            Method::Wordpiece { .. } => WordPieceDecoder::new(CONTINUES.into(), true).into(),
            Method::Unigram => MetaspaceDecoder::new('▁', PrependScheme::Always, true).into(),
        }
    }

    /// How a reserved piece is called. To a unigram model it is a piece like others, and must be called as no text is.
    fn reserved(self, piece: &str) -> String {
        if self == Method::Unigram { format!("{SEPARATOR}{piece}") } else { piece.to_string() }
    }

    /// Learns pieces of the words, so many at most, the reserved ones among them.
    fn learn(
        self,
        words: &BTreeMap<String, u64>,
        size: usize,
        reserved: &[AddedToken],
    ) -> tokenizers::Result<ModelWrapper> {
        Ok(match self {
            Method::Bpe { min_count } => {
                let trainer = BpeTrainer::builder()
                    .show_progress(false)
                    .vocab_size(size)
                    .min_frequency(min_count as u64)
                    .special_tokens(reserved.to_vec())
                    .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
                    .build();
                let mut model = BPE::default();
                trainer.do_train(&counted(words), &mut model)?;
                model.into()
            }
            Method::Wordpiece { min_count } => {
                // The trainer numbers what it meets in the order of a hash table, and breaks ties by number; what has a number before
                // it begins keeps it.
                let inside: BTreeSet<char> = words.keys().flat_map(|word| word.chars().skip(1)).collect();
                let inside = inside.iter().map(|letter| AddedToken::from(format!("{CONTINUES}{letter}"), false));
                let trainer = BpeTrainer::builder()
                    .show_progress(false)
                    .vocab_size(size)
                    .min_frequency(min_count as u64)
                    .special_tokens(reserved.iter().cloned().chain(inside).collect())
                    .continuing_subword_prefix(CONTINUES.into())
                    .build();
                let mut model = BPE::default();
                trainer.do_train(&counted(words), &mut model)?;
                WordPiece::from_bpe(&model).into()
            }
            Method::Unigram => {
                let trainer = UnigramTrainer::builder()
                    .show_progress(false)
                    .vocab_size(u32::try_from(size)?)
                    .special_tokens(reserved.to_vec())
                    .unk_token(Some(reserved[1].content.clone()))
                    .build()?;
                let sentences =
                    words.iter().map(|(word, count)| (word.clone(), (*count).min(1 << 30) as u32)).collect();
                let mut model = Unigram::default();
                // On one thread, so that sums of floating point numbers are taken in one order.
                let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
                alone.install(|| trainer.do_train(sentences, &mut model))?;
                ordered(&model, reserved.len())?.into()
            }
        })
    }
}

fn counted<Words: FromIterator<(Word, u64)>, Word: for<'w> From<&'w str>>(words: &BTreeMap<String, u64>) -> Words {
    words.iter().map(|(word, count)| (Word::from(word.as_str()), *count)).collect()
}

/// The same model in an order that does not depend on that of a hash table. Characters that the trainer would have dropped come back with
/// scores that it deals out one after another, from the lowest score in small steps: they are dealt out again, by the letters.
fn ordered(model: &Unigram, reserved: usize) -> tokenizers::Result<Unigram> {
    const STEP: f64 = 0.0001;
    let all: Vec<(String, f64)> = model.iter().cloned().collect();
    let (first, learnt) = all.split_at(reserved.min(all.len()));
    let mut learnt = learnt.to_vec();
    learnt.sort_by(|(one, score), (other, as_high)| as_high.total_cmp(score).then_with(|| one.cmp(other)));
    let alone = |piece: &str| piece.chars().nth(1).is_none();
    // As the trainer adds them up, so that the sums are the same to the last bit.
    let lowest = model.min_score;
    let mut dealt = Vec::new();
    let mut penalty = 0.0;
    while dealt.len() < learnt.len() {
        let score = lowest + penalty;
        let Some(place) = learnt.iter().position(|(piece, own)| alone(piece) && *own == score && !dealt.contains(own))
        else {
            break;
        };
        dealt.push(learnt[place].1);
        penalty += STEP;
    }
    let mut places: Vec<usize> =
        (0..learnt.len()).filter(|place| alone(&learnt[*place].0) && dealt.contains(&learnt[*place].1)).collect();
    let mut pieces: Vec<String> = places.iter().map(|place| learnt[*place].0.clone()).collect();
    pieces.sort();
    places.sort_by(|one, other| learnt[*other].1.total_cmp(&learnt[*one].1));
    places.into_iter().zip(pieces).for_each(|(place, piece)| learnt[place].0 = piece);
    learnt.sort_by(|(one, score), (other, as_high)| as_high.total_cmp(score).then_with(|| one.cmp(other)));
    Unigram::from(first.iter().cloned().chain(learnt).collect(), Some(1), model.byte_fallback())
}

impl Subwords {
    /// Learns pieces of the texts of the training part.
    pub fn train(method: Method, size: usize, end: bool, training: &Training<'_>) -> Result<Self, Refusal> {
        let refused = |error: tokenizers::Error| Refusal::new(format!("cannot learn pieces of these texts: {error}"));
        let cuts = method.cuts();
        let mut counts = Counts::default();
        let mut failed = None;
        tokens::each_text(training, |text| {
            for part in text.split(SEPARATOR).filter(|part| !part.is_empty()) {
                let mut cut = PreTokenizedString::from(part);
                if let Err(error) = cuts.pre_tokenize(&mut cut) {
                    failed.get_or_insert(error);
                    return;
                }
                // What is longer is no word, and a trainer may take forever over it.
                for (word, _, _) in cut.get_splits(OffsetReferential::Original, OffsetType::None) {
                    if word.chars().nth(LONGEST_PIECE).is_none() {
                        counts.add(word);
                    }
                }
            }
        })?;
        if let Some(error) = failed {
            return Err(refused(error));
        }
        let words = counts.into_sorted();
        if words.is_empty() {
            return Err(Refusal::new("finds no text in the training part"));
        }
        let reserved: Vec<AddedToken> = RESERVED_PIECES
            .into_iter()
            .chain(end.then_some(END))
            .map(|piece| AddedToken::from(method.reserved(piece), true))
            .collect();
        let model = method.learn(&words, size, &reserved).map_err(refused)?;
        let mut tokenizer = Tokenizer::new(model);
        tokenizer.with_pre_tokenizer(Some(cuts));
        tokenizer.with_decoder(Some(method.joins()));
        tokenizer.add_special_tokens(reserved).map_err(refused)?;
        Ok(Self::trained(tokenizer))
    }
}
