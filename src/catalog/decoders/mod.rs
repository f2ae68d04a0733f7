//! Decoders: from a head's output to what a person reads. `predict` is a chain of them, or several that are added or multiplied.

use crate::catalog::answers::AnswerDef;
use crate::catalog::{Kind, ShapeError, Type, Undecided};

crate::catalog! {
    /// A decoding step with its arguments.
    pub enum DecoderDef: Decoder {
        argmax::Argmax,
        associate::Associate,
        beam::Beam,
        best_span::BestSpan,
        ctc::Ctc,
        greedy::Greedy,
        grouping::Grouping,
        heat_maps::HeatMaps,
        identity::Identity,
        inverse::Inverse,
        nearest::Nearest,
        peaks::Peaks,
        probability::Probability,
        sample::Sample,
        sigmoid::Sigmoid,
        softmax::Softmax,
        threshold::Threshold,
        viterbi::Viterbi,
    }
}

/// What the numbers of a prediction mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A head's output as it is.
    Raw,
    /// One probability per class, summing to 1 (softmax).
    Distribution,
    /// Independent probabilities (sigmoid).
    Probabilities,
    /// Class indices (argmax, threshold).
    Classes,
    /// Numbers in the label's own unit.
    Numbers,
    /// An answer of the label's kind that is no row of numbers: text.
    Answer,
    /// Tokens of a target, as they were written.
    Tokens,
}

/// A prediction's type on its way through the decoders.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    pub role: Role,
    pub ty: Type,
}

impl Decoded {
    /// Of which kind the answers are, where they are no row of numbers.
    pub fn answers(&self) -> Option<AnswerDef> {
        (self.role == Role::Answer).then(|| AnswerDef::of(&self.ty)).flatten()
    }
}

pub trait Decoder {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError>;

    /// The target whose steps it undoes: `inverse(target)`.
    fn inverts(&self) -> Option<&str> {
        None
    }

    /// True if it finds boxes in the picture that the model was given, which must be brought back to the unit of the label.
    fn locates(&self) -> bool {
        false
    }

    /// What it finds, if the answer is no function of the output alone.
    fn finds(&self) -> Option<Finds> {
        None
    }

    /// The input that an answer begins with, if it lets the head go on from one.
    fn goes_on_from(&self) -> Option<&str> {
        None
    }

    /// How it drives the head, if it lets the head write.
    fn writes(&self) -> Option<Writes> {
        None
    }
}

/// An answer that is found where more is at hand than the output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finds {
    /// A part of an input's text, of so many tokens at most.
    Span { max: usize },
    Nearest {
        /// So many of the candidates.
        best: usize,
        /// How much of a score says how near a question is to those of the training part.
        memory: f64,
        /// By which temperature candidates agree with each other; 0 where each stands for itself.
        agreement: f64,
    },
}

/// How a head is driven.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Writes {
    /// How many beginnings of an answer are kept.
    pub width: usize,
    /// After how many tokens an answer ends in any case.
    pub max: usize,
    /// How much longer answers are preferred, where several compete: the α of Wu et al. 2016.
    pub length_penalty: f64,
    /// How tokens are drawn; the likeliest is taken without.
    pub drawn: Option<Sampling>,
}

impl Writes {
    /// Takes the likeliest token each time.
    pub fn greedily(max: usize) -> Self {
        Self { width: 1, max, length_penalty: 0.0, drawn: None }
    }
}

/// How tokens are drawn by their probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Logits are divided by it.
    pub temperature: f64,
    /// From how many of the likeliest tokens; 0 for all.
    pub top_k: usize,
    /// From the likeliest tokens that have this share of the probability together.
    pub top_p: f64,
    pub seed: u64,
}

/// What comes of writing: tokens along time.
fn written(decoder: &str, input: &Decoded) -> Result<Decoded, ShapeError> {
    if input.role != Role::Raw || !input.ty.is_sequence() {
        return Err(ShapeError::new(format!("`{decoder}` lets the head write, and must come first in `predict`")));
    }
    let kind = Kind::Tokens { vocabulary: input.ty.last().size.clone() };
    Ok(Decoded { role: Role::Tokens, ty: Type::new(kind, input.ty.axes[..2].to_vec()) })
}

/// A tag at each place of a sequence.
fn tagged(input: &Decoded) -> Decoded {
    let kind = Kind::Tokens { vocabulary: input.ty.last().size.clone() };
    Decoded { role: Role::Tokens, ty: Type::new(kind, input.ty.axes[..2].to_vec()) }
}

/// What comes of adding answers or of multiplying them, number by number.
pub fn combined(parts: &[Decoded], multiplied: bool, undecided: &mut Undecided) -> Result<Decoded, ShapeError> {
    let what = if multiplied { "multiplied" } else { "added" };
    let Some(first) = parts.first() else { return Err(ShapeError::new("nothing is combined here")) };
    let mut role = Role::Probabilities;
    for part in parts {
        if part.role == Role::Raw {
            return Err(ShapeError::new(format!("an output must be decoded before it can be {what}"))
                .help("write `(output -> sigmoid)`, `(output -> inverse(target))` or `(output -> identity)`"));
        }
        if part.role == Role::Distribution || !part.ty.is_real() {
            return Err(ShapeError::new(format!("classes cannot be {what}: only probabilities and numbers can")));
        }
        if part.role != Role::Probabilities || !multiplied {
            role = Role::Numbers;
        }
        let same =
            part.ty.rank() == first.ty.rank()
                && part.ty.axes.iter().zip(&first.ty.axes).all(|(left, right)| {
                    undecided.require(&left.size, &right.size, format!("the answers can be {what}"))
                });
        if !same {
            return Err(ShapeError::new(format!(
                "answers of different shapes cannot be {what}: {} and {}",
                first.ty, part.ty
            )));
        }
    }
    Ok(Decoded { role, ty: first.ty.clone() })
}
