//! A graph of ONNX while it is written: nodes, constants and weights, each under a name of its own.

use std::collections::{HashMap, HashSet};

use half::f16;

use super::messages::{AttributeProto, Elements, GraphProto, NodeProto, Size, TensorProto, ValueInfoProto};

/// How weights are kept in the file. Whatever it is, they are 32-bit numbers where they are computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    #[default]
    F32,
    F16,
    /// Whole numbers of one byte, times a factor per output feature.
    Int8,
}

/// Matrices of fewer numbers stay as they are: they take no room worth speaking of.
const LEAST: usize = 256;

#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
    inputs: Vec<ValueInfoProto>,
    outputs: Vec<ValueInfoProto>,
    taken: HashSet<String>,
    whole: HashMap<(Vec<i64>, bool), String>,
    held: HashMap<String, String>,
    storage: Storage,
    /// What names of nodes begin with.
    scope: String,
}

impl Graph {
    pub fn new(storage: Storage) -> Self {
        Self { storage, ..Self::default() }
    }

    /// What is written from here on belongs to this part of the model.
    pub fn begin(&mut self, scope: &str) {
        self.scope = scope.into();
    }

    fn free(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_string();
        let mut count = 1;
        while !self.taken.insert(name.clone()) {
            count += 1;
            name = format!("{wanted}_{count}");
        }
        name
    }

    /// A node with one output.
    pub fn node(&mut self, op: &str, inputs: &[&str]) -> String {
        self.with(op, inputs, Vec::new())
    }

    /// The same with attributes.
    pub fn with(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        let name = self.free(&format!("{}/{op}", self.scope));
        self.put(op, "", inputs, vec![name.clone()], attributes);
        name
    }

    /// A node of the operators for tables, `ai.onnx.ml`.
    pub fn of_tables(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        let name = self.free(&format!("{}/{op}", self.scope));
        self.put(op, super::TABLES, inputs, vec![name.clone()], attributes);
        name
    }

    fn put(&mut self, op: &str, domain: &str, inputs: &[&str], output: Vec<String>, attribute: Vec<AttributeProto>) {
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|input| (*input).to_string()).collect(),
            name: output.first().cloned(),
            output,
            op_type: Some(op.into()),
            attribute,
            domain: (!domain.is_empty()).then(|| domain.into()),
        });
    }

    /// Whole numbers in a row, each list once.
    pub fn integers(&mut self, values: &[i64]) -> String {
        self.whole(values, false)
    }

    pub fn integer(&mut self, value: i64) -> String {
        self.whole(&[value], true)
    }

    fn whole(&mut self, values: &[i64], scalar: bool) -> String {
        if let Some(name) = self.whole.get(&(values.to_vec(), scalar)) {
            return name.clone();
        }
        let name = self.free("constants/integers");
        let shape = if scalar { vec![] } else { vec![values.len()] };
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constants.push(TensorProto::raw(&name, &shape, Elements::Int64, bytes));
        self.whole.insert((values.to_vec(), scalar), name.clone());
        name
    }

    /// 32-bit numbers of a shape, which are no weights.
    pub fn floats(&mut self, shape: &[usize], values: &[f32]) -> String {
        let name = self.free(&format!("{}/constant", self.scope));
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constants.push(TensorProto::raw(&name, shape, Elements::Float, bytes));
        name
    }

    pub fn float(&mut self, value: f64) -> String {
        self.floats(&[], &[value as f32])
    }

    /// 64-bit numbers of a shape.
    pub fn doubles(&mut self, shape: &[usize], values: &[f64]) -> String {
        let name = self.free(&format!("{}/constant", self.scope));
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constants.push(TensorProto::raw(&name, shape, Elements::Double, bytes));
        name
    }

    pub fn texts(&mut self, values: &[String]) -> String {
        let name = self.free(&format!("{}/texts", self.scope));
        self.constants.push(TensorProto::texts(&name, values));
        name
    }

    /// A weight under its name; asked for again, it is the same.
    pub fn weight(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        if let Some(held) = self.held.get(name) {
            return held.clone();
        }
        let own = self.free(name);
        let held = match Kept::of(self.storage, shape, values) {
            Kept::Whole => {
                let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                self.constants.push(TensorProto::raw(&own, shape, Elements::Float, bytes));
                own
            }
            Kept::Halves(halves) => {
                let bytes = halves.iter().flat_map(|value| value.to_le_bytes()).collect();
                self.constants.push(TensorProto::raw(&own, shape, Elements::Float16, bytes));
                self.cast(&own, Elements::Float)
            }
            Kept::Bytes { whole, scales, axis } => {
                let scale = self.free(&format!("{name}.scale"));
                let bytes = whole.iter().map(|value| *value as u8).collect();
                self.constants.push(TensorProto::raw(&own, shape, Elements::Int8, bytes));
                let bytes = scales.iter().flat_map(|value| value.to_le_bytes()).collect();
                self.constants.push(TensorProto::raw(&scale, &[scales.len()], Elements::Float, bytes));
                self.with("DequantizeLinear", &[&own, &scale], vec![AttributeProto::int("axis", axis as i64)])
            }
        };
        self.held.insert(name.into(), held.clone());
        held
    }

    pub fn cast(&mut self, value: &str, to: Elements) -> String {
        self.with("Cast", &[value], vec![AttributeProto::int("to", to as i64)])
    }

    /// Something that whoever runs the file gives; its name as it is.
    pub fn input(&mut self, name: &str, elements: Elements, shape: &[Size], doc: &str) -> String {
        let name = self.free(name);
        self.inputs.push(ValueInfoProto::of(&name, elements, shape, doc));
        name
    }

    /// Something that the file gives, under a name.
    pub fn output(&mut self, value: &str, name: &str, elements: Elements, shape: &[Size], doc: &str) -> String {
        let name = self.free(name);
        self.put("Identity", "", &[value], vec![name.clone()], Vec::new());
        self.outputs.push(ValueInfoProto::of(&name, elements, shape, doc));
        name
    }

    /// All of it that outputs come from, and the names of the inputs that they do.
    pub fn finish(self, name: &str) -> (GraphProto, HashSet<String>) {
        let mut used: HashSet<String> = self.outputs.iter().filter_map(|output| output.name.clone()).collect();
        for node in self.nodes.iter().rev() {
            if node.output.iter().any(|output| used.contains(output)) {
                used.extend(node.input.iter().cloned());
            }
        }
        let is_used = |name: &Option<String>| name.as_ref().is_some_and(|name| used.contains(name));
        let node = self.nodes.into_iter().filter(|node| node.output.iter().any(|output| used.contains(output)));
        let graph = GraphProto {
            node: node.collect(),
            name: Some(name.into()),
            initializer: self.constants.into_iter().filter(|constant| is_used(&constant.name)).collect(),
            input: self.inputs.into_iter().filter(|input| is_used(&input.name)).collect(),
            output: self.outputs,
        };
        (graph, used)
    }
}

