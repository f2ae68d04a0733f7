//! The text of a module while it is written: what it is made of, what a step computes, and the weights that lie beside it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::helpers::{Helper, NAMES};
use super::layers::Weight;

/// Names that mean something already where the forward pass stands, and in Python.
const TAKEN: [&str; 46] = [
    "self", "given", "data", "torch", "nn", "F", "math", "answers", "outputs", "model", "False", "None", "True", "and",
    "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally",
    "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return",
    "try", "while", "with", "yield", "len",
];
/// Those that every module of PyTorch has.
const OF_MODULES: [&str; 12] = [
    "forward",
    "predict",
    "train",
    "eval",
    "parameters",
    "modules",
    "buffers",
    "children",
    "to",
    "type",
    "float",
    "double",
];

/// A tensor of the file of weights.
#[derive(Clone, Debug)]
pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
    /// Whether gradients change it.
    pub trained: bool,
    pub decays: bool,
    /// Whether it counts batches, as modules that normalise over them do.
    pub counts: bool,
}

/// Numbers in 64 bits that nothing trains.
#[derive(Clone, Debug)]
pub struct Constant {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Vec<f64>,
}

/// How a weight lies in PyTorch.
#[derive(Clone, Debug)]
pub enum Layout {
    AsIs,
    /// A matrix with its outputs first.
    Transposed,
    /// As many numbers in another shape.
    Shaped(Vec<usize>),
}

#[derive(Debug, Default)]
pub struct Source {
    pub helpers: BTreeSet<Helper>,
    /// Attributes of the class in their order: what stands on the right side.
    pub attributes: Vec<(String, String)>,
    pub tensors: Vec<Tensor>,
    /// Numbers that answers are computed with, which lie beside the weights.
    pub constants: Vec<Constant>,
    /// Names of attributes by what they belong to.
    named: HashMap<String, String>,
    taken: HashSet<String>,
    /// The lines of the forward pass that is being written, and the names in it.
    lines: Vec<String>,
    variables: HashSet<String>,
}

impl Source {
    pub fn helper(&mut self, helper: Helper) {
        helper.put(&mut self.helpers);
    }

    /// Begins a forward pass.
    pub fn begin(&mut self) {
        self.lines.clear();
        // A variable that is called as a function would stand in its way.
        self.variables = NAMES.iter().map(ToString::to_string).collect();
    }

    /// What has been written since then.
    pub fn lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    pub fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// A name for a value that nothing else has.
    pub fn variable(&mut self, wanted: &str) -> String {
        free(&mut self.variables, &identifier(wanted))
    }

    /// The attribute that belongs to something, made when it is asked for first.
    fn attribute(&mut self, of: &str, expression: &str) -> (String, bool) {
        if let Some(name) = self.named.get(of) {
            return (name.clone(), false);
        }
        let mut wanted = identifier(of);
        if OF_MODULES.contains(&wanted.as_str()) {
            wanted.push('_');
        }
        let name = free(&mut self.taken, &wanted);
        self.named.insert(of.to_string(), name.clone());
        self.attributes.push((name.clone(), expression.to_string()));
        (name, true)
    }

    /// A module, called after what it belongs to, with its weights by the names that it has them under.
    pub fn module(&mut self, of: &str, expression: &str, weights: &[(&str, &Weight<'_>, Layout)]) -> String {
        let (name, is_new) = self.attribute(of, expression);
        if is_new {
            for (own, weight, layout) in weights {
                self.tensors.push(weight.tensor(format!("{name}.{own}"), layout));
            }
            if expression.contains("BatchNorm") {
                self.tensors.push(Tensor {
                    name: format!("{name}.num_batches_tracked"),
                    shape: Vec::new(),
                    values: vec![0.0],
                    trained: false,
                    decays: false,
                    counts: true,
                });
            }
        }
        format!("self.{name}")
    }

    /// Numbers that go with the model from one device to another, in a shape.
    pub fn constant(&mut self, wanted: &str, shape: &[usize], values: Vec<f64>) -> String {
        let name = free(&mut self.taken, &identifier(wanted));
        let expression = format!("self.{name}");
        self.constants.push(Constant { name, shape: shape.to_vec(), values });
        expression
    }

    /// A weight by itself.
    pub fn parameter(&mut self, weight: &Weight<'_>, layout: &Layout) -> String {
        let tensor = weight.tensor(String::new(), layout);
        let shape: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
        let (name, is_new) = self.attribute(weight.path, &format!("nn.Parameter(torch.zeros({}))", shape.join(", ")));
        if is_new {
            self.tensors.push(Tensor { name: name.clone(), ..tensor });
        }
        format!("self.{name}")
    }
}

impl Weight<'_> {
    fn tensor(&self, name: String, layout: &Layout) -> Tensor {
        let (shape, values) = match (layout, self.shape) {
            (Layout::Transposed, [rows, columns]) => {
                let at = |place: usize| self.values[place % rows * columns + place / rows];
                (vec![*columns, *rows], (0..rows * columns).map(at).collect())
            }
            (Layout::Shaped(shape), _) => (shape.clone(), self.values.to_vec()),
            _ => (self.shape.to_vec(), self.values.to_vec()),
        };
        Tensor { name, shape, values, trained: self.trained, decays: self.decays, counts: false }
    }
}

/// `trunk.dense.1` as `trunk_dense_1`.
pub fn identifier(name: &str) -> String {
    let plain: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let plain = if plain.starts_with(|first: char| first.is_ascii_digit()) { format!("_{plain}") } else { plain };
    if TAKEN.contains(&plain.as_str()) || plain.is_empty() { plain + "_" } else { plain }
}

fn free(taken: &mut HashSet<String>, wanted: &str) -> String {
    let mut name = wanted.to_string();
    let mut count = 1;
    while !taken.insert(name.clone()) {
        count += 1;
        name = format!("{wanted}_{count}");
    }
    name
}

/// A number as Python has it.
pub fn number(value: f64) -> String {
    match value {
        value if value.is_nan() => "math.nan".into(),
        value if value.is_infinite() => if value > 0.0 { "math.inf" } else { "-math.inf" }.into(),
        value => format!("{value:?}"),
    }
}

/// A text as Python has it: as JSON does, where letters beyond ASCII are themselves.
pub fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

/// `[a, b]`
pub fn list(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_python() {
        assert_eq!(identifier("trunk.dense.1"), "trunk_dense_1");
        assert_eq!(identifier("is"), "is_");
        assert_eq!(identifier("2d"), "_2d");
        assert_eq!(number(1e-5), "1e-5");
        assert_eq!(number(f64::NEG_INFINITY), "-math.inf");
        assert_eq!(text("a\"b\n"), "\"a\\\"b\\n\"");
    }

    #[test]
    fn a_weight_that_is_used_twice_is_one() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let weight = Weight { path: "a.weight", shape: &[2, 3], values: &values, trained: true, decays: true };
        let mut source = Source::default();
        let one = source.module("a", "nn.Linear(2, 3)", &[("weight", &weight, Layout::Transposed)]);
        let other = source.module("a", "nn.Linear(2, 3)", &[("weight", &weight, Layout::Transposed)]);
        assert_eq!((one.as_str(), one == other, source.tensors.len()), ("self.a", true, 1));
        let Tensor { name, shape, values, .. } = &source.tensors[0];
        assert_eq!((name.as_str(), shape.as_slice()), ("a.weight", &[3, 2][..]));
        assert_eq!(values, &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
