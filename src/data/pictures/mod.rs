//! Pictures: from bytes that nobody vouches for to pixels, and what is done with pixels.

mod clip;
mod clips;
mod colours;
mod column;
mod decode;
mod ffmpeg;
mod frame;
mod jpeg;
mod look;
mod lying;
mod resize;
mod values;
mod warp;
mod window;
mod y4m;

pub use crate::catalog::kinds::image::Channels;
pub use decode::{MOST_PIXELS, Picture, decode, upright_size};
pub use frame::Frame;
pub use look::left_out_for;
pub use resize::resized;
pub use values::{Pictures, with_others};
pub use warp::{Sampling, about_middle};
pub use window::Window;

pub(super) use clips::read as clip_of;
pub(super) use column::{PictureCells, file_bytes, paths, read, read_bytes, settle, shown};
pub(super) use look::{left_out, look};
