//! `mask`: paths of pictures whose pixels are numbers of classes, or arrays of such numbers.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt8Type;
use arrow_array::{Array, ArrayRef, FixedSizeListArray, StringArray, UInt8Array};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field};

use super::{Cells, KindHalf, Spelling, describe_classes, hash_of_text, text_at};
use crate::answers::Maps;
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::mask::Mask;
use crate::data::formats::items::{Item, item};
use crate::data::formats::mixed;
use crate::data::labels::LabelColumn;
use crate::data::masks::{MaskFiles, at_size, pixels};
use crate::data::pictures::file_bytes;
use crate::data::values::Values;

/// What the rows of a column hold: paths or arrays, never both.
struct MaskCells {
    classes: usize,
    /// The number of pixels that are of no class.
    ignore: Option<usize>,
    /// The height and width at which masks are read, if that is said.
    read_at: Option<(usize, usize)>,
    /// Where relative paths begin.
    folder: PathBuf,
    /// Height and width of all masks, once one was seen.
    size: Option<(usize, usize)>,
    paths: Vec<Option<String>>,
    arrays: Vec<u8>,
    /// What the rows before are: arrays, or paths.
    is_array: Option<bool>,
    /// Whether a pixel had the number that mostly stands for no class.
    void: bool,
    /// Whether one was of another size than those before it.
    uneven: bool,
}

const UNEVEN: &str = "a mask whose rows of pixels are not equally long";

impl MaskCells {
    fn is_array(&mut self, array: bool) -> Result<(), String> {
        match *self.is_array.get_or_insert(array) {
            before if before == array => Ok(()),
            true => Err("a path, and the masks before it are arrays".into()),
            false => Err("an array, and the masks before it are paths".into()),
        }
    }

    fn fits(&mut self, height: usize, width: usize) -> Result<(), String> {
        match self.size {
            Some((high, wide)) if (high, wide) != (height, width) => {
                self.uneven = true;
                Err(format!("of {height} × {width} pixels, and the masks before it are of {high} × {wide}"))
            }
            _ => {
                self.size = Some((height, width));
                Ok(())
            }
        }
    }

    /// An error if a pixel is of none of the classes, and is not ignored.
    fn known(&mut self, map: &[u8]) -> Result<(), String> {
        let unknown = |class: &&u8| usize::from(**class) >= self.classes && Some(usize::from(**class)) != self.ignore;
        let Some(class) = map.iter().find(unknown) else { return Ok(()) };
        self.void |= *class == u8::MAX;
        let ignored = self.ignore.map_or(String::new(), |ignored| format!(", and {ignored} is ignored"));
        Err(format!(
            "a mask with a pixel of class number {class}, and {}{ignored}",
            super::objects::numbered(self.classes)
        ))
    }

    fn read(&mut self, cell: &str) -> Result<String, String> {
        let path = self.folder.join(cell.trim());
        let bytes = file_bytes(&path).map_err(|reason| format!("the path of no picture: {reason}"))?;
        let (height, width, map) = pixels(&bytes).map_err(|reason| format!("no mask: {reason}"))?;
        self.known(&map)?;
        let (height, width) = self.read_at.unwrap_or((height, width));
        self.fits(height, width)?;
        Ok(path.to_string_lossy().into_owned())
    }

    fn written(&mut self, rows: &[Vec<u8>]) -> Result<(), String> {
        let width = rows.first().map_or(0, Vec::len);
        if rows.iter().any(|row| row.len() != width) {
            return Err(UNEVEN.into());
        }
        self.add(rows.len(), width, rows.concat())
    }

    fn add(&mut self, height: usize, width: usize, map: Vec<u8>) -> Result<(), String> {
        self.known(&map)?;
        let (height, width, map) = at_size((height, width, map), self.read_at);
        self.fits(height, width)?;
        self.arrays.extend(map);
        Ok(())
    }

    fn array(&mut self, rows: &ArrayRef) -> Result<(), String> {
        let mut map = Vec::new();
        let mut width = None;
        for row in 0..rows.len() {
            let Item::List(cells) = item(rows, row) else { return Err("no list of lists of class numbers".into()) };
            if *width.get_or_insert(cells.len()) != cells.len() {
                return Err(UNEVEN.into());
            }
            if let Some(bytes) = cells.as_primitive_opt::<UInt8Type>().filter(|bytes| bytes.null_count() == 0) {
                map.extend_from_slice(bytes.values());
                continue;
            }
            for place in 0..cells.len() {
                let number = item(&cells, place).number().filter(|number| number.fract() == 0.0);
                let class = number.filter(|number| (0.0..256.0).contains(number));
                map.push(class.ok_or("a mask with a pixel that is no class number")? as u8);
            }
        }
        self.add(rows.len(), width.unwrap_or(0), map)
    }
}

impl Cells for MaskCells {
    fn folder(&mut self, folder: &Path) {
        self.folder = folder.to_path_buf();
    }

