//! Writes the guessed spec as text.

use std::collections::{BTreeSet, HashSet};

use super::columns::{Guessed, Kind, follows, unique};
use super::parts;
use super::profile::Profile;
use super::tasks::{Suggested, is_input};

/// Texts shorter than this are names or codes rather than something to read.
const SENTENCE: usize = 20;
/// Fewer rows than this cannot be cut into three parts.
const FEW_ROWS: usize = 10;

pub fn write(table: &Profile, columns: &[Guessed], tasks: &[Suggested], path: &str, data: &str) -> String {
    let chosen: Vec<&Suggested> = tasks.iter().filter(|task| task.chosen).collect();
    let imports: BTreeSet<&str> = chosen.iter().map(|task| task.import).collect();
    let imports: Vec<&str> = imports.into_iter().collect();
    // Names share one space, and keywords begin declarations.
    let mut names: HashSet<String> = crate::syntax::KEYWORDS.iter().map(|word| word.to_string()).collect();
    names.extend(["use", "std", "in", "out", "from", "by", "over", "trunk", "numbers"].map(String::from));
    names.extend(imports.iter().map(|name| name.to_string()));
    let data = unique(if crate::syntax::is_name(data) { data.to_string() } else { "table".into() }, &mut names);
    let task_names: Vec<String> = chosen.iter().map(|task| unique(task.name.clone(), &mut names)).collect();

    let mut text =
        format!("//! A first spec for `{path}`, as `mtlc init` guessed it: read it, and change what is wrong.\n\n");
    text += &format!("use std.tasks.{{{}}}\n\n", imports.join(", "));
    text += &format!("data {data}: {}({path:?}{}) {{\n", table.format, table.arguments);
    let split = columns.iter().find(|column| column.part).map(|column| parts::fields(column, quote));
    let stratify =
        chosen.iter().map(|task| &columns[task.column]).find(|column| matches!(column.kind, Kind::Category(_)));
    let three_parts = split.is_some() || table.rows >= FEW_ROWS;
    text += &match &split {
        Some(split) => format!("  split {{ {split} }}\n"),
        None if !three_parts => "  split { train: 100% }  // too few rows for more parts\n".to_string(),
        None => {
            let strata = stratify.map_or(String::new(), |column| format!(", stratify: {}", column.name));
            format!("  split {{ train: 70%, valid: 15%, test: 15%{strata} }}\n")
        }
    };
    text += "  columns {\n";
    let labels: Vec<usize> = chosen.iter().map(|task| task.column).collect();
    for run in runs(columns, &labels, true) {
        text += &declaration(columns, run, &labels);
    }
    text += "  }\n}\n\n";

    let read: Vec<usize> =
        (0..columns.len()).filter(|index| !labels.contains(index) && is_input(&columns[*index])).collect();
    let (inputs, values) = inputs(columns, &read, &labels, &data, &mut names);
    text += &inputs;
    let from = match values.as_slice() {
        [only] => only.clone(),
        several => format!("concat({})", several.join(", ")),
    };
    text += &format!("\nshared trunk from {from}\n  -> dense(64) -> relu -> dropout(0.1)\n  -> dense(32) -> relu\n\n");
    for (task, name) in chosen.iter().zip(&task_names) {
        text +=
            &format!("task {name}: {} from trunk {{ label: {data}.{} }}\n", task.template, columns[task.column].name);
    }
    let others: Vec<&Suggested> = tasks.iter().filter(|task| !task.chosen).take(3).collect();
    if !others.is_empty() {
        text += "\n// Other columns that could be tasks, if they are taken out of the inputs:\n";
        for task in others {
            text += &format!("// task {}: {} from trunk {{ label: {data}.{} }}\n", task.name, task.template, task.name);
        }
    }
    if chosen.len() > 1 {
        let weights: Vec<String> = task_names.iter().map(|name| format!("{name}: 1/{}", chosen.len())).collect();
        text += &format!("\nweights {{ {} }}\n", weights.join(", "));
    }
    let validated = three_parts && split.as_ref().is_none_or(|split| split.contains("valid:"));
    let stop = if validated { "  stop: early(patience: 15)\n" } else { "" };
    let batch = if table.rows >= 10_000 { 256 } else { 32 };
    text += &format!(
        "\ntrain {{\n  epochs: 100\n  batch: {batch}\n  optimizer: adamw(lr: 3e-3, weight_decay: 1e-2)\n  \
         schedule: warmup(5%) -> cosine\n{stop}  seed: 42\n}}\n"
    );
    text
}

