//! What decoders compute: the other half of `catalog/decoders/`, exact and on the host, one file each.

use crate::catalog::decoders::{DecoderDef, Role};
use crate::check::pipeline::Task;

crate::mirror! {
    /// What a decoder computes.
    pub fn decoder(DecoderDef) -> dyn Decode {
        argmax::Argmax,
        identity::Identity,
        inverse::Inverse,
        sigmoid::Sigmoid,
        softmax::Softmax,
        threshold::Threshold,
    }
}

/// Predictions on their way from a head's output to what a person reads: `width` numbers per row.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoding {
    pub role: Role,
    pub width: usize,
    pub values: Vec<f64>,
}

pub trait Decode {
    /// `invert` undoes the task's target steps.
    fn decode(&self, input: Decoding, invert: &dyn Fn(&mut [f64])) -> Decoding;
}

/// Runs a task's `predict` chain on its first output.
pub fn decode(task: &Task, width: usize, values: Vec<f64>, invert: &dyn Fn(&mut [f64])) -> Decoding {
    let raw = Decoding { role: Role::Raw, width, values };
    task.predict.iter().fold(raw, |decoding, step| decoder(step).decode(decoding, invert))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::decoders::{argmax, sigmoid, softmax, threshold};

    fn run(decoder: &dyn Decode, role: Role, width: usize, values: &[f64]) -> Decoding {
        decoder.decode(Decoding { role, width, values: values.to_vec() }, &|_| {})
    }

    #[test]
    fn chains_end_in_what_people_read() {
        let soft = run(&softmax::Softmax {}, Role::Raw, 2, &[1000.0, 1000.0, 0.0, 3f64.ln()]);
        assert_eq!(soft.role, Role::Distribution);
        for (value, expected) in soft.values.iter().zip([0.5, 0.5, 0.25, 0.75]) {
            assert!((value - expected).abs() < 1e-12);
        }
        let classes = run(&argmax::Argmax {}, soft.role, 2, &soft.values);
        assert_eq!((classes.width, classes.values), (1, vec![0.0, 1.0]));
        let yes = run(&sigmoid::Sigmoid {}, Role::Raw, 1, &[0.0, -1000.0, 1000.0]);
        assert_eq!(yes.values, [0.5, 0.0, 1.0]);
        let at = run(&threshold::Threshold { at: 0.5 }, yes.role, 1, &yes.values);
        assert_eq!(at.values, [1.0, 0.0, 1.0]);
    }
}
