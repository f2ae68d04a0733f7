//! What is made of a head's outputs: decoders in 64 bits, as here, and answers under the names that `mtlc predict` gives them.

use super::Asked;
use super::file::{lengths_of, output_key};
use super::helpers::Helper;
use super::source::{Source, list, number, text};
use super::steps::undone;
use crate::answers::About;
use crate::catalog::decoders::{DecoderDef, Role};
use crate::export::spelling::Spelling;
use crate::pipeline::Predict;
use crate::score::predictions::about;

/// Predictions on their way.
#[derive(Clone)]
struct Decoding {
    role: Role,
    /// The sizes after the rows.
    sizes: Vec<usize>,
    expression: String,
}

/// A task whose answers are written.
pub struct Answering<'a> {
    pub asked: &'a Asked<'a>,
    pub task: usize,
    /// What the module is made of, for the numbers that answers are computed with.
    pub source: &'a mut Source,
}

/// What is written of a task.
pub struct Answer {
    pub lines: Vec<String>,
    /// The names of its answers, if it answers with classes.
    pub classes: Option<Vec<String>>,
    /// The text of each token, if it answers with tokens.
    pub tokens: Option<Vec<String>>,
    /// What it is decoded by.
    pub helper: Option<Helper>,
    /// The decoders that are left to whoever asks.
    pub left: Option<String>,
}

