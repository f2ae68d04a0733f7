//! A picture from its bytes, whatever they are: what is damaged, too large or no picture is refused, within bounded memory and time.

use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::{Frame, jpeg};
use crate::catalog::kinds::image::Channels;
use crate::data::formats::guarded::guarded;

/// A picture of more pixels is none that anybody trains on, and would take most of a machine's memory.
pub const MOST_PIXELS: u64 = 1 << 26;
/// What a decoder may allocate beside that.
const MOST_BYTES: u64 = 512 << 20;
/// Of pictures that are larger, one is decoded at a time, however many threads there are.
const LARGE: u64 = 1 << 24;

/// Pixels, row by row, the channels of one pixel side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub height: usize,
    pub width: usize,
    pub channels: Channels,
    pub pixels: Vec<u8>,
    /// Where the places of the picture that its file has have come to.
    pub frame: Frame,
}

impl Picture {
    /// As a file has it.
    pub fn new(height: usize, width: usize, channels: Channels, pixels: Vec<u8>) -> Self {
        Self { height, width, channels, pixels, frame: Frame::whole(height, width) }
    }
}

/// Decodes a picture, upright as its EXIF data says, in eight bits a channel; of one that moves the first frame. What is transparent
/// is laid on white.
///
/// # Errors
/// The reason, to complete "… cannot be decoded: …".
pub fn decode(bytes: &[u8], channels: Channels) -> Result<Picture, String> {
    let format = image::guess_format(bytes).map_err(|_| no_picture(bytes))?;
    if !format.reading_enabled() {
        return Err(other_format(&format!("{format:?}").to_uppercase()));
    }
    if format == ImageFormat::Jpeg
        && let Some(reason) = jpeg::refusal(bytes)
    {
        return Err(reason);
    }
    guarded(|| read(bytes, format, channels))
}

fn read(bytes: &[u8], format: ImageFormat, channels: Channels) -> Result<Picture, String> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let said = |error: ImageError| reason(&error, format);
    let mut decoder = reader.into_decoder().map_err(said)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS {
        return Err(format!(
            "it has {width} × {height} pixels, and more than {} million are refused; make it smaller first",
            MOST_PIXELS / 1_000_000
        ));
    }
    if pixels == 0 {
        return Err("it has no pixels".into());
    }
    let _one_at_a_time = (pixels > LARGE).then(|| {
        static ONE: Mutex<()> = Mutex::new(());
        ONE.lock().unwrap_or_else(PoisonError::into_inner)
    });
    // What cannot be read of how it is turned is no reason to refuse it.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    limits.reserve(decoder.total_bytes()).and_then(|()| decoder.set_limits(limits)).map_err(said)?;
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(said)?;
    decoded.apply_orientation(orientation);
    let (width, height) = (decoded.width() as usize, decoded.height() as usize);
    Ok(Picture::new(height, width, channels, pixels_of(decoded, channels)))
}

/// Height and width of a picture as it stands upright, by what it says at its beginning.
///
/// # Errors
/// The reason, to complete "… cannot be decoded: …".
pub fn upright_size(bytes: &[u8]) -> Result<(usize, usize), String> {
    let format = image::guess_format(bytes).map_err(|_| no_picture(bytes))?;
    if !format.reading_enabled() {
        return Err(other_format(&format!("{format:?}").to_uppercase()));
    }
    guarded(|| {
        let reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut decoder = reader.into_decoder().map_err(|error| reason(&error, format))?;
        let (width, height) = decoder.dimensions();
        let (width, height) = (width as usize, height as usize);
        let turned = matches!(
            decoder.orientation().unwrap_or(Orientation::NoTransforms),
            Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
        );
        Ok(if turned { (width, height) } else { (height, width) })
    })
}

