//! Pictures of another size.

use super::{Channels, Picture};

/// A picture of this height and width, whatever its proportions were.
pub fn resized(picture: &Picture, height: usize, width: usize) -> Picture {
    let (from, to) = ((picture.height, picture.width), (height, width));
    if from == to {
        return picture.clone();
    }
    let pixels = match picture.channels {
        Channels::Gray => mtlc_resize::gray(&picture.pixels, from, to),
        Channels::Rgb => mtlc_resize::rgb(&picture.pixels, from, to),
    };
    // Only a picture that contradicts itself has none.
    debug_assert!(pixels.is_some());
    let pixels = pixels.unwrap_or_else(|| vec![0; height * width * picture.channels.count()]);
    Picture { height, width, channels: picture.channels, pixels, frame: picture.frame.stretched(to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_means_of_what_they_cover() {
        let row = Picture::new(1, 4, Channels::Gray, vec![0, 80, 160, 240]);
        // As Pillow: the first covers 0, 80 and 160 with weights ¾, ¾ and ¼, which makes 57.1.
        assert_eq!(resized(&row, 1, 2).pixels, [57, 183]);
        assert_eq!(resized(&row, 2, 4).pixels, [0, 80, 160, 240, 0, 80, 160, 240]);
        let flat = Picture::new(3, 5, Channels::Rgb, [10, 20, 30].repeat(15));
        assert_eq!(resized(&flat, 7, 2).pixels, [10, 20, 30].repeat(14));
    }
}
