//! A column of pictures, or of sounds: of each row the path of its file as the table has it and the folder that it starts from, or its bytes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::LargeBinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt8Type;
use arrow_array::{Array, ArrayRef, StringArray, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Fields};

use super::decode::{Picture, decode};
use crate::catalog::kinds::image::Channels;
use crate::data::kinds::Cells;

/// A file that is larger is none that anybody trains on.
const MOST_BYTES: u64 = 256 << 20;

fn fields() -> Fields {
    let field = |name: &str, of: DataType| Field::new(name, of, true);
    vec![field("path", DataType::Utf8), field("folder", DataType::Utf8), field("bytes", DataType::LargeBinary)].into()
}

fn put_together(paths: ArrayRef, folders: ArrayRef, bytes: ArrayRef) -> ArrayRef {
    let present = |row: usize| paths.is_valid(row) || bytes.is_valid(row);
    let nulls = NullBuffer::from((0..paths.len()).map(present).collect::<Vec<_>>());
    Arc::new(StructArray::new(fields(), vec![paths, folders, bytes], Some(nulls)))
}

/// Bytes of a file out of an array, or why it is none.
type OfArray = fn(&ArrayRef) -> Result<Vec<u8>, String>;

/// A column of pictures, or of sounds, while it is filled.
pub struct PictureCells {
    /// What its files are, for messages.
    what: &'static str,
    of_array: OfArray,
    paths: Vec<Option<String>>,
    bytes: LargeBinaryBuilder,
}

impl Default for PictureCells {
    fn default() -> Self {
        Self { what: "pictures", of_array: pictures_of, paths: Vec::new(), bytes: LargeBinaryBuilder::default() }
    }
}

impl PictureCells {
    pub fn of_sounds() -> Self {
        let of_array: OfArray = |_| Err("an array, and sounds are read from files, or from the bytes of such".into());
        Self { what: "sounds", of_array, ..Self::default() }
    }
}

impl Cells for PictureCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        self.bytes.append_null();
        if crate::catalog::formats::is_url(cell) {
            self.paths.push(None);
            return Err(format!("a URL, and {} are read from files", self.what));
        }
        self.paths.push(Some(cell.to_string()));
        Ok(())
    }

    fn push_missing(&mut self) {
        self.bytes.append_null();
        self.paths.push(None);
    }

    /// An array of bytes: a picture, or a clip of pictures one behind the other.
    fn push_list(&mut self, items: &ArrayRef) -> Result<(), String> {
        match (self.of_array)(items) {
            Ok(bytes) => {
                self.push_bytes(&bytes);
                Ok(())
            }
            Err(reason) => {
                self.push_missing();
                Err(reason)
            }
        }
    }

    fn takes_bytes(&self) -> bool {
        true
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        self.bytes.append_value(bytes);
        self.paths.push(None);
    }

    fn finish(&mut self) -> ArrayRef {
        let paths = std::mem::take(&mut self.paths);
        let rows = paths.len();
        let folders = StringArray::from(vec![None::<&str>; rows]);
        put_together(Arc::new(StringArray::from(paths)), Arc::new(folders), Arc::new(self.bytes.finish()))
    }
}

/// Arrays of bytes as PNM pictures: `(height, width)`, `(height, width, 3)`, or of clips these with the frames in front.
fn pictures_of(items: &ArrayRef) -> Result<Vec<u8>, String> {
    let (mut shape, mut inside) = (vec![items.len()], items.clone());
    while let Some(lists) = inside.as_fixed_size_list_opt() {
        shape.push(lists.value_length() as usize);
        inside = lists.values().clone();
    }
    let form = "an array of another shape than a picture (height, width), (height, width, 3) or a clip of such";
    let Some(pixels) = inside.as_primitive_opt::<UInt8Type>() else {
        return Err("an array of numbers that are no bytes; pictures are bytes, 0 for black and 255 for white".into());
    };
    let (frames, height, width, channels) = match shape[..] {
        [height, width] => (1, height, width, 1),
        [height, width, 3] if height > 3 => (1, height, width, 3),
        [frames, height, width] => (frames, height, width, 1),
        [frames, height, width, 3] => (frames, height, width, 3),
        _ => return Err(form.into()),
    };
    let each = height * width * channels;
    if each == 0 || pixels.len() != frames * each {
        return Err(form.into());
    }
    let mut bytes = Vec::new();
    for frame in pixels.values().chunks_exact(each) {
        bytes.extend(format!("P{} {width} {height} 255\n", if channels == 3 { 6 } else { 5 }).bytes());
        bytes.extend_from_slice(frame);
    }
    Ok(bytes)
}

