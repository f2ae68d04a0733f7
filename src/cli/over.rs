//! What may be written over where somebody names a file: nothing that the command reads, and of what is there already only what an
//! earlier call has written.

use std::path::Path;

use crate::pipeline::Pipeline;
use crate::project::reads::read_by;
use crate::project::spec::Spec;

/// How a command knows what it has written before.
#[derive(Clone, Copy, Debug)]
pub enum Ours {
    /// A text with this in it, which is called so.
    Page { mark: &'static str, what: &'static str },
    /// A JSON object with this field, which is called so.
    #[cfg(feature = "run")]
    Json { field: &'static str, what: &'static str },
}

/// Why a file is not written, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub message: String,
    pub help: String,
}

impl Refused {
    fn with(message: String, help: &str) -> Self {
        Self { message, help: help.into() }
    }
}

#[cfg(feature = "data")]
impl From<Refused> for super::stopped::Stopped {
    fn from(Refused { message, help }: Refused) -> Self {
        super::stopped::Stopped::Message(message, Some(help))
    }
}

/// Whether a file may be written that `option` names.
///
/// # Errors
/// If it is read by the command, or something else than an earlier result is there.
pub fn may_write(out: &Path, option: &str, ours: Ours, specs: &[(&Spec, Option<&Pipeline>)]) -> Result<(), Refused> {
    is_a_file(out, option)?;
    not_read(out, option, specs)?;
    let shown = out.display();
    // Devices and pipes have nothing to lose.
    if out.is_file() && !ours.has_written(out) {
        let what = ours.what();
        let message = format!("`{shown}` exists, and is no {what}: nothing in it was touched");
        return Err(Refused::with(message, &format!("choose another name for `{option}`")));
    }
    Ok(())
}

/// The same of a file that a command writes into the folder that `option` names.
///
/// # Errors
/// If it is read by the command.
pub fn not_read(out: &Path, option: &str, specs: &[(&Spec, Option<&Pipeline>)]) -> Result<(), Refused> {
    let Some(read) = specs.iter().find_map(|(spec, pipeline)| read_by(spec, *pipeline, out)) else { return Ok(()) };
    let message = format!("`{}` is {read}, whose place would be taken", out.display());
    Err(Refused::with(message, &format!("choose another name for `{option}`")))
}

/// Whether a file can be meant at all.
///
/// # Errors
/// If it is a folder, or standard output.
pub fn is_a_file(out: &Path, option: &str) -> Result<(), Refused> {
    if out == Path::new("-") {
        let message = "`-` is standard output, and a file is written here".to_string();
        return Err(Refused::with(message, &format!("name the file by `{option}`")));
    }
    if out.is_dir() {
        let message = format!("`{}` is a folder, and a file is written here", out.display());
        return Err(Refused::with(message, &format!("name the file in it by `{option}`")));
    }
    Ok(())
}

impl Ours {
    fn what(self) -> &'static str {
        match self {
            Ours::Page { what, .. } => what,
            #[cfg(feature = "run")]
            Ours::Json { what, .. } => what,
        }
    }

    /// Whether the command wrote what is in a file; an empty one holds nothing.
    fn has_written(self, path: &Path) -> bool {
        let Ok(text) = std::fs::read_to_string(path) else { return false };
        text.is_empty()
            || match self {
                Ours::Page { mark, .. } => text.contains(mark),
                #[cfg(feature = "run")]
                Ours::Json { field, .. } => {
                    serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|value| value.get(field).is_some())
                }
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::spec::Given;

    const SPEC: &str = "use std.tasks.{regression}\n\n\
        data d: csv(\"table/d.csv\") { columns { x: number, y: number } }\n\
        input x from d.x -> standardize\ntask y: regression from x { label: d.y }\n";

    #[test]
    fn what_a_command_reads_is_not_written_over_nor_what_it_did_not_write() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        std::fs::create_dir_all(folder.join("table")).expect("a folder");
        let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("it can be written");
        put("d.mtl", SPEC);
        for (name, text) in [("table/d.csv", "x,y\n1,2\n"), ("mine.md", "# Mine\n"), ("page.md", "MARK"), ("new", "")] {
            put(name, text);
        }
        let spec = Spec::load(&folder.join("d.mtl"), &Given::default()).expect("a spec");
        let asked = |name: &str| {
            let ours = Ours::Page { mark: "MARK", what: "page of ours" };
            may_write(&folder.join(name), "--out", ours, &[(&spec, spec.pipeline.as_ref())])
        };
        for (name, why) in [
            ("d.mtl", "is the spec itself"),
            ("table/../d.mtl", "is the spec itself"),
            ("table/d.csv", "is data of the spec (`d`)"),
            ("d.facts.json", "kept of the spec's data"),
            ("mine.md", "is no page of ours"),
            ("table", "is a folder"),
        ] {
            let refused = asked(name).expect_err(name);
            assert!(refused.message.contains(why), "{}", refused.message);
        }
        for name in ["page.md", "new", "other.md"] {
            assert_eq!(asked(name), Ok(()), "{name}");
        }
        assert!(is_a_file(Path::new("-"), "--out").is_err());
    }
}
