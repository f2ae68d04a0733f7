//! `mtlc runs`: lists run directories, or puts some of them side by side.

mod compare;
mod list;
mod page;
mod table;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Outcome;
use super::output::{complain, fail, print};
use super::over::is_a_file;
use crate::project::listed::{Run, find};
use crate::source::{pointed, replace};

/// List the runs in a folder, or compare some of them
///
/// One folder (`runs` unless given) is searched for run directories. Two or more are compared, each a run directory or a pack.
#[derive(Args, Debug)]
pub struct RunsArgs {
    /// A folder with runs, or two or more runs to compare
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: RunsFormat,
    /// Write them as a page, to sort, filter and compare by curves: --html=FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "runs.html", conflicts_with = "format")]
    html: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum RunsFormat {
    /// A table
    #[default]
    Human,
    /// One JSON document
    Json,
}

pub fn run(args: RunsArgs) -> Outcome {
    let default = [PathBuf::from("runs")];
    let folders = if args.folders.is_empty() { &default[..] } else { &args.folders[..] };
    // `runs/NAME/latest` may be a file.
    let folders: Vec<PathBuf> = folders.iter().map(|folder| pointed(folder)).collect();
    let runs = match of_packs(&folders) {
        Ok(runs) => runs,
        Err(outcome) => return outcome,
    };
    for folder in &folders {
        if !folder.is_dir() && !runs.iter().any(|run| run.path == *folder) {
            let shown = folder.display();
            let help = if args.folders.is_empty() {
                "`mtlc run FILE.mtl` makes the first run; `mtlc runs FOLDER` looks in another folder".to_string()
            } else if folder.is_file() {
                "name the folder that a run has written".to_string()
            } else {
                "`mtlc runs` lists the runs in the folder `runs`".to_string()
            };
            fail(&format!("there is no folder `{shown}`"), Some(&help));
            return Outcome::CouldNotRun;
        }
    }
    if let Some(out) = &args.html {
        return write_page(&folders, runs, out);
    }
    match folders.as_slice() {
        [folder] if runs.is_empty() => list_runs(folder, args.format),
        several => compare_runs(several, runs, args.format),
    }
}

/// The runs in those of the files that are packs.
#[cfg(feature = "data")]
fn of_packs(files: &[PathBuf]) -> Result<Vec<Run>, Outcome> {
    use crate::project::not_a_run::NotARun;
    use crate::project::pack;
    let mut runs = Vec::new();
    if let Some(not) = files
        .iter()
        .filter(|file| file.is_file() && !pack::is_one(file))
        .map(|file| NotARun::of(file))
        .find(|not| matches!(not, NotARun::NoPack { .. }))
    {
        fail(&not.to_string(), None);
        return Err(Outcome::CouldNotRun);
    }
    for file in files.iter().filter(|file| pack::is_one(file)) {
        match pack::open(file) {
            Ok(opened) => runs.extend(Run::read(&opened).map(|run| Run { path: file.clone(), ..run })),
            Err(not_opened) => {
                fail(&not_opened.to_string(), None);
                return Err(Outcome::CouldNotRun);
            }
        }
    }
    Ok(runs)
}

/// Without the libraries that read data nothing is unpacked.
#[cfg(not(feature = "data"))]
fn of_packs(_: &[PathBuf]) -> Result<Vec<Run>, Outcome> {
    Ok(Vec::new())
}

fn list_runs(folder: &Path, format: RunsFormat) -> Outcome {
    let mut runs = find(folder);
    // Newest first; those without a date last.
    runs.sort_by(|one, other| other.started.cmp(&one.started).then_with(|| one.path.cmp(&other.path)));
    match format {
        RunsFormat::Json => print(&list::json(&runs)),
        RunsFormat::Human if runs.is_empty() => print(&format!("No run in `{}`.\n", folder.display())),
        RunsFormat::Human => print(&list::table(&runs, folder)),
    }
    Outcome::Clean
}

/// Every run in the folders, and those that were packs, as a page.
fn write_page(folders: &[PathBuf], packs: Vec<Run>, out: &Path) -> Outcome {
    let mut runs = packs;
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        runs.extend(find(folder));
    }
    runs.sort_by(|one, other| (&one.started, &one.path).cmp(&(&other.started, &other.path)));
    runs.dedup_by(|one, other| one.path == other.path);
    if runs.is_empty() {
        let shown: Vec<String> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
        fail(&format!("there is no run in {}", shown.join(", ")), Some("`mtlc run FILE.mtl` makes the first one"));
        return Outcome::CouldNotRun;
    }
    if let Err(refused) = is_a_file(out, "--html") {
        fail(&refused.message, Some(&refused.help));
        return Outcome::CouldNotRun;
    }
    if out.exists() && !is_page(out) {
        let message = format!("`{}` exists, and is no page of runs", out.display());
        fail(&message, Some("name another file: --html=FILE"));
        return Outcome::CouldNotRun;
    }
    let title =
        format!("Runs in {}", folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", "));
    match replace(out, page::page(&runs, &title).as_bytes()) {
        Ok(()) => {
            print(&format!("wrote `{}`: {} runs\n", out.display(), runs.len()));
            Outcome::Clean
        }
        Err(cannot) => {
            fail(&cannot.to_string(), None);
            Outcome::CouldNotRun
        }
    }
}

/// Whether a file was written here before: it is made anew without asking.
fn is_page(path: &Path) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| text.contains(page::MARK))
}

/// Those that were packs have been opened.
fn compare_runs(folders: &[PathBuf], opened: Vec<Run>, format: RunsFormat) -> Outcome {
    let mut runs: Vec<Run> = Vec::new();
    for folder in folders {
        let pack = opened.iter().find(|run| run.path == *folder).cloned();
        match pack.or_else(|| Run::read(folder)) {
            Some(run) => {
                if let Some(problem) = &run.problem {
                    complain(&format!("warning: `{}`: {problem}", folder.display()));
                }
                runs.push(run);
            }
            None => {
                let message = format!("`{}` is no run: it has neither report.json nor metrics.jsonl", folder.display());
                fail(&message, Some("name the folders that `mtlc runs` lists"));
                return Outcome::CouldNotRun;
            }
        }
    }
    print(&match format {
        RunsFormat::Json => compare::json(&runs),
        RunsFormat::Human => compare::table(&runs),
    });
    Outcome::Clean
}

#[cfg(test)]
mod tests;
