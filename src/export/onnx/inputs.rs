//! What a file is given: columns as they stand in a table, where all steps of an input have a form in ONNX; else what its steps have made.

use super::graph::Graph;
use super::layers::Value;
use super::messages::{AttributeProto, Elements, Size};
use super::steps::{StepCall, expressed};
use super::{Asked, ROWS};
use crate::catalog::Kind;
use crate::catalog::kinds::KindDef;
use crate::catalog::steps::StepDef;
use crate::pipeline::{Column, ColumnRef, Input, Origin};

/// An input of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// As the spec calls it.
    pub name: String,
    /// What it is given, in words.
    pub given: String,
    /// Whether that is what steps have made, and the file does not.
    pub prepared: bool,
}

/// Writes an input of the pipeline: its value as the model is given it.
///
/// # Errors
/// In words, if it has no form.
pub fn written(
    asked: &Asked<'_>,
    graph: &mut Graph,
    index: usize,
    sizes: &[usize],
) -> Result<(Value, Described), String> {
    let input = &asked.session.pipeline.inputs[index];
    graph.begin(&input.name);
    let columns: Vec<ColumnRef> = input.columns.iter().copied().filter(|column| column.data == asked.data).collect();
    let raw = Raw { asked, input, columns: &columns };
    if let Some(found) = raw.numbers(graph).or_else(|| raw.categories(graph)) {
        return Ok(found);
    }
    prepared(input, graph, sizes)
}

/// Which rows have an input, given as truth values.
pub fn present(asked: &Asked<'_>, graph: &mut Graph, index: usize) -> (Value, Described) {
    let input = &asked.session.pipeline.inputs[index];
    let name = format!("{}.present", input.name);
    let given = format!("whether a row has `{}`", input.name);
    let value = graph.input(&name, Elements::Bool, &[Size::Open(ROWS.into())], &given);
    (Value::whole(value), Described { name, given, prepared: false })
}

/// What a task has written so far.
pub fn previous(asked: &Asked<'_>, graph: &mut Graph, task: usize) -> (Value, Described) {
    let task = &asked.session.pipeline.tasks[task].name;
    let name = format!("{task}.previous");
    let given = format!(
        "the tokens that are written so far, behind a first one of 0; what follows the last stands in the last place of `{task}`"
    );
    let shape = [Size::Open(ROWS.into()), Size::Open(format!("places_of_{task}"))];
    let value = graph.input(&name, Elements::Int64, &shape, &given);
    (Value::whole(value), Described { name, given, prepared: true })
}

/// Answers that a task compares its rows with, as their tokens.
pub fn whole(asked: &Asked<'_>, graph: &mut Graph, task: usize, target: usize) -> (Value, Described) {
    let task = &asked.session.pipeline.tasks[task];
    let name = format!("{}.answer", task.name);
    let steps: Vec<String> = task.targets[target].steps.iter().map(|step| step.def.show()).collect();
    let given = format!("the tokens of an answer to `{}`, after `{}`", task.name, steps.join(" -> "));
    let rows = || Size::Open(ROWS.into());
    let shape = [rows(), Size::Open(format!("places_of_{name}"))];
    let value = graph.input(&name, Elements::Int64, &shape, &given);
    let words = format!("of each row of `{name}`, how many places are its own");
    let lengths = graph.input(&format!("{name}.lengths"), Elements::Int64, &[rows()], &words);
    (Value { name: value, lengths: Some(lengths) }, Described { name, given, prepared: true })
}

/// An input while it is looked at whether columns can be given.
struct Raw<'a> {
    asked: &'a Asked<'a>,
    input: &'a Input,
    columns: &'a [ColumnRef],
}

