//! Kinds of answers that the language has words for and that are not built yet. A word that has its place is told so, and what can be written
//! until then.

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

/// The kind of answers that a task or a decoder of this name would give, if that is not built yet.
pub fn answer(name: &str) -> Option<&'static PlannedAnswer> {
    ANSWERS.iter().find(|answer| answer.words.contains(&name))
}
