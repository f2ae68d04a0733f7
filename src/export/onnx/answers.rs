//! What is made of a head's outputs: decoders in 64 bits, as here, and answers under the names that `mtlc predict` gives them.

use super::graph::Graph;
use super::layers::Value;
use super::messages::{AttributeProto, Elements, Size};
use super::steps::{StepCall, expressed};
use super::{Asked, ROWS};
use crate::answers::About;
use crate::catalog::decoders::{DecoderDef, Role};
use crate::pipeline::Predict;
use crate::score::predictions::about;

/// Predictions on their way.
struct Decoding {
    role: Role,
    /// The sizes after the rows.
    sizes: Vec<usize>,
    name: String,
}

/// A task's outputs.
pub struct Outputs<'a> {
    pub asked: &'a Asked<'a>,
    pub task: usize,
    /// Of each output its value and the sizes after the rows, if it was written.
    pub values: &'a [Option<(Value, Vec<usize>)>],
}

impl Outputs<'_> {
    /// Writes what the task answers. What has no form is left to whoever asks: then the outputs are written as they are, and it is said
    /// what would be made of them.
    pub fn write(&self, graph: &mut Graph) -> Option<String> {
        let task = &self.asked.session.pipeline.tasks[self.task];
        graph.begin(&task.name);
        match self.decoded(graph, &task.predict) {
            Some(decoding) if self.answered(graph, &decoding) => None,
            _ => {
                for output in task.predict.outputs() {
                    let Some((value, sizes)) = &self.values[output] else { continue };
                    let name = format!("{}.{}", task.name, task.outputs[output].0);
                    let places = format!("places_of_{}", task.name);
                    let size = |size: &usize| if *size == 0 { Size::Open(places.clone()) } else { Size::Fixed(*size) };
                    let shape: Vec<Size> = rows().chain(sizes.iter().map(size)).collect();
                    graph.output(&value.name, &name, Elements::Float, &shape, "an output of the head as it is");
                    if let Some(lengths) = &value.lengths {
                        let shape: Vec<Size> = rows().collect();
                        graph.output(
                            lengths,
                            &format!("{name}.lengths"),
                            Elements::Int64,
                            &shape,
                            "places of each row",
                        );
                    }
                }
                let mut by = Vec::new();
                task.predict.visit(&mut |part| {
                    if let Predict::Decoded { by: decoder, .. } = part {
                        by.push(decoder.show());
                    }
                });
                Some(by.join(" -> "))
            }
        }
    }

    fn decoded(&self, graph: &mut Graph, predict: &Predict) -> Option<Decoding> {
        match predict {
            Predict::Output(output) => {
                let raw = self.raw(graph, *output)?;
                Some(self.mean(graph, raw, *output))
            }
            Predict::Decoded { of, by, target } => match of.as_ref() {
                Predict::Output(output) if matches!(by, DecoderDef::Sigmoid(_) | DecoderDef::Softmax(_)) => {
                    let raw = self.raw(graph, *output)?;
                    let axis = if self.members(*output) > 1 { 2 } else { 1 };
                    let decoded = self.by(graph, raw, by, *target, axis)?;
                    Some(self.mean(graph, decoded, *output))
                }
                of => {
                    let inner = self.decoded(graph, of)?;
                    self.by(graph, inner, by, *target, 1)
                }
            },
            Predict::Scaled(factor, of) => {
                let inner = self.decoded(graph, of)?;
                let factor = graph.doubles(&[], &[*factor]);
                let name = graph.node("Mul", &[&inner.name, &factor]);
                Some(Decoding { role: Role::Numbers, name, ..inner })
            }
            Predict::Sum(parts) => self.folded(graph, parts, "Add"),
            Predict::Product(parts) => self.folded(graph, parts, "Mul"),
        }
    }

    fn folded(&self, graph: &mut Graph, parts: &[Predict], op: &str) -> Option<Decoding> {
        let mut whole: Option<Decoding> = None;
        for part in parts {
            let part = self.decoded(graph, part)?;
            whole = Some(match whole {
                None => Decoding { role: if op == "Mul" { part.role } else { Role::Numbers }, ..part },
                Some(whole) => {
                    let both = whole.role == Role::Probabilities && part.role == Role::Probabilities;
                    let name = graph.node(op, &[&whole.name, &part.name]);
                    Decoding { role: if both { Role::Probabilities } else { Role::Numbers }, name, ..whole }
                }
            });
        }
        whole
    }

    fn members(&self, output: usize) -> usize {
        self.asked.session.pipeline.tasks[self.task].members[output]
    }

    /// An output in 64 bits, members and all.
    fn raw(&self, graph: &mut Graph, output: usize) -> Option<Decoding> {
        let (value, sizes) = self.values[output].as_ref()?;
        if value.lengths.is_some() || sizes.contains(&0) {
            return None;
        }
        let name = graph.cast(&value.name, Elements::Double);
        let sizes = if self.members(output) > 1 { sizes[1..].to_vec() } else { sizes.clone() };
        Some(Decoding { role: Role::Raw, sizes, name })
    }

    /// The mean over the members of an ensemble.
    fn mean(&self, graph: &mut Graph, of: Decoding, output: usize) -> Decoding {
        if self.members(output) == 1 {
            return of;
        }
        let attributes = vec![AttributeProto::ints("axes", &[1]), AttributeProto::int("keepdims", 0)];
        Decoding { name: graph.with("ReduceMean", &[&of.name], attributes), ..of }
    }

    fn by(&self, graph: &mut Graph, of: Decoding, by: &DecoderDef, target: usize, axis: i64) -> Option<Decoding> {
        match by {
            DecoderDef::Softmax(_) if of.sizes.len() == 1 => {
                let name = graph.with("Softmax", &[&of.name], vec![AttributeProto::int("axis", axis)]);
                Some(Decoding { role: Role::Distribution, name, ..of })
            }
            DecoderDef::Sigmoid(_) => {
                let name = graph.node("Sigmoid", &[&of.name]);
                Some(Decoding { role: Role::Probabilities, name, ..of })
            }
            DecoderDef::Argmax(_) => {
                let maps = of.sizes.len() == 3;
                if of.sizes.len() != 1 && !maps {
                    return None;
                }
                let attributes = vec![AttributeProto::int("axis", 1), AttributeProto::int("keepdims", 0)];
                let name = graph.with("ArgMax", &[&of.name], attributes);
                let sizes = if maps { of.sizes[1..].to_vec() } else { vec![] };
                Some(Decoding { role: Role::Classes, sizes, name })
            }
            DecoderDef::Threshold(threshold) if of.sizes == [1] => {
                let at = graph.doubles(&[], &[threshold.at]);
                let above = graph.node("GreaterOrEqual", &[&of.name, &at]);
                let whole = graph.cast(&above, Elements::Int64);
                let name = squeezed(graph, &whole);
                Some(Decoding { role: Role::Classes, sizes: vec![], name })
            }
            DecoderDef::Identity(_) => Some(of),
            DecoderDef::Probability(_) => Some(Decoding { role: Role::Probabilities, ..of }),
            // Steps of a target that lies in the file's picture are undone there.
            DecoderDef::Inverse(_) if self.asked.session.pipeline.tasks[self.task].lies_in.is_some() => None,
            DecoderDef::Inverse(_) => {
                let name = self.undone(graph, &of, target)?;
                Some(Decoding { role: Role::Numbers, name, ..of })
            }
            _ => None,
        }
    }

    /// The steps of a target undone, last first.
    fn undone(&self, graph: &mut Graph, of: &Decoding, target: usize) -> Option<String> {
        let session = self.asked.session;
        let task = &session.pipeline.tasks[self.task];
        let target = &task.targets[target];
        let key = task.saved_as(target);
        let states = session.prepared.fitted().targets.get(&key).map_or(&[][..], Vec::as_slice);
        if states.len() != target.steps.len() {
            return None;
        }
        let mut name = of.name.clone();
        for (step, state) in target.steps.iter().zip(states).rev() {
            let mut call = StepCall { graph, state: &state.state, sizes: &of.sizes };
            name = expressed(&step.def)?.undo(&mut call, &name)?;
        }
        Some(name)
    }

    /// Writes answers under their names; false if they have no form.
    fn answered(&self, graph: &mut Graph, of: &Decoding) -> bool {
        let session = self.asked.session;
        let task = &session.pipeline.tasks[self.task];
        let about = about(&session.pipeline, &session.prepared, self.task);
        let names = Names { graph, task: &task.name };
        match (of.role, of.sizes.as_slice()) {
            (Role::Distribution, [classes]) if *classes == about.classes.len() => names.likeliest(of, &about),
            (Role::Probabilities, [1]) if about.positive.is_some() => names.yes_or_no(of, &about),
            (Role::Probabilities, [_]) => {
                names.numbers(of, "probabilities", &format!("of {}", about.classes.join(", ")))
            }
            (Role::Classes, []) => names.class(of, &about),
            (Role::Classes, [_, _]) => {
                let doc = format!("indices of {}", about.classes.join(", "));
                let shape: Vec<Size> = rows().chain(of.sizes.iter().map(|size| Size::Fixed(*size))).collect();
                names.graph.output(&of.name, &task.name, Elements::Int64, &shape, &doc);
            }
            (Role::Numbers | Role::Raw, _) => names.numbers(of, "", &about.columns.join(", ")),
            _ => return false,
        }
        true
    }
}

