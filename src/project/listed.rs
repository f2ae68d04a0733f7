//! The runs in a folder, and what each says of itself. A run directory may be half written, from another version or no run at
//! all, so everything is read as plain JSON and anything may be missing.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// The version of the manifests of runs (`run.json`) that this build writes and reads.
pub const VERSION: u32 = 1;

/// A run directory.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub path: PathBuf,
    /// The spec's name.
    pub name: String,
    /// `2025-01-31T12:00:00Z`; empty if unknown.
    pub started: String,
    /// The whole report; empty for a run that has not finished.
    pub report: Map<String, Value>,
    /// Epochs seen in `metrics.jsonl`, for a run without a report.
    pub epochs_seen: Option<u64>,
    /// Why it has no report, or cannot be asked.
    pub problem: Option<Problem>,
}

/// What is wrong with a run that has no report, or that no command opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It has the report of another program.
    OtherReport,
    /// It has one that is no JSON, and why.
    Unreadable(String),
    /// It was interrupted, or is still going on.
    Unfinished,
    /// A later version of the program has made it.
    Newer(String),
    /// Its `run.json` does not say what it is of.
    NotOpened,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::OtherReport => f.write_str("report.json is not a report of mtlc"),
            Problem::Unreadable(error) => write!(f, "report.json cannot be read: {error}"),
            Problem::Unfinished => f.write_str("it has not finished"),
            Problem::Newer(version) => write!(f, "made by mtlc {version}, which is newer than this one"),
            Problem::NotOpened => f.write_str("run.json is damaged"),
        }
    }
}

/// A task's figures, in the report's order.
pub struct Task<'a> {
    pub name: &'a str,
    /// The key of the metric that chooses the model.
    pub select: &'a str,
    pub higher_is_better: bool,
    fields: &'a Map<String, Value>,
}

impl Run {
    /// `None` if the folder is no run.
    pub fn read(folder: &Path) -> Option<Run> {
        let mut run = Run { path: folder.to_path_buf(), ..Run::default() };
        match std::fs::read_to_string(folder.join("report.json")) {
            Ok(text) => match serde_json::from_str::<Value>(&text) {
                Ok(Value::Object(report)) if report.contains_key("tasks") => run.report = report,
                // Another program's report.json; a folder that has one is not a run for that.
                Ok(_) if !folder.join("metrics.jsonl").exists() => return None,
                Ok(_) => run.problem = Some(Problem::OtherReport),
                Err(error) if folder.join("metrics.jsonl").exists() => {
                    run.problem = Some(Problem::Unreadable(error.to_string()));
                }
                Err(_) => return None,
            },
            Err(_) if folder.join("metrics.jsonl").is_file() => run.problem = Some(Problem::Unfinished),
            Err(_) => return None,
        }
        // A run of which only the report is left is looked at all the same.
        run.problem = run.problem.take().or_else(|| not_opened(folder));
        if run.report.is_empty() {
            run.epochs_seen = Some(last_epoch(folder));
        }
        // A run lies in NAME/TIME unless `--out` says otherwise.
        let above = || folder.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        run.name = run.text("name").map(str::to_string).or_else(above).unwrap_or_default();
        run.started = run.text("started").unwrap_or_default().to_string();
        if run.started.is_empty() {
            run.started = folder.file_name().and_then(|name| as_time(&name.to_string_lossy())).unwrap_or_default();
        }
        Some(run)
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        self.report.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    pub fn number(&self, key: &str) -> Option<f64> {
        self.report.get(key)?.as_f64()
    }

    pub fn score(&self) -> Option<f64> {
        self.number("score")
    }

    pub fn tasks(&self) -> Vec<Task<'_>> {
        let Some(tasks) = self.report.get("tasks").and_then(Value::as_object) else { return Vec::new() };
        tasks
            .iter()
            .filter_map(|(name, fields)| {
                let fields = fields.as_object()?;
                Some(Task {
                    name,
                    select: fields.get("select").and_then(Value::as_str).unwrap_or(""),
                    higher_is_better: fields.get("higher_is_better").and_then(Value::as_bool).unwrap_or(true),
                    fields,
                })
            })
            .collect()
    }
}

