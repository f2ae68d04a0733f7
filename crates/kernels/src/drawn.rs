//! Numbers of tests.

/// Numbers between −1 and 1 that look drawn.
pub fn numbers(seed: usize, count: usize) -> Vec<f32> {
    (0..count).map(|at| ((at * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0).collect()
}