impl Answering<'_> {
    pub fn write(&mut self) -> Answer {
        let asked = self.asked;
        let task = &asked.session.pipeline.tasks[self.task];
        if let Some(answer) = self.written().or_else(|| self.tagged()) {
            return answer;
        }
        if let Some(answer) = self.decoded(&task.predict).and_then(|decoding| self.answered(&decoding)) {
            return answer;
        }
        let mut by = Vec::new();
        task.predict.visit(&mut |part| {
            if let Predict::Decoded { by: decoder, .. } = part {
                by.push(decoder.show());
            }
        });
        let outputs = task.predict.outputs().into_iter();
        let line = |output: usize| {
            let key = text(&format!("{}.{}", task.name, task.outputs[output].0));
            format!("answers[{key}] = outputs[{}]", text(&output_key(task, output)))
        };
        Answer { left: Some(by.join(" -> ")), ..Answer::of(outputs.map(line).collect()) }
    }

    /// Texts that are written token by token, likeliest or of a beam; texts that are drawn, or go on from a beginning, have no form.
    fn written(&self) -> Option<Answer> {
        let session = self.asked.session;
        let task = &session.pipeline.tasks[self.task];
        let (output, target, writes) = task.predict.writer()?;
        if writes.drawn.is_some() || task.predict.goes_on_from().is_some() {
            return None;
        }
        let end = session.prepared.end_of(self.task, target)?;
        let (tokens, between) = self.tokens(target, self.scores(output)?)?;
        let data = if session.pipeline.data.len() > 1 { ", data" } else { "" };
        let given = format!(
            "lambda given: self(given{data}), given, {1}, {2}, TOKENS[{0}], {3}, {end}, {4}",
            text(&task.name),
            text(&format!("{}.{}", task.name, task.targets[target].name)),
            text(&output_key(task, output)),
            between,
            writes.max,
        );
        let (call, helper) = match writes.width {
            1 => (format!("written({given})"), Helper::Written),
            width => (format!("beamed({given}, {width}, {})", number(writes.length_penalty)), Helper::Beamed),
        };
        let line = format!("answers[{}] = {call}", text(&task.name));
        Some(Answer { tokens: Some(tokens), helper: Some(helper), ..Answer::of(vec![line]) })
    }

    /// Texts of what stands at each place: the best sequence of tags, the likeliest tag of each place, or symbols along a sequence.
    fn tagged(&self) -> Option<Answer> {
        let task = &self.asked.session.pipeline.tasks[self.task];
        let (output, by, target) = task.predict.tagger()?;
        let node = self.asked.session.pipeline.node(task.outputs[output].1);
        if !node.ty.is_sequence() || self.members(output) > 1 {
            return None;
        }
        let scores = self.scores(output)?;
        let (function, helper, count, more) = match by {
            DecoderDef::Viterbi(_) => ("tagged", Helper::Tagged, scores.isqrt(), String::new()),
            DecoderDef::Argmax(_) => ("named", Helper::Named, scores, String::new()),
            DecoderDef::Ctc(own) if own.beam <= 1 => ("spelt", Helper::Spelt, scores, String::new()),
            DecoderDef::Ctc(own) => ("searched", Helper::Searched, scores, format!(", {}", own.beam)),
            _ => return None,
        };
        let (tokens, between) = self.tokens(target, count)?;
        let (name, key) = (text(&task.name), output_key(task, output));
        let lengths = lengths_of(self.asked, self.task, output);
        let line = format!(
            "answers[{name}] = {function}(outputs[{}], {lengths}, TOKENS[{name}], {between}{more})",
            text(&key)
        );
        Some(Answer { tokens: Some(tokens), helper: Some(helper), ..Answer::of(vec![line]) })
    }

    /// How many numbers an output has at each place.
    fn scores(&self, output: usize) -> Option<usize> {
        self.asked.model.steps[self.asked.model.heads[self.task][output]].sizes.last().copied()
    }

    /// How so many tokens of a target become texts, as Python has it: what each is, and what stands between two.
    fn tokens(&self, target: usize, count: usize) -> Option<(Vec<String>, String)> {
        let spell = |tokens: &[i64]| self.asked.session.prepared.spell(self.task, target, tokens);
        let Spelling { tokens, between } = Spelling::of(count, spell)?;
        Some((tokens, between.map_or_else(|| "None".into(), text)))
    }

    fn decoded(&mut self, predict: &Predict) -> Option<Decoding> {
        match predict {
            Predict::Output(output) => Some(self.mean(self.raw(*output)?, *output)),
            Predict::Decoded { of, by, target } => match of.as_ref() {
                Predict::Output(output) if matches!(by, DecoderDef::Sigmoid(_) | DecoderDef::Softmax(_)) => {
                    let axis = if self.members(*output) > 1 { 2 } else { 1 };
                    let raw = self.raw(*output)?;
                    let decoded = self.by(raw, by, *target, axis)?;
                    Some(self.mean(decoded, *output))
                }
                of => {
                    let of = self.decoded(of)?;
                    self.by(of, by, *target, 1)
                }
            },
            Predict::Scaled(factor, of) => {
                let inner = self.decoded(of)?;
                let expression = format!("{} * {}", number(*factor), inner.expression);
                Some(Decoding { role: Role::Numbers, expression, ..inner })
            }
            Predict::Sum(parts) => self.folded(parts, "+"),
            Predict::Product(parts) => self.folded(parts, "*"),
        }
    }

    fn folded(&mut self, parts: &[Predict], by: &str) -> Option<Decoding> {
        let mut whole: Option<Decoding> = None;
        for part in parts {
            let part = self.decoded(part)?;
            whole = Some(match whole {
                None => Decoding { role: if by == "*" { part.role } else { Role::Numbers }, ..part },
                Some(whole) => {
                    let both = whole.role == Role::Probabilities && part.role == Role::Probabilities;
                    let expression = format!("({} {by} {})", whole.expression, part.expression);
                    let role = if both { Role::Probabilities } else { Role::Numbers };
                    Decoding { role, expression, ..whole }
                }
            });
        }
        whole
    }

    fn members(&self, output: usize) -> usize {
        self.asked.session.pipeline.tasks[self.task].members[output]
    }

    /// An output in 64 bits, members and all.
    fn raw(&self, output: usize) -> Option<Decoding> {
        let task = &self.asked.session.pipeline.tasks[self.task];
        let model = self.asked.model;
        let sizes = &model.steps[model.heads[self.task][output]].sizes;
        if sizes.contains(&0) {
            return None;
        }
        let sizes = if self.members(output) > 1 { sizes[1..].to_vec() } else { sizes.clone() };
        let expression = format!("outputs[{}].double()", text(&output_key(task, output)));
        Some(Decoding { role: Role::Raw, sizes, expression })
    }

    /// The mean over the members of an ensemble.
    fn mean(&self, of: Decoding, output: usize) -> Decoding {
        match self.members(output) {
            1 => of,
            _ => Decoding { expression: format!("{}.mean(1)", of.expression), ..of },
        }
    }

    fn by(&mut self, of: Decoding, by: &DecoderDef, target: usize, axis: usize) -> Option<Decoding> {
        let x = &of.expression;
        match by {
            DecoderDef::Softmax(_) if of.sizes.len() == 1 => {
                Some(Decoding { role: Role::Distribution, expression: format!("torch.softmax({x}, {axis})"), ..of })
            }
            DecoderDef::Sigmoid(_) => {
                Some(Decoding { role: Role::Probabilities, expression: format!("torch.sigmoid({x})"), ..of })
            }
            DecoderDef::Argmax(_) if matches!(of.sizes.len(), 1 | 3) => {
                let sizes = of.sizes[1..].to_vec();
                Some(Decoding { role: Role::Classes, sizes, expression: format!("{x}.argmax(1)") })
            }
            DecoderDef::Threshold(threshold) if of.sizes == [1] => {
                let expression = format!("({x}[:, 0] >= {}).long()", number(threshold.at));
                Some(Decoding { role: Role::Classes, sizes: Vec::new(), expression })
            }
            DecoderDef::Identity(_) => Some(of),
            DecoderDef::Probability(_) => Some(Decoding { role: Role::Probabilities, ..of }),
            // Steps of a target that lies in the file's picture are undone there.
            DecoderDef::Inverse(_) if self.asked.session.pipeline.tasks[self.task].lies_in.is_some() => None,
            DecoderDef::Inverse(_) => {
                let expression = self.undone(&of, target)?;
                Some(Decoding { role: Role::Numbers, expression, ..of })
            }
            _ => None,
        }
    }

    /// The steps of a target undone, last first.
    fn undone(&mut self, of: &Decoding, target: usize) -> Option<String> {
        let session = self.asked.session;
        let task = &session.pipeline.tasks[self.task];
        let target = &task.targets[target];
        let states = session.prepared.fitted().targets.get(&task.saved_as(target)).map_or(&[][..], Vec::as_slice);
        if states.len() != target.steps.len() {
            return None;
        }
        let steps = target.steps.iter().zip(states).rev();
        let source = &mut *self.source;
        steps.into_iter().try_fold(of.expression.clone(), |x, (step, state)| {
            let mut numbers = |what: &str, values: Vec<f64>| match values[..] {
                [one] => number(one),
                _ => source.constant(&format!("{}.{}.{what}", task.name, step.def.name()), &of.sizes, values),
            };
            undone(&step.def, &state.state, &x, &mut numbers)
        })
    }

    /// Answers under their names; `None` if they have no form.
    fn answered(&self, of: &Decoding) -> Option<Answer> {
        let session = self.asked.session;
        let name = &session.pipeline.tasks[self.task].name;
        let about = about(&session.pipeline, &session.prepared, self.task);
        let key = |part: &str| text(&format!("{name}{part}"));
        let x = &of.expression;
        let named =
            |places: &str| format!("answers[{0}] = [CLASSES[{0}][place] for place in {places}.tolist()]", key(""));
        let (lines, classes) = match (of.role, of.sizes.as_slice()) {
            (Role::Distribution, [classes]) if *classes == about.classes.len() => {
                let lines = vec![
                    format!("probabilities = {x}"),
                    named("probabilities.argmax(1)"),
                    format!("answers[{}] = probabilities.float()", key(".probabilities")),
                ];
                (lines, Some(names(&about)))
            }
            (Role::Probabilities, [1]) if about.positive.is_some() => {
                let lines = vec![
                    format!("probability = {x}[:, 0]"),
                    named(&format!("(probability >= {}).long()", number(about.threshold(0)))),
                    format!("answers[{}] = probability.float()", key(".probability")),
                ];
                (lines, Some(names(&about)))
            }
            (Role::Probabilities, [_]) => (vec![format!("answers[{}] = ({x}).float()", key(".probabilities"))], None),
            (Role::Classes, []) => (vec![named(x)], Some(names(&about))),
            (Role::Classes, [_, _]) => (vec![format!("answers[{}] = {x}", key(""))], None),
            (Role::Numbers | Role::Raw, [1]) => (vec![format!("answers[{}] = ({x})[:, 0].float()", key(""))], None),
            (Role::Numbers | Role::Raw, _) => (vec![format!("answers[{}] = ({x}).float()", key(""))], None),
            _ => return None,
        };
        Some(Answer { classes, ..Answer::of(lines) })
    }
}

impl Answer {
    fn of(lines: Vec<String>) -> Self {
        Self { lines, classes: None, tokens: None, helper: None, left: None }
    }
}

/// What classes are called, by their indices.
fn names(about: &About) -> Vec<String> {
    match &about.positive {
        Some(_) => vec![about.yes_or_no(false), about.yes_or_no(true)],
        None => about.classes.clone(),
    }
}

/// A list of texts as Python has it.
pub fn texts(values: &[String]) -> String {
    list(values.iter().map(|value| text(value)))
}
