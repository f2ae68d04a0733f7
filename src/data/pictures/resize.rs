//! Pictures of another size.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::{Channels, Picture};

/// A picture of this height and width, whatever its proportions were.
pub fn resized(picture: &Picture, height: usize, width: usize) -> Picture {
    let sized = |pixels| Picture { height, width, channels: picture.channels, pixels };
    if (picture.height, picture.width) == (height, width) {
        return sized(picture.pixels.clone());
    }
    let sort = match picture.channels {
        Channels::Gray => PixelType::U8,
        Channels::Rgb => PixelType::U8x3,
    };
    let mut to = Image::new(width as u32, height as u32, sort);
    let from = ImageRef::new(picture.width as u32, picture.height as u32, &picture.pixels, sort);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).use_alpha(false);
    // Only a picture that contradicts itself could fail.
    let done = from.ok().and_then(|from| Resizer::new().resize(&from, &mut to, &options).ok());
    debug_assert!(done.is_some());
    sized(to.into_vec())
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
