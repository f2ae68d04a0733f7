//! What decoders compute: the other half of `catalog/decoders/`, exact and on the host, one file each.

use crate::answers::{Column, Distribution, Given, Located, Numbers, Point, Probabilities, Seen};
use crate::catalog::decoders::{DecoderDef, Role};
use crate::pipeline::Predict;

crate::mirror! {
    /// What a decoder computes.
    pub fn decoder(DecoderDef) -> dyn Decode {
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

/// Predictions of some rows on their way from a head's output to what a person reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoding {
    pub role: Role,
    /// The sizes after the rows.
    pub shape: Vec<usize>,
    pub values: Vec<f64>,
    /// What is answered where that is no row of numbers (`role` is then [`Role::Answer`]); `values` is empty.
    pub answers: Option<Box<dyn Column>>,
}

impl Decoding {
    /// A head's output.
    pub fn raw(shape: &[usize], values: Vec<f64>) -> Self {
        Self { role: Role::Raw, shape: shape.to_vec(), values, answers: None }
    }

    /// Answers that are no rows of numbers.
    pub fn answered(answers: Box<dyn Column>) -> Self {
        Self { role: Role::Answer, shape: Vec::new(), values: Vec::new(), answers: Some(answers) }
    }

    /// Numbers per row.
    pub fn width(&self) -> usize {
        self.shape.iter().product()
    }

    /// The predictions as a column of the kind that they are of.
    pub fn column(self) -> Box<dyn Column> {
        let (width, values) = (self.width(), self.values);
        if let Some(answers) = self.answers {
            return answers;
        }
        match self.role {
            Role::Distribution => Box::new(Distribution { classes: width, values }),
            Role::Probabilities => Box::new(Probabilities { width, values }),
            Role::Classes => Box::new(Given { width, values: values.into_iter().map(|class| class as u32).collect() }),
            Role::Raw | Role::Numbers | Role::Answer | Role::Tokens => Box::new(Numbers { width, values }),
        }
    }
}

/// Things of a picture, and which places of a map are theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouped {
    /// Class, and how sure it is; `None` of a thing that has no place.
    pub things: Vec<Option<(u32, f32)>>,
    /// Of each place the thing that it is of, 1 for the first; 0 of none.
    pub owners: Vec<u16>,
    pub height: usize,
    pub width: usize,
}

pub trait Decode: Sync {
    /// `invert` undoes the task's target steps.
    fn decode(&self, input: Decoding, invert: &dyn Fn(&mut [f64])) -> Decoding;

    /// The tag at each place of a row that has so many numbers at each; `None` if it is no decoder of such.
    fn tags(&self, _scores: &[f64], _width: usize) -> Option<Vec<i64>> {
        None
    }

    /// The class of each pixel in a row's output, which has this shape; `None` if it is no decoder of such.
    fn pixels(&self, _values: &[f32], _shape: &[usize]) -> Option<Vec<u8>> {
        None
    }

    /// The boxes in a row's output, which has this shape, in pixels of the picture that the model was given, of this height and width; none if it is no decoder
    /// of such.
    fn boxes(&self, _values: &[f32], _shape: &[usize], _size: (usize, usize)) -> Vec<Located> {
        Vec::new()
    }

    /// The points in a row's output, which has this shape, in pixels of the picture that the model was given, of this height and width; `None` if it is no decoder of such.
    fn points(&self, _values: &[f32], _shape: &[usize], _size: (usize, usize)) -> Option<Vec<Point>> {
        None
    }

    /// What moves in a row's output, which has this shape, in pixels of the frames that the model was given, of this height and width; `None` if it is no decoder of such.
    fn tracks(&self, _values: &[f32], _shape: &[usize], _size: (usize, usize)) -> Option<Vec<Seen>> {
        None
    }

    /// The things in a row's output, which has this shape; `None` if it is no decoder of such.
    fn things(&self, _values: &[f32], _shape: &[usize]) -> Option<Grouped> {
        None
    }

    /// True if the answers of an ensemble's members are averaged after it, as probabilities; otherwise they are before.
    fn averages_after(&self) -> bool {
        false
    }
}