/// A weight as a file keeps it.
enum Kept {
    Whole,
    Halves(Vec<f16>),
    /// Whole numbers from −127 to 127, and the factor of each place along an axis.
    Bytes {
        whole: Vec<i8>,
        scales: Vec<f32>,
        axis: usize,
    },
}

impl Kept {
    fn of(storage: Storage, shape: &[usize], values: &[f32]) -> Self {
        let matrix = shape.len() >= 2 && values.len() >= LEAST;
        match storage {
            Storage::F16 if matrix => {
                let halves: Vec<f16> = values.iter().map(|value| f16::from_f32(*value)).collect();
                // What is too large for two bytes stays as it is.
                if halves.iter().all(|value| value.is_finite()) { Kept::Halves(halves) } else { Kept::Whole }
            }
            Storage::Int8 if matrix => Self::in_bytes(shape, values),
            _ => Kept::Whole,
        }
    }

    fn in_bytes(shape: &[usize], values: &[f32]) -> Self {
        // Filters of a convolution have their outputs first, matrices last.
        let axis = if shape.len() > 2 { 0 } else { shape.len() - 1 };
        let mut largest = vec![0.0_f32; shape[axis]];
        for (place, value) in values.iter().enumerate() {
            let own = &mut largest[along(shape, axis, place)];
            *own = own.max(value.abs());
        }
        let scale = |largest: &f32| if *largest > 0.0 { largest / 127.0 } else { 1.0 };
        let scales: Vec<f32> = largest.iter().map(scale).collect();
        let whole = |(place, value): (usize, &f32)| (value / scales[along(shape, axis, place)]).round() as i8;
        let whole = values.iter().enumerate().map(whole).collect();
        Kept::Bytes { whole, scales, axis }
    }
}

/// Where a number stands along an axis.
fn along(shape: &[usize], axis: usize, place: usize) -> usize {
    let after: usize = shape[axis + 1..].iter().product();
    place / after.max(1) % shape[axis].max(1)
}

/// What a weight has become when it is read from a file that keeps it so.
pub fn kept(storage: Storage, shape: &[usize], values: &[f32]) -> Vec<f32> {
    match Kept::of(storage, shape, values) {
        Kept::Whole => values.to_vec(),
        Kept::Halves(halves) => halves.into_iter().map(f16::to_f32).collect(),
        Kept::Bytes { whole, scales, axis } => {
            let value = |(place, value): (usize, &i8)| f32::from(*value) * scales[along(shape, axis, place)];
            whole.iter().enumerate().map(value).collect()
        }
    }
}
