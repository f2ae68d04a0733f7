//! The file as it is written in the end: what it says of itself, the class, and what is done with it.

use std::collections::HashMap;
use std::fmt::Write;

use safetensors::tensor::{Dtype, TensorView};

use super::answers::{Answering, texts};
use super::layers::Value;
use super::source::{Constant, Source, Tensor, identifier, list, text};
use super::training::Training;
use super::{Asked, Exported, NotExported};
use crate::pipeline::{Pipeline, Task};

/// The forward pass of the rows of a data set.
pub struct Pass {
    pub data: usize,
    pub lines: Vec<String>,
    /// The inputs that it reads.
    pub inputs: Vec<usize>,
    pub tasks: Vec<Answered>,
}

/// A task with the outputs of its head.
pub struct Answered {
    pub task: usize,
    pub outputs: Vec<Value>,
}

pub struct File<'a> {
    pub asked: &'a Asked<'a>,
    pub source: Source,
    pub passes: Vec<Pass>,
}

/// What an output of a head is called among all outputs.
pub fn output_key(task: &Task, output: usize) -> String {
    match task.outputs.len() {
        1 => task.name.clone(),
        _ => format!("{}.{}", task.name, task.outputs[output].0),
    }
}

/// Of each row, how many places of an output are its own.
pub fn lengths_of(asked: &Asked<'_>, task: usize, output: usize) -> String {
    let sizes = &asked.model.steps[asked.model.heads[task][output]].sizes;
    let key = output_key(&asked.session.pipeline.tasks[task], output);
    match sizes.first() {
        Some(0) => format!("outputs[{}]", text(&format!("{key}.lengths"))),
        _ => {
            let output = format!("outputs[{}]", text(&key));
            format!("torch.full({output}.shape[:1], {output}.shape[1], device={output}.device)")
        }
    }
}

/// `penguins` as `Penguins`, `gold-standard` as `GoldStandard`.
fn class_name(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let upper = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    let name = words.map(upper).collect::<String>();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("Model{name}")
    } else {
        name
    }
}

