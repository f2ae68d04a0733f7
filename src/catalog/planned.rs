//! What the language has words for and what is not built yet: kinds of columns, and of answers. A word that has its place is told so,
//! and what can be written until then.

/// A kind of columns.
#[derive(Debug)]
pub struct Planned {
    pub name: &'static str,
    pub holds: &'static str,
    /// What can be read in its place.
    pub instead: &'static str,
}

pub const KINDS: [Planned; 1] = [Planned {
    name: "audio",
    holds: "sound: the path of a file, relative to the table, or its bytes in Parquet and Arrow",
    instead: "prepare its spectra, and read them as arrays, `number[time: 100, features: 64]`, or as pictures, `image`",
}];

/// A kind of answers, by the words that tasks and decoders of it are called elsewhere.
#[derive(Debug)]
pub struct PlannedAnswer {
    words: &'static [&'static str],
    pub what: &'static str,
    /// What can be learnt in its place.
    pub instead: &'static str,
}

pub const ANSWERS: [PlannedAnswer; 2] = [
    PlannedAnswer {
        words: &["audio", "sound", "speech", "text_to_speech", "tts", "wav"],
        what: "sound",
        instead: "let a task of numbers learn its spectra, `regression` of an array such as `number[time: 100, features: 64]`",
    },
    PlannedAnswer {
        words: &["video"],
        what: "moving pictures",
        instead: "let `segmentation` learn a class for each pixel of a picture, or `regression` an array",
    },
];

/// The kind of columns of this name that is not built yet.
pub fn kind(name: &str) -> Option<&'static Planned> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kind of answers that a task or a decoder of this name would give, if that is not built yet.
pub fn answer(name: &str) -> Option<&'static PlannedAnswer> {
    ANSWERS.iter().find(|answer| answer.words.contains(&name))
}
