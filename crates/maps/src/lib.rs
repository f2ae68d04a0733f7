//! What is read from the maps that a head gives of a picture: where heat is highest, which class a place is of, which places are one thing,
//! and where in the picture its pixels are.
//!
//! A crate of its own, so that what is done to every place of every map is compiled for speed whatever `mtlc` is compiled for. It needs no other,
//! and knows no tensors: slices of numbers in, as they lie in memory, places out. What it compares, it compares in the 32 bits that a model gives;
//! what it computes of these, in 64.

pub mod boxes;
pub mod classes;
pub mod outlines;
pub mod peaks;
pub mod things;

/// Height and width of a map, in places.
pub type Size = (usize, usize);

#[cfg(test)]
mod tests {
    /// Numbers between −1 and 1 that look drawn.
    pub fn numbers(seed: usize, count: usize) -> Vec<f32> {
        (0..count).map(|at| ((at * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0).collect()
    }
}
