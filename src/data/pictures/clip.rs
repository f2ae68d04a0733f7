//! The frames of a clip from its bytes, whatever they are.

use std::io::Cursor;
use std::path::Path;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageResult, Limits};

use super::decode::pixels_of;
use super::{Channels, Picture, decode, ffmpeg, y4m};
use crate::data::formats::guarded::guarded;

/// All frames of a clip have fewer pixels together.
pub const MOST_PIXELS: usize = 1 << 28;

/// The frames of a clip, all of one size, up to so many if a number is given. `file` is where it lies, if it lies in one.
///
/// # Errors
/// The reason, to complete "… cannot be decoded: …".
pub fn frames(
    bytes: &[u8],
    file: Option<&Path>,
    channels: Channels,
    most: Option<usize>,
) -> Result<Vec<Picture>, String> {
    let frames = guarded(|| read(bytes, file, channels, most.unwrap_or(usize::MAX)))?;
    let first = frames.first().ok_or("it has no frame")?;
    let size = (first.height, first.width);
    match frames.iter().position(|frame| (frame.height, frame.width) != size) {
        Some(other) => Err(format!(
            "its frames differ in size: the first has {} × {} pixels, and frame {} has {} × {}",
            size.0,
            size.1,
            other + 1,
            frames[other].height,
            frames[other].width
        )),
        None => Ok(frames),
    }
}

fn read(bytes: &[u8], file: Option<&Path>, channels: Channels, most: usize) -> Result<Vec<Picture>, String> {
    if bytes.is_empty() {
        return Err("it is empty".into());
    }
    let mut all = Kept { frames: Vec::new(), pixels: 0, channels, most };
    if bytes.starts_with(b"YUV4MPEG2") {
        y4m::read(bytes, &mut |picture| all.push(picture))?;
        return Ok(all.frames);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"AVI ") {
        return match (motion_jpeg(bytes, &mut all, channels), file) {
            (Ok(()), _) => Ok(all.frames),
            (Err(_), Some(file)) => ffmpeg(file, all),
            (Err(why), None) => Err(why),
        };
    }
    let said = |_| "it is a clip that is damaged or cut short".to_string();
    let limits = || {
        let mut limits = Limits::default();
        limits.max_alloc = Some(512 << 20);
        limits
    };
    match image::guess_format(bytes) {
        Ok(ImageFormat::Gif) => {
            let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(said)?;
            decoder.set_limits(limits()).map_err(said)?;
            all.animation(decoder.into_frames())?;
        }
        Ok(ImageFormat::Png) => {
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(said)?;
            match decoder.is_apng().map_err(said)? {
                true => all.animation(decoder.apng().map_err(said)?.into_frames())?,
                false => _ = all.push(decode(bytes, channels)?)?,
            }
        }
        Ok(ImageFormat::WebP) => {
            let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(said)?;
            decoder.set_limits(limits()).map_err(said)?;
            match decoder.has_animation() {
                true => all.animation(decoder.into_frames())?,
                false => _ = all.push(decode(bytes, channels)?)?,
            }
        }
        Ok(ImageFormat::Pnm) => {
            let mut rest = bytes;
            while !rest.is_empty() {
                let (one, behind) =
                    rest.split_at(pnm_length(rest).ok_or("it is a row of PNM pictures that is cut short")?);
                if !all.push(decode(one, channels)?)? {
                    break;
                }
                rest = behind;
            }
        }
        Ok(_) => _ = all.push(decode(bytes, channels)?)?,
        Err(_) => match file {
            Some(file) => return ffmpeg(file, all),
            None => return Err("it begins as no clip does that is read without its file".into()),
        },
    }
    Ok(all.frames)
}

/// Frames so far.
struct Kept {
    frames: Vec<Picture>,
    pixels: usize,
    channels: Channels,
    most: usize,
}

