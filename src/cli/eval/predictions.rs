//! `mtlc eval --predictions`: a file of predictions beside the labels of a run's data, or of a spec's. No model is asked.

use std::path::{Path, PathBuf};

use super::EvalArgs;
use crate::catalog::formats::{self, FormatDef};
use crate::cli::args::{LevelArgs, SetArgs};
use crate::cli::given::nothing_there;
use crate::cli::kept;
use crate::cli::output::{complain, fail};
use crate::cli::spec::{load_for_data, show};
use crate::cli::stopped::Stopped;
use crate::data::{Need, Overrides, Prepared, STANDARD_INPUT, Tables, open_and_split};
use crate::diag::Diagnostic;
use crate::pipeline::{Part, Pipeline};
use crate::project::kept::Kept;
use crate::project::others::format_of;
use crate::project::spec::Spec;
use crate::report::{RunReport, predictions};
use crate::score::judge::Judge;
use crate::score::predictions::{self as score, Predicted, Rows, TABLE, Unfit};
use crate::source::DiskLoader;

/// Judges the file.
pub fn judge(args: &EvalArgs, file: &Path) -> Result<RunReport, Stopped> {
    let (file, format) = format(file, args.predictions_format.as_deref())?;
    let others = !args.others.data.is_empty();
    let mut rows =
        Rows { parts: args.part.map(|part| part.parts().to_vec()), sets: Vec::new(), incomplete: args.incomplete };
    let (pipeline, tables, prepared) = if is_spec(&args.run) {
        if others {
            let message =
                format!("`{}` is a spec, and `--data` is for rows that a run is asked about", args.run.display());
            let help = "name a run directory, or have the spec's own data judged";
            return Err(Stopped::Message(message, Some(help.into())));
        }
        of_spec(&args.run)?
    } else {
        let kept = Kept::open_without_model(&args.run)?;
        let overrides = kept.overrides(&args.others.data, &args.others.format)?;
        if others {
            // All rows of these files, as `eval` without predictions takes them.
            rows.parts = Some(vec![Part::Test]);
            rows.sets = overrides.files.keys().copied().collect();
        }
        of_run(kept, &overrides)?
    };
    let judge = Judge::new(&pipeline, &prepared);
    let predicted = score::judge(&pipeline, &prepared, &judge, (&file, &format), &rows).map_err(unfit)?;
    let of = (&pipeline, &prepared, &tables);
    let mut report = predictions::report(of, &judge, &predicted, &file.to_string_lossy(), others);
    if others {
        report.warnings.extend(super::unknown_labels(&prepared, &predicted.not_judged));
    }
    report.warnings.extend(remarks(&predicted));
    Ok(report)
}

/// The labels of a run's data, with the classes that were learnt then.
fn of_run(kept: Kept, overrides: &Overrides) -> Result<(Pipeline, Tables, Prepared), Stopped> {
    let others = !overrides.files.is_empty();
    let need = if others { Need::Labels } else { Need::Everything };
    let (tables, parts) = kept::tables(&kept, overrides, need)?;
    if !others {
        kept::note_changed_data(&kept, &tables, overrides);
    }
    let fitted = Some(kept.fitted.clone());
    let prepared = Prepared::of_labels(&kept.pipeline, &tables, parts, fitted, need)
        .map_err(|wrong| kept::refuse(&kept, overrides, &wrong))?;
    Ok((kept.pipeline, tables, prepared))
}

/// The labels of a spec's data, with the classes that its training rows have.
fn of_spec(path: &Path) -> Result<(Pipeline, Tables, Prepared), Stopped> {
    let mut spec = load_for_data(path, &SetArgs::default(), &LevelArgs::default())?;
    let Some(pipeline) = spec.pipeline.take() else {
        show(&spec.diagnostics, &spec);
        return Err(Stopped::Problems);
    };
    let refuse = |spec: &Spec, wrong: &[Diagnostic]| {
        show(wrong, spec);
        Stopped::Problems
    };
    let (tables, parts) = open_and_split(&pipeline, &Overrides::default()).map_err(|wrong| refuse(&spec, &wrong))?;
    let prepared = Prepared::of_labels(&pipeline, &tables, parts, None, Need::Everything)
        .map_err(|wrong| refuse(&spec, &wrong))?;
    Ok((pipeline, tables, prepared))
}

