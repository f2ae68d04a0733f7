//! What a head is compared with, by which losses, and what is made of its outputs for people to read.

use super::StepUse;
use crate::catalog::Type;
use crate::catalog::decoders::{DecoderDef, Finds, Writes};
use crate::catalog::losses::{LossDef, LossUnit};
use crate::source::Span;

/// What a chain of steps makes of a task's label.
#[derive(Clone, Debug)]
pub struct Target {
    /// As the spec names it; [`Target::ONLY`] if it names none.
    pub name: String,
    pub steps: Vec<StepUse>,
    /// After the steps.
    pub ty: Type,
    /// Where it is named.
    pub span: Span,
}

impl Target {
    /// What the only target is called where a spec gives it no name.
    pub const ONLY: &str = "target";
}

/// A summand of a task's loss.
#[derive(Clone, Debug)]
pub struct LossTerm {
    pub weight: f64,
    pub def: LossDef,
    /// Which outputs it takes (indices into the task's outputs).
    pub operands: Vec<usize>,
    /// What they are compared with (index into the task's targets).
    pub target: usize,
    /// What it is the mean over.
    pub unit: LossUnit,
    pub span: Span,
}

/// What a task answers, made of the outputs of its head.
#[derive(Clone, Debug, PartialEq)]
pub enum Predict {
    /// An output as it is (index into the task's outputs).
    Output(usize),
    /// What a decoder makes of something.
    Decoded {
        of: Box<Predict>,
        by: DecoderDef,
        /// Whose steps it undoes, if it does (index into the task's targets).
        target: usize,
    },
    /// Times a constant.
    Scaled(f64, Box<Predict>),
    /// Number by number.
    Sum(Vec<Predict>),
    /// Number by number.
    Product(Vec<Predict>),
}

impl Predict {
    /// The outputs that it reads, each once, in order.
    pub fn outputs(&self) -> Vec<usize> {
        let mut found = Vec::new();
        self.visit(&mut |part| {
            if let Predict::Output(output) = part {
                found.push(*output);
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The part that lets the head write: the output, the target that it writes, and the decoder.
    pub fn writer(&self) -> Option<(usize, usize, Writes)> {
        let mut found = None;
        self.visit(&mut |part| {
            if let Predict::Decoded { of, by, target } = part
                && let (Predict::Output(output), Some(writes)) = (of.as_ref(), by.writes())
            {
                found = Some((*output, *target, writes));
            }
        });
        found
    }

    /// The input that what is written begins with, by its name.
    pub fn goes_on_from(&self) -> Option<&str> {
        match self {
            Predict::Decoded { of, by, .. } => by.goes_on_from().or_else(|| of.goes_on_from()),
            _ => None,
        }
    }

    /// The part that gives a tag at each place of an output: the output, the decoder, and the target that names the tags.
    pub fn tagger(&self) -> Option<(usize, &DecoderDef, usize)> {
        let Predict::Decoded { of, by, target } = self else { return None };
        match of.as_ref() {
            Predict::Decoded { of, by: tags, .. } if by.inverts().is_some() && tags.writes().is_none() => {
                match of.as_ref() {
                    Predict::Output(output) => Some((*output, tags, *target)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The decoder that makes the answer of an output alone, and that output.
    pub fn reader(&self) -> Option<(usize, &DecoderDef)> {
        let Predict::Decoded { of, by, .. } = self else { return None };
        match of.as_ref() {
            Predict::Output(output) => Some((*output, by)),
            _ => None,
        }
    }

    /// The part that finds boxes in what an output says of a picture: the output, and the decoder.
    pub fn locator(&self) -> Option<(usize, &DecoderDef)> {
        self.reader().filter(|(_, by)| by.locates())
    }

    /// The part that finds an answer where more is at hand than an output: the output, what is found, and the target.
    pub fn finder(&self) -> Option<(usize, Finds, usize)> {
        let Predict::Decoded { of, by, target } = self else { return None };
        match of.as_ref() {
            Predict::Output(output) => Some((*output, by.finds()?, *target)),
            _ => None,
        }
    }

    /// Looks at every part, what is inside first.
    pub fn visit(&self, look: &mut dyn FnMut(&Predict)) {
        match self {
            Predict::Output(_) => {}
            Predict::Decoded { of, .. } | Predict::Scaled(_, of) => of.visit(look),
            Predict::Sum(parts) | Predict::Product(parts) => parts.iter().for_each(|part| part.visit(look)),
        }
        look(self);
    }
}