    /// A path, or a list of lists that is written as JSON.
    fn push(&mut self, cell: &str) -> Result<(), String> {
        if let Ok(rows) = serde_json::from_str::<Vec<Vec<u8>>>(cell) {
            let taken = self.is_array(true).and_then(|()| self.written(&rows));
            self.paths.push(taken.is_ok().then(String::new));
            return taken;
        }
        if cell.trim_start().starts_with('[') {
            self.paths.push(None);
            return Err("no list of lists of class numbers".into());
        }
        let path = self.is_array(false).and_then(|()| self.read(cell));
        self.paths.push(path.as_ref().ok().cloned());
        path.map(|_| ())
    }

    fn push_missing(&mut self) {
        self.paths.push(None);
    }

    fn push_list(&mut self, items: &ArrayRef) -> Result<(), String> {
        let taken = self.is_array(true).and_then(|()| self.array(items));
        // A row that is one holds its number in place of a path.
        self.paths.push(taken.is_ok().then(String::new));
        taken
    }

    fn advice(&self, name: &str) -> Option<String> {
        let void = self.void && self.ignore.is_none();
        if void {
            return Some(format!("pixels of 255 are left out of a label by `{name}: mask(…, ignore: 255)`"));
        }
        let (height, width) = self.size.filter(|_| self.uneven)?;
        Some(format!(
            "masks of several sizes are read at one by `{name}: mask(…, size: [{height}, {width}])`; those that are wrong are taken as missing by `broken: skip` in it"
        ))
    }

    fn finish(&mut self) -> ArrayRef {
        let (height, width) = self.size.unwrap_or((1, 1));
        let (paths, arrays) = (std::mem::take(&mut self.paths), std::mem::take(&mut self.arrays));
        if self.is_array != Some(true) {
            return Arc::new(StringArray::from(paths));
        }
        // Missing rows have no pixels yet.
        let mut arrays = arrays.chunks_exact((height * width).max(1));
        let nothing = vec![0; height * width];
        let all: Vec<u8> = (paths.iter())
            .flat_map(|there| if there.is_some() { arrays.next().unwrap_or(&nothing) } else { &nothing })
            .copied()
            .collect();
        let present = NullBuffer::from(paths.iter().map(Option::is_some).collect::<Vec<bool>>());
        let field = |ty: DataType| Arc::new(Field::new_list_field(ty, false));
        let rows = FixedSizeListArray::new(field(DataType::UInt8), width as i32, Arc::new(UInt8Array::from(all)), None);
        let field = field(rows.data_type().clone());
        Arc::new(FixedSizeListArray::new(field, height as i32, Arc::new(rows), Some(present)))
    }
}

impl KindHalf for Mask {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::new(MaskCells {
            classes: self.classes.len(),
            ignore: self.ignore,
            read_at: self.read_at(),
            folder: PathBuf::new(),
            size: None,
            paths: Vec::new(),
            arrays: Vec::new(),
            is_array: None,
            void: false,
            uneven: false,
        })
    }

    /// A target is read from the label, for each batch: [`crate::data::targets`].
    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        Values::Text(vec![String::new(); columns.first().map_or(0, |column| column.len())])
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        let [column] = columns else { return LabelColumn::without_values(columns) };
        let present = (0..column.len()).map(|row| column.is_valid(row)).collect();
        let classes = self.classes.len();
        let arrays = column.as_fixed_size_list_opt();
        let Some((rows, pixels)) = arrays.and_then(|rows| Some((rows, rows.values().as_fixed_size_list_opt()?))) else {
            let paths = (0..column.len()).map(|row| text_at(column, row).unwrap_or_default().to_string()).collect();
            return LabelColumn::new(present, MaskFiles::new(classes, self.ignore, self.read_at(), paths));
        };
        let values = pixels.values().as_primitive::<UInt8Type>().values().to_vec();
        let (height, width) = (rows.value_length() as usize, pixels.value_length() as usize);
        LabelColumn::new(present, Maps { classes, height, width, values })
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        text_at(column, row).map(str::to_string)
    }

    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        for (row, hash) in hashes.iter_mut().enumerate() {
            let row = first + row;
            let arrays = column.as_fixed_size_list_opt().filter(|rows| rows.is_valid(row)).map(|rows| rows.value(row));
            let own = match arrays.as_ref().and_then(|rows| rows.as_fixed_size_list_opt()) {
                Some(rows) => {
                    let mut hasher = DefaultHasher::new();
                    hasher.write(rows.values().as_primitive::<UInt8Type>().values());
                    hasher.finish()
                }
                None => hash_of_text(text_at(column, row)),
            };
            *hash = mixed(*hash, own);
        }
    }

    fn describe(&self, _column: &ArrayRef, _classes: &[String]) -> String {
        let ignored = self.ignore.map_or(String::new(), |ignored| format!("; {ignored} is ignored"));
        format!("a class for each pixel: {}{ignored}", describe_classes(&self.classes))
    }
}
