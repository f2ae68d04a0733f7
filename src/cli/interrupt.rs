//! Ctrl-C and termination: a run is asked to end cleanly; asked twice, it ends at once.

use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

static ASKED: AtomicUsize = AtomicUsize::new(0);
static LISTENING: Once = Once::new();

/// Begins to listen; more than once does nothing.
pub fn listen() {
    LISTENING.call_once(|| {
        // Where no handler can be set, Ctrl-C ends the process as usual, and the last checkpoint remains.
        let _ = ctrlc::set_handler(|| {
            if ASKED.fetch_add(1, Ordering::SeqCst) > 0 {
                std::process::exit(130);
            }
            super::ranks::asked_to_end();
        });
    });
}

/// Whether a person asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst) > 0
}
