//! The same done with many things, on all of the processor; in the order of the things.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, OnceLock, PoisonError};

/// More threads than this would have to wait for each other.
const MOST_THREADS: usize = 16;

thread_local! {
    /// Whether this thread is one of many that work side by side already.
    static WORKER: Cell<bool> = const { Cell::new(false) };
}

/// Does something as one of many threads, each of which does its own things one after the other.
pub fn as_worker<T>(work: impl FnOnce() -> T) -> T {
    let before = WORKER.replace(true);
    let done = work();
    WORKER.set(before);
    done
}

/// How many threads work side by side at most.
pub fn threads() -> usize {
    // Asked once: the system answers out of files.
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS))
}

/// What a function makes of 0, 1, … up to a count, in this order.
pub fn in_order<T: Send>(count: usize, make: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    let threads = threads().min(count);
    if threads <= 1 || WORKER.get() {
        return (0..count).map(make).collect();
    }
    let next = AtomicUsize::new(0);
    let made: Mutex<Vec<Option<T>>> = Mutex::new((0..count).map(|_| None).collect());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            let one = make(index);
            made.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(one);
        }
    };
    let panic = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().filter_map(|thread| thread.join().err()).last()
    });
    if let Some(panic) = panic {
        // As it was, so that whoever expects it knows it.
        std::panic::resume_unwind(panic);
    }
    made.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

/// What a function makes of things, each of which it takes, in their order.
pub fn each<T: Send, R: Send>(things: Vec<T>, make: &(dyn Fn(T) -> R + Sync)) -> Vec<R> {
    let things: Vec<Mutex<Option<T>>> = things.into_iter().map(|thing| Mutex::new(Some(thing))).collect();
    let taken = |index: usize| things[index].lock().unwrap_or_else(PoisonError::into_inner).take().map(make);
    in_order(things.len(), &taken).into_iter().flatten().collect()
}

/// The same with things that come one after the other: `next` gives them, `make` is done by any thread, and `take` gets what was
/// made, in order, on this one; it says whether it wants more. Only a few things are under way at once.
pub fn streamed<W: Send, T: Send>(
    mut next: impl FnMut() -> Option<W> + Send,
    make: impl Fn(W) -> T + Sync,
    mut take: impl FnMut(T) -> bool,
) {
    // Often there is only one thing.
    let (Some(first), second) = (next(), next()) else { return };
    let Some(second) = second else {
        take(make(first));
        return;
    };
    let threads = threads();
    let mut begun = [first, second].into_iter();
    let mut next = || begun.next().or_else(&mut next);
    let (give, given) = sync_channel::<(W, SyncSender<T>)>(threads);
    let (promise, promised) = sync_channel::<Receiver<T>>(threads);
    let given = Mutex::new(given);
    let (given, make) = (&given, &make);
    std::thread::scope(|scope| {
        let work = move || {
            loop {
                let one = given.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((thing, made)) = one else { return };
                // Nobody waits for it any more if no more is wanted.
                let _ = made.send(make(thing));
            }
        };
        (0..threads).for_each(|_| drop(scope.spawn(work)));
        scope.spawn(move || {
            while let Some(thing) = next() {
                let (made, wait) = sync_channel(1);
                if promise.send(wait).is_err() || give.send((thing, made)).is_err() {
                    return;
                }
            }
        });
        for wait in promised {
            if !wait.recv().is_ok_and(&mut take) {
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_streams_keeps_its_order_and_ends_when_nobody_wants_more() {
        for count in [0, 1, 2, 3, 1000] {
            let mut things = 0..count;
            let mut taken = Vec::new();
            let more = |made: i32| {
                taken.push(made);
                taken.len() < 500
            };
            streamed(|| things.next(), |number| number * 2, more);
            assert_eq!(taken, (0..count.min(500)).map(|number| number * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn order_is_kept_whoever_works() {
        let squares: Vec<usize> = (0..1000).map(|number| number * number).collect();
        assert_eq!(in_order(1000, &|number| number * number), squares);
        assert_eq!(each((0..1000).collect(), &|number: usize| number * number), squares);
        assert_eq!(as_worker(|| in_order(1000, &|number| number * number)), squares);
        assert_eq!(in_order(0, &|number| number), Vec::<usize>::new());
    }
}