/// Neighbouring columns that can be declared as one range, as index ranges.
fn runs(columns: &[Guessed], labels: &[usize], constants: bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for index in 0..columns.len() {
        let joins = runs.last().is_some_and(|run| {
            let (before, column) = (&columns[index - 1], &columns[index]);
            run.end == index
                && follows(&before.name, &column.name)
                && [before, column].iter().all(|one| {
                    one.kind == Kind::Number
                        && one.shape.is_empty()
                        && one.header == one.name
                        && (constants || !one.constant)
                })
                && !labels.contains(&index)
                && !labels.contains(&(index - 1))
        });
        match runs.last_mut() {
            Some(run) if joins => run.end = index + 1,
            _ => runs.push(index..index + 1),
        }
    }
    // Two columns are as short written one by one.
    runs.into_iter()
        .flat_map(|run| if run.len() == 2 { vec![run.start..run.start + 1, run.start + 1..run.end] } else { vec![run] })
        .collect()
}

fn declaration(columns: &[Guessed], run: std::ops::Range<usize>, labels: &[usize]) -> String {
    let first = &columns[run.start];
    if run.len() > 1 {
        return format!("    {} .. {}: number\n", first.name, columns[run.end - 1].name);
    }
    let mut kind = first.kind.word().to_string();
    if let (Kind::Category(classes), true) = (&first.kind, labels.contains(&run.start)) {
        let quoted: Vec<String> = classes.iter().map(|class| quote(class)).collect();
        kind = format!("category({})", quoted.join(", "));
    }
    if !first.shape.is_empty() {
        let sizes: Vec<String> = first.shape.iter().map(usize::to_string).collect();
        kind = format!("number[{}]", sizes.join(", "));
    }
    let rename = if first.header == first.name { String::new() } else { format!(" as {}", quote(&first.header)) };
    let unused = match first.kind {
        _ if first.constant => "; not read: it has one value",
        Kind::Time => "; not read: a split by time could use it",
        _ => "",
    };
    format!("    {}: {kind}{rename}  // {}{unused}\n", first.name, first.why.replace('\n', " "))
}

/// A string of the language.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted += "\\n",
            '\t' => quoted += "\\t",
            letter if letter.is_control() => quoted += &format!("\\u{{{:x}}}", u32::from(letter)),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// The input declarations, and the names of their values.
fn inputs(
    columns: &[Guessed],
    read: &[usize],
    labels: &[usize],
    data: &str,
    names: &mut HashSet<String>,
) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut values = Vec::new();
    let flat = |index: &usize| columns[*index].kind == Kind::Number && columns[*index].shape.is_empty();
    let numbers: Vec<usize> = read.iter().copied().filter(flat).collect();
    if !numbers.is_empty() {
        let mut parts = Vec::new();
        for run in runs(columns, labels, false) {
            let inside: Vec<usize> = run.clone().filter(|index| numbers.contains(index)).collect();
            match inside.as_slice() {
                [] => {}
                [only] => parts.push(columns[*only].name.clone()),
                [first, .., last] => parts.push(format!("{} .. {}", columns[*first].name, columns[*last].name)),
            }
        }
        let gaps = numbers.iter().any(|index| columns[*index].missing > 0);
        let impute = if gaps { " -> impute(median)" } else { "" };
        text += &format!("input numbers from {data}[{}]{impute} -> standardize\n", parts.join(", "));
        values.push("numbers".to_string());
    }
    let long_texts = read.iter().any(|index| columns[*index].kind == Kind::Text && columns[*index].length >= SENTENCE);
    let only_texts = numbers.is_empty() && read.iter().all(|index| columns[*index].kind == Kind::Text);
    for index in read.iter().filter(|index| !flat(index)) {
        let column = &columns[*index];
        let chain = match &column.kind {
            Kind::Category(classes) => format!("embed({})", classes.len().div_ceil(2).clamp(2, 16)),
            Kind::Labels => "multi_hot".to_string(),
            Kind::Number => "standardize -> flatten".to_string(),
            Kind::Text if column.length >= SENTENCE || (only_texts && !long_texts) => {
                "lowercase -> characters -> embed(16) -> mean_pool".to_string()
            }
            _ => continue,
        };
        let name = unique(column.name.clone(), names);
        text += &format!("input {name} from {data}.{} -> {chain}\n", column.name);
        values.push(name);
    }
    (text, values)
}
