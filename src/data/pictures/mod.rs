//! Pictures: from bytes that nobody vouches for to pixels.

mod decode;
mod jpeg;

pub use decode::{Channels, Picture, decode};
