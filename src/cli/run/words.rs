//! What is said of a training, before it and after it: what it starts from, what fought, how it ended.

use crate::cli::tables::{figures, kept, notes, number};
use crate::pipeline::{Freeze, Pipeline, Transfer};
use crate::report::RunReport;
use crate::train::conflicts::Fight;
use crate::train::transfer::load::Loaded;

/// The figures of a run, and how fast it was trained.
pub fn report(report: &RunReport, all: bool) -> String {
    format!(
        "{}\n{} {:.2} s, {:.0} examples/s.\n{}",
        figures(report, false, all),
        kept(report),
        report.train.seconds,
        report.train.examples_per_second,
        notes(report)
    )
}

/// What `transfer` says of a part, in words.
pub fn transfer(pipeline: &Pipeline, entry: &Transfer) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(init) = &entry.init {
        let part = init.source.as_ref().map_or(String::new(), |part| format!(" of {part}"));
        words.push(format!("starts from {}{part}", init.file));
    }
    match (&entry.lora, entry.freeze) {
        (Some(lora), _) => words.push(format!("only adapters of rank {} learn", lora.rank)),
        (None, Freeze::No) => {}
        (None, Freeze::Until { epoch }) => words.push(format!("frozen for {epoch} epochs")),
        (None, Freeze::Always) => words.push(match pipeline.unfreeze {
            Some(unfreeze) => format!("frozen, thaws in its turn, one part every {} epochs", unfreeze.every),
            None => "frozen".into(),
        }),
    }
    if entry.lr_factor != 1.0 {
        words.push(format!("{} times the learning rate", number(entry.lr_factor)));
    }
    words
}

/// What `transfer` has loaded, and left.
pub fn loaded(loaded: &Loaded) -> String {
    let mut text = format!("{} starts from {}: {} weights", loaded.path, loaded.file, loaded.pairs.len());
    for (weight, tensor) in loaded.pairs.iter().filter(|(weight, tensor)| weight != tensor) {
        text += &format!("\n  {weight} from {tensor}");
    }
    if !loaded.left.is_empty() {
        let shown: Vec<&str> = loaded.left.iter().take(6).map(String::as_str).collect();
        let more = if loaded.left.len() > 6 { format!(" and {} more", loaded.left.len() - 6) } else { String::new() };
        text += &format!("\n  left in the file: {}{more}", shown.join(", "));
    }
    text
}

/// A hint, after a run, about two tasks that fought.
pub fn fight(fight: &Fight) -> String {
    let layers: Vec<&str> = fight.layers.iter().take(3).map(String::as_str).collect();
    let more = if fight.layers.len() > 3 { " and others" } else { "" };
    let place = if layers.is_empty() { String::new() } else { format!(", most of all in {}{more}", layers.join(", ")) };
    format!(
        "Note: {} and {} fought over the whole run{place} (mean cosine of their gradients in all they share {}): consider a \
         method that settles conflicts (`weights by pcgrad`), a split before these layers, or `shared … by mmoe`, and see what \
         it is worth by `mtlc compare`.\n",
        fight.left,
        fight.right,
        number(fight.cosine)
    )
}

/// Every setting with its value and whether it is a default, for `defaults.json`.
pub fn settings(pipeline: &Pipeline) -> serde_json::Value {
    let one = |setting: &crate::pipeline::Setting| {
        (setting.path.clone(), serde_json::json!({ "value": setting.value, "default": setting.is_default }))
    };
    serde_json::Value::Object(pipeline.settings.iter().map(one).collect())
}
