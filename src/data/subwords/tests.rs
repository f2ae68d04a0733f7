//! Tokenizers against the library's Python half (`scripts/tokenizer_reference.py`), and against themselves.

use std::path::PathBuf;

use super::{Method, Subwords};
use crate::data::steps::Refusal;
use crate::data::tokens::SEPARATOR;
use crate::data::training::Training;
use crate::data::values::Values;

fn file(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/files/tokenizers");
    std::fs::read(folder.join(name)).expect("made by scripts/tokenizer_reference.py")
}

fn expected() -> serde_json::Value {
    serde_json::from_slice(&file("expected.json")).expect("JSON")
}

fn strings(list: &serde_json::Value) -> Vec<String> {
    serde_json::from_value(list.clone()).expect("texts")
}

/// The texts that the reference learns from too.
fn texts() -> Vec<String> {
    String::from_utf8(file("texts.txt")).expect("UTF-8").lines().map(String::from).collect()
}

fn trained(method: Method, size: usize, end: bool, texts: &[String], chunk: usize) -> Result<Subwords, Refusal> {
    let pass = |take: &mut dyn FnMut(&Values)| {
        texts.chunks(chunk).for_each(|some| take(&Values::Text(some.to_vec())));
        Ok(())
    };
    Subwords::train(method, size, end, &Training::new(texts.len(), Values::Text(Vec::new()), &pass, 1 << 20))
}

/// The tokens of each text.
fn tokens(subwords: &Subwords, texts: &[String], max: usize, end: bool) -> Vec<Vec<i64>> {
    match subwords.apply(Values::Text(texts.to_vec()), max, end).expect("tokens") {
        Values::Tokens { starts, tokens, vocabulary } => {
            assert!(tokens.iter().all(|token| (0..vocabulary as i64).contains(token)));
            starts.windows(2).map(|row| tokens[row[0]..row[1]].to_vec()).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn json(subwords: &Subwords) -> String {
    serde_json::to_string(subwords).expect("JSON")
}

#[test]
fn a_given_tokenizer_gives_what_it_gives_in_python() {
    let expected = expected();
    let awkward = strings(&expected["strings"]);
    for (name, padding, unknown) in [("bpe", 0, None), ("wordpiece", 0, Some(1)), ("unigram", 1, Some(3))] {
        let subwords = Subwords::given(&file(&format!("{name}.json")), true, 10_000).expect("a tokenizer");
        let as_ours = |ids: &serde_json::Value| -> Vec<i64> {
            let ids: Vec<i64> = serde_json::from_value(ids.clone()).expect("numbers");
            ids.into_iter()
                .map(|id| match id {
                    id if id == padding => 0,
                    id if Some(id) == unknown => 1,
                    id => id + 2,
                })
                .collect()
        };
        let of = &expected[name];
        let again: Subwords = serde_json::from_str(&json(&subwords)).expect("as it was");
        for subwords in [&subwords, &again] {
            for (place, found) in tokens(subwords, &awkward, 10_000, false).iter().enumerate() {
                assert_eq!(*found, as_ours(&of["ids"][place]), "{name}: {:?}", awkward[place]);
                // Without what is unknown, which has no text.
                if !found.contains(&1) {
                    let decoded = of["decoded"][place].as_str();
                    assert_eq!(subwords.spell(found).as_deref(), decoded, "{name}: {:?}", awkward[place]);
                }
            }
            let pair = format!("the old clock{SEPARATOR}forgets");
            assert_eq!(tokens(subwords, &[pair], 10_000, false)[0], as_ours(&of["pair"]), "{name}");
        }
    }
}

#[test]
fn what_is_learnt_from_texts_is_what_python_learns() {
    let subwords = trained(Method::Bpe { min_count: 2 }, 400, false, &texts(), 37).expect("pieces");
    let kept: serde_json::Value = serde_json::from_str(&json(&subwords)).expect("JSON");
    let python: serde_json::Value = serde_json::from_slice(&file("bpe.json")).expect("JSON");
    for part in ["vocab", "merges"] {
        assert_eq!(kept["tokenizer"]["model"][part], python["model"][part], "{part}");
    }
}

#[test]
fn what_is_learnt_is_the_same_every_time_and_however_rows_are_cut() {
    let texts = texts();
    let methods = [Method::Bpe { min_count: 2 }, Method::Wordpiece { min_count: 1 }, Method::Unigram];
    for method in methods {
        let first = json(&trained(method, 300, true, &texts, 1000).expect("pieces"));
        for chunk in [1000, 1, 61] {
            assert!(json(&trained(method, 300, true, &texts, chunk).expect("pieces")) == first, "{method:?} {chunk}");
        }
        let again: Subwords = serde_json::from_str(&first).expect("as it was");
        assert!(json(&again) == first, "{method:?}");
    }
}

#[test]
fn pieces_spell_the_text_that_they_were_made_of() {
    let texts = texts();
    let some =
        ["the old clock rebuilds nothing at all.", "a red lantern outruns the Straße", "[SEP] [END]"].map(String::from);
    for method in [Method::Bpe { min_count: 2 }, Method::Unigram] {
        let subwords = trained(method, 320, true, &texts, 100).expect("pieces");
        let end = subwords.end().expect("a mark");
        for (text, tokens) in some.iter().zip(tokens(&subwords, &some, 200, true)) {
            assert_eq!(tokens.last(), Some(&end), "{method:?}");
            // What nobody has seen is left out by a unigram model, and bytes have seen everything.
            if !tokens.contains(&1) {
                assert_eq!(subwords.spell(&tokens).as_deref(), Some(text.as_str()), "{method:?}");
            }
            // A text that spells a mark is none.
            assert_eq!(tokens.iter().filter(|token| **token == end || **token == 2).count(), 1, "{method:?} {text}");
        }
        let two = tokens(&subwords, &[format!("the dog{SEPARATOR}the train")], 200, false);
        assert_eq!(two[0].iter().filter(|token| **token == 2).count(), 1, "{method:?}");
    }
}

#[test]
fn texts_of_any_sort_are_cut_in_time() {
    let texts = texts();
    let long = [" ", "a", "🙂", "a b ", "\u{301}", "-", "\0"].map(|part| part.repeat((1 << 18) / part.len()));
    for method in [Method::Bpe { min_count: 2 }, Method::Wordpiece { min_count: 2 }, Method::Unigram] {
        let subwords = trained(method, 300, false, &[&texts[..], &long[..]].concat(), 100).expect("pieces");
        let found = tokens(&subwords, &long, 50, false);
        assert!(found.iter().all(|tokens| tokens.len() <= 50), "{method:?}");
    }
}

#[test]
fn what_is_no_tokenizer_is_refused() {
    for text in ["", "{}", "[1, 2]", r#"{"version": "1.0", "model": {"type": "Nonsense"}}"#] {
        assert!(Subwords::given(text.as_bytes(), true, 10).is_err(), "{text}");
    }
    let refused = trained(Method::Unigram, 100, false, &[String::new()], 1).expect_err("nothing to learn from");
    assert_eq!(refused.reason, "finds no text in the training part");
}
