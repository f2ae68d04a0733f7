//! Ranks that fall silent: all come to an end, and it is said which they were.

use std::sync::Arc;
use std::time::Duration;

use mpi::topology::SimpleCommunicator;
use mpi::traits::Communicator;

use super::super::Outcome;
use super::super::output::complain;
use super::super::stopped::Stopped;
use super::{RESUMED_BY, WHERE, agree, all, name, said_by, told};
use crate::lower::world::World;
use crate::train::pulse::{Fallen, Listening, Waits};

/// Says how many seconds a rank may be silent; 0 for ever.
const PATIENCE: &str = "MTLC_RANKS_PATIENCE";
const SECONDS: u64 = 120;

/// How long it may take to tell all that they end.
const ABORT: Duration = Duration::from_secs(10);

/// Begins to listen for the other ranks, in whichever way the first one is told to; `None` if nobody listens.
///
/// # Errors
/// If that is no number of seconds.
pub fn listen(world: &dyn World, waits: Arc<Waits>) -> Result<Option<Listening>, Stopped> {
    let said = told(std::env::var_os(PATIENCE).map(|value| value.to_string_lossy().into_owned()));
    let seconds = match said.trim() {
        "" => Ok(SECONDS),
        said => said.parse::<u64>().map_err(|_| {
            Stopped::Message(
                format!("`{PATIENCE}` is `{said}`, and says how many seconds a rank may be silent"),
                Some(format!("write whole seconds, such as `{PATIENCE}={SECONDS}`, or 0 to wait for ever")),
            )
        }),
    };
    let seconds = agree(seconds)?;
    if seconds == 0 {
        return Ok(None);
    }
    let machines: Vec<String> = WHERE.get().into_iter().flatten().map(|(machine, _)| machine.clone()).collect();
    let fallen = move |fallen: Fallen| end(&fallen, seconds);
    let listening = Listening::begin(world, &machines, waits, Duration::from_secs(seconds), fallen);
    if world.rank() == 0 && !listening.unheard.is_empty() {
        let unheard: Vec<String> = listening.unheard.iter().map(|rank| name(*rank)).collect();
        complain(&format!(
            "note: {} cannot reach {}: if it is stopped, or its network drops, the others wait for it",
            unheard.join(", "),
            name(0)
        ));
    }
    Ok(Some(listening))
}

/// Says what was found, and ends all.
fn end(fallen: &Fallen, seconds: u64) {
    let rank = all().rank();
    // One of those that miss the first speaks for all; the others are ended by it.
    std::thread::sleep(Duration::from_millis(300) * rank.min(20) as u32);
    let what = match fallen {
        Fallen::Silent(ranks) => {
            let names: Vec<String> = ranks.iter().take(3).map(|rank| name(*rank)).collect();
            let more = if ranks.len() > 3 { format!(" and {} more", ranks.len() - 3) } else { String::new() };
            let have = if ranks.len() == 1 { "has" } else { "have" };
            format!(
                "{}{more} {have} not been heard for {seconds} s, stopped or behind a network that has dropped",
                names.join(", ")
            )
        }
        Fallen::Waiting => {
            let count = all().size();
            format!(
                "all {count} ranks have waited for each other for {seconds} s: the network between them carries nothing any more"
            )
        }
    };
    let help = match RESUMED_BY.get() {
        Some(command) => format!("what was kept last is whole; go on with: {command}"),
        None => "start it again when all machines reach each other".into(),
    };
    let text = format!("error: {what}\n  help: {help}");
    eprintln!("{}", if rank == 0 { text } else { said_by(&[rank], &text) });
    abort(Outcome::CouldNotRun.code())
}

/// Ends all ranks, and this one at least.
pub fn abort(code: u8) -> ! {
    let code = i32::from(code);
    std::thread::spawn(move || {
        std::thread::sleep(ABORT);
        std::process::exit(code);
    });
    SimpleCommunicator::world().abort(code)
}
