//! How many threads libtorch computes with, where other processes want the processors too.
//!
//! Its threads wait for each other, turning round and round, after every operation. If one of them has to share its processor, all wait for
//! that one: beside a single busy process a step can take many times as long. With a thread less it loses the share that it is denied,
//! and no more. The built-in backend needs none of this, since a thread that has nothing to do takes work from the others.

#[cfg(feature = "libtorch")]
pub use by_libtorch::give_way;

/// What the system has counted up to some moment, in ticks.
#[cfg(any(feature = "libtorch", test))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted {
    processors: usize,
    /// Of all processors: all time, and what of it was idle.
    all: u64,
    idle: u64,
    /// Of this process.
    own: u64,
}

#[cfg(any(feature = "libtorch", test))]
impl Counted {
    /// From what Linux says of all processors (`/proc/stat`) and of this process (`/proc/self/stat`).
    fn read(system: &str, process: &str) -> Option<Self> {
        let mut numbers = system.lines().next()?.strip_prefix("cpu ")?.split_whitespace().map(str::parse::<u64>);
        let mut times = [0; 8];
        for time in &mut times {
            *time = numbers.next()?.ok()?;
        }
        // user, nice, system, idle, waiting, interrupts (two sorts), stolen
        let (all, idle) = (times.iter().sum(), times[3] + times[4]);
        let is_one =
            |line: &&str| line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let processors = system.lines().filter(is_one).count();
        // The name of the process stands in brackets, and may hold anything.
        let fields: Vec<&str> = process.rsplit_once(") ")?.1.split_whitespace().collect();
        let own = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
        Some(Self { processors, all, idle, own })
    }

    /// How many processors others have kept busy since then.
    fn others_since(&self, before: &Self) -> Option<f64> {
        let passed = self.all.checked_sub(before.all).filter(|passed| *passed > 0)?;
        let idle = self.idle.saturating_sub(before.idle);
        let own = self.own.saturating_sub(before.own);
        let others = passed.saturating_sub(idle + own) as f64;
        Some(others * self.processors as f64 / passed as f64)
    }
}

/// How many of `most` threads have a processor to themselves.
#[cfg(any(feature = "libtorch", test))]
fn threads(most: usize, processors: usize, others: f64) -> usize {
    let free = processors as f64 - others;
    (free.round().max(1.0) as usize).min(most.max(1))
}

#[cfg(feature = "libtorch")]
mod by_libtorch {
    use std::fs::read_to_string;
    use std::sync::{Mutex, PoisonError};
    use std::time::{Duration, Instant};

    use super::{Counted, threads};
    use crate::lower::Device;

    /// Between two looks at what others do.
    const PAUSE: Duration = Duration::from_millis(500);

    struct State {
        /// What libtorch began with: the processors, or what `OMP_NUM_THREADS` says.
        most: usize,
        counted: Option<Counted>,
        since: Instant,
    }

    static STATE: Mutex<Option<State>> = Mutex::new(None);

    /// To be called before a step, on the thread that asks libtorch for it: now and then looks how many processors others keep
    /// busy, and lets libtorch have as many threads as are left. Does nothing for other devices, nor where that cannot be found out.
    // burn marks its libtorch devices as deprecated; this project holds burn at the last version that has them.
    #[allow(deprecated)]
    pub fn give_way(device: &Device) {
        // What a GPU computes does not wait for threads.
        if *device != Device::libtorch() {
            return;
        }
        let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
        let state = state.get_or_insert_with(|| State {
            most: tch::get_num_threads() as usize,
            counted: counted(),
            since: Instant::now(),
        });
        if state.since.elapsed() < PAUSE {
            return;
        }
        state.since = Instant::now();
        let now = counted();
        if let (Some(now), Some(before)) = (&now, &state.counted)
            && let Some(others) = now.others_since(before)
        {
            let wanted = threads(state.most, now.processors, others) as i32;
            if wanted != tch::get_num_threads() {
                tch::set_num_threads(wanted);
            }
        }
        state.counted = now;
    }

    fn counted() -> Option<Counted> {
        Counted::read(&read_to_string("/proc/stat").ok()?, &read_to_string("/proc/self/stat").ok()?)
    }
}

/// Nothing waits for threads here.
#[cfg(not(feature = "libtorch"))]
pub fn give_way(_: &super::Device) {}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: &str =
        "cpu  100 10 50 800 40 0 0 0 7 0\ncpu0 50 5 25 400 20 0 0 0 0 0\ncpu1 50 5 25 400 20 0 0 0 0 0\nintr 1\n";

    #[test]
    fn what_others_keep_busy_is_what_is_neither_idle_nor_ours() {
        let process = "77 (a (b) c) R 1 1 1 0 -1 4 0 0 0 0 30 20 0 0 20 0 9";
        let before = Counted::read(SYSTEM, process).expect("counts");
        assert_eq!(before, Counted { processors: 2, all: 1000, idle: 840, own: 50 });
        // Of 200 ticks on two processors: 100 ours, 20 idle, and so 80 of others, four fifths of a processor.
        let now = Counted { all: 1200, idle: 860, own: 150, ..before };
        assert_eq!(now.others_since(&before), Some(0.8));
        assert_eq!(before.others_since(&before), None);
        assert_eq!([Counted::read("", process), Counted::read(SYSTEM, "77 R 1")], [None, None]);
    }

    #[test]
    fn a_thread_less_for_each_processor_that_others_keep_busy_and_one_at_least() {
        let found = [0.0, 0.3, 0.8, 1.0, 1.9, 2.5].map(|others| threads(2, 2, others));
        assert_eq!(found, [2, 2, 1, 1, 1, 1]);
        // What others do on a large machine leaves enough for a few threads.
        assert_eq!([threads(4, 64, 40.0), threads(4, 64, 62.0), threads(0, 64, 0.0)], [4, 2, 1]);
    }
}
