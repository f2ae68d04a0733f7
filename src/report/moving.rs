//! Clips as pictures that move (APNG), with what labels say of them drawn into their frames: the boxes of what moves, each in the colour of its number.

use super::show::{ShownPicture, pixel_of};
use crate::answers::Seen;
use crate::data::Marks;
use crate::data::pictures::{Channels, Picture};

/// Frames are enlarged until they are about so wide, and never shown wider than they are by more than that.
const WIDE: usize = 96;
/// Of a longer clip so many frames are shown, evenly.
const MOST: usize = 24;
/// Frames in a second.
const SPEED: u16 = 6;
/// Between clips side by side.
const GAP: usize = 4;
const GROUND: u8 = 136;

/// Clips side by side, which move together: the bytes of a picture, with its width and height. `None` if they have no frames, or not as many.
pub(super) fn moving(clips: &[&ShownPicture]) -> Option<(Vec<u8>, usize, usize)> {
    let first = clips.first()?.frames.first()?;
    let frames = clips[0].frames.len();
    if clips.iter().any(|clip| clip.frames.len() != frames) || frames < 2 {
        return None;
    }
    let scale = (WIDE / first.width.max(1)).clamp(1, 8);
    let (high, wide) = (first.height * scale, first.width * scale);
    let whole = clips.len() * (wide + GAP) - GAP;
    let shown: Vec<usize> = (0..frames.min(MOST)).map(|place| place * frames / frames.min(MOST)).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, whole as u32, high as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_animated(shown.len() as u32, 0).ok()?;
    encoder.set_frame_delay(1, SPEED).ok()?;
    let mut writer = encoder.write_header().ok()?;
    for frame in shown {
        let mut canvas = Canvas { width: whole, height: high, pixels: vec![GROUND; whole * high * 3] };
        for (place, clip) in clips.iter().enumerate() {
            let left = place * (wide + GAP);
            canvas.put(&clip.frames[frame], left, scale);
            for (marks, _) in &clip.marks {
                if let Marks::Tracks(seen) = marks {
                    let now = seen.iter().filter(|one| one.frame as usize == frame);
                    now.for_each(|one| canvas.outline(one, left, scale));
                }
            }
        }
        writer.write_image_data(&canvas.pixels).ok()?;
    }
    writer.finish().ok()?;
    Some((bytes, whole, high))
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn dot(&mut self, x: isize, y: isize, colour: [u8; 3]) {
        if (0..self.width as isize).contains(&x) && (0..self.height as isize).contains(&y) {
            let at = 3 * (y as usize * self.width + x as usize);
            self.pixels[at..at + 3].copy_from_slice(&colour);
        }
    }

    /// A frame, each of its pixels a square.
    fn put(&mut self, frame: &Picture, left: usize, scale: usize) {
        let channels = frame.channels.count();
        for y in 0..frame.height * scale {
            for x in 0..frame.width * scale {
                let at = (y / scale * frame.width + x / scale) * channels;
                let own = &frame.pixels[at..at + channels];
                let colour = match frame.channels {
                    Channels::Gray => [own[0]; 3],
                    Channels::Rgb => [own[0], own[1], own[2]],
                };
                self.dot((left + x) as isize, y as isize, colour);
            }
        }
    }

    /// The edges of a box, and the number of its thing inside its upper left corner.
    fn outline(&mut self, one: &Seen, left: usize, scale: usize) {
        let [x1, y1, x2, y2] = one.at.edges.map(|edge| (edge * scale as f32).round() as isize);
        let (x1, x2, colour) = (x1 + left as isize, x2 + left as isize - 1, pixel_of(one.track as usize));
        let y2 = y2 - 1;
        (x1..=x2).for_each(|x| [y1, y2].into_iter().for_each(|y| self.dot(x, y, colour)));
        (y1..=y2).for_each(|y| [x1, x2].into_iter().for_each(|x| self.dot(x, y, colour)));
        let number = one.track.to_string();
        let ground = (0..4 * number.len() as isize + 3).flat_map(|x| (0..9).map(move |y| (x, y)));
        ground.for_each(|(x, y)| self.dot(x1 + x, y1 + y, colour));
        for (place, digit) in number.bytes().enumerate() {
            let start = x1 + 2 + 4 * place as isize;
            for (row, bits) in DIGITS[usize::from(digit - b'0')].iter().enumerate() {
                (0..3).filter(|column| bits >> (2 - column) & 1 == 1).for_each(|column| {
                    self.dot(start + column, y1 + 2 + row as isize, [255; 3]);
                });
            }
        }
    }
}

/// The rows of each digit, three pixels wide.
const DIGITS: [[u8; 5]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::answers::Located;

    #[test]
    fn boxes_move_with_their_things() {
        let frame = |at: u8| Arc::new(Picture::new(16, 16, Channels::Gray, vec![at; 256]));
        let seen = |frame, x: f32| Seen { frame, track: 1, at: Located::label(0, [x, 2.0, x + 6.0, 12.0]) };
        let clip = |marks| ShownPicture { title: String::new(), frames: vec![frame(10), frame(200)], marks };
        let marked = clip(vec![(Marks::Tracks(vec![seen(0, 1.0), seen(1, 8.0)]), vec![])]);
        let (bytes, width, height) = moving(&[&clip(vec![]), &marked]).expect("a picture that moves");
        assert_eq!((width, height), (2 * 96 + 4, 96));
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a picture");
        assert_eq!(reader.info().animation_control().map(|of| of.num_frames), Some(2));
        let mut pixels = vec![0; width * height * 3];
        for (ground, x) in [(10, 1), (200, 8)] {
            reader.next_frame(&mut pixels).expect("a frame");
            let at = |x: usize, y: usize| [0, 1, 2].map(|channel| pixels[3 * (y * width + x) + channel]);
            assert_eq!(at(50, 50), [ground; 3]);
            // Six pixels for one, behind the other clip and the gap: the left upper and the right lower corner.
            let (left, right) = (100 + 6 * x, 100 + 6 * (x + 6) - 1);
            assert_eq!((at(left, 12), at(right, 71)), (pixel_of(1), pixel_of(1)));
            assert_eq!((at(left - 1, 12), at(right, 72)), ([ground; 3], [ground; 3]));
            assert_eq!(at(left + 3, 14), [255; 3], "the middle of the first row of a 1");
        }
        assert!(
            moving(&[&ShownPicture { frames: vec![frame(1)], ..clip(vec![]) }]).is_none(),
            "one frame does not move"
        );
    }
}
