//! `evaluate { baseline: single_task }`: what training together has gained, as part of a run.

use std::path::Path;

use crate::cli::interrupt;
use crate::cli::output::complain;
use crate::cli::quoted;
use crate::cli::stopped::Stopped;
use crate::lower::Backend;
use crate::project::manifest::Manifest;
use crate::study::compare;
use crate::train::fit::Failure;
use crate::train::session::Session;

/// What training together has gained, if the spec asks (`evaluate { baseline: single_task }`).
pub(super) fn gain(
    session: &Session,
    manifest: &Manifest,
    backend: Backend,
    quiet: bool,
    folder: &Path,
) -> Result<Option<crate::score::statistics::DeltaMReport>, Stopped> {
    let pipeline = &session.pipeline;
    if !pipeline.evaluate.baseline {
        return Ok(None);
    }
    let count = pipeline.evaluate.seeds.max(1) as u64;
    let trials = compare::Trials {
        seeds: (manifest.seed..manifest.seed + count).collect(),
        split_seed: manifest.split_seed,
        resplit: false,
        device: backend.device(),
        device_name: backend.to_string(),
        bootstrap: 0,
        store: None,
        asked: &interrupt::asked,
        keeper: None,
    };
    let contender = compare::Contender {
        name: pipeline.name.clone(),
        spec: manifest.spec.display().to_string(),
        variant: manifest.variant.clone(),
        pipeline: pipeline.clone(),
        identity: manifest.identity.clone(),
    };
    let say = &mut |what: &str| {
        if !quiet {
            complain(&format!("training {what}"));
        }
    };
    let found = compare::compare(&[contender], &trials, true, false, say).map_err(|stopped| match stopped {
        // The data has just been read without a problem.
        compare::Stopped::Data(..) => Stopped::Message("the data changed while it was trained on".into(), None),
        compare::Stopped::Nothing(nothing) => Stopped::Message(nothing.to_string(), None),
        compare::Stopped::NotKept(no_run) => no_run.into(),
        compare::Stopped::Interrupted(_) => Stopped::Interrupted(format!(
            "Interrupted: the model is trained, and its baselines are not. Go on with: mtlc run --resume {}",
            quoted::path(folder)
        )),
        compare::Stopped::Failed(name, failure) => Stopped::Message(
            format!("{name}: the baseline could not be trained"),
            match failure {
                Failure::Refused(refused) => Some(refused.to_string()),
                Failure::Diverged { task, .. } => Some(format!("task `{task}` diverged when trained alone")),
            },
        ),
    })?;
    Ok(found.contenders.iter().next().and_then(|(_, report)| report.delta_m.clone()))
}
