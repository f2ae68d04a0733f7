//! A page of a spec, as Markdown: what it says of itself, its tasks, its model as a picture, its data, its settings.

use super::export::{self, Format};
use super::{build, parameters, passes};
use crate::catalog::{Facts, show_number};
use crate::check::facts::FactsFile;
use crate::pipeline::{DataSet, Origin, Owner, Pipeline, SplitMethod, Task};

/// By which a page is known.
pub const MARK: &str = "The loss is the sum of the tasks' losses, each times its weight λ.";

/// The page, with what is known of the data.
pub fn page(pipeline: &Pipeline, facts: Option<&FactsFile>) -> String {
    let sizes = facts.map(FactsFile::to_facts).unwrap_or_default();
    let mut text = format!("# {}\n\n", pipeline.name);
    let doc = pipeline.doc.trim();
    if !doc.is_empty() {
        text += &format!("{doc}\n\n");
    }
    let sections =
        [tasks(pipeline), model(pipeline, &sizes), inputs(pipeline), data(pipeline, facts), settings(pipeline)];
    text + &sections.concat()
}

/// A table; `|` in a cell would end it.
fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(head.iter().map(ToString::to_string).collect());
    text += &line(vec!["---".into(); head.len()]);
    for row in rows {
        text += &line(row.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect());
    }
    text + "\n"
}

fn code(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}

fn tasks(pipeline: &Pipeline) -> String {
    let rows: Vec<Vec<String>> = pipeline
        .tasks
        .iter()
        .zip(&pipeline.weights.lambda)
        .map(|(task, weight)| {
            vec![
                task.name.clone(),
                task.template.clone().unwrap_or_default(),
                label(pipeline, task),
                task.loss.iter().map(|term| code(term.def.show())).collect::<Vec<_>>().join(" + "),
                metrics(task),
                show_number((weight * 1e6).round() / 1e6),
                task.doc.trim().to_string(),
            ]
        })
        .collect();
    let balancer = pipeline.weights.balancer.show();
    let head = ["task", "kind", "label", "loss", "metrics", "λ", ""];
    format!("## Tasks\n\n{MARK} Weights: `{balancer}`.\n\n") + &table(&head, &rows)
}

fn label(pipeline: &Pipeline, task: &Task) -> String {
    let columns: Vec<String> =
        task.label.columns.iter().take(4).map(|column| code(pipeline.column_name(*column))).collect();
    let more = if task.label.columns.len() > 4 { ", …" } else { "" };
    format!("{}{more}", columns.join(", "))
}

/// The one that speaks for the task first.
fn metrics(task: &Task) -> String {
    let key = |index: usize| task.metrics[index].key();
    let others = (0..task.metrics.len()).filter(|index| *index != task.select).map(key);
    let first = task.metrics.get(task.select).map(|metric| format!("**{}**", metric.key()));
    first.into_iter().chain(others).collect::<Vec<_>>().join(", ")
}

fn model(pipeline: &Pipeline, sizes: &Facts) -> String {
    let mut graph = build(pipeline);
    passes::optimize(&mut graph, &[]);
    let counted = parameters::count(&graph, sizes);
    let total = parameters::show(&counted.total.trainable);
    let drawing = export::draw(pipeline, &graph, sizes);
    let rows: Vec<Vec<String>> = pipeline
        .shared
        .iter()
        .enumerate()
        .map(|(index, shared)| {
            let ty = shared.outputs.first().map(|(_, out)| code(&pipeline.node(*out).ty)).unwrap_or_default();
            let own = counted.of_owner(Owner::Shared(index)).trainable;
            let strategy = code(shared.strategy.show());
            vec![shared.name.clone(), strategy, ty, parameters::show(&own), shared.doc.trim().to_string()]
        })
        .collect();
    let shared = match rows.is_empty() {
        true => String::new(),
        false => table(&["shared", "by", "gives", "parameters", ""], &rows),
    };
    let drawn = export::render(Format::Mermaid, &drawing);
    format!("## Model\n\n{total} parameters are learned.\n\n```mermaid\n{drawn}```\n\n{shared}")
}