/// The column with the folder that its paths start from.
pub fn settle(column: &ArrayRef, folder: &Path) -> ArrayRef {
    let Some(parts) = column.as_struct_opt().filter(|parts| parts.num_columns() == 3) else { return column.clone() };
    let folder = folder.to_string_lossy();
    let paths = parts.column(0);
    let folders = (0..paths.len()).map(|row| paths.is_valid(row).then_some(folder.as_ref()));
    put_together(paths.clone(), Arc::new(StringArray::from_iter(folders)), parts.column(2).clone())
}

/// The files that the rows name.
pub fn paths(column: &ArrayRef) -> BTreeSet<&str> {
    let of = |row: usize| match held(column, row)? {
        Held::File { path, .. } => Some(path),
        Held::Bytes(_) => None,
    };
    (0..column.len()).filter_map(of).collect()
}

/// What a row holds, for messages: its path, or how many bytes.
pub fn shown(column: &ArrayRef, row: usize) -> Option<String> {
    match held(column, row)? {
        Held::File { path, .. } => Some(path.to_string()),
        Held::Bytes(bytes) => Some(format!("{} bytes", bytes.len())),
    }
}

/// What a row holds.
pub enum Held<'a> {
    File { path: &'a str, folder: &'a str },
    Bytes(&'a [u8]),
}

pub fn held(column: &ArrayRef, row: usize) -> Option<Held<'_>> {
    let parts = column.as_struct_opt().filter(|parts| parts.is_valid(row))?;
    let (paths, folders) = (parts.column(0).as_string_opt::<i32>()?, parts.column(1).as_string_opt::<i32>()?);
    if paths.is_valid(row) {
        let folder = if folders.is_valid(row) { folders.value(row) } else { "" };
        return Some(Held::File { path: paths.value(row), folder });
    }
    let bytes = parts.column(2).as_binary_opt::<i64>()?;
    bytes.is_valid(row).then(|| Held::Bytes(bytes.value(row)))
}

/// What was read of a row.
pub struct Read<'a> {
    pub bytes: Cow<'a, [u8]>,
    /// The file, if it was one.
    pub file: Option<PathBuf>,
}

/// The bytes of a file that a table calls a picture, or a sound.
///
/// # Errors
/// The reason, in a few words.
pub fn file_bytes(file: &Path) -> Result<Vec<u8>, String> {
    let said = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_string(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        _ => error.to_string(),
    };
    let metadata = std::fs::metadata(file).map_err(said)?;
    if !metadata.is_file() {
        return Err(if metadata.is_dir() { "it is a folder" } else { "it is no file" }.to_string());
    }
    if metadata.len() > MOST_BYTES {
        return Err(format!(
            "it has {} MB, and larger files than {} MB are not read",
            metadata.len() >> 20,
            MOST_BYTES >> 20
        ));
    }
    std::fs::read(file).map_err(said)
}

/// The bytes of a row's picture or sound; `None` if it has none.
///
/// # Errors
/// The reason, to complete "… cannot be decoded: …" or "… is not there", and the file.
pub fn read_bytes(column: &ArrayRef, row: usize) -> Option<Result<Read<'_>, (PathBuf, String)>> {
    let (path, folder) = match held(column, row)? {
        Held::File { path, folder } => (path, folder),
        Held::Bytes(bytes) => return Some(Ok(Read { bytes: Cow::Borrowed(bytes), file: None })),
    };
    let file = Path::new(folder).join(path);
    Some(match file_bytes(&file) {
        Ok(bytes) => Ok(Read { bytes: Cow::Owned(bytes), file: Some(file) }),
        Err(reason) => Err((file, reason)),
    })
}

/// The picture of a row, and its bytes; `None` if the row has none.
///
/// # Errors
/// The reason, to complete "… cannot be read: …", and the file if there is one.
#[allow(clippy::type_complexity)]
pub fn read(
    column: &ArrayRef,
    row: usize,
    channels: Channels,
) -> Option<Result<(Picture, Read<'_>), (Option<PathBuf>, String)>> {
    Some(match read_bytes(column, row)? {
        Ok(read) => match decode(&read.bytes, channels) {
            Ok(picture) => Ok((picture, read)),
            Err(reason) => Err((read.file, reason)),
        },
        Err((file, reason)) => Err((Some(file), reason)),
    })
}
