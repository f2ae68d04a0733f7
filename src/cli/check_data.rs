//! What `mtlc check` says of the data: obligations, and with `--data` what was seen.

use std::path::Path;

use super::output::print;
use crate::catalog::{Equality, Facts};
use crate::check::obligations;
#[cfg(feature = "data")]
use crate::pipeline::Pipeline;
use crate::project::spec::Spec;

/// Lists what depends on data and no facts file has settled.
pub fn list_obligations(spec: &Spec) {
    let Some(pipeline) = &spec.pipeline else { return };
    let none = Facts::new();
    let facts = spec.facts.as_ref().unwrap_or(&none);
    let open = pipeline.obligations.iter().filter(|one| obligations::verdict(one, facts).0 != Equality::Proven);
    let lines: Vec<String> = open.map(|one| format!("  {} = {}, so that {}\n", one.left, one.right, one.why)).collect();
    if !lines.is_empty() {
        print(&format!("The data must have (`mtlc check --data` looks):\n{}", lines.concat()));
    }
}

/// Opens the data of a spec and adds what is wrong with it to the spec's problems; false if facts could not be written.
#[cfg(feature = "data")]
pub fn check_data(spec: &mut Spec, path: &Path, write_facts: bool, human: bool) -> bool {
    use crate::data::{self, Prepared};

    let Some(pipeline) = spec.pipeline.clone() else {
        name_classes(spec, path);
        if human {
            super::output::complain(&format!(
                "the data of `{}` was not opened, because the spec has errors",
                path.display()
            ));
        }
        return true;
    };
    let mut findings = Vec::new();
    let kept = crate::check::facts::FactsFile::path_of(path);
    let opened = look(&pipeline, write_facts || kept.exists(), &mut findings);
    let mut written = true;
    if let Some((tables, prepared, starts)) = &opened {
        if human {
            print(&data::summary(&pipeline, tables, prepared));
            starts.said().iter().for_each(|said| print(&format!("{said}\n")));
            print(&settled(&pipeline, prepared));
        }
        let now = || data::facts_file(&pipeline, tables, prepared);
        if write_facts {
            written = write(path, &now(), human);
        } else {
            let name = kept.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if let Ok(text) = std::fs::read_to_string(&kept) {
                match crate::check::facts::FactsFile::parse(&text) {
                    Some(kept) => findings.extend(data::stale_facts(&pipeline, &kept, &now(), &name)),
                    None => findings.extend(data::stale_facts(&pipeline, &Default::default(), &now(), &name)),
                }
            }
        }
    } else if write_facts {
        super::output::complain("no facts were written, because the data has errors");
    }
    spec.add_findings(findings, opened.is_some());
    return written;

    /// Reads, cuts, inspects and prepares; what is wrong goes to `findings`.
    fn look(
        pipeline: &Pipeline,
        hashed: bool,
        findings: &mut Vec<crate::diag::Diagnostic>,
    ) -> Option<(data::Tables, Prepared, data::Starts)> {
        let mut keep = |problems: Vec<crate::diag::Diagnostic>| findings.extend(problems);
        let overrides = data::Overrides { unhashed: !hashed, ..data::Overrides::default() };
        let tables = data::open(pipeline, &overrides, data::Need::Everything).map_err(&mut keep).ok()?;
        let parts = data::split(pipeline, &tables, None).map_err(&mut keep).ok()?;
        let cut = parts.clone();
        let inspect = || data::inspect(pipeline, &tables, &cut);
        // Neither waits for the other; both at once take the memory of both.
        let (seen, prepared) = if tables.sets.iter().any(|table| table.stored) {
            (inspect(), Prepared::fit_and_look(pipeline, &tables, parts))
        } else {
            std::thread::scope(|scope| {
                let seen = scope.spawn(inspect);
                let prepared = Prepared::fit_and_look(pipeline, &tables, parts);
                (seen.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), prepared)
            })
        };
        keep(seen);
        let prepared = prepared.map_err(&mut keep).ok()?;
        keep(data::outlook(pipeline, &prepared));
        keep(data::longer_than_known(pipeline, &prepared));
        let starts = data::Starts::open(pipeline, &prepared).map_err(&mut keep).ok()?;
        Some((tables, prepared, starts))
    }

    /// What the data has settled.
    fn settled(pipeline: &Pipeline, prepared: &Prepared) -> String {
        let lines: Vec<String> = pipeline
            .obligations
            .iter()
            .filter(|one| obligations::verdict(one, prepared.facts()).0 == Equality::Proven)
            .map(|one| format!("  {} = {}, so that {}\n", one.left, one.right, one.why))
            .collect();
        if lines.is_empty() { String::new() } else { format!("The data has, as it must:\n{}", lines.concat()) }
    }

    fn write(path: &Path, facts: &crate::check::facts::FactsFile, human: bool) -> bool {
        let target = crate::check::facts::FactsFile::path_of(path);
        let text = serde_json::to_string_pretty(facts).map_err(|error| error.to_string());
        match text.and_then(|text| Ok(crate::source::replace(&target, format!("{text}\n").as_bytes())?)) {
            Ok(()) => {
                if human {
                    super::output::complain(&format!("wrote `{}`", target.display()));
                }
                true
            }
            Err(message) => {
                super::output::fail(&message, None);
                false
            }
        }
    }
}

/// Names the classes of labels where a task does not say which of them it asks for.
#[cfg(feature = "data")]
fn name_classes(spec: &mut Spec, path: &Path) {
    const MOST: usize = 8;
    for ask in spec.asks.clone() {
        let folder = path.parent().unwrap_or(Path::new(""));
        let Some(classes) = crate::data::classes_in(&ask.data, ask.column, folder) else { continue };
        let written = |class: &String| format!("`{}({}: {class:?})`", ask.owner, ask.parameter);
        let shown: Vec<String> = classes.iter().take(MOST).map(written).collect();
        let more = if classes.len() > MOST { format!(", … ({} classes)", classes.len()) } else { String::new() };
        spec.answer(&ask, &format!("write {}{more}", shown.join(" or ")));
    }
}

/// Opens the data of a spec; this build cannot.
#[cfg(not(feature = "data"))]
pub fn check_data(_spec: &mut Spec, _path: &Path, _write_facts: bool, _human: bool) -> bool {
    super::absent::refuse("cannot open data, which `mtlc check --data` reads");
    false
}
