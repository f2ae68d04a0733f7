//! Random bytes, and good specs with random changes.

use proptest::prelude::*;

use super::everything;

const SPECS: [&str; 4] = [
    include_str!("../../pipelines/penguins.mtl"),
    include_str!("../syntax/files/more.mtl"),
    include_str!("../syntax/files/templates.mtl"),
    include_str!("../syntax/files/detection.mtl"),
];

/// What is put into a spec: pieces of the language, and what has no place in it.
const PIECES: [&str; 48] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "->",
    ":",
    "=",
    ",",
    "..",
    ".",
    "\n",
    "\"",
    "//",
    "///",
    "//!",
    "+",
    "-",
    "*",
    "/",
    "<",
    "from",
    "by",
    "over",
    "as",
    "use",
    "task",
    "shared",
    "data",
    "weights",
    "train",
    "param",
    "block",
    "repeat(3) { relu }",
    "each(T) {",
    "70%",
    "0.1x",
    "99999999999999999999",
    "1e999",
    "-0",
    "\u{feff}",
    "\r\n",
    "\t",
    "ü",
    "😀",
    "\0",
    "trunk",
];

#[derive(Clone, Debug)]
enum Change {
    Insert(usize, usize),
    Remove(usize, usize),
    Double(usize, usize),
    Move(usize, usize, usize),
}

/// A place in a text, on the border of a character.
fn place(text: &str, at: usize) -> usize {
    let mut at = at % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn apply(text: &mut String, change: &Change) {
    let range = |text: &str, at: usize, length: usize| {
        let start = place(text, at);
        start..place(text, start + length.min(text.len() - start))
    };
    match change {
        Change::Insert(at, piece) => text.insert_str(place(text, *at), PIECES[piece % PIECES.len()]),
        Change::Remove(at, length) => text.replace_range(range(text, *at, *length), ""),
        Change::Double(at, length) => {
            let range = range(text, *at, *length);
            let piece = text[range.clone()].to_string();
            text.insert_str(range.end, &piece);
        }
        Change::Move(at, length, to) => {
            let range = range(text, *at, *length);
            let piece = text[range.clone()].to_string();
            text.replace_range(range, "");
            text.insert_str(place(text, *to), &piece);
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0..10_000usize;
    prop_oneof![
        3 => (at.clone(), any::<usize>()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        2 => (at.clone(), 1..30usize).prop_map(|(at, length)| Change::Remove(at, length)),
        1 => (at.clone(), 1..200usize).prop_map(|(at, length)| Change::Double(at, length)),
        1 => (at.clone(), 1..100usize, at).prop_map(|(from, length, to)| Change::Move(from, length, to)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        everything(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_pieces_are_answered(pieces in prop::collection::vec((0..PIECES.len(), any::<bool>()), 0..80)) {
        let text: String = pieces.iter().map(|(piece, space)| format!("{}{}", PIECES[*piece], if *space { " " } else { "" })).collect();
        everything(&text);
    }

    #[test]
    fn changed_specs_are_answered(spec in 0..SPECS.len(), changes in prop::collection::vec(change(), 1..6)) {
        let mut text = SPECS[spec].to_string();
        for change in &changes {
            apply(&mut text, change);
        }
        let (problems, pipeline) = everything(&text);
        prop_assert!(pipeline.is_some() || !problems.is_empty(), "no pipeline, and nothing was said:\n{text}");
        let mut sink = mtlc::diag::Sink::default();
        mtlc::syntax::parse(mtlc::source::FileId(0), &text, &mut sink);
        if !sink.has_errors() {
            crate::format::check_layout(&text);
        }
    }
}
