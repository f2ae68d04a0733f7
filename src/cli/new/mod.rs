//! `mtlc new`: a project of a kind, with a little data of its own, to be changed into what is wanted.

mod data;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Outcome;
use super::output::{complain, fail};
use super::quoted;

/// Write a small project that runs: a spec of a kind, and data that is drawn for it
#[derive(Args, Debug)]
#[command(after_help = "For data of your own, `mtlc init table.csv` writes the spec.")]
pub struct NewArgs {
    /// What is learnt from
    #[arg(value_enum)]
    kind: Kind,
    /// The name of the spec, NAME.mtl, and of the folder of its data; the kind by default
    #[arg(value_name = "NAME")]
    name: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A table of numbers and classes
    Table,
    /// Texts
    Text,
    /// Pictures in files
    Pictures,
    /// Values over time
    Series,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Table => "table",
            Kind::Text => "text",
            Kind::Pictures => "pictures",
            Kind::Series => "series",
        }
    }

    fn spec(self) -> &'static str {
        match self {
            Kind::Table => include_str!("table.mtl"),
            Kind::Text => include_str!("text.mtl"),
            Kind::Pictures => include_str!("pictures.mtl"),
            Kind::Series => include_str!("series.mtl"),
        }
    }
}

pub fn run(args: NewArgs) -> Outcome {
    let name = args.name.unwrap_or_else(|| PathBuf::from(args.kind.name()));
    let name = if name.extension().is_some_and(|ending| ending == "mtl") { name.with_extension("") } else { name };
    let stem = name.file_name().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let spec = name.with_file_name(format!("{stem}.mtl"));
    if !is_a_name(&stem) {
        fail(&format!("`{}` is no name of a project", name.display()), Some("name it like `houses`"));
        return Outcome::CouldNotRun;
    }
    if let Some(there) = [&spec, &name].into_iter().find(|path| path.exists()) {
        fail(&format!("`{}` is there already", there.display()), Some("give the project another name"));
        return Outcome::CouldNotRun;
    }
    match write(args.kind, &name, &spec, &stem) {
        Ok(()) => {
            let shown = spec.display();
            complain(&format!(
                "wrote `{shown}` and its data, `{}`; then: mtlc run {}",
                name.display(),
                quoted::path(&spec)
            ));
            Outcome::Clean
        }
        Err(message) => {
            fail(&message, None);
            Outcome::CouldNotRun
        }
    }
}

/// Whether a spec and the folder beside it can be called so: not `con.`, whose spec would be `con..mtl`.
fn is_a_name(stem: &str) -> bool {
    !stem.is_empty()
        && !stem.ends_with(['.', ' '])
        && !stem.contains(|one: char| one.is_control() || "\"\\".contains(one))
}

fn write(kind: Kind, folder: &Path, spec: &Path, stem: &str) -> Result<(), String> {
    for (path, bytes) in data::of(kind) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| format!("cannot make `{}`: {error}", parent.display()))?;
        std::fs::write(&path, bytes).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    }
    let text = kind.spec().replace("NAME/", &format!("{stem}/"));
    Ok(crate::source::replace(spec, text.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_called_as_files_can_be() {
        for name in ["houses", "a b", "v1.2", "Häuser"] {
            assert!(is_a_name(name), "{name}");
        }
        for name in ["", "con.", "con ", "a\"b", "a\\b", "a\nb"] {
            assert!(!is_a_name(name), "{name:?}");
        }
    }
}
