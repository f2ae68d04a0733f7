//! The threads of the built-in backend: as many as the machine has cores, or as `RAYON_NUM_THREADS` says. They share the
//! rows and columns of a product, never one of its sums, so that their number changes no bit of a result.

/// Says how many threads there are to be, before there are any; `RAYON_NUM_THREADS` goes before it.
pub fn with_threads(count: usize) {
    if std::env::var_os("RAYON_NUM_THREADS").is_none() {
        let _ = rayon::ThreadPoolBuilder::new().num_threads(count).stack_size(8 << 20).build_global();
    }
}

/// Does `work` on one of the threads. A thread that is none of them would only wait while they multiply, and be woken for
/// every product: that costs a tenth of a step or more.
///
/// What starts threads of its own and waits for them should stay outside, or it would keep one from working.
pub fn on_pool<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    // The stack of a main thread, which `work` would have had. If the pool has been made already, it stays as it is.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(8 << 20).build_global();
    rayon::scope(|_| work())
}
