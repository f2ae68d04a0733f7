//! The order of declarations means nothing.

use proptest::prelude::*;

use super::everything;
use mtlc::graph::{self, GraphOp};
use mtlc::pipeline::{Op, Owner, Pipeline};

const DECLARATIONS: [&str; 17] = [
    "use std.tasks.{classification, binary, regression}",
    "param width: int = half * 2",
    "param half: int = 16",
    "data penguins: csv(\"penguins.csv\") {\n  split { train: 70%, valid: 15%, test: 15%, stratify: species }\n  columns {\n    \
     species: category\n    island: category\n    bill: number\n    flipper: number\n    mass: number\n    sex: category(\"f\", \"m\")\n  }\n}",
    "input body from penguins[bill, flipper] -> impute(median) -> standardize",
    "input island from penguins.island -> embed(4)",
    "block twice(channels: int) {\n  first = in -> dense(channels) -> relu\n  out: first -> again(channels)\n}",
    "block again(channels: int) {\n  out: in -> dense(channels) -> relu\n}",
    "let joined = concat(body, island)",
    "instance common: again(width)",
    "shared trunk from joined -> twice(width) -> common",
    "shared neck from trunk {\n  low  = in -> dense(8) -> relu\n  high = low -> dense(4)\n  out: high\n}",
    "task species: classification from trunk -> dense(8) -> relu { label: penguins.species }",
    "task sex: binary(positive: \"m\") from neck.low { label: penguins.sex }",
    "task mass: regression from concat(neck, trunk -> common) { label: penguins.mass }",
    "weights { species: 0.5, sex: 0.3, mass: 0.2 }",
    "train {\n  epochs: 3\n  optimizer: adamw(lr: 3e-3)\n}",
];

/// What a pipeline says, without places and without the order of its lists.
fn meaning(pipeline: &Pipeline) -> Vec<String> {
    let rows =
        |rows: &[usize]| rows.iter().map(|data| pipeline.data[*data].name.as_str()).collect::<Vec<_>>().join("+");
    let owner = |owner: Owner| match owner {
        Owner::Input(index) => format!("input {}", pipeline.inputs[index].name),
        Owner::Shared(index) => format!("shared {}", pipeline.shared[index].name),
        Owner::Value => "value".to_string(),
        Owner::Task(index) => format!("task {}", pipeline.tasks[index].name),
    };
    let path = |id: mtlc::pipeline::NodeId| pipeline.node(id).path.clone();
    let mut lines = Vec::new();
    for node in &pipeline.nodes {
        let op = match &node.op {
            Op::Input(index) => pipeline.inputs[*index].name.clone(),
            Op::Layer { def, instance, weights } => format!("{def:?} {instance} {}", weights.len()),
            Op::Present(index) => format!("rows with {}", pipeline.inputs[*index].name),
            Op::Previous { target } => format!("previous {target}"),
            Op::Whole { target } => format!("whole {target}"),
            Op::Shared(index) => pipeline.shared[*index].name.clone(),
        };
        let inputs: Vec<String> = node.inputs.iter().map(|id| path(*id)).collect();
        lines.push(format!(
            "node {} {op} {inputs:?} {} {} {}",
            node.path,
            node.ty,
            rows(&node.rows),
            owner(node.owner)
        ));
    }
    for input in &pipeline.inputs {
        let columns: Vec<String> = input.columns.iter().map(|column| pipeline.column_name(*column)).collect();
        let steps: Vec<String> = input.steps.iter().map(|step| format!("{:?}", step.def)).collect();
        lines.push(format!("input {} {columns:?} {steps:?} {}", input.name, input.ty));
    }
    for shared in &pipeline.shared {
        let outputs: Vec<String> = shared.outputs.iter().map(|(name, id)| format!("{name} {}", path(*id))).collect();
        let stages: Vec<&str> = shared.stages.iter().map(|stage| stage.path.as_str()).collect();
        lines.push(format!("shared {} {} {outputs:?} {stages:?}", shared.name, path(shared.from)));
    }
    for (index, task) in pipeline.tasks.iter().enumerate() {
        let outputs: Vec<String> = task.outputs.iter().map(|(name, id)| format!("{name} {}", path(*id))).collect();
        let columns: Vec<String> = task.label.columns.iter().map(|column| pipeline.column_name(*column)).collect();
        let loss: Vec<String> = task.loss.iter().map(|term| format!("{} {:?}", term.weight, term.def)).collect();
        lines.push(format!(
            "task {} {:?} {columns:?} {} {outputs:?} {loss:?} {:?} {:?} {} {}",
            task.name,
            task.template,
            path(task.from),
            task.predict,
            task.metrics,
            task.select,
            pipeline.weights.lambda[index]
        ));
    }
    lines.extend(pipeline.params.iter().map(|param| format!("param {} {}", param.name, param.value)));
    lines.extend(
        pipeline.settings.iter().map(|setting| format!("{} {} {}", setting.path, setting.value, setting.is_default)),
    );
    lines.extend(pipeline.obligations.iter().map(|obligation| format!("{:?} {:?}", obligation.left, obligation.right)));
    lines.push(format!("{} {:?} {:?}", pipeline.train.epochs, pipeline.train.batch, pipeline.train.optimizer));
    let mut model = graph::build(pipeline);
    graph::passes::optimize(&mut model, &[]);
    for node in model.graph.node_indices() {
        let GraphOp::Layer { instance, .. } = &model.graph[node].op else { continue };
        let inputs: Vec<&str> = model.inputs_of(node).iter().map(|input| model.graph[*input].path.as_str()).collect();
        lines.push(format!("graph {} {instance} {inputs:?}", model.graph[node].path));
    }
    lines.sort();
    lines
}

