//! Pictures of another size.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use super::{Channels, Picture};

/// A picture of this height and width, whatever its proportions were.
pub fn resized(picture: &Picture, height: usize, width: usize) -> Picture {
    let sized = |pixels| Picture { height, width, channels: picture.channels, pixels };
    if (picture.height, picture.width) == (height, width) {
        return sized(picture.pixels.clone());
    }
    sized(match picture.channels {
        Channels::Gray => pixels::<U8>(picture, height, width),
        Channels::Rgb => pixels::<U8x3>(picture, height, width),
    })
}

/// By the sort of pixel: asked for whichever one it is, the crate would be compiled here for all that it knows, which takes longer than
/// all else of ours.
fn pixels<P: PixelTrait>(picture: &Picture, height: usize, width: usize) -> Vec<u8> {
    let mut pixels = vec![0; height * width * P::size()];
    let from = TypedImageRef::<P>::from_buffer(picture.width as u32, picture.height as u32, &picture.pixels);
    let to = TypedImage::<P>::from_buffer(width as u32, height as u32, &mut pixels);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).use_alpha(false);
    // Only a picture that contradicts itself could fail.
    let done = from
        .ok()
        .zip(to.ok())
        .and_then(|(from, mut to)| Resizer::new().resize_typed::<P>(&from, &mut to, &options).ok());
    debug_assert!(done.is_some());
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_means_of_what_they_cover() {
        let row = Picture { height: 1, width: 4, channels: Channels::Gray, pixels: vec![0, 80, 160, 240] };
        // As Pillow: the first covers 0, 80 and 160 with weights ¾, ¾ and ¼, which makes 57.1.
        assert_eq!(resized(&row, 1, 2).pixels, [57, 183]);
        assert_eq!(resized(&row, 2, 4).pixels, [0, 80, 160, 240, 0, 80, 160, 240]);
        let flat = Picture { height: 3, width: 5, channels: Channels::Rgb, pixels: [10, 20, 30].repeat(15) };
        assert_eq!(resized(&flat, 7, 2).pixels, [10, 20, 30].repeat(14));
    }
}
