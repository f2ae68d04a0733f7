//! Graphviz: `mtlc graph SPEC --format dot | dot -Tsvg`.

use std::fmt::Write;

use super::{Drawing, Group, first_line};

pub fn render(drawing: &Drawing) -> String {
    let mut text = String::new();
    let _ = write_graph(&mut text, drawing);
    text
}

fn write_graph(text: &mut String, drawing: &Drawing) -> std::fmt::Result {
    writeln!(text, "digraph {} {{", quoted(&drawing.name))?;
    let title: Vec<String> = std::iter::once(drawing.name.clone()).chain(drawing.parameters.words()).collect();
    writeln!(text, "  graph [label={}, labelloc=t, rankdir=TB, fontname=Helvetica];", quoted(&title.join("\n")))?;
    writeln!(text, "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=Helvetica, fontsize=11];")?;
    writeln!(text, "  edge [fontname=Helvetica, fontsize=9];")?;
    for (index, group) in drawing.groups.iter().enumerate() {
        write_group(text, drawing, index, group)?;
    }
    // A task that adds no layer of its own has no group to stand in.
    for (index, task) in drawing.tasks.iter().enumerate() {
        if !drawing.groups.iter().any(|group| group.kind == "task" && group.name == task.name) {
            write_task(text, "  ", drawing, index)?;
        }
    }
    for (index, node) in drawing.nodes.iter().enumerate() {
        for input in &node.inputs {
            writeln!(text, "  n{input} -> n{index};")?;
        }
    }
    for (index, task) in drawing.tasks.iter().enumerate() {
        for (name, node) in &task.outputs {
            let label = if task.outputs.len() > 1 { format!(" [label={}]", quoted(name)) } else { String::new() };
            writeln!(text, "  n{node} -> t{index}{label};")?;
        }
    }
    writeln!(text, "}}")
}

fn write_group(text: &mut String, drawing: &Drawing, index: usize, group: &Group) -> std::fmt::Result {
    let color = match group.kind {
        "input" => "#e8f1fb",
        "shared" => "#fdf1dc",
        "task" => "#e6f5e9",
        _ => "#f2f2f2",
    };
    let label: Vec<String> = std::iter::once(group.title()).chain(group.facts()).collect();
    writeln!(text, "  subgraph cluster_{index} {{")?;
    let tooltip = match first_line(&group.doc) {
        "" => String::new(),
        doc => format!(", tooltip={}", quoted(doc)),
    };
    let label = quoted(&label.join("\n"));
    writeln!(text, "    graph [label={label}, style=filled, color=\"{color}\", labeljust=l{tooltip}];")?;
    for at in &group.nodes {
        let node = &drawing.nodes[*at];
        let mut lines = vec![node.path.clone(), node.op.clone(), node.shape.clone()];
        lines.dedup();
        lines.extend(node.parameters.words());
        if let Some(instance) = &node.weights_of {
            lines.push(format!("weights of {instance}"));
        }
        lines.extend(node.marks().into_iter().map(String::from));
        let shared = node.read_by.len() > 1;
        let style = if shared { ", penwidth=2" } else { "" };
        let readers = match node.read_by.as_slice() {
            [] => "read by no task".to_string(),
            names => format!("read by {}", names.join(", ")),
        };
        let label = quoted(&lines.join("\n"));
        writeln!(text, "    n{at} [label={label}, tooltip={}{style}];", quoted(&readers))?;
    }
    if group.kind == "task"
        && let Some(task) = drawing.tasks.iter().position(|task| task.name == group.name)
    {
        write_task(text, "    ", drawing, task)?;
    }
    writeln!(text, "  }}")
}

fn write_task(text: &mut String, indent: &str, drawing: &Drawing, index: usize) -> std::fmt::Result {
    let label = quoted(&drawing.tasks[index].words().join("\n"));
    writeln!(text, "{indent}t{index} [label={label}, shape=box, style=filled, fillcolor=\"#bfe5c6\"];")
}

/// A quoted string of the DOT language; a new line in it is a centred line break.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
