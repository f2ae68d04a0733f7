//! What the command line says of a spec, and how its problems are shown.

use std::path::Path;

use super::args::{LevelArgs, SetArgs};
#[cfg(feature = "data")]
use super::output::{complain, stderr_style};
#[cfg(feature = "data")]
use crate::diag::Diagnostic;
#[cfg(feature = "data")]
use crate::diag::render::{self, Format};
use crate::project::not_a_spec::NotASpec;
use crate::project::spec::{Given, Spec};

/// Reads and checks a spec, with what is kept of its data.
pub fn load(path: &Path, set: &SetArgs, levels: &LevelArgs) -> Result<Spec, NotASpec> {
    Spec::load(path, &Given { kept_facts: true, levels: &levels.list(), ..set.given() })
}

/// The same for one whose data will be opened: the data itself speaks, not the facts that were kept of it.
pub fn load_for_data(path: &Path, set: &SetArgs, levels: &LevelArgs) -> Result<Spec, NotASpec> {
    Spec::load(path, &Given { levels: &levels.list(), ..set.given() })
}

/// Draws problems for people, on standard error.
#[cfg(feature = "data")]
pub fn show(diagnostics: &[Diagnostic], spec: &Spec) {
    let text = render::render(Format::Human, &[(diagnostics, &spec.sources)], stderr_style());
    if !text.is_empty() {
        complain(text.trim_end());
    }
}
