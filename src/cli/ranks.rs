//! Several processes that do one command together (`mpirun -n 4 mtlc run spec.mtl`): which this is, that the first one speaks for all,
//! and that all come to an end together, however one of them ends.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::Outcome;
#[cfg(feature = "mpi")]
use super::output::leave_to_another;
use super::output::{complain, take_held};
use super::stopped::Stopped;
use crate::lower::world::{Alone, World};

#[cfg(any(test, feature = "mpi"))]
mod clocks;
#[cfg(feature = "mpi")]
mod silence;

static WORLD: OnceLock<Arc<dyn World>> = OnceLock::new();
/// While each process has work of its own.
static APART: AtomicBool = AtomicBool::new(false);
/// Whether all processes know of the error that they end with.
static AGREED: AtomicBool = AtomicBool::new(false);
/// What interrupted processes go on with.
static RESUMED_BY: OnceLock<String> = OnceLock::new();
/// Of every process its machine and its number there.
static WHERE: OnceLock<Vec<(String, u32)>> = OnceLock::new();

/// The processes that train together.
pub fn world() -> Arc<dyn World> {
    if APART.load(Ordering::SeqCst) { Arc::new(Alone) } else { all() }
}

/// The processes of the command, whether or not they are at work together.
pub fn all() -> Arc<dyn World> {
    WORLD.get().cloned().unwrap_or_else(|| Arc::new(Alone))
}

/// Does work of this process alone: its trainings are trained by it, whatever the others do meanwhile.
pub fn apart<R>(work: impl FnOnce() -> R) -> R {
    let before = APART.swap(true, Ordering::SeqCst);
    let done = work();
    APART.store(before, Ordering::SeqCst);
    done
}

/// Whether a piece of work is this process's, if they are dealt out one after the other.
pub fn is_mine(piece: usize) -> bool {
    let world = all();
    piece % world.size() == world.rank()
}

/// `rank 2 on node-7`
fn name(rank: usize) -> String {
    match WHERE.get().and_then(|all| all.get(rank)) {
        Some((machine, _)) => format!("rank {rank} on {machine}"),
        None => format!("rank {rank}"),
    }
}

/// Notes that all processes know of the error that they end with.
pub fn agreed() {
    AGREED.store(true, Ordering::SeqCst);
}

/// Notes how the command is gone on with.
pub fn resumed_by(command: String) {
    let _ = RESUMED_BY.set(command);
}

/// Does something that every process does, and goes on when all have done it; see [`agree`].
pub fn in_step<T>(work: impl FnOnce() -> Result<T, Stopped>) -> Result<T, Stopped> {
    let done = work();
    if world().is_alone() { done } else { agree(done) }
}

/// What a process says of its part.
#[derive(Serialize, Deserialize)]
struct Part {
    code: u8,
    said: String,
}

/// Waits until every process has come as far, and ends all of them if one cannot go on; the first one says why.
pub fn agree<T>(done: Result<T, Stopped>) -> Result<T, Stopped> {
    let world = all();
    if world.is_alone() {
        return done;
    }
    let (done, part) = match done {
        Ok(done) => (Ok(done), Part { code: 0, said: String::new() }),
        Err(stopped) => {
            let outcome = stopped.outcome();
            (Err(outcome), Part { code: outcome.code(), said: take_held() })
        }
    };
    take_held();
    let parts = world.gather(&serde_json::to_vec(&part).unwrap_or_default());
    let parts: Vec<Part> = parts
        .iter()
        .map(|bytes| serde_json::from_slice(bytes).unwrap_or(Part { code: 2, said: "error: it says nothing".into() }))
        .collect();
    let Some(failed) = parts.iter().find(|part| part.code != 0) else { return done.map_err(Stopped::Said) };
    agreed();
    // What the first one has said already is not said again for those that met the same.
    if parts[0].code == 0 {
        let mut by_text: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (rank, part) in parts.iter().enumerate().filter(|(_, part)| part.code != 0) {
            by_text.entry(&part.said).or_default().push(rank);
        }
        by_text.into_iter().for_each(|(text, ranks)| complain(&said_by(&ranks, text)));
    }
    Err(Stopped::Said(Outcome::of(failed.code)))
}

fn said_by(ranks: &[usize], text: &str) -> String {
    let more = match ranks.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}: {}", name(ranks[0]), text.trim_end())
}

/// Refuses to go on unless all processes have the same: pairs of what it is, and a hash of it.
pub fn same(mine: &[(String, String)]) -> Result<(), Stopped> {
    let world = world();
    if world.is_alone() {
        return Ok(());
    }
    let all = world.gather(&serde_json::to_vec(mine).unwrap_or_default());
    let all: Vec<Vec<(String, String)>> =
        all.iter().map(|bytes| serde_json::from_slice(bytes).unwrap_or_default()).collect();
    // What most have is right.
    let usual = all.iter().max_by_key(|one| {
        let first = all.iter().position(|other| other == *one).unwrap_or(0);
        (all.iter().filter(|other| other == one).count(), std::cmp::Reverse(first))
    });
    let Some(usual) = usual else { return Ok(()) };
    let others: Vec<String> = (0..all.len())
        .filter(|rank| all[*rank] != *usual)
        .map(|rank| {
            let lacking = |one: &[(String, String)], other: &[(String, String)]| {
                one.iter().find(|pair| !other.contains(pair)).map(|(what, _)| what.clone())
            };
            let what = lacking(usual, &all[rank]).or_else(|| lacking(&all[rank], usual)).unwrap_or_default();
            format!("{} has another {what}", name(rank))
        })
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    agreed();
    let shown = others[..others.len().min(3)].join("; ");
    let more = if others.len() > 3 { format!("; and {} more ranks", others.len() - 3) } else { String::new() };
    let reference = all.iter().position(|one| one == usual).unwrap_or(0);
    Err(Stopped::Message(
        format!("{shown}{more}, than {}: nothing was trained", name(reference)),
        Some(
            "all ranks need the same build of mtlc and the same files: copy them to every machine, or share a folder"
                .into(),
        ),
    ))
}

