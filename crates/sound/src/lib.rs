//! Sound: from bytes that nobody vouches for to samples of one rate, and from these to spectra.
//!
//! A crate of its own, so that what is done to every sample is compiled for speed, and not with each change of `mtlc` and for a quick build.

mod decode;
mod format;
mod fourier;
mod resample;
mod spectra;

pub use decode::{Wanted, decode};
pub use resample::resampled;
pub use spectra::{Mel, Spectra};