fn inputs(pipeline: &Pipeline) -> String {
    let rows: Vec<Vec<String>> = pipeline
        .inputs
        .iter()
        .map(|input| {
            let columns: Vec<String> =
                input.columns.iter().take(6).map(|column| code(pipeline.column_name(*column))).collect();
            let more = if input.columns.len() > 6 {
                format!(", … ({} columns)", input.columns.len())
            } else {
                String::new()
            };
            let steps: Vec<String> = input.steps.iter().map(|step| step.def.show()).collect();
            let steps = if steps.is_empty() { "as it is".into() } else { code(steps.join(" -> ")) };
            vec![input.name.clone(), columns.join(", ") + &more, steps, code(&input.ty), input.doc.trim().to_string()]
        })
        .collect();
    format!("## Inputs\n\n{}", table(&["input", "reads", "steps", "gives", ""], &rows))
}

fn data(pipeline: &Pipeline, facts: Option<&FactsFile>) -> String {
    const MOST_CLASSES: usize = 12;
    let mut text = String::from("## Data\n\n");
    for set in &pipeline.data {
        let seen = facts.and_then(|facts| facts.data.get(&set.name));
        let rows = seen.map_or(String::new(), |seen| format!(" {} rows.", seen.rows));
        text += &format!("### {}\n\n`{}`. {}{rows}\n\n", set.name, set.format.show(), split(set));
        if !set.doc.trim().is_empty() {
            text += &format!("{}\n\n", set.doc.trim());
        }
        // The columns of a range are declared at one place.
        let lines = set.columns.chunk_by(|before, after| before.span == after.span).map(|run| {
            let (first, last) = (&run[0], &run[run.len() - 1]);
            let name = if run.len() == 1 { first.name.clone() } else { format!("{} .. {}", first.name, last.name) };
            let from = match &first.origin {
                Origin::File if first.source == first.name || run.len() > 1 => String::new(),
                Origin::File => format!("`{}` in the file", first.source),
                Origin::Made(_) => "made of others".into(),
                Origin::Joined { .. } => "joined".into(),
            };
            let known = seen.and_then(|seen| seen.columns.get(&first.name)).filter(|_| run.len() == 1);
            let known = known.map_or(String::new(), |known| {
                let classes = known.classes.iter().take(MOST_CLASSES).map(code).collect::<Vec<_>>().join(", ");
                let more = if known.classes.len() > MOST_CLASSES { ", …" } else { "" };
                let holds = if classes.is_empty() { known.holds.clone() } else { classes + more };
                let missing = if known.missing == 0 { String::new() } else { format!("; {} missing", known.missing) };
                holds + &missing
            });
            vec![name, code(first.kind.show()), from, known]
        });
        text += &table(&["column", "kind", "", "seen"], &lines.collect::<Vec<_>>());
    }
    text
}

fn split(set: &DataSet) -> String {
    let share = |value: f64| format!("{}%", show_number((value * 1e4).round() / 1e2));
    match &set.split.method {
        SplitMethod::Shares { train, valid, test, .. } => {
            format!("{} of the rows train, {} validate, {} test.", share(*train), share(*valid), share(*test))
        }
        SplitMethod::Column { column, .. } => format!("Split by `{}`.", set.columns[*column].name),
        SplitMethod::Files { .. } => "The parts are files of their own.".into(),
    }
}

fn settings(pipeline: &Pipeline) -> String {
    let rows: Vec<Vec<String>> = pipeline
        .settings
        .iter()
        .map(|setting| {
            let origin = if setting.is_default { "default" } else { "" };
            vec![code(&setting.path), code(&setting.value), origin.into()]
        })
        .collect();
    let params = pipeline.params.iter().map(|param| {
        let over = param.over.as_ref().map_or("", |_| "searched by `mtlc tune`");
        vec![code(&param.name), code(&param.value), over.into()]
    });
    let rows: Vec<Vec<String>> = params.chain(rows).collect();
    format!("## Settings\n\n{}", table(&["setting", "value", ""], &rows)).trim_end().to_string() + "\n"
}
