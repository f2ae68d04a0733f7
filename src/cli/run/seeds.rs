//! `mtlc run --seeds N`: one run after another in one folder. The same call, or `--resume FOLDER`, goes on with what an
//! interrupted one has left: finished seeds are kept, the one under way is resumed from its checkpoint.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::output::{complain, print};
use super::super::stopped::Stopped;
use super::seeds_table::seeds_table;
use super::{Ready, RunArgs, Turn, begin, default_folder, finished, go_on, load, ready, taken};
use crate::data::sha256;
use crate::report::{RunReport, over_seeds};
use crate::train::directory::{RunDirectory, VERSION, name_latest};
use crate::train::lock::{self, Lock};

/// In the folder: what its runs are of.
const FILE: &str = "seeds-of.json";

/// Everything that tells one call from another, but how many seeds: more of them go on in the same folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct SeedsOf {
    version: u32,
    mtlc_version: String,
    spec: PathBuf,
    spec_sha256: String,
    set: Vec<(String, String)>,
    variant: Option<String>,
    /// The first seed.
    seed: u64,
    seeds: u32,
    resplit: bool,
    split_seed: Option<u64>,
    epochs: Option<u32>,
    no_pass: Vec<String>,
    device: Option<String>,
}

impl SeedsOf {
    fn read(folder: &Path) -> Option<SeedsOf> {
        serde_json::from_str(&std::fs::read_to_string(folder.join(FILE)).ok()?).ok()
    }

    fn write(&self, folder: &Path) -> Result<(), String> {
        let json = serde_json::to_string_pretty(self).map_err(|error| error.to_string())? + "\n";
        crate::source::replace(&folder.join(FILE), json.as_bytes())
    }

    /// What the folder's runs have different, to complete "its runs are …".
    fn difference(&self, kept: &SeedsOf) -> Option<&'static str> {
        let told =
            |of: &SeedsOf| (of.set.clone(), of.variant.clone(), of.no_pass.clone(), of.epochs, of.device.clone());
        if self.spec != kept.spec {
            Some("of another spec")
        } else if self.spec_sha256 != kept.spec_sha256 {
            Some("of the spec as it was before it changed")
        } else if told(self) != told(kept) {
            Some("made with other options")
        } else if (self.seed, self.split_seed, self.resplit) != (kept.seed, kept.split_seed, kept.resplit) {
            Some("of other seeds")
        } else if self.mtlc_version != kept.mtlc_version {
            Some("made by another version of mtlc")
        } else {
            None
        }
    }

    fn turn(&self, place: u64, folder: &Path) -> Turn {
        let seed = self.seed + place;
        let split_seed = if self.resplit { Some(self.split_seed.unwrap_or(0) + place) } else { self.split_seed };
        Turn { seed, split_seed, out: folder.join(format!("seed-{seed}")) }
    }
}

