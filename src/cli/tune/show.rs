//! What a search says: a line per trial, a table of the best, the command that trains the best.

use super::TuneArgs;
use crate::cli::quoted::quoted;
use crate::cli::tables::{number, table};
use crate::report::TaskColumns;
use crate::report::settings::{SettingColumns, in_words};
use crate::study::tune::Tuned;
use crate::study::tune::search::Brief;
use crate::study::tune::space::Setting;
use crate::study::tune::trials::Trial;

/// Rows of the table.
const SHOWN: usize = 10;

/// `trial 3: lr=0.002, λ species=0.4 … → 0.8123 (1.20 s)`
pub fn line(trial: &Trial) -> String {
    let set = in_words(&trial.set, number);
    let came = match (&trial.score, &trial.failed) {
        (Some(score), _) => format!("{} ({:.2} s)", number(*score), trial.seconds),
        (None, Some(why)) => format!("failed: {why}"),
        (None, None) => "failed".into(),
    };
    let written = if trial.number == 0 { ", as written" } else { "" };
    format!("trial {}{written}, {} epochs: {set} → {came}", trial.number, trial.epochs)
}

/// "5 folds of train and valid", "the validation part".
pub fn scored_by(args: &TuneArgs) -> String {
    let by = args.folds.map_or("the validation part".to_string(), |folds| format!("{folds} folds of train and valid"));
    match args.seeds {
        1 => by,
        seeds => format!("{by}, over {seeds} seeds"),
    }
}

/// The best trials, and what they are worth beside the spec as written.
pub fn tables(tuned: &Tuned, brief: &Brief, scored_by: &str, columns: &TaskColumns) -> String {
    let mut ranked: Vec<&Trial> =
        tuned.trials.iter().filter(|trial| trial.epochs == brief.epochs && trial.score.is_some()).collect();
    let score = |trial: &Trial| trial.score.unwrap_or(f64::NEG_INFINITY);
    ranked.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.number.cmp(&b.number)));
    let Some(best) = ranked.first().copied() else { return String::new() };
    let several = best.scores.len() > 1;
    let settings = SettingColumns { summed_up: columns.summed_up(), number };
    let mut header = vec!["trial".to_string(), "score".into()];
    header.extend(several.then(|| "± sd".to_string()));
    header.extend(settings.header(&best.set));
    header.extend(columns.header());
    header.push("kept epoch".into());
    let row = |trial: &&Trial| {
        let name = if trial.number == 0 { "as written".to_string() } else { trial.number.to_string() };
        let mut row = vec![name, format!("{:.4}", score(trial))];
        row.extend(several.then(|| format!("{:.4}", deviation(&trial.scores))));
        row.extend(settings.cells(&trial.set));
        row.extend(columns.cells(&trial.tasks, number));
        row.push(format!("{:.0}", trial.kept_epoch));
        row
    };
    let mut shown: Vec<&Trial> = ranked.iter().take(SHOWN).copied().collect();
    // The spec as written is what the others are measured by.
    shown.extend(ranked.iter().skip(SHOWN).filter(|trial| trial.number == 0));
    let rows: Vec<Vec<String>> = shown.iter().map(row).collect();
    let mut text = table(&header, &rows);
    if ranked.len() > shown.len() {
        text += &format!("and {} more\n", ranked.len() - shown.len());
    }
    let short = tuned.trials.iter().filter(|trial| trial.epochs < brief.epochs).count();
    if short > 0 {
        text += &format!("and {short} that trained for fewer epochs\n");
    }
    let failed: Vec<&Trial> = tuned.trials.iter().filter(|trial| trial.score.is_none()).collect();
    if let Some(first) = failed.first() {
        let count = failed.len();
        let (trials, why) =
            (if count == 1 { "trial" } else { "trials" }, first.failed.as_deref().unwrap_or("no score"));
        text += &format!("{count} {trials} failed; trial {}: {why}\n", first.number);
    }
    if columns.summed_up() {
        text += "All figures are in trials.jsonl and tune.html; `--all-tasks` has a column for each task.\n";
    }
    text += &format!("\nScored by {scored_by}. ");
    let written = tuned.trials.iter().find(|trial| trial.number == 0).and_then(|trial| trial.score);
    text += &match written {
        _ if best.number == 0 => "Nothing that was tried beat the spec as written.\n".to_string(),
        Some(written) => format!(
            "The best is {:+.4} beside the spec as written; part of that is luck, and `mtlc run` judges it on test.\n",
            score(best) - written
        ),
        None => "The spec as written could not be scored.\n".to_string(),
    };
    text
}

fn deviation(scores: &[f64]) -> f64 {
    crate::score::statistics::Spread::of(scores).and_then(|spread| spread.sd).unwrap_or(0.0)
}

/// The command that trains a trial's setting.
pub fn command(args: &TuneArgs, best: &Trial) -> String {
    let mut words = vec!["mtlc".to_string(), "run".into(), quoted(&args.spec.display().to_string())];
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.extend([format!("--{name}"), quoted(&value)]);
        }
    };
    option("variant", args.set.variant.clone());
    option("epochs", args.epochs.map(|epochs| epochs.to_string()));
    option("seed", args.seed.map(|seed| seed.to_string()));
    option("split-seed", args.split_seed.map(|seed| seed.to_string()));
    option("device", args.device.given().map(str::to_string));
    // The spec as written needs nothing set.
    let own: &Setting = if best.number == 0 { &Setting::new() } else { &best.set };
    for (name, value) in args.set.set.iter().chain(own) {
        words.extend(["--set".to_string(), quoted(&format!("{name}={value}"))]);
    }
    words.join(" ")
}