impl Kept {
    /// Adds a frame; whether more are wanted.
    fn push(&mut self, picture: Picture) -> Result<bool, String> {
        self.pixels += picture.height * picture.width;
        if self.pixels > MOST_PIXELS {
            return Err(format!("its frames have more than {} million pixels together", MOST_PIXELS / 1_000_000));
        }
        self.frames.push(in_channels(picture, self.channels));
        Ok(self.frames.len() < self.most)
    }

    fn animation(&mut self, frames: image::Frames<'_>) -> Result<(), String> {
        for (number, frame) in frames.enumerate() {
            let frame: ImageResult<image::Frame> = frame;
            let frame = frame.map_err(|_| format!("it is damaged or cut short at frame {}", number + 1))?.into_buffer();
            let (width, height) = (frame.width() as usize, frame.height() as usize);
            let pixels = pixels_of(DynamicImage::ImageRgba8(frame), self.channels);
            if !self.push(Picture::new(height, width, self.channels, pixels))? {
                break;
            }
        }
        Ok(())
    }
}

/// How long the binary PNM picture is that some bytes begin with: its head has three numbers, and white space behind each.
fn pnm_length(bytes: &[u8]) -> Option<usize> {
    let each = match bytes.get(..2)? {
        b"P5" => 1,
        b"P6" => 3,
        _ => return Some(bytes.len()),
    };
    let (mut at, mut numbers) = (2, [0_usize; 3]);
    for number in &mut numbers {
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        *number = std::str::from_utf8(&bytes[at..at + digits]).ok()?.parse().ok()?;
        at += digits;
    }
    let bytes_each = if numbers[2] > 255 { 2 } else { 1 };
    let length = at.checked_add(1)?.checked_add(numbers[0].checked_mul(numbers[1])?.checked_mul(each * bytes_each)?)?;
    (length <= bytes.len()).then_some(length)
}

/// The frames of an AVI file that are JPEG pictures.
fn motion_jpeg(bytes: &[u8], all: &mut Kept, channels: Channels) -> Result<(), String> {
    // Lists are opened, and all other chunks passed over, but those of frames.
    let mut at = 12;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        if &head[..4] == b"LIST" {
            at += 12;
            continue;
        }
        let content = bytes.get(at + 8..at.saturating_add(8).saturating_add(length));
        if head[2..4] == *b"dc" || head[2..4] == *b"db" {
            let content = content.ok_or_else(|| format!("it is cut short at frame {}", all.frames.len() + 1))?;
            if !content.starts_with(&[0xff, 0xd8]) {
                return Err("it is an AVI file whose frames are no JPEG pictures".into());
            }
            let frame = decode(content, channels).map_err(|why| format!("frame {}: {why}", all.frames.len() + 1))?;
            if !all.push(frame)? {
                return Ok(());
            }
        }
        // Chunks begin at even places.
        at = at.saturating_add(8).saturating_add(length.next_multiple_of(2));
    }
    Ok(())
}

/// The frames as the program `ffmpeg` gives them, which reads everything else.
fn ffmpeg(file: &Path, mut all: Kept) -> Result<Vec<Picture>, String> {
    all.frames.clear();
    let clip = ffmpeg::as_y4m(file)?;
    y4m::read(&clip, &mut |picture| all.push(picture))?;
    Ok(all.frames)
}

/// The same in other channels.
fn in_channels(picture: Picture, channels: Channels) -> Picture {
    match channels {
        Channels::Gray if picture.channels == Channels::Rgb => picture.gray(),
        Channels::Rgb if picture.channels == Channels::Gray => {
            let pixels = picture.pixels.iter().flat_map(|value| [*value; 3]).collect();
            Picture { channels, pixels, ..picture }
        }
        _ => picture,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_clip_is_called_empty() {
        let file = Some(Path::new("no-such-clip.y4m"));
        assert_eq!(frames(b"", file, Channels::Gray, None), Err("it is empty".into()));
    }
}