/// What a head gave, output by output.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// How many members of an ensemble answer each row.
    pub members: usize,
    /// The sizes of one member's answer.
    pub shape: Vec<usize>,
    /// Of each member of each row.
    pub values: Vec<f64>,
    /// What the head wrote, spelt, if it writes this output; there are no values then.
    pub written: Option<Box<dyn Column>>,
}

/// Runs a task's `predict` on the outputs of its head, of which only those that it reads need values, and may be taken. `invert`
/// undoes the steps of a target.
pub fn decode(predict: &Predict, outputs: &mut [Output], invert: &dyn Fn(usize, &mut [f64])) -> Decoding {
    match predict {
        Predict::Output(output) => mean(raw(&mut outputs[*output]), outputs[*output].members),
        Predict::Decoded { of, by, target } => {
            let (by, undo) = (decoder(by), |values: &mut [f64]| invert(*target, values));
            match of.as_ref() {
                // Only what stands first can see logits.
                Predict::Output(output) if by.averages_after() => {
                    let output = &mut outputs[*output];
                    mean(by.decode(raw(output), &undo), output.members)
                }
                of => by.decode(decode(of, outputs, invert), &undo),
            }
        }
        Predict::Scaled(factor, of) => {
            let mut scaled = decode(of, outputs, invert);
            scaled.values.iter_mut().for_each(|value| *value *= factor);
            Decoding { role: Role::Numbers, ..scaled }
        }
        Predict::Sum(parts) => {
            let sum = folded(parts, outputs, invert, |sum, value| sum + value);
            Decoding { role: Role::Numbers, ..sum }
        }
        Predict::Product(parts) => folded(parts, outputs, invert, |product, value| product * value),
    }
}

fn raw(output: &mut Output) -> Decoding {
    let raw = Decoding::raw(&output.shape, std::mem::take(&mut output.values));
    Decoding { answers: output.written.take(), ..raw }
}

/// Combines answers number by number: probabilities stay probabilities among themselves.
fn folded(
    parts: &[Predict],
    outputs: &[Output],
    invert: &dyn Fn(usize, &mut [f64]),
    combine: fn(f64, f64) -> f64,
) -> Decoding {
    // Several parts may read one output.
    let mut decoded = parts.iter().map(|part| decode(part, &mut outputs.to_vec(), invert));
    let first = decoded.next().unwrap_or(Decoding { role: Role::Numbers, ..Decoding::raw(&[1], Vec::new()) });
    decoded.fold(first, |mut whole, part| {
        whole.values.iter_mut().zip(&part.values).for_each(|(whole, value)| *whole = combine(*whole, *value));
        let both = whole.role == Role::Probabilities && part.role == Role::Probabilities;
        Decoding { role: if both { Role::Probabilities } else { Role::Numbers }, ..whole }
    })
}

