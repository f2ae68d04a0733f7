//! Masks that lie in files: looked at when the table is read, and decoded again for each batch, so that no part's masks are ever
//! in memory.

use std::path::Path;

use super::formats::guarded::guarded;
use super::lost::lost;
use super::parallel::in_order;
use super::pictures::{MOST_PIXELS, file_bytes};
use crate::answers::{About, Column, Labels, Maps, Prediction};
use crate::catalog::answers::AnswerDef;

/// Height, width, and the number of the class of each pixel, of a PNG picture that is grey or has a palette.
///
/// # Errors
/// Why the bytes are no mask, in a few words.
pub fn pixels(bytes: &[u8]) -> Result<(usize, usize, Vec<u8>), String> {
    guarded(|| decode(bytes))
}

fn decode(bytes: &[u8]) -> Result<(usize, usize, Vec<u8>), String> {
    let (height, width, numbers) = numbers_of(bytes, false)?;
    Ok((height, width, numbers.into_iter().map(|number| number as u8).collect()))
}

/// Height and width, by what the picture says at its beginning.
pub fn size_of(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let header = decoder.read_header_info().ok()?;
    Some((header.height as usize, header.width as usize))
}

/// The same of numbers of up to 16 bits.
pub fn numbered(bytes: &[u8]) -> Result<(usize, usize, Vec<u16>), String> {
    guarded(|| numbers_of(bytes, true))
}

fn numbers_of(bytes: &[u8], deep: bool) -> Result<(usize, usize, Vec<u16>), String> {
    let damaged = |_| "it is no PNG picture, or a damaged one".to_string();
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    // Numbers of classes are no shades: nothing is made of them.
    decoder.set_transformations(png::Transformations::IDENTITY);
    let header = decoder.read_header_info().map_err(damaged)?;
    let (width, height) = (header.width as usize, header.height as usize);
    if u64::from(header.width) * u64::from(header.height) > MOST_PIXELS {
        return Err(format!("it has {width} × {height} pixels, which is too many"));
    }
    let bits = match (header.color_type, header.bit_depth) {
        (png::ColorType::Grayscale | png::ColorType::Indexed, depth) if deep || depth != png::BitDepth::Sixteen => {
            depth as usize
        }
        (png::ColorType::Grayscale, _) => {
            return Err("its pixels are grey in 16 bits; class numbers have 8 bits or fewer".into());
        }
        _ if deep => return Err("its pixels are colours; numbers of things are grey or stand for a palette".into()),
        _ => {
            return Err(
                "its pixels are colours; class numbers are grey or stand for a palette, in 8 bits or fewer".into()
            );
        }
    };
    let mut reader = decoder.read_info().map_err(damaged)?;
    let size = reader.output_buffer_size().ok_or("it is too large")?;
    let mut packed = vec![0; size];
    let frame = reader.next_frame(&mut packed).map_err(damaged)?;
    let unpack = |line: &[u8]| -> Vec<u16> {
        match bits {
            8 => return line[..width].iter().map(|byte| u16::from(*byte)).collect(),
            16 => return line.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect(),
            _ => {}
        }
        let pixel = |place: usize| {
            let (at, left) = (place * bits / 8, 8 - bits - place * bits % 8);
            u16::from((line[at] >> left) & ((1 << bits) - 1) as u8)
        };
        (0..width).map(pixel).collect()
    };
    Ok((height, width, packed.chunks_exact(frame.line_size).take(height).flat_map(unpack).collect()))
}