impl File<'_> {
    pub fn finish(mut self, left_out: Vec<(String, String)>) -> Result<Exported, NotExported> {
        let pipeline = &self.asked.session.pipeline;
        let mut tasks: Vec<usize> = self.passes.iter().flat_map(|pass| pass.tasks.iter().map(|one| one.task)).collect();
        tasks.sort_unstable();
        tasks.dedup();
        let sets: Vec<&str> = self.passes.iter().map(|pass| pipeline.data[pass.data].name.as_str()).collect();
        let several = pipeline.data.len() > 1;
        let mut answers = Vec::new();
        for task in &tasks {
            answers.push((*task, Answering { asked: self.asked, task: *task, source: &mut self.source }.write()));
        }
        let training = Training { asked: self.asked, tasks: &tasks, sets: &sets, source: &self.source, several };
        let (class, weights) = (class_name(&pipeline.name), self.tensors()?);
        let (mut classes, mut tokens, mut helpers) = (String::new(), String::new(), self.source.helpers.clone());
        training.helpers().into_iter().for_each(|helper| helper.put(&mut helpers));
        for (task, answer) in &answers {
            answer.helper.into_iter().for_each(|helper| helper.put(&mut helpers));
            if let Some(names) = &answer.tokens {
                let _ = writeln!(tokens, "    {}: {},", text(&pipeline.tasks[*task].name), texts(names));
            }
            if let Some(names) = &answer.classes {
                let _ = writeln!(classes, "    {}: {},", text(&pipeline.tasks[*task].name), texts(names));
            }
        }
        let mut python = self.head(&class);
        python += "import argparse\nimport math\nimport pathlib\n\nimport numpy\nimport torch\nimport torch.nn.functional as F\n";
        python += "from safetensors.torch import load_file, save_file\nfrom torch import nn\n\n";
        let _ = writeln!(python, "FILE = pathlib.Path(__file__).with_name({})", text(self.asked.weights));
        if !classes.is_empty() {
            let _ = write!(python, "# What a class is called, by its place.\nCLASSES = {{\n{classes}}}\n");
        }
        if !tokens.is_empty() {
            let _ = write!(python, "# The text of a token, by its place.\nTOKENS = {{\n{tokens}}}\n");
        }
        python += &training.constants();
        for helper in &helpers {
            let _ = write!(python, "\n{}", helper.text());
        }
        let _ = write!(python, "\n\n{}", self.class(&class, several));
        python += &predict(pipeline, &answers, several);
        python += &training.functions();
        python += &MAIN.replace("CLASS", &class).replace("PREDICTED", if several { SEVERAL } else { ONE });
        let given = self.given();
        let left = |(task, answer): (usize, super::answers::Answer)| (pipeline.tasks[task].name.clone(), answer.left);
        Ok(Exported {
            python,
            weights,
            given,
            tasks: answers.into_iter().map(left).collect(),
            left_out,
            otherwise: training.otherwise(),
        })
    }

    fn head(&self, class: &str) -> String {
        let pipeline = &self.asked.session.pipeline;
        let doc = pipeline.doc.trim().replace('\\', "\\\\").replace("\"\"\"", "'''");
        let doc = if doc.is_empty() { format!("{class}.") } else { doc };
        let identity = self.asked.identity;
        let weights = self.asked.weights;
        let version = env!("CARGO_PKG_VERSION");
        format!(
            r#""""{doc}

The model of the spec `{}` (mtlc {version}, run {identity}); its weights lie beside this file, in `{weights}`.

    python FILE.py predict ROWS.npz            what each task answers for rows as the steps of the spec have prepared them
    python FILE.py train ROWS.npz [--epochs N] trains on from these weights as the spec trains, and writes them anew
"""

"#,
            pipeline.name
        )
    }

    fn class(&self, class: &str, several: bool) -> String {
        let mut python = format!("class {class}(nn.Module):\n    def __init__(self):\n        super().__init__()\n");
        for (name, expression) in &self.source.attributes {
            let _ = writeln!(python, "        self.{name} = {expression}");
        }
        for Constant { name, shape, .. } in &self.source.constants {
            let _ = writeln!(
                python,
                "        self.register_buffer({}, torch.zeros({}, dtype=torch.float64))",
                text(name),
                list(shape.iter().map(ToString::to_string))
            );
        }
        let frozen: Vec<String> = self
            .source
            .tensors
            .iter()
            .filter(|tensor| self.is_frozen(tensor))
            .map(|tensor| tensor.name.clone())
            .collect();
        if !frozen.is_empty() {
            let _ =
                writeln!(python, "        # What the spec keeps as it is.\n        for name in {}:", texts(&frozen));
            python += "            self.get_parameter(name).requires_grad_(False)\n";
        }
        let pipeline = &self.asked.session.pipeline;
        if several {
            let sets = self.passes.iter().map(|pass| {
                let name = &pipeline.data[pass.data].name;
                format!("{}: self.of_{}", text(name), identifier(name))
            });
            let sets = sets.collect::<Vec<_>>().join(", ");
            python += "\n    def forward(self, given, data):\n";
            python +=
                "        \"\"\"The outputs of the heads of the tasks that rows of a data set are asked for.\"\"\"\n";
            let _ = writeln!(python, "        return {{{sets}}}[data](given)");
        }
        for pass in &self.passes {
            let name = match several {
                true => format!("of_{}", identifier(&pipeline.data[pass.data].name)),
                false => "forward".into(),
            };
            let _ = writeln!(python, "\n    def {name}(self, given):");
            python += "        \"\"\"Of inputs by their names the outputs of the heads of all tasks.\"\"\"\n";
            pass.lines.iter().for_each(|line| _ = writeln!(python, "        {line}"));
            python += "        return {\n";
            for Answered { task, outputs } in &pass.tasks {
                let task = &pipeline.tasks[*task];
                for (output, value) in outputs.iter().enumerate() {
                    let key = output_key(task, output);
                    let _ = writeln!(python, "            {}: {},", text(&key), value.name);
                    if let Some(lengths) = &value.lengths {
                        let _ = writeln!(python, "            {}: {lengths},", text(&format!("{key}.lengths")));
                    }
                }
            }
            python += "        }\n";
        }
        python
    }

    /// Whether a parameter of the class is not trained. States of normalisation are no parameters.
    fn is_frozen(&self, tensor: &Tensor) -> bool {
        let state = [".running_mean", ".running_var"].iter().any(|end| tensor.name.ends_with(end));
        !tensor.trained && !tensor.counts && !state
    }

    fn tensors(&self) -> Result<Vec<u8>, NotExported> {
        let failed = |error: safetensors::SafeTensorError| NotExported::Weights(error.to_string());
        let bytes: Vec<Vec<u8>> = self
            .source
            .tensors
            .iter()
            .map(|tensor| match tensor.counts {
                true => 0_i64.to_le_bytes().to_vec(),
                false => tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            })
            .collect();
        let constants: Vec<Vec<u8>> = (self.source.constants.iter())
            .map(|constant| constant.values.iter().flat_map(|value| value.to_le_bytes()).collect())
            .collect();
        let weights = self.source.tensors.iter().zip(&bytes).map(|(tensor, bytes)| {
            let dtype = if tensor.counts { Dtype::I64 } else { Dtype::F32 };
            (&tensor.name, dtype, &tensor.shape, bytes)
        });
        let constants = self.source.constants.iter().zip(&constants);
        let constants = constants.map(|(constant, bytes)| (&constant.name, Dtype::F64, &constant.shape, bytes));
        let views = weights.chain(constants).map(|(name, dtype, shape, bytes)| {
            Ok((name.clone(), TensorView::new(dtype, shape.clone(), bytes).map_err(failed)?))
        });
        let views = views.collect::<Result<Vec<_>, NotExported>>()?;
        let metadata = HashMap::from([
            ("format".to_string(), "pt".to_string()),
            ("run".to_string(), self.asked.identity.to_string()),
        ]);
        safetensors::serialize(views, Some(metadata)).map_err(failed)
    }

    /// What each input is given as, in words.
    fn given(&self) -> Vec<(String, String)> {
        let pipeline = &self.asked.session.pipeline;
        let mut inputs: Vec<usize> = self.passes.iter().flat_map(|pass| pass.inputs.clone()).collect();
        inputs.sort_unstable();
        inputs.dedup();
        let words = |input: usize| {
            let input = &pipeline.inputs[input];
            let steps = input.steps.iter().filter(|step| !step.def.drawn()).map(|step| step.def.show());
            let steps = steps.collect::<Vec<_>>().join(" -> ");
            let made = if steps.is_empty() { "as the model is given it".into() } else { format!("after `{steps}`") };
            (input.name.clone(), made)
        };
        inputs.into_iter().map(words).collect()
    }
}

fn predict(pipeline: &Pipeline, answers: &[(usize, super::answers::Answer)], several: bool) -> String {
    let (more, data) = if several { (", data", ", data") } else { ("", "") };
    let mut python = format!("\n    @torch.inference_mode()\n    def predict(self, given{more}):\n");
    python += "        \"\"\"What each task answers, decoded in 64 bits.\"\"\"\n";
    let _ = writeln!(python, "        outputs, answers = self(given{data}), {{}}");
    for (task, answer) in answers {
        let task = &pipeline.tasks[*task];
        let indent = if several {
            let _ = writeln!(python, "        if {} in outputs:", text(&output_key(task, task.predict.outputs()[0])));
            "            "
        } else {
            "        "
        };
        answer.lines.iter().for_each(|line| _ = writeln!(python, "{indent}{line}"));
    }
    python + "        return answers\n"
}

const ONE: &str = include_str!("python/print_one.py");

const SEVERAL: &str = include_str!("python/print_several.py");

const MAIN: &str = include_str!("python/main.py");
