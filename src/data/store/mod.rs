//! The row store: what a table holds when it is too large for memory.
//!
//! A column lies in one raw file for each of its buffers (values, offsets, which are missing), which is mapped into memory and seen as
//! one Arrow array ([`columns`]): whatever works on a column in memory works on one on disk. An Arrow IPC file would cut a column into
//! batches, of which one array cannot be made without copying. Mapped pages count as memory of the process while they are touched, so
//! whoever has gone through some rows lets them go ([`release`]).
//!
//! What comes out of the steps lies row after row in one file ([`rows`]) and is read by position: a batch needs all of a few rows, for
//! which columns would be the wrong way round, and nothing is mapped.
//!
//! Columns are kept in the cache folder, by what they were made from ([`kept`]); prepared rows depend on what was fitted, and live as
//! long as the process.

pub mod columns;
pub mod fixed;
pub mod folder;
pub mod kept;
mod mapped;
pub mod rows;

pub use fixed::Fixed;
pub use mapped::release;

/// Rows of so many bytes lie in memory; more lie on disk.
const MEMORY: usize = 256 << 20;

/// How many bytes of rows lie in memory: what `MTLC_MEMORY` says (`64M`, `2G`), or the usual.
pub fn memory() -> usize {
    std::env::var("MTLC_MEMORY").ok().and_then(|text| bytes(&text)).unwrap_or(MEMORY)
}

/// `64M` as bytes.
fn bytes(text: &str) -> Option<usize> {
    let text = text.trim();
    let (number, factor) = match text.char_indices().last()? {
        (at, 'K' | 'k') => (&text[..at], 1 << 10),
        (at, 'M' | 'm') => (&text[..at], 1 << 20),
        (at, 'G' | 'g') => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    number.trim().parse::<usize>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_read() {
        for (text, wanted) in [
            ("0", Some(0)),
            ("64M", Some(64 << 20)),
            (" 2 g", Some(2 << 30)),
            ("3K", Some(3072)),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(bytes(text), wanted, "{text}");
        }
    }
}
