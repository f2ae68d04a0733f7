//! From predictions to classes, beside the classes of the labels.

use super::{Labels, Prediction, Scored};
use crate::answers::likeliest;

/// Labels and predictions as classes.
#[derive(Clone, Debug)]
pub(crate) enum Classed<'a> {
    /// One class per row. A yes-or-no task has the classes 0 (no) and 1 (yes).
    One { classes: usize, truth: Vec<u32>, given: Vec<u32>, yes_or_no: bool },
    /// A set of labels per row.
    Sets { width: usize, truth: &'a [bool], given: Vec<bool> },
}

impl<'a> Classed<'a> {
    /// The class of a distribution is the likeliest one, the first of equals; of a probability, yes at or above its
    /// threshold.
    pub fn of(scored: &Scored<'a>) -> Result<Classed<'a>, String> {
        let decided = |values: &[f64], width: usize| -> Vec<bool> {
            values.iter().enumerate().map(|(place, &value)| scored.decides(place % width, value)).collect()
        };
        let yes = |values: &[bool]| values.iter().map(|&value| u32::from(value)).collect::<Vec<u32>>();
        match (scored.label, scored.prediction) {
            (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
                Ok(Classed::One { classes: 2, truth: yes(values), given: yes(&decided(given, 1)), yes_or_no: true })
            }
            (Labels::Classes { classes: 2, values }, Prediction::Probabilities { width: 1, values: given }) => {
                Ok(Classed::One { classes: 2, truth: values.to_vec(), given: yes(&decided(given, 1)), yes_or_no: true })
            }
            (Labels::Binary { values }, Prediction::Classes(given)) => {
                one_of(2, given)?;
                Ok(Classed::One { classes: 2, truth: yes(values), given: given.to_vec(), yes_or_no: true })
            }
            (
                Labels::Classes { classes, values },
                Prediction::Distribution { classes: width, values: given }
                | Prediction::Probabilities { width, values: given },
            ) if classes == width => Ok(Classed::One {
                classes,
                truth: values.to_vec(),
                given: given.chunks_exact(width).map(|row| likeliest(row) as u32).collect(),
                yes_or_no: false,
            }),
            (Labels::Classes { classes, values }, Prediction::Classes(given)) => {
                one_of(classes, given)?;
                Ok(Classed::One { classes, truth: values.to_vec(), given: given.to_vec(), yes_or_no: false })
            }
            (
                Labels::Sets { width, values },
                Prediction::Probabilities { width: other, values: given }
                | Prediction::Distribution { classes: other, values: given },
            ) if width == other => Ok(Classed::Sets { width, truth: values, given: decided(given, width) }),
            (Labels::Sets { width, values }, Prediction::Classes(given)) => {
                one_of(2, given)?;
                Ok(Classed::Sets { width, truth: values, given: given.iter().map(|&class| class == 1).collect() })
            }
            _ => Err("the predictions are not classes of the label".into()),
        }
    }
}

fn one_of(classes: usize, given: &[u32]) -> Result<(), String> {
    match given.iter().all(|&class| (class as usize) < classes) {
        true => Ok(()),
        false => Err(format!("a prediction is none of the {classes} classes")),
    }
}
