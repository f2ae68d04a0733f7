//! The same done with many things, on all of the processor; in the order of the things.

use std::cell::Cell;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_whoever_works() {
        let squares: Vec<usize> = (0..1000).map(|number| number * number).collect();
        assert_eq!(in_order(1000, &|number| number * number), squares);
        assert_eq!(as_worker(|| in_order(1000, &|number| number * number)), squares);
        assert_eq!(in_order(0, &|number| number), Vec::<usize>::new());
    }
}
