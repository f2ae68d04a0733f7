//! Training as the spec has it, as far as it has a form in a short loop: losses, the weights of tasks, optimizer, schedule, clipping. What is otherwise
//! there is said.

use std::fmt::Write;

use super::Asked;
use super::answers::texts;
use super::file::output_key;
use super::helpers::Helper;
use super::losses::{self, Compared};
use super::source::{Source, list, number, text};
use crate::catalog::balancers::BalancerDef;
use crate::catalog::losses::LossUnit;
use crate::catalog::optimizers::OptimizerDef;
use crate::catalog::schedules::ScheduleDef;
use crate::pipeline::{BatchSize, LossTerm};

pub struct Training<'a> {
    pub asked: &'a Asked<'a>,
    pub tasks: &'a [usize],
    /// The data sets that rows are of.
    pub sets: &'a [&'a str],
    pub source: &'a Source,
    /// Whether the pipeline has several.
    pub several: bool,
}

/// Of batches that are cut by tokens, how many rows stand in their place.
const ROWS: usize = 32;

impl Training<'_> {
    /// The tasks whose loss has a form.
    fn trained(&self) -> Vec<usize> {
        let tasks = &self.asked.session.pipeline.tasks;
        let has = |task: &&usize| tasks[**task].loss.iter().all(|term| self.of_rows(**task, term).is_some());
        self.tasks.iter().filter(has).copied().collect()
    }

    /// The loss of each row, or of each place of each row; `None` if it has no form.
    fn of_rows(&self, task: usize, term: &LossTerm) -> Option<String> {
        losses::writer(&term.def)?.write(&Compared::of(self.asked, task, term)?)
    }

    /// What losses are computed by that PyTorch has no function for.
    pub fn helpers(&self) -> Vec<Helper> {
        let tasks = &self.asked.session.pipeline.tasks;
        let helper = |task: usize, term: &LossTerm| {
            let counted = Compared::of(self.asked, task, term).is_some_and(|of| of.counts_numbers());
            let own = losses::writer(&term.def).and_then(|loss| loss.helper());
            own.into_iter().chain(counted.then_some(Helper::CountedMean))
        };
        let of_task =
            |task: usize| tasks[task].loss.iter().flat_map(move |term| helper(task, term)).collect::<Vec<_>>();
        self.trained().into_iter().flat_map(of_task).collect()
    }

    /// What is otherwise than in the spec.
    pub fn otherwise(&self) -> Vec<String> {
        let pipeline = &self.asked.session.pipeline;
        let (train, trained) = (&pipeline.train, self.trained());
        let mut told = Vec::new();
        for task in self.tasks.iter().filter(|task| !trained.contains(task)) {
            let (number, task) = (*task, &pipeline.tasks[*task]);
            let without = task.loss.iter().filter(|term| self.of_rows(number, term).is_none());
            let losses = without.map(|term| term.def.show()).collect::<Vec<_>>().join("`, `");
            told.push(format!("`{}` is not trained on: its loss `{losses}` has no form here", task.name));
        }
        if !matches!(pipeline.weights.balancer, BalancerDef::Static(_)) {
            told.push(format!("losses weigh as written, and not as `{}` has it", pipeline.weights.balancer.show()));
        }
        if let BatchSize::Tokens(_) = train.batch {
            told.push(format!("batches have {ROWS} rows, and not as many as have so many tokens"));
        }
        if train.schedule.iter().any(|member| matches!(member, ScheduleDef::Plateau(_))) {
            told.push("the learning rate stays where `plateau` would look at scores".into());
        }
        if pipeline.transfer.iter().any(|entry| entry.lr_factor != 1.0) {
            told.push("all weights learn alike, and not by rates of their own".into());
        }
        if pipeline.inputs.iter().any(|input| input.steps.iter().any(|step| step.def.drawn())) {
            told.push("steps that draw, such as flips of pictures, are not in it".into());
        }
        told
    }

    pub fn constants(&self) -> String {
        let pipeline = &self.asked.session.pipeline;
        let (train, lambda, trained) = (&pipeline.train, pipeline.last_lambda(), self.trained());
        let mut python = String::from("# How much the loss of a task weighs.\nWEIGHTS = {\n");
        for task in &trained {
            let _ = writeln!(python, "    {}: {},", text(&pipeline.tasks[*task].name), number(lambda[*task]));
        }
        let batch = match train.batch {
            BatchSize::Rows(rows) => rows,
            BatchSize::Tokens(_) => ROWS,
        };
        let _ = writeln!(
            python,
            "}}\nEPOCHS = {}\nBATCH = {}\nSEED = {}",
            train.epochs,
            batch * train.accumulate,
            train.seed
        );
        if self.several {
            let _ =
                writeln!(python, "DATA = {}", texts(&self.sets.iter().map(ToString::to_string).collect::<Vec<_>>()));
        }
        python
    }

    pub fn functions(&self) -> String {
        let mut python = String::from(if self.several { LOAD_SEVERAL } else { LOAD_ONE }) + MEAN;
        python += "\n\ndef losses(outputs, rows):\n    \"\"\"Of each task the mean loss of the rows that have its label.\"\"\"\n    found = {}\n";
        for task in self.trained() {
            python += &self.loss(task);
        }
        python += "    return found\n";
        python += &self.optimizer();
        python += &self.factor();
        let clip = self.asked.session.pipeline.train.clip.map_or(String::new(), |clip| {
            format!("            nn.utils.clip_grad_norm_(model.parameters(), {})\n", number(clip))
        });
        python + &(if self.several { TRAIN_SEVERAL } else { TRAIN_ONE }).replace("            CLIP\n", &clip)
    }

    fn loss(&self, index: usize) -> String {
        let task = &self.asked.session.pipeline.tasks[index];
        let mut python = String::new();
        let mut terms = Vec::new();
        for term in &task.loss {
            let target = format!("{}.{}", task.name, task.targets[term.target].name);
            let of_rows = self.of_rows(index, term).unwrap_or_default();
            let weighted = if term.weight == 1.0 { String::new() } else { format!("{} * ", number(term.weight)) };
            let counted = match term.unit {
                LossUnit::Row => format!("rows.get({})", text(&format!("{}.weights", task.name))),
                LossUnit::Place => format!("rows.get({})", text(&format!("{target}.places"))),
            };
            let has = format!("rows[{}]", text(&format!("{target}.has")));
            terms.push(format!("{weighted}mean({of_rows}, {has}, {counted})"));
        }
        let key = text(&output_key(task, task.loss[0].operands[0]));
        let has = text(&format!("{}.{}.has", task.name, task.targets[task.loss[0].target].name));
        let guard = if self.several { format!("{key} in outputs and ") } else { String::new() };
        let _ = writeln!(python, "    if {guard}rows[{has}].any():");
        let _ = writeln!(python, "        found[{}] = {}", text(&task.name), terms.join(" + "));
        python
    }

    fn optimizer(&self) -> String {
        let train = &self.asked.session.pipeline.train;
        let (class, lr, decay, more) = match &train.optimizer {
            OptimizerDef::Adam(own) => ("Adam", own.lr, own.weight_decay, adaptive(own.beta1, own.beta2, own.epsilon)),
            OptimizerDef::AdamW(own) => {
                ("AdamW", own.lr, own.weight_decay, adaptive(own.beta1, own.beta2, own.epsilon))
            }
            OptimizerDef::Sgd(own) => {
                let nesterov = if own.nesterov { ", nesterov=True" } else { "" };
                ("SGD", own.lr, own.weight_decay, format!(", momentum={}{nesterov}", number(own.momentum)))
            }
        };
        let mut python = String::from("\n\ndef optimizer_of(model):\n");
        let lr = number(lr);
        if decay == 0.0 {
            let none = if class == "AdamW" { ", weight_decay=0.0" } else { "" };
            let _ = writeln!(
                python,
                "    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]"
            );
            let _ = writeln!(python, "    return torch.optim.{class}(parameters, lr={lr}{more}{none})");
            return python;
        }
        let decayed = self.source.tensors.iter().filter(|tensor| tensor.trained && tensor.decays);
        let decayed = list(decayed.map(|tensor| text(&tensor.name)));
        let _ = writeln!(python, "    # Biases and what normalises do not decay.\n    decayed = {decayed}");
        python += "    named = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]\n";
        let _ = writeln!(
            python,
            "    groups = [\n        {{\"params\": [parameter for name, parameter in named if name in decayed], \"weight_decay\": {}}},",
            number(decay)
        );
        python += "        {\"params\": [parameter for name, parameter in named if name not in decayed], \"weight_decay\": 0.0},\n    ]\n";
        let _ = writeln!(python, "    return torch.optim.{class}(groups, lr={lr}{more})");
        python
    }

    fn factor(&self) -> String {
        let mut python = String::from(
            "\n\ndef factor(step, steps, per_epoch):\n    \"\"\"What the learning rate is multiplied by at a step of so many.\"\"\"\n    start = 0\n",
        );
        for member in &self.asked.session.pipeline.train.schedule {
            let share = "(step - start) / max(1, steps - start)";
            match member {
                ScheduleDef::Warmup(own) => {
                    let _ = writeln!(python, "    warm = round({} * steps)", number(own.share.0));
                    python += "    if step < start + warm:\n        return (step - start + 1) / max(1, warm)\n    start += warm\n";
                }
                ScheduleDef::Cosine(own) => {
                    let floor = number(own.floor.0);
                    let _ = writeln!(
                        python,
                        "    return {floor} + (1 - {floor}) * 0.5 * (1 + math.cos(math.pi * {share}))"
                    );
                    return python;
                }
                ScheduleDef::Linear(own) => {
                    let _ = writeln!(python, "    return 1 + ({} - 1) * {share}", number(own.floor.0));
                    return python;
                }
                ScheduleDef::Step(own) => {
                    let factor = number(own.factor.0);
                    let _ = writeln!(
                        python,
                        "    return {factor} ** ((step - start) // max(1, per_epoch) // {})",
                        own.every
                    );
                    return python;
                }
                ScheduleDef::Constant(_) | ScheduleDef::Plateau(_) => break,
            }
        }
        python + "    return 1.0\n"
    }
}

fn adaptive(beta1: f64, beta2: f64, epsilon: f64) -> String {
    format!(", betas=({}, {}), eps={}", number(beta1), number(beta2), number(epsilon))
}

const LOAD_ONE: &str = include_str!("python/load_one.py");

const MEAN: &str = include_str!("python/mean.py");
const LOAD_SEVERAL: &str = include_str!("python/load_several.py");

const TRAIN_ONE: &str = include_str!("python/train_one.py");

const TRAIN_SEVERAL: &str = include_str!("python/train_several.py");