impl Raw<'_> {
    fn column(&self, place: usize) -> &Column {
        self.asked.session.pipeline.column(self.columns[place])
    }

    /// Steps that are not drawn, each with what it has learnt. Drawn ones change rows while training alone.
    fn steps(&self) -> Option<Vec<(&StepDef, &serde_json::Value)>> {
        let states = self.asked.session.prepared.fitted().inputs.get(&self.input.name);
        let states = states.map_or(&[][..], Vec::as_slice);
        let all = self.input.steps.iter().zip(states).map(|(step, state)| (&step.def, &state.state));
        (states.len() == self.input.steps.len()).then(|| all.filter(|(def, _)| !def.drawn()).collect())
    }

    /// The columns by the names that they have in a file, or in the spec if they are in none.
    fn names(&self) -> Vec<String> {
        let name = |place: usize| {
            let column = self.column(place);
            match column.origin {
                Origin::File => format!("`{}`", column.source),
                Origin::Made(_) | Origin::Joined { .. } => format!("`{}` of the spec", column.name),
            }
        };
        (0..self.columns.len()).map(name).collect()
    }

    /// The same for people: of many, the first and the last.
    fn shortly(&self) -> String {
        const MOST: usize = 8;
        match self.names().as_slice() {
            [first, .., last] if self.columns.len() > MOST => {
                format!("{first} … {last} ({} columns)", self.columns.len())
            }
            names => names.join(", "),
        }
    }

    fn numbers(&self, graph: &mut Graph) -> Option<(Value, Described)> {
        let steps = self.steps()?;
        let number = |place: usize| matches!(self.column(place).kind, KindDef::Number(_));
        let given = (0..self.columns.len()).all(number) && steps.iter().all(|(def, _)| expressed(def).is_some());
        if !given || self.columns.is_empty() || self.input.raw.is_variable() {
            return None;
        }
        let sizes = match self.columns {
            [_] if !self.column(0).shape.is_empty() => self.column(0).sizes(),
            columns => vec![columns.len()],
        };
        let words = |names: String| format!("the numbers {names}; NaN where one is missing");
        let shape: Vec<Size> =
            std::iter::once(Size::Open(ROWS.into())).chain(sizes.iter().map(|size| Size::Fixed(*size))).collect();
        let mut value = graph.input(&self.input.name, Elements::Double, &shape, &words(self.names().join(", ")));
        for (def, state) in steps {
            let mut call = StepCall { graph, state, sizes: &sizes };
            value = expressed(def)?.express(&mut call, &value)?;
        }
        let value = graph.cast(&value, Elements::Float);
        Some((Value::whole(value), self.described(words(self.shortly()))))
    }

    fn categories(&self, graph: &mut Graph) -> Option<(Value, Described)> {
        let steps = self.steps()?;
        let one_hot = match steps.as_slice() {
            [] => None,
            [(StepDef::OneHot(_), state)] => Some(serde_json::from_value::<Option<Vec<bool>>>((*state).clone()).ok()?),
            _ => return None,
        };
        let plain = |place: usize| matches!(&self.column(place).kind, KindDef::Category(of) if of.cut.is_empty());
        if self.columns.is_empty() || !(0..self.columns.len()).all(plain) {
            return None;
        }
        let all: Vec<Coded> = self.columns.iter().map(|column| self.coded(*column)).collect::<Option<_>>()?;
        let words = |names: String| format!("the classes of {names}; an empty text where one is missing");
        let mut shape = vec![Size::Open(ROWS.into())];
        if all.len() > 1 {
            shape.push(Size::Fixed(all.len()));
        }
        let given = graph.input(&self.input.name, Elements::Text, &shape, &words(self.names().join(", ")));
        let mut codes = Vec::new();
        for (place, coded) in all.iter().enumerate() {
            let texts = if all.len() > 1 {
                let place = graph.integer(place as i64);
                graph.with("Gather", &[&given, &place], vec![AttributeProto::int("axis", 1)])
            } else {
                given.clone()
            };
            codes.push(coded.write(graph, &texts));
        }
        let value = match one_hot {
            Some(seen) => hot(graph, &all, &codes, seen.as_deref()),
            None if all.len() == 1 => codes.swap_remove(0),
            None => {
                let axis = graph.integers(&[1]);
                let beside: Vec<String> = codes.iter().map(|codes| graph.node("Unsqueeze", &[codes, &axis])).collect();
                joined(graph, &beside)
            }
        };
        Some((Value::whole(value), self.described(words(self.shortly()))))
    }

    fn coded(&self, column: ColumnRef) -> Option<Coded> {
        let pipeline = &self.asked.session.pipeline;
        let fitted = self.asked.session.prepared.fitted();
        let name = pipeline.column_name(column);
        let classes = fitted.classes.get(&name)?.clone();
        let unseen = fitted.unseen.get(&name).cloned().unwrap_or_default();
        let map = pipeline.column(column).map.iter().map(|(cell, class)| (cell.clone(), class.clone())).collect();
        Some(Coded { classes, unseen, map })
    }

    fn described(&self, given: String) -> Described {
        Described { name: self.input.name.clone(), given, prepared: false }
    }
}

