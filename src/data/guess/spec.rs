//! Writes the guessed spec as text: what the data holds and what is read of it. The model is written by [`model`].

use std::collections::{BTreeSet, HashSet};

use super::Wishes;
use super::columns::{Guessed, Kind};
use super::inputs::{inputs, runs, together};
use super::model::{self, Found, Question};
use super::names::unique;
use super::parts;
use super::profile::Profile;
use super::relations::Sample;
use super::tasks::Suggested;

/// Fewer rows than this cannot be cut into three parts.
const FEW_ROWS: usize = 10;
/// So many columns that could be tasks are named.
const MOST_OTHERS: usize = 3;

pub fn write(
    table: &Profile,
    columns: &[Guessed],
    tasks: &[Suggested],
    path: &str,
    data: &str,
    wishes: &Wishes,
) -> String {
    let chosen: Vec<&Suggested> = tasks.iter().filter(|task| task.chosen).collect();
    let imports: BTreeSet<&str> = chosen.iter().map(|task| task.import).collect();
    let imports: Vec<&str> = imports.into_iter().collect();
    // Names share one space, and keywords begin declarations.
    let mut names: HashSet<String> = crate::syntax::KEYWORDS.iter().map(|word| word.to_string()).collect();
    names.extend(["use", "std", "in", "out", "from", "by", "over", "rest"].map(String::from));
    names.extend(model::NAMES.map(String::from));
    names.extend(imports.iter().map(|name| name.to_string()));
    let data = unique(if crate::syntax::is_name(data) { data.to_string() } else { "table".into() }, &mut names);
    let task_names: Vec<String> = chosen.iter().map(|task| unique(task.name.clone(), &mut names)).collect();
    let labels: Vec<usize> = chosen.iter().map(|task| task.column).collect();
    let (split, validated) = split(table, columns, &labels, wishes);

    let mut text = format!(
        "//! A first spec for `{}`, as `mtlc init` guessed it: read it, and change what is wrong.\n\n",
        one_line(path)
    );
    if !table.headed {
        text.insert_str(
            text.len() - 1,
            "//! Its first line is data and no line of names, so columns go by their places.\n",
        );
    }
    text += &format!("use std.tasks.{{{}}}\n\n", imports.join(", "));
    let arguments: String = table.arguments.iter().map(|argument| format!(", {argument}")).collect();
    text += &format!("data {data}: {}({}{arguments}) {{\n{split}  columns {{\n", table.format, quote(path));
    for run in runs(columns, &labels) {
        text += &declaration(columns, run, &labels);
    }
    text += "  }\n}\n\n";
    let found = Found {
        data,
        rows: table.rows,
        inputs: inputs(columns, &labels, &Sample::new(table, columns), &mut names),
        questions: chosen
            .iter()
            .zip(task_names)
            .map(|(task, name)| Question {
                name,
                template: task.template.clone(),
                label: columns[task.column].name.clone(),
            })
            .collect(),
        others: tasks
            .iter()
            .filter(|task| !task.chosen && columns[task.column].unread.is_none() && !columns[task.column].block)
            .take(MOST_OTHERS)
            .map(|task| (task.name.clone(), task.template.clone()))
            .collect(),
        validated,
    };
    text + &model::write(&found)
}

/// The split, and whether it has a part that chooses the model.
fn split(table: &Profile, columns: &[Guessed], labels: &[usize], wishes: &Wishes) -> (String, bool) {
    if let Some(column) = columns.iter().find(|column| column.part && column.declared) {
        let fields = parts::fields(column, quote);
        let validated = fields.contains("valid:");
        return (format!("  split {{ {fields} }}\n"), validated);
    }
    if table.rows < FEW_ROWS || wishes.one_part {
        return ("  split { train: 100% }  // too few rows for more parts\n".to_string(), false);
    }
    let mut fields = "train: 70%, valid: 15%, test: 15%".to_string();
    // The rarest class is the one that a part may miss.
    let strata = labels
        .iter()
        .map(|label| &columns[*label])
        .filter(|column| matches!(column.kind, Kind::Category(_)))
        .min_by_key(|column| column.rarest);
    if let Some(column) = strata {
        fields += &format!(", stratify: {}", column.name);
    }
    if let Some(column) = columns.iter().find(|column| column.group && column.declared) {
        fields += &format!(", group: {}", column.name);
    }
    (format!("  split {{ {fields} }}\n"), true)
}

fn declaration(columns: &[Guessed], run: std::ops::Range<usize>, labels: &[usize]) -> String {
    let first = &columns[run.start];
    if run.len() > 1 {
        let unread = first.unread.as_ref().map_or(String::new(), |reason| format!("  // not read: {reason}"));
        return format!("    {}: number{unread}\n", together(&columns[run]));
    }
    let read = labels.contains(&run.start) || first.unread.is_none();
    if !first.declared {
        let reason = first.unread.as_deref().unwrap_or("it cannot be read");
        return format!("    // {}: not read: {}\n", one_line(&first.header), one_line(reason));
    }
    let mut kind = first.kind.word().to_string();
    let quoted = |classes: &[String]| classes.iter().map(|class| quote(class)).collect::<Vec<_>>();
    let mut inside = Vec::new();
    match &first.kind {
        Kind::Category(classes) if labels.contains(&run.start) => inside = quoted(classes),
        Kind::Labels(separator, classes) => {
            if labels.contains(&run.start) {
                inside = quoted(classes);
            }
            if *separator != "|" {
                inside.push(format!("separator: {}", quote(separator)));
            }
        }
        _ => {}
    }
    if let Some(unit) = &first.unit {
        inside.push(format!("unit: {}", quote(unit)));
    }
    if let Some(format) = &first.format {
        inside.push(format!("format: {}", quote(format)));
    }
    let by_classes = labels.contains(&run.start) && first.kind != Kind::Number;
    if !first.blanks.is_empty() && !by_classes {
        inside.push(format!("missing: inherited + [{}]", quoted(&first.blanks).join(", ")));
    }
    if !inside.is_empty() {
        kind += &format!("({})", inside.join(", "));
    }
    if !first.shape.is_empty() {
        let sizes: Vec<String> = first.shape.iter().map(usize::to_string).collect();
        kind += &format!("[{}]", sizes.join(", "));
    }
    let rename = if first.renamed { format!(" as {}", quote(&first.source)) } else { String::new() };
    let mut remark = one_line(&first.why);
    if let Some(note) = &first.note {
        remark += &format!("; {}", one_line(note));
    }
    if let (false, Some(reason)) = (read || first.kind == Kind::Id, &first.unread) {
        remark += &format!("; not read: {}", one_line(reason));
    }
    format!("    {}: {kind}{rename}  // {remark}\n", first.name)
}

/// For a comment.
pub fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A string of the language.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted += "\\n",
            '\t' => quoted += "\\t",
            letter if letter.is_control() || invisible(letter) => quoted += &format!("\\u{{{:x}}}", u32::from(letter)),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// Letters that nobody can see, and that would be lost on the way through an editor.
fn invisible(letter: char) -> bool {
    matches!(letter, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