/// A mask at another size: each place is what lies there, at its middle.
pub fn at_size(mask: (usize, usize, Vec<u8>), size: Option<(usize, usize)>) -> (usize, usize, Vec<u8>) {
    let (from_high, from_wide, map) = mask;
    let Some((height, width)) = size.filter(|size| *size != (from_high, from_wide) && !map.is_empty()) else {
        return (from_high, from_wide, map);
    };
    let middle = |place: usize, size: usize, from: usize| (2 * place + 1) * from / (2 * size);
    let place =
        |row: usize, column: usize| middle(row, height, from_high) * from_wide + middle(column, width, from_wide);
    let all = (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
    (height, width, all.map(|(row, column)| map[place(row, column)]).collect())
}

/// A mask per row, by its path; empty where a row has none.
#[derive(Clone, Debug)]
pub struct MaskFiles {
    classes: usize,
    /// The number of pixels that are of no class.
    ignore: Option<usize>,
    /// The height and width at which they are read, if that is said.
    read_at: Option<(usize, usize)>,
    height: usize,
    width: usize,
    paths: Vec<String>,
}

impl MaskFiles {
    /// Of files that have been looked at and are of one size, or are read at one.
    pub fn new(classes: usize, ignore: Option<usize>, read_at: Option<(usize, usize)>, paths: Vec<String>) -> Self {
        let first = paths.iter().find(|path| !path.is_empty());
        let size = first.and_then(|path| pixels(&file_bytes(Path::new(path)).ok()?).ok());
        let (height, width) = read_at.unwrap_or(size.map_or((1, 1), |(height, width, _)| (height, width)));
        Self { classes, ignore, read_at, height, width, paths }
    }

    fn is_unknown(&self, class: u8) -> bool {
        usize::from(class) >= self.classes && Some(usize::from(class)) != self.ignore
    }

    fn map(&self, path: &str) -> Vec<u8> {
        if path.is_empty() {
            return vec![0; self.height * self.width];
        }
        match file_bytes(Path::new(path)).and_then(|bytes| Ok(at_size(pixels(&bytes)?, self.read_at))) {
            Ok((height, width, _)) if (height, width) != (self.height, self.width) => lost(format!(
                "the mask `{path}` has {height} × {width} pixels, and others of its column have {} × {}",
                self.height, self.width
            )),
            Ok((.., map)) if map.iter().any(|class| self.is_unknown(*class)) => {
                lost(format!("the mask `{path}` has been changed since the table was read: a pixel is of no class"))
            }
            Ok((.., map)) => map,
            Err(reason) => lost(format!("the mask `{path}` cannot be read any more: {reason}")),
        }
    }

    fn of(&self, rows: &[usize]) -> Maps {
        let values = in_order(rows.len(), &|place| self.map(&self.paths[rows[place]])).concat();
        Maps { classes: self.classes, height: self.height, width: self.width, values }
    }
}

impl Column for MaskFiles {
    fn kind(&self) -> AnswerDef {
        self.of(&[]).kind()
    }

    fn rows(&self) -> usize {
        self.paths.len()
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        Box::new(self.of(rows))
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<MaskFiles>() {
            Some(other) => self.paths.extend_from_slice(&other.paths),
            None => unreachable!("columns of two forms are never one"),
        }
    }

    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        self.of(&[row]).same_row(0, other.gather(&[other_row]).as_ref(), 0)
    }

    fn show(&self, row: usize, about: &About) -> String {
        self.of(&[row]).show(0, about)
    }

    fn indices(&self, rows: &[usize]) -> Option<(Vec<usize>, Vec<i64>)> {
        self.of(rows).indices(&(0..rows.len()).collect::<Vec<_>>())
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{at_size, numbered, pixels};

    fn picture(colour: png::ColorType, depth: png::BitDepth, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels)).expect("a picture");
        bytes
    }

    #[test]
    fn what_is_no_mask_is_called_what_it_is() {
        let deep = picture(png::ColorType::Grayscale, png::BitDepth::Sixteen, &[1, 2]);
        assert_eq!(pixels(&deep), Err("its pixels are grey in 16 bits; class numbers have 8 bits or fewer".into()));
        assert_eq!(numbered(&deep), Ok((1, 1, vec![258])));
        let colours = picture(png::ColorType::Rgb, png::BitDepth::Eight, &[1, 2, 3]);
        assert!(pixels(&colours).is_err_and(|why| why.starts_with("its pixels are colours; class numbers")));
        assert!(numbered(&colours).is_err_and(|why| why.starts_with("its pixels are colours; numbers of things")));
    }

    #[test]
    fn masks_are_read_at_another_size() {
        let mask = (2, 3, vec![1, 2, 3, 4, 5, 6]);
        assert_eq!(at_size(mask.clone(), Some((1, 1))), (1, 1, vec![5]));
        let large = at_size(mask.clone(), Some((4, 6)));
        assert_eq!(large.2[..6], [1, 1, 2, 2, 3, 3]);
        assert_eq!(large.2[18..], [4, 4, 5, 5, 6, 6]);
        assert_eq!(at_size(mask.clone(), None), mask);
    }
}