/// A text that the first process has, for all.
pub fn told(text: Option<String>) -> String {
    let said = all().gather(text.unwrap_or_default().as_bytes());
    String::from_utf8_lossy(&said[0]).into_owned()
}

/// What has been said when the system asked this process to end: one of the others may be gone, and then nobody takes the next step.
pub fn asked_to_end() {
    let (world, Some(command)) = (all(), RESUMED_BY.get()) else { return };
    if world.is_alone() || !speaks_at_the_end(&*world) {
        return;
    }
    eprintln!(
        "Asked to end, as all ranks are when one of them is gone (the launcher says which). What was kept last is whole; go on with: {command}"
    );
}

/// The first process, or the second if that is gone.
fn speaks_at_the_end(world: &dyn World) -> bool {
    match (world.rank(), WHERE.get()) {
        (0, _) => true,
        (1, Some(all)) if all[0].0 == all[1].0 => {
            std::thread::sleep(std::time::Duration::from_millis(200));
            let first = std::fs::read_to_string(format!("/proc/{}/stat", all[0].1)).unwrap_or_default();
            // One that is dead stays there until its parent has looked.
            first.is_empty() || first.rsplit(')').next().is_some_and(|state| state.trim_start().starts_with(['Z', 'X']))
        }
        _ => false,
    }
}

/// How many processes the launcher has started, and which of them this is, as its environment says.
fn launched() -> Option<(usize, usize)> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<usize>().ok();
    let size = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].into_iter().find_map(number)?;
    let rank = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"].into_iter().find_map(number);
    Some((size, rank.unwrap_or(0)))
}

#[cfg(not(feature = "mpi"))]
pub fn together(command: impl FnOnce() -> Outcome) -> Outcome {
    match launched() {
        Some((size @ 2.., rank)) => {
            if rank == 0 {
                super::output::fail(
                    &format!("{size} processes were started to do this together, and this build knows only one"),
                    Some("build it with MPI: `cargo build --release --features mpi`; or start it without `mpirun`"),
                );
            }
            Outcome::CouldNotRun
        }
        _ => command(),
    }
}

/// Does a command by all processes that the launcher has started, or by this one.
#[cfg(feature = "mpi")]
pub fn together(command: impl FnOnce() -> Outcome) -> Outcome {
    use crate::train::mpi::Joined;
    // srun may tell nothing but the rank.
    if launched().is_none() && std::env::var_os("PMIX_RANK").is_none() {
        return command();
    }
    let (joined, world) = match Joined::begin() {
        Ok(both) => both,
        Err(why) => {
            super::output::fail(&format!("MPI cannot be used here: {why:?}"), None);
            return Outcome::CouldNotRun;
        }
    };
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let own = (mpi_machine(), std::process::id(), time);
    let all = world.gather(&serde_json::to_vec(&own).unwrap_or_default());
    let all: Vec<(String, u32, u64)> = all.iter().filter_map(|bytes| serde_json::from_slice(bytes).ok()).collect();
    let here = all.iter().filter(|(machine, ..)| *machine == own.0).count();
    let clocks: Vec<u64> = all.iter().map(|(.., time)| *time).collect();
    let all = all.into_iter().map(|(machine, process, _)| (machine, process)).collect();
    #[cfg(feature = "nccl")]
    let together: Arc<dyn World> = Arc::new(crate::train::nccl::Nccl::over(world));
    #[cfg(not(feature = "nccl"))]
    let together: Arc<dyn World> = Arc::new(world);
    let together = crate::train::pulse::Counted::over(together);
    let waits = together.waits();
    let _ = (WHERE.set(all), WORLD.set(Arc::new(together)));
    if world.rank() > 0 {
        leave_to_another();
    } else if let Some(apart) = clocks::apart(&clocks) {
        complain(&apart);
    }
    // A launcher that binds gives each process cores of its own; else they share those that there are.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores == online() && here > 1 {
        crate::lower::with_threads((cores / here).max(1));
    }
    let mut listening = None;
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match silence::listen(&world, waits) {
        Ok(begun) => {
            listening = begun;
            command()
        }
        Err(stopped) => stopped.outcome(),
    }));
    let code = match &done {
        Ok(Outcome::Clean) => 0,
        Ok(outcome) => outcome.code(),
        Err(_) => 101,
    };
    if code == 0 || AGREED.load(Ordering::SeqCst) {
        if let Err(not_left) = self::all().leave() {
            eprintln!("{}: {not_left}; everything was done before", name(world.rank()));
        }
        if let Some(listening) = listening {
            listening.end();
        }
        joined.end();
        return done.unwrap_or(Outcome::CouldNotRun);
    }
    // The others do not know, and would wait.
    let held = take_held();
    if world.rank() > 0 {
        // Where all have met the same, the first one says it, and ends all.
        std::thread::sleep(std::time::Duration::from_secs(1));
        eprintln!("{}", said_by(&[world.rank()], &held));
    }
    if let Some(command) = RESUMED_BY.get() {
        eprintln!("What was kept last is whole; go on with: {command}");
    }
    silence::abort(code)
}

#[cfg(feature = "mpi")]
fn mpi_machine() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").map_or_else(|_| "?".into(), |name| name.trim().to_string())
}

/// The cores of the machine, whether or not this process may use them.
#[cfg(feature = "mpi")]
fn online() -> usize {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    info.lines().filter(|line| line.starts_with("processor")).count()
}
