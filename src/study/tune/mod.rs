//! `mtlc tune`: searches the task weights and the params that say what they may be (`over`) for the best multi-task score.
//!
//! [`space`] is what may be tried, [`search`] proposes, [`runner`] trains a proposal, [`trials`] keeps what came of it. The
//! driver here brings them together: the spec as written is the first trial, a trial that is kept is not trained again, and
//! what is proposed never depends on which trial ended first.

mod expected_improvement;
mod gaussian_process;
pub mod runner;
pub mod search;
pub mod space;
pub mod trials;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};

use runner::Runner;
use search::{Proposal, Search};
use trials::{Trial, TrialsFile};

use crate::lower::world::World;
use crate::source::Cannot;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Done,
    /// A person asked to stop; the trials that were done are kept.
    Interrupted,
}

/// Everything that was tried, in the order in which it was proposed.
pub struct Tuned {
    pub trials: Vec<Trial>,
    pub ended: Ended,
}

impl Tuned {
    /// The trial with the highest score of those with the full budget; of equal ones the first.
    pub fn best(&self, epochs: usize) -> Option<&Trial> {
        let full = self.trials.iter().filter(|trial| trial.epochs == epochs && trial.score.is_some());
        full.reduce(|best, trial| if trial.score > best.score { trial } else { best })
    }
}

/// Searches until the search has nothing more to propose. `say` hears of each trial: what it was, whether it was kept from
/// before, and how many have been proposed so far.
///
/// # Errors
/// If a trial cannot be written down.
pub fn tune(
    search: &mut dyn Search,
    as_written: Proposal,
    runner: &Runner<'_>,
    file: &TrialsFile,
    jobs: usize,
    world: &dyn World,
    say: &mut dyn FnMut(&Trial, bool, usize),
) -> Result<Tuned, Cannot> {
    // What the first process has kept, for all.
    let kept = world.gather(&lines(&if world.leads() { file.read()? } else { Vec::new() }));
    let kept: HashMap<_, Trial> = trials_of(&kept[0]).into_iter().map(|trial| (trial.key(), trial)).collect();
    let mut trials: Vec<Trial> = Vec::new();
    let mut wanted = vec![as_written];
    wanted.extend(search.next(&[]));
    while !wanted.is_empty() {
        let first = trials.len();
        // What a search proposes twice is trained once.
        let mut fresh: Vec<Proposal> = Vec::new();
        for proposal in wanted {
            let known = trials.iter().any(|trial| trial.is_of(&proposal)) || fresh.contains(&proposal);
            if !known {
                fresh.push(proposal);
            }
        }
        let mut results: Vec<Option<Trial>> =
            fresh.iter().map(|proposal| kept.get(&(proposal.set.clone(), proposal.epochs)).cloned()).collect();
        let total = first + fresh.len();
        let mut queue = VecDeque::new();
        for (place, result) in results.iter_mut().enumerate() {
            match result {
                Some(trial) => {
                    trial.number = first + place;
                    say(trial, true, total);
                }
                None => queue.push_back(place),
            }
        }
        let mut finished = |place: usize, mut trial: Trial| {
            trial.number = first + place;
            if world.leads() {
                file.append(&trial)?;
            }
            say(&trial, false, total);
            results[place] = Some(trial);
            Ok(())
        };
        if world.is_alone() {
            run_all(queue, jobs, &fresh, runner, &mut finished)?;
        } else {
            run_by_all(queue, jobs, &fresh, runner, world, &mut finished)?;
        }
        let complete = results.iter().all(Option::is_some);
        trials.extend(results.into_iter().flatten());
        if !complete {
            return Ok(Tuned { trials, ended: Ended::Interrupted });
        }
        wanted = search.next(&trials);
    }
    Ok(Tuned { trials, ended: Ended::Done })
}

/// The same by several processes, each of which trains some of as many proposals as all can have at once; every one hears of all.
fn run_by_all(
    mut queue: VecDeque<usize>,
    jobs: usize,
    proposals: &[Proposal],
    runner: &Runner<'_>,
    world: &dyn World,
    finished: &mut dyn FnMut(usize, Trial) -> Result<(), Cannot>,
) -> Result<(), Cannot> {
    while !queue.is_empty() {
        let round: Vec<usize> = queue.drain(..queue.len().min(jobs.max(1) * world.size())).collect();
        let mine = round.iter().skip(world.rank()).step_by(world.size()).copied().collect();
        let mut own: Vec<(usize, Trial)> = Vec::new();
        run_all(mine, jobs, proposals, runner, &mut |place, trial| {
            own.push((place, trial));
            Ok(())
        })?;
        let said = world.gather(&serde_json::to_vec(&own).unwrap_or_default());
        let mut all: Vec<(usize, Trial)> = said
            .iter()
            .flat_map(|bytes| serde_json::from_slice::<Vec<(usize, Trial)>>(bytes).unwrap_or_default())
            .collect();
        all.sort_by_key(|(place, _)| *place);
        // One that was interrupted has fewer, and all of them stop.
        let complete = all.len() == round.len();
        all.into_iter().try_for_each(|(place, trial)| finished(place, trial))?;
        if !complete {
            break;
        }
    }
    Ok(())
}

fn lines(trials: &[Trial]) -> Vec<u8> {
    serde_json::to_vec(trials).unwrap_or_default()
}

fn trials_of(bytes: &[u8]) -> Vec<Trial> {
    serde_json::from_slice(bytes).unwrap_or_default()
}

/// Trains the queued proposals on `jobs` threads; `finished` hears of each on this one.
fn run_all(
    queue: VecDeque<usize>,
    jobs: usize,
    proposals: &[Proposal],
    runner: &Runner<'_>,
    finished: &mut dyn FnMut(usize, Trial) -> Result<(), Cannot>,
) -> Result<(), Cannot> {
    let threads = jobs.clamp(1, queue.len().max(1));
    let queue = Mutex::new(queue);
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                while let Some(place) = next() {
                    let Some(trial) = runner.trial(&proposals[place]) else { break };
                    if send.send((place, trial)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut result = Ok(());
        for (place, trial) in receive {
            if result.is_ok() {
                result = finished(place, trial);
            }
            if result.is_err() {
                // What cannot be kept is not worth training.
                queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
            }
        }
        result
    })
}