/// `mtlc run SPEC --seeds N`.
pub(super) fn several(args: &RunArgs, seeds: u32) -> Result<(), Stopped> {
    let path = args.spec.as_deref().unwrap_or(Path::new(""));
    let spec = load(path, args, true)?;
    let Some(pipeline) = &spec.pipeline else { return Err(Stopped::Problems) };
    let of = SeedsOf {
        version: VERSION,
        mtlc_version: env!("CARGO_PKG_VERSION").into(),
        spec: std::fs::canonicalize(path).unwrap_or(path.to_path_buf()),
        spec_sha256: sha256(spec.sources.get(spec.file).text.as_bytes()),
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
    let (folder, _lock) = match &args.out {
        Some(folder) => (folder.clone(), claimed(args, &of, folder)?),
        None => match left_over(args, &of, &pipeline.name) {
            Some(left) => left,
            None => fresh(&pipeline.name)?,
        },
    };
    of.write(&folder)?;
    name_latest(&folder);
    let trained = train(args, &of, &folder);
    if trained.is_err() && !of.turn(0, &folder).out.exists() {
        // Nothing was begun: nothing is left.
        let _ = std::fs::remove_file(folder.join(FILE));
        let _ = std::fs::remove_file(folder.join(lock::FILE));
        if !there {
            let _ = std::fs::remove_dir(&folder);
        }
    }
    trained
}

/// `mtlc run --resume FOLDER` of a folder that `--seeds` has made; `None` if it is none.
pub(super) fn resumed(folder: &Path, args: &RunArgs) -> Option<Result<(), Stopped>> {
    let of = SeedsOf::read(folder).filter(|_| !folder.join("run.json").exists())?;
    if args.epochs.is_some() {
        let help =
            format!("lengthen the run of a seed: `mtlc run --resume {}/seed-{} --epochs N`", folder.display(), of.seed);
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

/// Locks a folder that is new, empty or of the same runs.
fn claimed(args: &RunArgs, of: &SeedsOf, folder: &Path) -> Result<Lock, Stopped> {
    let Some(kept) = SeedsOf::read(folder) else {
        RunDirectory::free(folder).map_err(taken)?;
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make the folder `{}`: {error}", folder.display()))?;
        return Lock::take(folder).map_err(held);
    };
    let other = |difference: &str| {
        let message = format!("the runs in `{}` are {difference}: nothing in it was touched", folder.display());
        Stopped::Message(message, Some("choose another folder with `--out`".into()))
    };
    if let Some(difference) = of.difference(&kept) {
        return Err(other(difference));
    }
    let lock = Lock::take(folder).map_err(held)?;
    match unlike(args, of, folder)? {
        Some(difference) => Err(other(difference)),
        None => Ok(lock),
    }
}

/// A folder that another process has.
fn held(message: String) -> Stopped {
    Stopped::Message(message, Some(lock::HELP.into()))
}

/// What the runs that are there have different from those that this call would make, the data among it.
fn unlike(args: &RunArgs, of: &SeedsOf, folder: &Path) -> Result<Option<&'static str>, Stopped> {
    for place in 0..u64::from(of.seeds) {
        let turn = of.turn(place, folder);
        let Ok((_, kept)) = RunDirectory::open(&turn.out) else { continue };
        let now = ready(args, Some(&turn), false)?.manifest;
        if now.identity != kept.identity {
            return Ok(Some(if now.data == kept.data {
                "of imported files as they were before they changed"
            } else {
                "on other data: the files have changed"
            }));
        }
    }
    Ok(None)
}

/// The newest folder where the same call was interrupted.
fn left_over(args: &RunArgs, of: &SeedsOf, name: &str) -> Option<(PathBuf, Lock)> {
    let entries = std::fs::read_dir(Path::new("runs").join(name)).ok()?;
    let mut folders: Vec<PathBuf> =
        entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|e| e.path()).collect();
    folders.sort();
    for folder in folders.into_iter().rev().filter(|folder| !folder.join("seeds.json").exists()) {
        let same = SeedsOf::read(&folder).is_some_and(|kept| of.difference(&kept).is_none());
        if same
            && let Ok(lock) = Lock::take(&folder)
            && unlike(args, of, &folder).is_ok_and(|difference| difference.is_none())
        {
            complain(&format!("Going on with the interrupted call in {}", folder.display()));
            return Some((folder, lock));
        }
    }
    None
}

/// A new folder by the time.
fn fresh(name: &str) -> Result<(PathBuf, Lock), Stopped> {
    match RunDirectory::create_numbered(&default_folder(name))?.into_parts() {
        (folder, Some(lock)) => Ok((folder, lock)),
        (folder, None) => Err(Stopped::from(format!("cannot lock `{}`", folder.display()))),
    }
}

fn train(args: &RunArgs, of: &SeedsOf, folder: &Path) -> Result<(), Stopped> {
    let mut reports: Vec<RunReport> = Vec::new();
    for place in 0..u64::from(of.seeds) {
        let turn = of.turn(place, folder);
        let (seed, nth) = (turn.seed, format!("{} of {}", place + 1, of.seeds));
        if let Ok((run, _)) = RunDirectory::open(&turn.out)
            && finished(&run)
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
                let Ready { session, manifest, backend, text } = ready(args, Some(&turn), false)?;
                begin(&session, manifest, backend, &text, || RunDirectory::create(&turn.out).map_err(taken), args)
            }
        };
        let done = reports.len();
        reports.push(report.map_err(|stopped| interrupted(stopped, done, of.seeds, folder))?);
    }
    if let Some(all) = over_seeds(&reports) {
        let json = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())? + "\n";
        crate::source::replace(&folder.join("seeds.json"), json.as_bytes())?;
        print(&seeds_table(&all, args.all_tasks));
    }
    complain(&format!("Everything is in {}", folder.display()));
    Ok(())
}

/// An interruption is one of the whole call.
fn interrupted(stopped: Stopped, done: usize, seeds: u32, folder: &Path) -> Stopped {
    match stopped {
        Stopped::Interrupted(_) => Stopped::Interrupted(format!(
            "Interrupted: {done} of {seeds} seeds are done. The same command goes on, or: mtlc run --resume {}",
            folder.display()
        )),
        other => other,
    }
}
