//! Mermaid, which Markdown pages draw: put the text into a fenced block of language `mermaid`.

use std::fmt::Write;

use super::{Drawing, Group, first_line};

pub fn render(drawing: &Drawing) -> String {
    let mut text = String::new();
    let _ = write_graph(&mut text, drawing);
    text
}

fn write_graph(text: &mut String, drawing: &Drawing) -> std::fmt::Result {
    let title: Vec<String> = std::iter::once(drawing.name.clone()).chain(drawing.parameters.words()).collect();
    writeln!(text, "flowchart TB")?;
    writeln!(text, "  %% {}", title.join(": "))?;
    for (index, group) in drawing.groups.iter().enumerate() {
        write_group(text, drawing, index, group)?;
    }
    for (index, task) in drawing.tasks.iter().enumerate() {
        if !drawing.groups.iter().any(|group| group.kind == "task" && group.name == task.name) {
            write_task(text, "  ", drawing, index)?;
        }
    }
    for (index, node) in drawing.nodes.iter().enumerate() {
        for input in &node.inputs {
            writeln!(text, "  n{input} --> n{index}")?;
        }
    }
    for (index, task) in drawing.tasks.iter().enumerate() {
        for (name, node) in &task.outputs {
            let label = if task.outputs.len() > 1 { format!("|{}|", quoted(&[name])) } else { String::new() };
            writeln!(text, "  n{node} -->{label} t{index}")?;
        }
    }
    Ok(())
}

fn write_group(text: &mut String, drawing: &Drawing, index: usize, group: &Group) -> std::fmt::Result {
    let mut title: Vec<String> = std::iter::once(group.title()).chain(group.facts()).collect();
    match first_line(&group.doc) {
        "" => {}
        doc => title.insert(1, doc.to_string()),
    }
    writeln!(text, "  subgraph g{index} [{}]", quoted(&title))?;
    for at in &group.nodes {
        let node = &drawing.nodes[*at];
        let mut lines = vec![node.path.clone(), node.op.clone(), node.shape.clone()];
        lines.dedup();
        lines.extend(node.parameters.words());
        if let Some(instance) = &node.weights_of {
            lines.push(format!("weights of {instance}"));
        }
        lines.extend(node.marks().into_iter().map(String::from));
        writeln!(text, "    n{at}[{}]", quoted(&lines))?;
    }
    if group.kind == "task"
        && let Some(task) = drawing.tasks.iter().position(|task| task.name == group.name)
    {
        write_task(text, "    ", drawing, task)?;
    }
    writeln!(text, "  end")
}

fn write_task(text: &mut String, indent: &str, drawing: &Drawing, index: usize) -> std::fmt::Result {
    writeln!(text, "{indent}t{index}([{}])", quoted(&drawing.tasks[index].words()))
}

/// Lines as a quoted label: Mermaid reads HTML in it, so what means something there is written by number.
fn quoted(lines: &[impl AsRef<str>]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| {
            line.as_ref()
                .replace('#', "#35;")
                .replace('"', "#quot;")
                .replace('<', "#lt;")
                .replace('>', "#gt;")
                .replace('`', "#96;")
                .replace('\n', " ")
        })
        .collect();
    format!("\"{}\"", lines.join("<br/>"))
}
