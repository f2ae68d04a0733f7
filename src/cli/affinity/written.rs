//! What earlier calls have written into the folder of the findings, which may be written anew, and what else is there, which may not.

use std::collections::BTreeMap;
use std::path::Path;

use super::group_spec;
use crate::cli::over::{Ours, Refused, is_a_file, may_write, not_read};
use crate::data::sha256;
use crate::pipeline::Pipeline;
use crate::project::spec::Spec;
use crate::report::AFFINITY_MARK;

pub const FINDINGS: &str = "affinity.json";
pub const PAGE: &str = "affinity.html";

/// The hash of each spec that was written, by its name.
pub type Written = BTreeMap<String, String>;

/// What the findings in a folder say of the specs beside them.
pub fn before(out: &Path) -> Written {
    let findings = std::fs::read(out.join(FINDINGS)).unwrap_or_default();
    let findings: serde_json::Value = serde_json::from_slice(&findings).unwrap_or_default();
    serde_json::from_value(findings["written"].clone()).unwrap_or_default()
}

/// Whether the findings of a spec may be written into a folder, and so many specs of groups.
///
/// # Errors
/// If a file that is read would be replaced, or one that is not as an earlier call has written it.
pub fn may_be_written(out: &Path, groups: u32, spec: &Spec, pipeline: &Pipeline) -> Result<(), Refused> {
    let read = [(spec, Some(pipeline))];
    let what = "result of `mtlc affinity`";
    may_write(&out.join(FINDINGS), "--out", Ours::Json { field: "grouping", what }, &read)?;
    may_write(&out.join(PAGE), "--out", Ours::Page { mark: AFFINITY_MARK, what }, &read)?;
    let written = before(out);
    for name in (1..=groups).map(|group| group_spec::name(pipeline, group as usize)) {
        let path = out.join(&name);
        is_a_file(&path, "--out")?;
        not_read(&path, "--out", &read)?;
        let text = std::fs::read(&path).ok();
        if text.is_some_and(|text| written.get(&name) != Some(&sha256(&text))) {
            let message =
                format!("`{}` is not as `mtlc affinity` has written it: nothing in it was touched", path.display());
            return Err(Refused { message, help: "move it elsewhere, or choose another folder with `--out`".into() });
        }
    }
    Ok(())
}
