//! `mtlc init`: a first spec from a table.

#[cfg(feature = "data")]
use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use super::Outcome;
#[cfg(feature = "data")]
use super::output::{complain, fail};
#[cfg(feature = "data")]
use super::over::{Refused, is_a_file};
#[cfg(feature = "data")]
use super::quoted;
#[cfg(feature = "data")]
use crate::data::guess::{self, Ask};

/// Write a first spec for a table: kinds guessed and said, tasks suggested, ready to run
#[derive(Args, Debug)]
pub struct InitArgs {
    /// A table: CSV or TSV, JSON lines, Parquet, Arrow, NumPy arrays (.npz), or a folder of pictures by class
    file: PathBuf,
    /// The columns to be learnt, separated by commas; suggested by themselves otherwise
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    tasks: Vec<String>,
    /// Columns to leave out, separated by commas
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    drop: Vec<String>,
    /// The column that tells rows apart: carried along to predictions, and no input
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Where to write the spec; beside the working folder's other files by default: NAME.mtl
    #[arg(long, value_name = "SPEC")]
    out: Option<PathBuf>,
    /// Replace the spec if there is one
    #[arg(long)]
    force: bool,
}

#[cfg(feature = "data")]
pub fn run(args: InitArgs) -> Outcome {
    let name = stem(&args.file);
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.mtl")));
    if let Err(refused) = may_be_written(&out, &args.file) {
        fail(&refused.message, Some(&refused.help));
        return Outcome::CouldNotRun;
    }
    if out.exists() && !args.force {
        fail(
            &format!("`{}` is there already", out.display()),
            Some("name another with `--out`, or replace it with `--force`"),
        );
        return Outcome::CouldNotRun;
    }
    let trimmed = |names: &[String]| -> Vec<String> {
        names.iter().map(|name| name.trim().to_string()).filter(|name| !name.is_empty()).collect()
    };
    let ask = Ask { tasks: trimmed(&args.tasks), drop: trimmed(&args.drop), id: args.id.clone() };
    let guess = match guess::guess(&args.file, &out, &path_from(&out, &args.file), &name, &ask) {
        Ok(guess) => guess,
        Err(reason) => {
            fail(&format!("cannot make a spec for `{}`: {reason}", args.file.display()), None);
            return Outcome::CouldNotRun;
        }
    };
    // In the one layout that there is.
    let mut sources = crate::source::Sources::default();
    let file = sources.add(out.display().to_string(), None, guess.spec.as_str());
    let mut sink = crate::diag::Sink::default();
    let text = crate::format::format(file, &guess.spec, &mut sink).unwrap_or(guess.spec);
    if let Err(cannot) = crate::source::replace(&out, text.as_bytes()) {
        fail(&cannot.to_string(), None);
        return Outcome::CouldNotRun;
    }
    for reason in &guess.reasons {
        complain(&format!("  {reason}"));
    }
    for problem in &guess.problems {
        complain(&format!("  still to be mended: {problem}"));
    }
    complain(&format!("wrote `{}`; read it, then: mtlc check --data {}", out.display(), quoted::path(&out)));
    Outcome::Clean
}

/// Not over the table itself, nor over a picture of its folder; not even with `--force`.
#[cfg(feature = "data")]
fn may_be_written(out: &Path, table: &Path) -> Result<(), Refused> {
    is_a_file(out, "--out")?;
    let mut read = if table.is_dir() { crate::data::files::walk(table) } else { vec![table.to_path_buf()] };
    // A folder may hold a spec of it that lies among what it is of.
    read.retain(|read| read.extension().is_none_or(|ending| ending != "mtl"));
    match read.iter().any(|read| crate::project::same::same_file(read, out)) {
        true => Err(Refused {
            message: format!("`{}` is the table that the spec is for, whose place would be taken", out.display()),
            help: "choose another name for `--out`".into(),
        }),
        false => Ok(()),
    }
}

#[cfg(not(feature = "data"))]
pub fn run(args: InitArgs) -> Outcome {
    let _ = (args.file, args.tasks, args.drop, args.id, args.out, args.force);
    super::absent::refuse("cannot open data, which `mtlc init` reads")
}

/// `penguins` of `data/penguins.csv.gz`.
#[cfg(feature = "data")]
fn stem(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let word: String = stem.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    if crate::syntax::is_name(&word) { word } else { "table".to_string() }
}

/// The path of a file as a spec names it: from the spec's folder, if that is on the way.
#[cfg(feature = "data")]
fn path_from(spec: &Path, file: &Path) -> String {
    let absolute = |path: &Path| std::fs::canonicalize(path).ok();
    let folder = spec.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (Some(folder), Some(full)) = (absolute(folder), absolute(file)) else { return file.display().to_string() };
    let mut up = PathBuf::new();
    for ancestor in folder.ancestors() {
        if let Ok(rest) = full.strip_prefix(ancestor) {
            // The root alone in common: the absolute path is easier to read.
            if ancestor.parent().is_none() {
                break;
            }
            return up.join(rest).display().to_string();
        }
        up.push("..");
    }
    full.display().to_string()
}

#[cfg(all(test, feature = "data"))]
mod tests {
    use super::*;

    #[test]
    fn a_spec_takes_no_place_of_its_table() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        std::fs::create_dir_all(folder.join("pictures/cats")).expect("a folder");
        let (table, picture) = (folder.join("houses.csv"), folder.join("pictures/cats/1.png"));
        for file in [&table, &picture] {
            std::fs::write(file, "x").expect("it can be written");
        }
        assert!(may_be_written(&folder.join("pictures/../houses.csv"), &table).is_err());
        assert!(may_be_written(&picture, &folder.join("pictures")).is_err());
        assert!(may_be_written(&folder.join("pictures"), &table).is_err(), "it is a folder");
        assert_eq!(may_be_written(&folder.join("houses.mtl"), &table), Ok(()));
    }
}
