//! Steps of texts against figures of Python, fastText and scikit-learn (`scripts/text_steps_reference.py`), and what is said of tokens.

use mtlc::data::{HostTensor, HostValues};

use super::{Folder, Opened, open};

fn expected() -> serde_json::Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/files/text_steps.json");
    serde_json::from_slice(&std::fs::read(path).expect("made by the script")).expect("JSON")
}

fn texts(list: &serde_json::Value) -> Vec<String> {
    serde_json::from_value(list.clone()).expect("texts")
}

/// Opens texts of which so many train, the others are validated, with one input made of them.
fn with_texts(texts: &[String], train: usize, chain: &str) -> Opened {
    let folder = Folder::new();
    let rows: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(row, text)| {
            let part = if row < train { "a" } else { "b" };
            serde_json::json!({"t": text, "u": "and", "y": row, "part": part}).to_string() + "\n"
        })
        .collect();
    folder.write("d.jsonl", rows.concat());
    let spec = format!(
        "use std.tasks.{{regression}}\n\ndata d: jsonl(\"d.jsonl\") {{\n  split {{ by: part, train: \"a\", valid: \"b\" }}\n  \
         columns {{ y: number, part: category, t, u: text }}\n}}\n\ninput x from {chain}\n\
         task y: regression from x {{ label: d.y }}\n"
    );
    open(&folder, &spec)
}

fn batch(opened: &Opened, rows: usize) -> HostTensor {
    opened.prepared.batch(&[(0..rows).collect()]).inputs[0].clone()
}

/// The tokens of each row.
fn tokens(opened: &Opened, rows: usize) -> Vec<Vec<i64>> {
    let batch = batch(opened, rows);
    let HostValues::I64(all) = &batch.values else { panic!("no tokens") };
    let width = batch.shape[1];
    batch.lengths[0].1.iter().enumerate().map(|(row, length)| all[row * width..row * width + length].to_vec()).collect()
}

fn tokens_of(texts: &[&str], train: usize, steps: &str) -> Vec<Vec<i64>> {
    let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
    tokens(&with_texts(&texts, train, &format!("d.t -> {steps} -> embed(2) -> mean_pool")), texts.len())
}

#[test]
fn terms_weigh_what_they_weigh_in_scikit_learn() {
    let expected = expected();
    let all = texts(&expected["texts"]);
    let train = expected["train"].as_u64().expect("a number") as usize;
    for (step, name) in [("tf_idf(min_count: 1)", "tf_idf"), ("tf_idf(words: 2, sublinear: true)", "tf_idf_pairs")] {
        let opened = with_texts(&all, train, &format!("d.t -> {step}"));
        let found = batch(&opened, all.len());
        let wanted: Vec<Vec<f64>> = serde_json::from_value(expected[name].clone()).expect("numbers");
        let HostValues::F32(found_values) = &found.values else { panic!("no numbers") };
        assert_eq!(found.shape, [all.len(), wanted[0].len()], "{name}");
        for (found, wanted) in found_values.iter().zip(wanted.iter().flatten()) {
            assert!((f64::from(*found) - wanted).abs() < 1e-6, "{name}: {found} is not {wanted}");
        }
    }
    // The most frequent terms of the training part, by their letters: `old` and `the` stand there five times, `window` four, `a` and `red` are fewer.
    let opened = with_texts(&all, train, "d.t -> tf_idf(3)");
    assert_eq!(opened.prepared.facts().get("terms(x)"), Some(&3));
}

#[test]
fn texts_are_normalized_as_unicode_says() {
    let expected = expected();
    let strings = texts(&expected["strings"]);
    let spelt = |steps: &str| {
        // What tokens are the bytes of.
        let opened =
            with_texts(&strings, strings.len() - 1, &format!("d.t -> {steps} -> bytes -> embed(2) -> mean_pool"));
        let spelt = tokens(&opened, strings.len())
            .into_iter()
            .map(|row| String::from_utf8(row.into_iter().map(|token| (token - 2) as u8).collect()).expect("UTF-8"));
        spelt.collect::<Vec<_>>()
    };
    for form in ["nfc", "nfd", "nfkc", "nfkd"] {
        let found = spelt(&format!("normalize_text({form}, spaces: keep)"));
        assert_eq!(found, texts(&expected["normalized"][form]), "{form}");
    }
    assert_eq!(spelt("normalize_text(nfc, accents: strip, spaces: keep)"), texts(&expected["stripped"]));
    assert_eq!(spelt("normalize_text(none, spaces: keep)"), strings);
    assert_eq!(spelt("normalize_text")[8], "two spaces");
}

#[test]
fn letters_are_lowered_as_python_lowers_them() {
    // `"ÄÖÜ ΣΑΣ ŁÓDŹ ИЖ".lower()`: a sigma at the end of a word is another letter.
    let written = ["ÄÖÜ ΣΑΣ", "ŁÓDŹ ИЖ", "aBBa"];
    let lowered = ["äöü σας", "łódź иж", "abba"];
    let bytes = |text: &&str| text.bytes().map(|byte| i64::from(byte) + 2).collect::<Vec<_>>();
    assert_eq!(tokens_of(&written, 2, "lowercase -> bytes"), lowered.iter().map(bytes).collect::<Vec<_>>());
    // Of the first two texts a letter that the third one has too, and one that it has not.
    let found = tokens_of(&["ab a", "a", "aca"], 2, "characters");
    let a = found[1][0];
    assert_eq!((found[0].len(), found[0][0], found[0][3]), (4, a, a));
    assert!(a > 1 && found[0][1] > 1 && found[0][1] != a, "{found:?}");
    assert_eq!(found[2], [a, 1, a], "unknown is 1");
}