/// How the classes of a column become indices.
struct Coded {
    classes: Vec<String>,
    /// Declared, and as good as unknown.
    unseen: Vec<String>,
    /// What cells stand for.
    map: Vec<(String, String)>,
}

impl Coded {
    /// Classes, *unknown* and *missing*.
    fn size(&self) -> usize {
        self.classes.len() + 2
    }

    fn write(&self, graph: &mut Graph, texts: &str) -> String {
        let unknown = self.classes.len() as i64;
        let code = |class: &String| {
            let known = self.classes.iter().position(|other| other == class).filter(|_| !self.unseen.contains(class));
            known.map_or(unknown, |place| place as i64)
        };
        let mut keys: Vec<String> = self.classes.clone();
        let mut codes: Vec<i64> = self.classes.iter().map(code).collect();
        for (cell, class) in &self.map {
            if !keys.contains(cell) {
                keys.push(cell.clone());
                codes.push(code(class));
            }
        }
        if !keys.iter().any(String::is_empty) {
            keys.push(String::new());
            codes.push(unknown + 1);
        }
        let attributes = vec![
            AttributeProto::texts("keys_strings", &keys),
            AttributeProto::integers("values_int64s", codes),
            AttributeProto::int("default_int64", unknown),
        ];
        graph.of_tables("LabelEncoder", &[texts], attributes)
    }
}

/// One row of truth values per class; what is not known is spread over the classes that training had.
fn hot(graph: &mut Graph, all: &[Coded], codes: &[String], seen: Option<&[bool]>) -> String {
    let mut start = 0;
    let mut parts = Vec::new();
    for (coded, codes) in all.iter().zip(codes) {
        let size = coded.size();
        let is_seen = |place: usize| seen.is_none_or(|seen| seen.get(start + place).copied().unwrap_or(false));
        let known: Vec<usize> = (0..coded.classes.len()).filter(|place| is_seen(*place)).collect();
        let mut table = vec![0.0_f32; size * size];
        for code in 0..size {
            match is_seen(code) {
                true => table[code * size + code] = 1.0,
                false => known.iter().for_each(|place| table[code * size + place] = 1.0 / known.len() as f32),
            }
        }
        let table = graph.floats(&[size, size], &table);
        parts.push(graph.node("Gather", &[&table, codes]));
        start += size;
    }
    if parts.len() == 1 { parts.swap_remove(0) } else { joined(graph, &parts) }
}

fn joined(graph: &mut Graph, parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    graph.with("Concat", &parts, vec![AttributeProto::int("axis", 1)])
}

/// What the steps have made.
fn prepared(input: &Input, graph: &mut Graph, sizes: &[usize]) -> Result<(Value, Described), String> {
    let varies: Vec<usize> = sizes.iter().enumerate().filter(|(_, size)| **size == 0).map(|(place, _)| place).collect();
    if varies.iter().any(|place| *place > 0) {
        return Err(format!("pictures of `{}` differ in size", input.name));
    }
    let elements = match input.ty.kind {
        Kind::Real => Elements::Float,
        Kind::Category { .. } | Kind::Categories { .. } | Kind::Tokens { .. } => Elements::Int64,
        _ => return Err(format!("`{}` is {}, which no tensor holds", input.name, input.ty.words())),
    };
    let places = format!("places_of_{}", input.name);
    let size = |size: &usize| if *size == 0 { Size::Open(places.clone()) } else { Size::Fixed(*size) };
    let shape: Vec<Size> = std::iter::once(Size::Open(ROWS.into())).chain(sizes.iter().map(size)).collect();
    let steps: Vec<String> = input.steps.iter().filter(|step| !step.def.drawn()).map(|step| step.def.show()).collect();
    let made =
        if steps.is_empty() { "as the model is given it".into() } else { format!("after `{}`", steps.join(" -> ")) };
    let words = format!("`{}` {made}", input.name);
    let name = graph.input(&input.name, elements, &shape, &words);
    let lengths = (!varies.is_empty()).then(|| {
        let words = format!("of each row of `{}`, how many places are its own", input.name);
        graph.input(&format!("{}.lengths", input.name), Elements::Int64, &[Size::Open(ROWS.into())], &words)
    });
    Ok((Value { name, lengths }, Described { name: input.name.clone(), given: words, prepared: true }))
}