fn checked(order: &[usize]) -> Vec<String> {
    let text: Vec<&str> = order.iter().map(|index| DECLARATIONS[*index]).collect();
    let (problems, pipeline) = everything(&text.join("\n\n"));
    let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    meaning(&pipeline.unwrap_or_else(|| panic!("not clean: {said:?}\n{}", text.join("\n"))))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_means_the_same(order in Just((0..DECLARATIONS.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let written: Vec<usize> = (0..DECLARATIONS.len()).collect();
        prop_assert_eq!(checked(&order), checked(&written));
    }
}

/// Names that stand in a spec for columns, words and metrics, and for tasks as well.
#[test]
fn tasks_keep_the_order_of_the_spec() {
    let pipeline = crate::support::pipeline(
        "use std.tasks.{classification, regression}\n\
         data d: csv(\"d.csv\") {\n  split { train: 70%, valid: 15%, test: 15%, stratify: k }\n  \
         columns { x: number, y: number, k: category, median: number, rmse: number }\n}\n\
         input x from d.x -> impute(median) -> standardize\n\
         shared trunk from x -> dense(8)\n\
         task last: regression from k -> dense(4) { label: d.y, metrics: [rmse], select: rmse }\n\
         task y: regression from trunk { label: d.y }\n\
         task median: regression from trunk { label: d.median }\n\
         task k: classification from trunk { label: d.k }\n\
         task rmse: regression from trunk { label: d.rmse }\n\
         weights { k: 0.5, rmse: 0.1, median: 0.1, y: 0.1, last: 0.2 }\n",
    );
    let names: Vec<&str> = pipeline.tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(names, ["last", "y", "median", "k", "rmse"]);
    assert_eq!(pipeline.weights.lambda, [0.2, 0.1, 0.1, 0.5, 0.1]);
    assert_eq!(pipeline.tasks[0].reads, [3]);
    for (index, task) in pipeline.tasks.iter().enumerate() {
        let own = pipeline.nodes.iter().filter(|node| node.path.starts_with(&format!("{}.", task.name)));
        assert!(own.clone().count() > 0);
        assert!(own.clone().all(|node| node.owner == Owner::Task(index)), "{}", task.name);
    }
}