#[test]
fn buckets_are_those_of_fast_text() {
    let expected = expected();
    let sorted = |mut tokens: Vec<i64>| {
        tokens.sort();
        tokens.into_iter().map(|token| token - 2).collect::<Vec<_>>()
    };
    let wanted = |list: &serde_json::Value| serde_json::from_value::<Vec<i64>>(list.clone()).expect("numbers");
    for (word, grams) in expected["grams"].as_object().expect("an object") {
        let of = |steps: &str| tokens_of(&[word, "x"], 1, steps).remove(0);
        let whole = of("hash(1000, words: 1)");
        let mut all = of("hash(1000, words: 1, characters_from: 2, characters_to: 4)");
        // UAX #29 cuts Chinese and Japanese between all characters: there are two words.
        if whole.len() == 1 {
            let place = all.iter().position(|token| *token == whole[0]).expect("the word itself");
            all.remove(place);
            assert_eq!(sorted(all), wanted(grams), "{word}");
        }
    }
    for (words, buckets) in expected["runs"].as_object().expect("an object") {
        assert_eq!(sorted(tokens_of(&[words, "x"], 1, "hash(1000, words: 3)").remove(0)), wanted(buckets), "{words}");
    }
}

#[test]
fn words_are_those_of_the_training_part_the_most_frequent_first() {
    let found = tokens_of(&["b a b c!", "a b", "d a, B"], 2, "words(min_count: 1)");
    // b three times, a twice, then `!` and `c`.
    assert_eq!(found, [vec![2, 3, 2, 5, 4], vec![3, 2], vec![1, 3, 1, 1]]);
    assert_eq!(tokens_of(&["b a b c!", "a b", "d a"], 2, "words")[0], [2, 3, 2, 1, 1]);
    assert_eq!(tokens_of(&["b a b c!", "a b", "d a"], 2, "words(size: 1, min_count: 1)")[1], [1, 2]);
    assert_eq!(
        tokens_of(&["b a, c", "a, b"], 1, "words(split: spaces, min_count: 1, max: 2)"),
        [vec![3, 2], vec![2, 3]]
    );
}

#[test]
fn marks_and_cuts_go_together() {
    let found = tokens_of(&["abcdef", "", "ab"], 3, "bytes -> truncate(3, keep: both) -> special");
    let byte = |letter: char| letter as i64 + 2;
    assert_eq!(
        found,
        [vec![258, byte('a'), byte('b'), byte('f'), 259], vec![258, 259], vec![258, byte('a'), byte('b'), 259]]
    );
}

#[test]
fn texts_that_are_read_together_are_one_text() {
    let all = ["one", "two", "three"].map(String::from);
    let opened = with_texts(&all, 2, "d[t, u] -> words(min_count: 1) -> embed(2) -> mean_pool");
    // The separator and `and` stand in every row.
    assert_eq!(tokens(&opened, 3), [vec![4, 2, 3], vec![5, 2, 3], vec![1, 2, 3]]);
    #[cfg(feature = "text")]
    {
        let opened = with_texts(&all, 2, "d[t, u] -> wordpiece(40, min_count: 1) -> embed(2) -> mean_pool");
        let found = tokens(&opened, 2);
        assert!(found.iter().all(|row| row.iter().filter(|token| **token == 2).count() == 1), "{found:?}");
    }
}

/// Whatever cuts a text into tokens has done so before a step is taken, and a batch copies them: texts cost a step nothing. What is drawn for each batch does.
#[test]
fn texts_are_cut_before_the_first_step() {
    let texts: Vec<String> = (0..40).map(|row| format!("row {row} of many")).collect();
    for steps in [
        "words",
        "characters",
        "bytes",
        "bpe(300)",
        "wordpiece(300)",
        "unigram(60)",
        "words -> truncate(2)",
        "hash(50)",
        "lowercase -> normalize_text(nfkc, accents: strip) -> words -> special",
    ] {
        let opened = with_texts(&texts, 30, &format!("d.t -> {steps} -> embed(2) -> mean_pool"));
        assert!(!opened.prepared.computes(), "{steps}");
    }
    assert!(!with_texts(&texts, 30, "d.t -> tf_idf(min_count: 1)").prepared.computes());
    let folder = Folder::new();
    folder.write("d.csv", "v,y\n".to_string() + &"1,2\n3,4\n".repeat(20));
    let drawn = "use std.tasks.{regression}\n\ndata d: csv(\"d.csv\") { columns { v, y: number } }\n\n\
         input x from d.v -> noise(0.1)\ntask y: regression from x { label: d.y }\n";
    assert!(open(&folder, drawn).prepared.computes());
}

#[test]
fn what_no_vocabulary_has_is_told() {
    let all = ["a b", "a b c", "a d d d", ""].map(String::from);
    let opened = with_texts(&all, 2, "d.t -> words(min_count: 1) -> embed(2) -> mean_pool");
    let summary = mtlc::data::summary(&opened.pipeline, &opened.tables, &opened.prepared);
    let line = "input x  vocabulary of 5; 2.2 tokens on average, 4 at most (1 row); unknown: train 0.0%, valid 75.0%\n";
    assert!(summary.contains(line), "{summary}");
}