pub(super) fn pixels_of(decoded: DynamicImage, channels: Channels) -> Vec<u8> {
    let colour = decoded.color();
    let on_white =
        |value: u8, alpha: u8| ((u32::from(value) * u32::from(alpha) + 255 * u32::from(255 - alpha) + 127) / 255) as u8;
    match (channels, colour.has_color(), colour.has_alpha()) {
        (Channels::Rgb, _, false) => decoded.into_rgb8().into_raw(),
        (Channels::Rgb, _, true) => {
            let pixels = decoded.into_rgba8();
            pixels.pixels().flat_map(|pixel| [0, 1, 2].map(|channel| on_white(pixel[channel], pixel[3]))).collect()
        }
        (Channels::Gray, false, false) => decoded.into_luma8().into_raw(),
        (Channels::Gray, false, true) => {
            let pixels = decoded.into_luma_alpha8();
            pixels.pixels().map(|pixel| on_white(pixel[0], pixel[1])).collect()
        }
        (Channels::Gray, true, _) => pixels_of(decoded, Channels::Rgb)
            .chunks_exact(3)
            .map(|pixel| {
                // ITU-R 601, as other programs have it.
                let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
                ((red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16) as u8
            })
            .collect(),
    }
}

fn reason(error: &ImageError, format: ImageFormat) -> String {
    let name = format!("{format:?}").to_uppercase();
    match error {
        ImageError::Limits(_) => {
            format!("it is {} that would take more than {} MB to decode", picture_of(&name), MOST_BYTES >> 20)
        }
        ImageError::Unsupported(_) => {
            format!("it is {} of a kind that is not read; save it as PNG or JPEG", picture_of(&name))
        }
        _ => format!("it is {} that is damaged or cut short", picture_of(&name)),
    }
}

fn other_format(name: &str) -> String {
    format!("it is {}, which is not read; save it as PNG or JPEG", picture_of(name))
}

/// "a PNG picture", "an AVIF picture".
fn picture_of(name: &str) -> String {
    let vowel = name == "SVG" || name.starts_with(['A', 'E', 'I', 'O', 'U']);
    format!("{} {name} picture", if vowel { "an" } else { "a" })
}

/// Bytes that begin as no picture that is known.
fn no_picture(bytes: &[u8]) -> String {
    match bytes {
        [] => return "it is empty".into(),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', b'e' | b'i', ..] => return other_format("HEIC"),
        _ => {}
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]);
    let lower = start.to_lowercase();
    let what = match () {
        () if lower.contains("<svg") => return other_format("SVG"),
        () if lower.contains("<html") => "a web page, which servers send in place of what they do not have",
        () if start.starts_with("%PDF") => "a PDF document",
        () if start.starts_with("PK\u{3}\u{4}") => "a zip archive",
        () if !start.contains([char::REPLACEMENT_CHARACTER, '\0']) => "text",
        () => return "it begins as no picture does".into(),
    };
    format!("it is {what} and no picture")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("a picture can be encoded");
        bytes.into_inner()
    }

    fn noise(width: u32, height: u32) -> DynamicImage {
        let pixel = |x: u32, y: u32| Rgb([(x * 37 + y * 91) as u8, (x * x + y) as u8, (x ^ (y * 13)) as u8]);
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pixel))
    }

    #[test]
    fn pictures_of_every_format_are_read() {
        let picture = noise(9, 5);
        let exact = picture.clone().into_rgb8().into_raw();
        for format in ["Png", "Bmp", "Gif", "Pnm", "Tiff", "WebP", "Jpeg"] {
            let format = ImageFormat::all().find(|one| format!("{one:?}") == format).expect("a format");
            let read = decode(&encoded(&picture, format), Channels::Rgb).expect("a picture");
            assert_eq!((read.height, read.width, read.pixels.len()), (5, 9, 135), "{format:?}");
            if !matches!(format, ImageFormat::Jpeg | ImageFormat::Gif) {
                assert_eq!(read.pixels, exact, "{format:?}");
            }
        }
    }

    #[test]
    fn channels_are_what_is_asked_for() {
        let colours =
            RgbaImage::from_fn(2, 1, |x, _| if x == 0 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 0, 51]) });
        let bytes = encoded(&DynamicImage::ImageRgba8(colours), ImageFormat::Png);
        let read = |channels| decode(&bytes, channels).map(|picture| picture.pixels);
        assert_eq!(read(Channels::Rgb), Ok(vec![255, 0, 0, 204, 204, 204]));
        // 0.299 of 255.
        assert_eq!(read(Channels::Gray), Ok(vec![76, 204]));
        let deep = image::ImageBuffer::from_fn(1, 1, |_, _| Luma([0x8080_u16]));
        let bytes = encoded(&DynamicImage::ImageLuma16(deep), ImageFormat::Png);
        assert_eq!(decode(&bytes, Channels::Gray).map(|picture| picture.pixels), Ok(vec![0x80]));
        assert_eq!(decode(&bytes, Channels::Rgb).map(|picture| picture.pixels), Ok(vec![0x80; 3]));
    }

    #[test]
    fn deep_and_transparent_pictures_are_read() {
        // 16 bits with colours that are half seen through: half of 0x4000, half of white.
        let deep = image::ImageBuffer::from_pixel(1, 1, image::Rgba([0x4000_u16, 0xffff, 0, 0x8000]));
        for format in [ImageFormat::Png, ImageFormat::Tiff] {
            let read = decode(&encoded(&DynamicImage::ImageRgba16(deep.clone()), format), Channels::Rgb);
            let pixels = read.expect("a picture").pixels;
            assert!(
                pixels.iter().zip([159, 255, 127]).all(|(one, wanted): (&u8, u8)| one.abs_diff(wanted) < 2),
                "{pixels:?}"
            );
        }
        let gray = image::ImageBuffer::from_pixel(1, 1, image::LumaA([0_u16, 0x8000]));
        let read = decode(&encoded(&DynamicImage::ImageLumaA16(gray), ImageFormat::Png), Channels::Gray);
        assert_eq!(read.map(|read| read.pixels), Ok(vec![127]));
        // A palette of two colours, the second of which nobody sees; in one bit.
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::One);
        encoder.set_palette(vec![10, 20, 30, 40, 50, 60]);
        encoder.set_trns(vec![255, 0]);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&[0b0100_0000])).expect("a picture");
        assert_eq!(decode(&bytes, Channels::Rgb).map(|read| read.pixels), Ok(vec![10, 20, 30, 255, 255, 255]));
        // PNM of 16 bits, and of one.
        assert_eq!(decode(b"P5 1 1 65535\n\x80\x80", Channels::Gray).map(|read| read.pixels), Ok(vec![0x80]));
        assert_eq!(decode(b"P1\n2 1\n1 0\n", Channels::Gray).map(|read| read.pixels), Ok(vec![0, 255]));
    }

    #[test]
    fn pictures_stand_upright() {
        let picture = DynamicImage::ImageLuma8(GrayImage::from_fn(16, 8, |x, _| Luma([if x < 8 { 0 } else { 255 }])));
        let plain = encoded(&picture, ImageFormat::Jpeg);
        // Exif, big-endian, one entry: the orientation 6, which is turned to the left.
        let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let mut turned = plain[..2].to_vec();
        turned.extend([0xff, 0xe1, 0, exif.len() as u8 + 2]);
        turned.extend(exif);
        turned.extend(&plain[2..]);
        let read = decode(&turned, Channels::Gray).expect("a picture");
        assert_eq!((read.height, read.width), (16, 8));
        assert_eq!((upright_size(&turned), upright_size(&plain)), (Ok((16, 8)), Ok((8, 16))));
        assert!(
            read.pixels[..32].iter().all(|pixel| *pixel < 30) && read.pixels[96..].iter().all(|pixel| *pixel > 225)
        );
    }

    #[test]
    fn damage_never_makes_another_picture() {
        let picture = noise(12, 12);
        let png = encoded(&picture, ImageFormat::Png);
        let whole = decode(&png, Channels::Rgb);
        assert!(whole.is_ok());
        for place in 0..png.len() {
            let mut flipped = png.clone();
            flipped[place] ^= 0x10;
            let read = decode(&flipped, Channels::Rgb);
            assert!(read.is_err() || read == whole, "byte {place}");
        }
        // Behind the last pixels stand the eight bytes of a check sum and twelve of an end, which hold nothing.
        for end in 0..png.len() - 16 {
            assert!(decode(&png[..end], Channels::Rgb).is_err(), "png of {end} bytes");
        }
        for format in [ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Tiff] {
            let bytes = encoded(&picture, format);
            for end in (0..bytes.len() - 2).step_by(7) {
                let read = decode(&bytes[..end], Channels::Rgb);
                assert!(read.is_err() || read == decode(&bytes, Channels::Rgb), "{format:?} of {end} bytes");
            }
            // No flip makes it panic.
            for place in (0..bytes.len()).step_by(3) {
                let mut flipped = bytes.clone();
                flipped[place] ^= 0x81;
                let _ = decode(&flipped, Channels::Rgb);
            }
        }
    }

    #[test]
    fn giants_are_refused_before_they_are_decoded() {
        let refused = |bytes: &[u8]| decode(bytes, Channels::Rgb).expect_err("a giant");
        let mut png = encoded(&noise(4, 4), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        assert!(refused(&png).contains("60000 × 60000 pixels"), "{}", refused(&png));
        let mut jpeg = encoded(&noise(4, 4), ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame");
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
        assert!(refused(&jpeg).contains("60000 × 60000 pixels"), "{}", refused(&jpeg));
        assert!(refused(b"P6 60000 60000 255\nabc").contains("60000 × 60000 pixels"));
        let mut gif = encoded(&noise(4, 4), ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0x60, 0xea, 0x60, 0xea]);
        assert!(refused(&gif).contains("60000 × 60000 pixels"), "{}", refused(&gif));
        let mut bmp = encoded(&noise(4, 4), ImageFormat::Bmp);
        bmp[18..26].copy_from_slice(&[0x60, 0xea, 0, 0, 0x60, 0xea, 0, 0]);
        assert!(refused(&bmp).contains("pixels") || refused(&bmp).contains("BMP"), "{}", refused(&bmp));
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum()
    }

    #[test]
    fn what_is_no_picture_is_said() {
        let said = |bytes: &[u8]| decode(bytes, Channels::Rgb).expect_err("no picture");
        assert_eq!(said(b""), "it is empty");
        assert_eq!(said(b"name,age\nEve,3\n"), "it is text and no picture");
        assert_eq!(said(b"\x01\x02\0\xff\xfe"), "it begins as no picture does");
        assert!(said(b"<?xml version=\"1.0\"?><svg/>").contains("SVG"));
        assert!(said(b"\0\0\0\x18ftypheic\0\0\0\0").contains("a HEIC picture"));
        assert!(said(b"\0\0\0\x1cftypavif\0\0\0\0mif1miaf").contains("an AVIF picture"));
    }
}