fn is_spec(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|ending| ending == "mtl")
}

/// The file itself, where the folder of one was named, and how it is written.
fn format(given: &Path, written: Option<&str>) -> Result<(PathBuf, FormatDef), Stopped> {
    let file = if given.is_dir() { table_in(given)? } else { given.to_path_buf() };
    let name = file.to_string_lossy();
    let ending = formats::by_ending(&name);
    let own = formats::plain(ending.unwrap_or("csv"), &name);
    let format = match (written, own) {
        (Some(written), Some(own)) => format_of("--predictions-format", written, &own)?,
        (None, Some(own)) if ending.is_some() => own,
        _ if !given.exists() && given != Path::new(STANDARD_INPUT) => {
            let help = "`mtlc predict RUN --data FILE --out PREDICTIONS` writes them";
            return Err(Stopped::Message(nothing_there(given, &DiskLoader::default()), Some(help.into())));
        }
        _ => {
            let message = format!("`{name}` does not say how its predictions are written");
            let help = "end its name in `.csv`, `.tsv`, `.jsonl` or `.parquet`, or say `--predictions-format csv`";
            return Err(Stopped::Message(message, Some(help.into())));
        }
    };
    Ok((file, format))
}

/// The table in a folder that `predict` has written.
fn table_in(folder: &Path) -> Result<PathBuf, Stopped> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut tables: Vec<PathBuf> =
        entries.filter(|path| path.file_stem().is_some_and(|stem| stem == TABLE) && path.is_file()).collect();
    tables.sort();
    tables.into_iter().next().ok_or_else(|| {
        let message = format!("the folder `{}` has no table of predictions, `{TABLE}.csv`", folder.display());
        Stopped::Message(message, Some("name the file itself".into()))
    })
}

/// What is said of a file that cannot be read.
const OTHERWISE: &str = "  files that are written otherwise: --predictions-format 'csv(delimiter: \";\")'";
/// More columns are counted.
const SHOWN: usize = 20;

/// Says what is wrong with the file.
fn unfit(unfit: Unfit) -> Stopped {
    match &unfit {
        Unfit::Unreadable(problems) => {
            for problem in problems {
                fail(&problem.message, problem.help.as_deref());
                problem.notes.iter().for_each(|note| complain(&format!("  note: {note}")));
            }
            complain(OTHERWISE);
        }
        Unfit::NoTask { tasks, header, .. } => {
            fail(&unfit.to_string(), None);
            tasks.iter().for_each(|(task, why)| complain(&format!("  {task}: {why}")));
            let names: Vec<&str> = header.iter().map(String::as_str).take(SHOWN).collect();
            let more = header.len().saturating_sub(SHOWN);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            complain(&format!("  note: its columns are: {}{more}", names.join(", ")));
            complain(OTHERWISE);
        }
        _ => fail(&unfit.to_string(), unfit.help().as_deref()),
    }
    Stopped::Problems
}

/// What a person should know of the file.
fn remarks(predicted: &Predicted) -> Vec<String> {
    let differ = predicted.differ.iter().map(|task| {
        format!(
            "the answers of `{task}` are not what its probabilities decide: figures of decisions are of the answers, and all \
             others of the probabilities"
        )
    });
    let beside = (predicted.beside > 0).then(|| {
        let (rows, are) = if predicted.beside == 1 { ("row", "is") } else { ("rows", "are") };
        format!("{} {rows} of the file {are} of other parts, and not judged", predicted.beside)
    });
    differ.chain(beside).collect()
}
