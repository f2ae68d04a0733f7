//! `mtlc explain`: the page of a code or of a catalog entry.

use clap::Args;

use super::Outcome;
use super::output::{fail, print};
use crate::catalog::reference;
use crate::check::{codes, standard};
use crate::diag::Level;
use crate::diag::suggest::closest;
use crate::library;

/// Explain a code of a problem, a layer, loss, metric, step, …, a task template or a block
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// For example `weights-sum` or `dense`
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// List everything that can be explained
    #[arg(long)]
    list: bool,
}

pub fn run(args: ExplainArgs) -> Outcome {
    let codes = codes::all();
    let entries = reference::entries();
    let Some(name) = args.name.filter(|_| !args.list) else {
        let mut text = String::from("Codes\n");
        for code in codes {
            text += &format!("  {:28} {:7} {}\n", code.name, level(code.level), one_line(code.summary()));
        }
        let mut folder = "";
        for entry in entries {
            if entry.folder != folder {
                folder = entry.folder;
                text += &format!("\n{}{}\n", folder[..1].to_uppercase(), &folder[1..]);
            }
            text += &format!("  {:28} {}\n", entry.name, one_line(entry.summary()));
        }
        for page in library::all() {
            if page.folder != folder {
                folder = page.folder;
                text += &format!("\n{}{}\n", folder[..1].to_uppercase(), &folder[1..]);
            }
            text += &format!("  {:28} {}\n", page.name, page.summary());
        }
        print(&text);
        return Outcome::Clean;
    };
    let mut found = false;
    if let Some(code) = codes.iter().find(|code| code.name == name) {
        let fixed = if code.fixed { ", cannot be silenced" } else { "" };
        print(&format!("{} ({}{fixed})\n\n{}\n", code.name, level(code.level), page(code.doc)));
        found = true;
    }
    for entry in entries.iter().filter(|entry| entry.name == name) {
        print(&format!("{}\n", entry.markdown()));
        found = true;
    }
    for page in library::named(&name) {
        print(&format!("{}\n", page.markdown()));
        found = true;
    }
    if found {
        return Outcome::Clean;
    }
    let names = codes.iter().map(|code| code.name).chain(entries.iter().map(|entry| entry.name));
    let names: Vec<&str> = names.chain(standard::LIBRARIES.into_iter().flat_map(|library| library.names())).collect();
    let help = match closest(&name, names.iter().copied()) {
        Some(close) => format!("did you mean `{close}`?"),
        None => "`mtlc explain --list` shows everything that can be explained".into(),
    };
    fail(&format!("there is no code, no catalog entry, no template and no block `{name}`"), Some(&help));
    Outcome::CouldNotRun
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Allow => "allow",
        Level::Warn => "warning",
        Level::Deny => "error",
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A doc comment as a page: one leading space off, examples with a heading instead of a fence.
fn page(doc: &str) -> String {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in doc.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match line.strip_prefix("```") {
            Some(info) if !inside => {
                inside = true;
                let heading =
                    if info.contains("bad") || info.contains("wrong") { "Not like this:" } else { "But like this:" };
                lines.push(heading.to_string());
                lines.push(String::new());
            }
            Some(_) => inside = false,
            None if inside => lines.push(format!("    {line}")),
            None => lines.push(line.to_string()),
        }
    }
    lines.join("\n").trim().to_string()
}
