//! What decoders compute: the other half of `catalog/decoders/`, exact and on the host, one file each.

use crate::catalog::decoders::{DecoderDef, Role};
use crate::pipeline::Task;

crate::mirror! {
    /// What a decoder computes.
    pub fn decoder(DecoderDef) -> dyn Decode {
        argmax::Argmax,
        identity::Identity,
        inverse::Inverse,
        probability::Probability,
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

    /// True if the answers of an ensemble's members are averaged after it, as probabilities; otherwise they are before.
    fn averages_after(&self) -> bool {
        false
    }
}

/// Runs a task's `predict` chain on its first output: `width` numbers for each member of each row.
pub fn decode(task: &Task, members: usize, width: usize, values: Vec<f64>, invert: &dyn Fn(&mut [f64])) -> Decoding {
    let chain: Vec<&dyn Decode> = task.predict.iter().map(decoder).collect();
    run(&chain, members, Decoding { role: Role::Raw, width, values }, invert)
}

fn run(chain: &[&dyn Decode], members: usize, raw: Decoding, invert: &dyn Fn(&mut [f64])) -> Decoding {
    // Only what stands first can see logits.
    let (of_each, rest) = match chain {
        [first, rest @ ..] if first.averages_after() => (first.decode(raw, invert), rest),
        all => (raw, all),
    };
    rest.iter().fold(mean(of_each, members), |decoding, step| step.decode(decoding, invert))
}

/// The mean over the members of each row, which stand side by side.
fn mean(of_each: Decoding, members: usize) -> Decoding {
    if members == 1 {
        return of_each;
    }
    let width = of_each.width;
    let rows = of_each.values.chunks(members * width.max(1));
    let of = |row: &[f64], place: usize| row.iter().skip(place).step_by(width).sum::<f64>() / members as f64;
    let values = rows.flat_map(|row| (0..width).map(move |place| of(row, place))).collect();
    Decoding { values, ..of_each }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::decoders::{argmax, inverse, sigmoid, softmax, threshold};

    fn one(decoder: &dyn Decode, role: Role, width: usize, values: &[f64]) -> Decoding {
        decoder.decode(Decoding { role, width, values: values.to_vec() }, &|_| {})
    }

    #[test]
    fn chains_end_in_what_people_read() {
        let soft = one(&softmax::Softmax {}, Role::Raw, 2, &[1000.0, 1000.0, 0.0, 3f64.ln()]);
        assert_eq!(soft.role, Role::Distribution);
        for (value, expected) in soft.values.iter().zip([0.5, 0.5, 0.25, 0.75]) {
            assert!((value - expected).abs() < 1e-12);
        }
        let classes = one(&argmax::Argmax {}, soft.role, 2, &soft.values);
        assert_eq!((classes.width, classes.values), (1, vec![0.0, 1.0]));
        let yes = one(&sigmoid::Sigmoid {}, Role::Raw, 1, &[0.0, -1000.0, 1000.0]);
        assert_eq!(yes.values, [0.5, 0.0, 1.0]);
        let at = one(&threshold::Threshold { at: 0.5 }, yes.role, 1, &yes.values);
        assert_eq!(at.values, [1.0, 0.0, 1.0]);
    }

    #[test]
    fn members_are_averaged_as_probabilities_or_in_standard_units() {
        let raw = |width, values: &[f64]| Decoding { role: Role::Raw, width, values: values.to_vec() };
        let logit = |share: f64| (share / (1.0 - share)).ln();
        // Two rows, two members: (0.1 + 0.5) / 2 and (0.9 + 0.9) / 2; the first row's mean logit would say 0.25.
        let logits = [0.1, 0.5, 0.9, 0.9].map(logit);
        let chain: [&dyn Decode; 2] = [&sigmoid::Sigmoid {}, &threshold::Threshold { at: 0.28 }];
        let found = run(&chain[..1], 2, raw(1, &logits), &|_| {});
        assert!((found.values[0] - 0.3).abs() < 1e-12 && (found.values[1] - 0.9).abs() < 1e-12, "{found:?}");
        assert_eq!(run(&chain, 2, raw(1, &logits), &|_| {}).values, [1.0, 1.0]);
        // One row, two members, two classes.
        let found = run(&[&softmax::Softmax {}], 2, raw(2, &[0.0, 0.0, 3f64.ln(), 0.0]), &|_| {});
        assert!((found.values[0] - 0.625).abs() < 1e-12 && (found.values[1] - 0.375).abs() < 1e-12, "{found:?}");
        // Numbers are averaged where they were learnt, and then brought back: 10² and not (10¹ + 10³) / 2.
        let power = |values: &mut [f64]| values.iter_mut().for_each(|value| *value = 10f64.powf(*value));
        assert_eq!(
            run(&[&inverse::Inverse { of: inverse::Inverted::Target }], 2, raw(1, &[1.0, 3.0]), &power).values,
            [100.0]
        );
    }
}
