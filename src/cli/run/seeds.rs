//! `mtlc run --seeds N`: one run after another in one folder. The same call, or `--resume FOLDER`, goes on with what an
//! interrupted one has left: finished seeds are kept, the one under way is resumed from its checkpoint.

use std::path::{Path, PathBuf};

use super::super::output::{complain, print};
use super::super::stopped::Stopped;
use super::super::{quoted, ranks};
use super::seeds_table::seeds_table;
use super::{RunArgs, begin, default_folder, go_on, load, ready};
use crate::data::sha256;
use crate::project::directory::{RunDirectory, name_latest};
use crate::project::lock::Lock;
use crate::project::manifest::{Manifest, VERSION};
use crate::project::seeds::{FOUND, SeedsOf, Turn};
use crate::report::{RunReport, over_seeds};

/// `mtlc run SPEC --seeds N`.
pub(super) fn several(args: &RunArgs, seeds: u32) -> Result<(), Stopped> {
    let path = args.spec.as_deref().unwrap_or(Path::new(""));
    let spec = load(path, args, true)?;
    let Some(pipeline) = &spec.pipeline else { return Err(Stopped::Problems) };
    let of = SeedsOf {
        version: VERSION,
        mtlc_version: env!("CARGO_PKG_VERSION").into(),
        spec: std::fs::canonicalize(path).unwrap_or(path.to_path_buf()),
        spec_sha256: sha256(spec.text().as_bytes()),
        set: args.set.set.clone(),
        variant: args.set.variant.clone(),
        seed: args.seed.unwrap_or(pipeline.train.seed),
        seeds,
        resplit: args.resplit,
        split_seed: args.split_seed,
        epochs: args.epochs,
        no_pass: args.no_pass.clone(),
        device: args.device.given().map(str::to_string),
    };
    let there = args.out.as_ref().is_some_and(|folder| folder.exists());
    let claimed = || -> Result<(PathBuf, Lock), Stopped> {
        let (folder, lock) = match &args.out {
            Some(folder) => (folder.clone(), of.claim(folder, again(args))?),
            None => match left_over(args, &of, &pipeline.name) {
                Some(left) => left,
                None => fresh(&pipeline.name)?,
            },
        };
        of.write(&folder)?;
        name_latest(&folder);
        Ok((folder, lock))
    };
    // The first process makes the folder, and each trains its share of the seeds there.
    let world = ranks::all();
    let claimed = ranks::agree(world.leads().then(claimed).transpose())?;
    let (folder, _lock) = match claimed {
        Some((folder, lock)) if world.is_alone() => (folder, Some(lock)),
        claimed => {
            let folder = ranks::told(claimed.as_ref().map(|(folder, _)| folder.display().to_string()));
            (PathBuf::from(folder), claimed.map(|(_, lock)| lock))
        }
    };
    ranks::resumed_by(format!("mtlc run --resume {}", quoted::path(&folder)));
    let trained = train(args, &of, &folder);
    if world.leads() && trained.is_err() && !of.turn(0, &folder).out.exists() {
        // Nothing was begun: nothing is left.
        SeedsOf::take_back(&folder, there);
    }
    trained
}

/// `mtlc run --resume FOLDER` of a folder that `--seeds` has made; `None` if it is none.
pub(super) fn resumed(folder: &Path, args: &RunArgs) -> Option<Result<(), Stopped>> {
    let of = SeedsOf::read(folder).filter(|_| !folder.join("run.json").exists())?;
    if args.epochs.is_some() {
        let one = quoted::path(&folder.join(format!("seed-{}", of.seed)));
        let help = format!("lengthen the run of a seed: `mtlc run --resume {one} --epochs N`");
        let message = "several seeds go on with the epochs that they were begun with";
        return Some(Err(Stopped::Message(message.into(), Some(help))));
    }
    let mut again = RunArgs {
        spec: Some(of.spec.clone()),
        out: Some(folder.to_path_buf()),
        resume: None,
        seed: Some(of.seed),
        split_seed: of.split_seed,
        epochs: of.epochs,
        resplit: of.resplit,
        no_pass: of.no_pass.clone(),
        ..args.clone()
    };
    again.set.set = of.set.clone();
    again.set.variant = of.variant.clone();
    if again.device.given().is_none() {
        again.device = of.device.clone().into();
    }
    Some(several(&again, of.seeds))
}