fn rows() -> impl Iterator<Item = Size> {
    std::iter::once(Size::Open(ROWS.into()))
}

fn squeezed(graph: &mut Graph, of: &str) -> String {
    let axis = graph.integers(&[1]);
    graph.node("Squeeze", &[of, &axis])
}

/// Outputs of a task.
struct Names<'a> {
    graph: &'a mut Graph,
    task: &'a str,
}

impl Names<'_> {
    fn numbers(self, of: &Decoding, part: &str, doc: &str) {
        let mut name = self.graph.cast(&of.name, Elements::Float);
        let mut sizes = of.sizes.clone();
        if sizes == [1] {
            name = squeezed(self.graph, &name);
            sizes.clear();
        }
        let shape: Vec<Size> = rows().chain(sizes.into_iter().map(Size::Fixed)).collect();
        let called = if part.is_empty() { self.task.to_string() } else { format!("{}.{part}", self.task) };
        self.graph.output(&name, &called, Elements::Float, &shape, doc);
    }

    fn likeliest(self, of: &Decoding, about: &About) {
        let attributes = vec![AttributeProto::int("axis", 1), AttributeProto::int("keepdims", 0)];
        let best = self.graph.with("ArgMax", &[&of.name], attributes);
        let best = Decoding { role: Role::Classes, sizes: vec![], name: best };
        let (graph, task) = (self.graph, self.task);
        Names { graph: &mut *graph, task }.class(&best, about);
        Names { graph, task }.numbers(of, "probabilities", &format!("of {}", about.classes.join(", ")));
    }

    fn class(self, of: &Decoding, about: &About) {
        let classes = match &about.positive {
            Some(_) => vec![about.yes_or_no(false), about.yes_or_no(true)],
            None => about.classes.clone(),
        };
        let texts = self.graph.texts(&classes);
        let name = self.graph.node("Gather", &[&texts, &of.name]);
        let shape: Vec<Size> = rows().collect();
        self.graph.output(&name, self.task, Elements::Text, &shape, &format!("one of {}", classes.join(", ")));
    }

    fn yes_or_no(self, of: &Decoding, about: &About) {
        let at = self.graph.doubles(&[], &[about.threshold(0)]);
        let above = self.graph.node("GreaterOrEqual", &[&of.name, &at]);
        let whole = self.graph.cast(&above, Elements::Int64);
        let place = squeezed(self.graph, &whole);
        let answer = Decoding { role: Role::Classes, sizes: vec![], name: place };
        let (graph, task) = (self.graph, self.task);
        Names { graph: &mut *graph, task }.class(&answer, about);
        Names { graph, task }.numbers(of, "probability", &format!("of {}", about.yes_or_no(true)));
    }
}