/// The mean over the members of each row, which stand side by side.
fn mean(of_each: Decoding, members: usize) -> Decoding {
    if members == 1 {
        return of_each;
    }
    let width = of_each.width();
    let rows = of_each.values.chunks(members * width.max(1));
    let of = |row: &[f64], place: usize| row.iter().skip(place).step_by(width).sum::<f64>() / members as f64;
    let values = rows.flat_map(|row| (0..width).map(move |place| of(row, place))).collect();
    Decoding { values, ..of_each }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Name;
    use crate::catalog::decoders::{argmax, inverse, sigmoid, softmax, threshold};

    fn one(decoder: &dyn Decode, role: Role, width: usize, values: &[f64]) -> Decoding {
        decoder.decode(Decoding { role, ..Decoding::raw(&[width], values.to_vec()) }, &|_| {})
    }

    #[test]
    fn chains_end_in_what_people_read() {
        let soft = one(&softmax::Softmax {}, Role::Raw, 2, &[1000.0, 1000.0, 0.0, 3f64.ln()]);
        assert_eq!(soft.role, Role::Distribution);
        for (value, expected) in soft.values.iter().zip([0.5, 0.5, 0.25, 0.75]) {
            assert!((value - expected).abs() < 1e-12);
        }
        let classes = one(&argmax::Argmax {}, soft.role, 2, &soft.values);
        assert_eq!((classes.width(), classes.values), (1, vec![0.0, 1.0]));
        let yes = one(&sigmoid::Sigmoid {}, Role::Raw, 1, &[0.0, -1000.0, 1000.0]);
        assert_eq!(yes.values, [0.5, 0.0, 1.0]);
        let at = one(&threshold::Threshold { at: 0.5 }, yes.role, 1, &yes.values);
        assert_eq!(at.values, [1.0, 0.0, 1.0]);
    }

    #[test]
    fn members_are_averaged_as_probabilities_or_in_standard_units() {
        let raw = |width, values: &[f64]| {
            [Output { members: 2, shape: vec![width], values: values.to_vec(), ..Output::default() }]
        };
        let logit = |share: f64| (share / (1.0 - share)).ln();
        let first = |by: DecoderDef| then(Predict::Output(0), by);
        // Two rows, two members: (0.1 + 0.5) / 2 and (0.9 + 0.9) / 2; the first row's mean logit would say 0.25.
        let logits = [0.1, 0.5, 0.9, 0.9].map(logit);
        let sigmoid = first(DecoderDef::Sigmoid(sigmoid::Sigmoid {}));
        let found = decode(&sigmoid, &mut raw(1, &logits), &|_, _| {});
        assert!((found.values[0] - 0.3).abs() < 1e-12 && (found.values[1] - 0.9).abs() < 1e-12, "{found:?}");
        let decided = then(sigmoid, DecoderDef::Threshold(threshold::Threshold { at: 0.28 }));
        assert_eq!(decode(&decided, &mut raw(1, &logits), &|_, _| {}).values, [1.0, 1.0]);
        // One row, two members, two classes.
        let softmax = first(DecoderDef::Softmax(softmax::Softmax {}));
        let found = decode(&softmax, &mut raw(2, &[0.0, 0.0, 3f64.ln(), 0.0]), &|_, _| {});
        assert!((found.values[0] - 0.625).abs() < 1e-12 && (found.values[1] - 0.375).abs() < 1e-12, "{found:?}");
        // Numbers are averaged where they were learnt, and then brought back: 10² and not (10¹ + 10³) / 2.
        let power = |_: usize, values: &mut [f64]| values.iter_mut().for_each(|value| *value = 10f64.powf(*value));
        let inverse = first(DecoderDef::Inverse(inverse::Inverse { of: Name("target".into()) }));
        assert_eq!(decode(&inverse, &mut raw(1, &[1.0, 3.0]), &power).values, [100.0]);
    }

    fn then(of: Predict, by: DecoderDef) -> Predict {
        Predict::Decoded { of: Box::new(of), by, target: 0 }
    }

    #[test]
    fn answers_of_several_outputs_are_added_and_multiplied() {
        let output =
            |values: &[f64]| Output { members: 1, shape: vec![1], values: values.to_vec(), ..Output::default() };
        let mut outputs = [output(&[0.0, 3f64.ln()]), output(&[1.0, 2.0])];
        let any = then(Predict::Output(0), DecoderDef::Sigmoid(sigmoid::Sigmoid {}));
        let inverse = DecoderDef::Inverse(inverse::Inverse { of: Name("size".into()) });
        let size = Predict::Decoded { of: Box::new(Predict::Output(1)), by: inverse, target: 1 };
        // The steps of the second target are undone, and not those of the first.
        let invert = |target: usize, values: &mut [f64]| {
            values.iter_mut().for_each(|value| *value = if target == 1 { 10.0 * *value } else { f64::NAN });
        };
        let product = decode(&Predict::Product(vec![any.clone(), size.clone()]), &mut outputs, &invert);
        assert_eq!((product.role, product.values), (Role::Numbers, vec![5.0, 15.0]));
        let both = decode(&Predict::Product(vec![any.clone(), any.clone()]), &mut outputs, &invert);
        assert_eq!((both.role, both.values), (Role::Probabilities, vec![0.25, 0.5625]));
        let half = |of: &Predict| Predict::Scaled(0.5, Box::new(of.clone()));
        let mean = decode(&Predict::Sum(vec![half(&any), half(&size)]), &mut outputs, &invert);
        assert_eq!((mean.role, mean.values), (Role::Numbers, vec![5.25, 10.375]));
    }
}