/// What a run of a turn would be of by now.
fn again(args: &RunArgs) -> impl FnMut(&Turn) -> Result<Manifest, Stopped> {
    |turn| Ok(ready(args, Some(turn), false)?.manifest)
}

/// The newest folder where the same call was interrupted.
fn left_over(args: &RunArgs, of: &SeedsOf, name: &str) -> Option<(PathBuf, Lock)> {
    let (folder, lock) = of.left_over(&Path::new("runs").join(name), again(args))?;
    complain(&format!("Going on with the interrupted call in {}", folder.display()));
    Some((folder, lock))
}

/// A new folder by the time.
fn fresh(name: &str) -> Result<(PathBuf, Lock), Stopped> {
    match RunDirectory::create_numbered(&default_folder(name))?.into_parts() {
        (folder, Some(lock)) => Ok((folder, lock)),
        (folder, None) => Err(Stopped::from(format!("cannot lock `{}`", folder.display()))),
    }
}

fn train(args: &RunArgs, of: &SeedsOf, folder: &Path) -> Result<(), Stopped> {
    let mut reports = ranks::agree(ranks::apart(|| share(args, of, folder)))?;
    if !ranks::all().leads() {
        return Ok(());
    }
    if !ranks::all().is_alone() {
        let of_turn =
            |place| RunDirectory::open(&of.turn(place, folder).out).and_then(|(run, _)| run.read("report.json"));
        reports = (0..u64::from(of.seeds)).map(of_turn).collect::<Result<_, _>>()?;
    }
    if let Some(all) = over_seeds(&reports) {
        let json = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())? + "\n";
        crate::source::replace(&folder.join(FOUND), json.as_bytes())?;
        print(&seeds_table(&all, args.all_tasks));
    }
    complain(&format!("Everything is in {}", folder.display()));
    Ok(())
}

/// Trains those of the seeds that are this process's.
fn share(args: &RunArgs, of: &SeedsOf, folder: &Path) -> Result<Vec<RunReport>, Stopped> {
    let mut reports: Vec<RunReport> = Vec::new();
    for place in (0..u64::from(of.seeds)).filter(|place| ranks::is_mine(*place as usize)) {
        let turn = of.turn(place, folder);
        let (seed, nth) = (turn.seed, format!("{} of {}", place + 1, of.seeds));
        if let Ok((run, _)) = RunDirectory::open(&turn.out)
            && run.is_finished()
        {
            complain(&format!("Seed {seed}, {nth}: it is there already"));
            reports.push(run.read("report.json")?);
            continue;
        }
        complain(&format!("Seed {seed}, {nth}"));
        let report = match RunDirectory::open(&turn.out) {
            // It has the epochs that it was begun with.
            Ok((run, manifest)) => go_on(run, manifest, &RunArgs { epochs: None, ..args.clone() }),
            Err(_) => {
                // A folder without run.json was being made when the call was killed, and holds nothing that was learned.
                if turn.out.is_dir() {
                    let _ = std::fs::remove_dir_all(&turn.out);
                }
                let begun = ready(args, Some(&turn), false)?;
                begin(&begun, || RunDirectory::create(&turn.out).map_err(|no_run| Stopped::taken(&no_run)), args)
            }
        };
        let done = reports.len();
        reports.push(report.map_err(|stopped| interrupted(stopped, done, of.seeds, folder))?);
    }
    Ok(reports)
}

/// An interruption is one of the whole call.
fn interrupted(stopped: Stopped, done: usize, seeds: u32, folder: &Path) -> Stopped {
    match stopped {
        Stopped::Interrupted(_) => Stopped::Interrupted(format!(
            "Interrupted: {done} of {seeds} seeds are done. The same command goes on, or: mtlc run --resume {}",
            quoted::path(folder)
        )),
        other => other,
    }
}
