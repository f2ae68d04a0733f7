//! Pictures of another size, and moved by less than a pixel.
//!
//! A crate of its own, so that what is generic in `fast_image_resize` is compiled here, once and for speed, and not with each change of
//! `mtlc` and for a quick build.

mod warp;

pub use warp::Source;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

/// Height and width, in pixels.
pub type Size = (usize, usize);

/// A picture of one byte per pixel, row by row, of another size: each pixel is a mean of those that it covers, as Pillow's
/// antialiased `BILINEAR` has it. `None` if there are fewer bytes than pixels, or none.
pub fn gray(pixels: &[u8], from: Size, to: Size) -> Option<Vec<u8>> {
    resized::<U8>(pixels, from, to)
}

/// The same of three bytes per pixel.
pub fn rgb(pixels: &[u8], from: Size, to: Size) -> Option<Vec<u8>> {
    resized::<U8x3>(pixels, from, to)
}

/// By the sort of pixel: asked for whichever one it is, the crate would be compiled for all that it knows.
fn resized<P: PixelTrait>(pixels: &[u8], from: Size, to: Size) -> Option<Vec<u8>> {
    let mut resized = vec![0; to.0 * to.1 * P::size()];
    let from = TypedImageRef::<P>::from_buffer(from.1 as u32, from.0 as u32, pixels).ok()?;
    let mut target = TypedImage::<P>::from_buffer(to.1 as u32, to.0 as u32, &mut resized).ok()?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).use_alpha(false);
    Resizer::new().resize_typed::<P>(&from, &mut target, &options).ok()?;
    Some(resized)
}
