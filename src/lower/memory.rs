//! Memory that training frees is kept for the next step.
//!
//! A step makes tensors and frees them at its end. By its defaults, glibc then gives the free end of its heap back to the
//! system, and the next step pays for every page of it again when it is first touched: a quarter of the time of a step
//! with a few megabytes of tensors (`benches/engine.rs`), a third of one with hundreds (Multi-MNIST in batches of 1000).
//! Reserved memory is not used memory: a page counts once it is touched. Other C libraries are left as they are.

/// From now on, for the whole process. Calling it again changes nothing.
pub fn keep_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| {
            // SAFETY: `mallopt` takes two numbers and locks what it changes. A value that it refuses changes nothing.
            unsafe {
                // The largest that glibc takes (HEAP_MAX_SIZE / 2): smaller blocks come from the heap and not from maps of
                // their own, which are unmapped when freed. To set it at all stops glibc from moving it.
                libc::mallopt(libc::M_MMAP_THRESHOLD, 32 << 20);
                libc::mallopt(libc::M_TRIM_THRESHOLD, libc::c_int::MAX);
                // Threads other than the main one have heaps of 64 MB each, and one that is free is unmapped, whatever the
                // threshold, unless as much is to be kept in reserve.
                libc::mallopt(libc::M_TOP_PAD, 64 << 20);
            }
        });
    }
}