impl Task<'_> {
    pub fn figure(&self, part: &str, metric: &str) -> Option<f64> {
        self.fields.get(part)?.get(metric)?.as_f64()
    }

    /// The part to judge by: test, else valid, else train.
    pub fn final_part(&self) -> Option<&'static str> {
        ["test", "valid", "train"].into_iter().find(|part| self.fields.get(*part).is_some_and(Value::is_object))
    }

    /// The select metric on that part.
    pub fn selected(&self) -> Option<f64> {
        self.figure(self.final_part()?, self.select)
    }

    /// The keys of the metrics on a part, in order.
    pub fn metrics(&self, part: &str) -> Vec<&str> {
        let fields = self.fields.get(part).and_then(Value::as_object);
        let beside = ["rows", "loss", "skill"];
        let number = |(key, value): &(&String, &Value)| !beside.contains(&key.as_str()) && value.is_number();
        fields.into_iter().flatten().filter(number).map(|(key, _)| key.as_str()).collect()
    }
}

/// How deep a run can lie below the folder: `runs/NAME/TIME/seed-1` is 3.
const DEPTH: usize = 4;

/// Every run directory in a folder, the folder itself included. A folder that cannot be read, and links, are passed over.
pub fn find(folder: &Path) -> Vec<Run> {
    fn walk(folder: &Path, depth: usize, runs: &mut Vec<Run>) {
        runs.extend(Run::read(folder));
        if depth == 0 {
            return;
        }
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        let mut folders: Vec<PathBuf> = entries
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
            .map(|entry| entry.path())
            .collect();
        folders.sort();
        for folder in folders {
            walk(&folder, depth - 1, runs);
        }
    }
    let mut runs = Vec::new();
    walk(folder, DEPTH, &mut runs);
    runs
}

/// Why a run that has finished cannot be opened, by its `run.json`.
fn not_opened(folder: &Path) -> Option<Problem> {
    let text = match std::fs::read(folder.join("run.json")) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(_) => return Some(Problem::NotOpened),
    };
    let Ok(manifest) = serde_json::from_slice::<Value>(&text) else { return Some(Problem::NotOpened) };
    let text = |key: &str| manifest.get(key).and_then(Value::as_str).unwrap_or_default();
    match manifest.get("version").and_then(Value::as_u64) {
        Some(version) if version > u64::from(VERSION) => Some(Problem::Newer(text("mtlc_version").into())),
        Some(1..) if !text("spec").is_empty() => None,
        _ => Some(Problem::NotOpened),
    }
}

/// The last epoch in `metrics.jsonl`.
fn last_epoch(folder: &Path) -> u64 {
    let text = std::fs::read(folder.join("metrics.jsonl")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let epoch = |line: &str| serde_json::from_str::<Value>(line).ok()?.get("epoch")?.as_u64();
    text.lines().rev().find_map(epoch).unwrap_or(0)
}

/// A folder's name as a time, if it is one: `2025-01-31T12-00-00`, `20250131-120000`, and the like.
fn as_time(name: &str) -> Option<String> {
    let digits: String = name.chars().filter(char::is_ascii_digit).take(14).collect();
    let other = name.chars().any(|one| one.is_alphabetic() && !matches!(one, 'T' | 'Z' | 't' | 'z'));
    if digits.len() != 14 || other || !digits.starts_with("20") {
        return None;
    }
    let piece = |from: usize, to: usize| &digits[from..to];
    Some(format!(
        "{}-{}-{}T{}:{}:{}Z",
        piece(0, 4),
        piece(4, 6),
        piece(6, 8),
        piece(8, 10),
        piece(10, 12),
        piece(12, 14)
    ))
}
