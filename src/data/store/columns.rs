//! A column on its way to disk, some rows at a time, and back as one array over a mapped file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::BooleanBufferBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, UInt8Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, FixedSizeListArray, Float32Array, Float64Array, Int32Array, StringArray,
    UInt8Array,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};
use serde::{Deserialize, Serialize};

use super::folder::{Scratch, cannot};
use super::mapped::map;

/// What a column is made of, as it is written beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Layout {
    /// Doubles.
    Real,
    /// Indices into texts.
    Coded {
        texts: Vec<String>,
    },
    Text,
    /// So many singles per row.
    Lists {
        width: usize,
    },
    /// So many rows of so many bytes per row.
    Maps {
        height: usize,
        width: usize,
    },
}

/// A column that is complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredColumn {
    pub layout: Layout,
    pub rows: usize,
    /// How long each of its files is.
    pub bytes: Vec<u64>,
    /// Whether it says which rows are missing.
    pub nulls: bool,
}

/// Writes a column. Its files begin with a name that it is given.
pub struct ColumnWriter {
    start: PathBuf,
    layout: Option<Layout>,
    files: Vec<Output>,
    /// The texts of a column of classes, and where each stands.
    texts: Vec<String>,
    known: HashMap<String, i32>,
    rows: usize,
    nulls: BooleanBufferBuilder,
    missing: usize,
}

/// A file that is written from its beginning to its end.
pub struct Output {
    path: PathBuf,
    writer: BufWriter<File>,
    bytes: u64,
}

impl Output {
    pub fn new(path: PathBuf) -> Result<Self, String> {
        let file = File::create(&path).map_err(|error| cannot(&path, &error))?;
        Ok(Self { path, writer: BufWriter::with_capacity(1 << 16, file), bytes: 0 })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.bytes += bytes.len() as u64;
        self.writer.write_all(bytes).map_err(|error| cannot(&self.path, &error))
    }

    /// How many bytes it has.
    pub fn finish(mut self) -> Result<u64, String> {
        self.writer.flush().map_err(|error| cannot(&self.path, &error))?;
        Ok(self.bytes)
    }
}

fn path(start: &Path, number: usize) -> PathBuf {
    start.with_extension(number.to_string())
}

impl ColumnWriter {
    pub fn new(start: PathBuf) -> Self {
        let nulls = BooleanBufferBuilder::new(0);
        let (texts, known) = (Vec::new(), HashMap::new());
        Self { start, layout: None, files: Vec::new(), texts, known, rows: 0, nulls, missing: 0 }
    }

    /// The place of a text among all.
    fn place(&mut self, text: &str) -> i32 {
        if let Some(place) = self.known.get(text) {
            return *place;
        }
        let place = self.texts.len() as i32;
        self.texts.push(text.to_string());
        self.known.insert(text.to_string(), place);
        place
    }

    /// All rows of a column are laid out alike.
    fn is_alike(&mut self, layout: Layout) -> Result<(), String> {
        match self.layout.get_or_insert_with(|| layout.clone()) {
            before if *before == layout => Ok(()),
            _ => Err("its first rows are of another sort than those after them".into()),
        }
    }

    /// Adds some rows.
    pub fn push(&mut self, array: &ArrayRef) -> Result<(), String> {
        while self.files.len() < 2 {
            self.files.push(Output::new(path(&self.start, self.files.len()))?);
        }
        let nulls = array.nulls();
        match nulls {
            Some(nulls) => nulls.iter().for_each(|valid| self.nulls.append(valid)),
            None => self.nulls.append_n(array.len(), true),
        }
        self.missing += array.null_count();
        self.rows += array.len();
        if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
            self.is_alike(Layout::Real)?;
            return self.files[0].write(numbers.values().inner().as_slice());
        }
        if let Some(coded) = array.as_dictionary_opt::<Int32Type>() {
            let texts = coded.values().as_string_opt::<i32>().ok_or("its classes are no texts")?;
            // Where each text of these rows stands among those of all.
            let places: Vec<i32> = texts.iter().map(|text| self.place(text.unwrap_or_default())).collect();
            self.is_alike(Layout::Coded { texts: Vec::new() })?;
            if places.iter().enumerate().all(|(place, of_all)| place as i32 == *of_all) {
                return self.files[0].write(coded.keys().values().inner().as_slice());
            }
            let place = |key: Option<i32>| key.map_or(0, |key| places[key as usize]);
            return coded.keys().iter().try_for_each(|key| self.files[0].write(&place(key).to_ne_bytes()));
        }
        if let Some(texts) = array.as_string_opt::<i32>() {
            self.is_alike(Layout::Text)?;
            let offsets = texts.value_offsets();
            let (first, last) = (offsets[0], offsets[offsets.len() - 1]);
            let base = self.files[1].bytes;
            if self.files[0].bytes == 0 {
                self.files[0].write(&0i32.to_ne_bytes())?;
            }
            for offset in &offsets[1..] {
                let end = base + (offset - first) as u64;
                let end = i32::try_from(end).map_err(|_| "it holds more than 2 GB of text, which no column may")?;
                self.files[0].write(&end.to_ne_bytes())?;
            }
            return self.files[1].write(&texts.value_data()[first as usize..last as usize]);
        }
        if let Some(maps) = array.as_fixed_size_list_opt()
            && let Some(lines) = maps.values().as_fixed_size_list_opt()
        {
            let pixels = lines.values().as_primitive_opt::<UInt8Type>().ok_or("its maps are no bytes")?;
            self.is_alike(Layout::Maps { height: maps.value_length() as usize, width: lines.value_length() as usize })?;
            return self.files[0].write(pixels.values().inner().as_slice());
        }
        if let Some(lists) = array.as_fixed_size_list_opt() {
            let items = lists.values().as_primitive_opt::<Float32Type>().ok_or("its arrays are no numbers")?;
            self.is_alike(Layout::Lists { width: lists.value_length() as usize })?;
            return self.files[0].write(items.values().inner().as_slice());
        }
        Err(format!("a column of {} cannot be stored", array.data_type()))
    }

    /// Writes what is left.
    pub fn finish(mut self) -> Result<StoredColumn, String> {
        let nulls = self.missing > 0;
        if nulls {
            let mut output = Output::new(path(&self.start, 2))?;
            output.write(self.nulls.finish().inner().as_slice())?;
            self.files.push(output);
        }
        let layout = match self.layout.ok_or("it has no rows")? {
            Layout::Coded { .. } => Layout::Coded { texts: self.texts },
            other => other,
        };
        let bytes = self.files.into_iter().map(Output::finish).collect::<Result<_, _>>()?;
        Ok(StoredColumn { layout, rows: self.rows, bytes, nulls })
    }
}

impl StoredColumn {
    /// The column, mapped; the reason if its files are not what they were. What it says of itself was read from a file, and is believed
    /// only as far as the files bear it out.
    pub fn open(&self, start: &Path) -> Result<ArrayRef, String> {
        let mut files = Vec::new();
        for (number, bytes) in self.bytes.iter().enumerate() {
            let path = path(start, number);
            let file = File::open(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
            let mapped = map(&file)?;
            if mapped.len() as u64 != *bytes {
                return Err(format!("`{}` is cut short", path.display()));
            }
            files.push(mapped);
        }
        let [values, more, ..] = files.as_slice() else { return Err("it has lost its files".into()) };
        let nulls = match files.get(2).filter(|_| self.nulls) {
            Some(bits) if bits.len().saturating_mul(8) < self.rows => return Err("it has lost rows".into()),
            Some(bits) => Some(NullBuffer::new(arrow_buffer::BooleanBuffer::new(bits.clone(), 0, self.rows))),
            None => None,
        };
        let rows = self.rows;
        // So many items of so many bytes in each row, of which none has no bytes; then no product of these overflows.
        let items = |bytes: &Buffer, each: &[usize]| {
            let of_a_row = each.iter().try_fold(1usize, |all, size| all.checked_mul(*size)).filter(|bytes| *bytes > 0);
            match of_a_row.is_some_and(|of_a_row| bytes.len() / of_a_row >= rows) {
                true => Ok(()),
                false => Err("it has lost rows".to_string()),
            }
        };
        Ok(match &self.layout {
            Layout::Real => {
                items(values, &[8])?;
                Arc::new(Float64Array::new(ScalarBuffer::new(values.clone(), 0, rows), nulls))
            }
            Layout::Coded { texts } => {
                items(values, &[4])?;
                let keys = Int32Array::new(ScalarBuffer::new(values.clone(), 0, rows), nulls);
                let texts = Arc::new(StringArray::from_iter_values(texts));
                Arc::new(DictionaryArray::try_new(keys, texts).map_err(|error| error.to_string())?)
            }
            Layout::Text => {
                if (values.len() / 4).checked_sub(1) != Some(rows) {
                    return Err("it has lost rows".into());
                }
                let offsets = ScalarBuffer::<i32>::new(values.clone(), 0, rows + 1);
                if offsets[0] < 0 || offsets.windows(2).any(|pair| pair[0] > pair[1]) {
                    return Err("its texts end before they begin".into());
                }
                let offsets = OffsetBuffer::new(offsets);
                Arc::new(StringArray::try_new(offsets, more.clone(), nulls).map_err(|error| error.to_string())?)
            }
            Layout::Maps { height, width } => {
                items(values, &[*height, *width])?;
                let pixels = UInt8Array::new(ScalarBuffer::new(values.clone(), 0, rows * height * width), None);
                let field = Arc::new(Field::new_list_field(DataType::UInt8, false));
                let lines = FixedSizeListArray::try_new(field, *width as i32, Arc::new(pixels), None);
                let lines = lines.map_err(|error| error.to_string())?;
                let field = Arc::new(Field::new_list_field(lines.data_type().clone(), false));
                let maps = FixedSizeListArray::try_new(field, *height as i32, Arc::new(lines), nulls);
                Arc::new(maps.map_err(|error| error.to_string())?)
            }
            Layout::Lists { width } => {
                items(values, &[4, *width])?;
                let items = Float32Array::new(ScalarBuffer::new(values.clone(), 0, rows * width), None);
                let field = Arc::new(Field::new_list_field(DataType::Float32, false));
                let lists = FixedSizeListArray::try_new(field, *width as i32, Arc::new(items), nulls);
                Arc::new(lists.map_err(|error| error.to_string())?)
            }
        })
    }
}

/// A column of the process, mapped; written some rows at a time.
pub fn on_disk(pieces: impl Iterator<Item = Result<ArrayRef, String>>) -> Result<ArrayRef, String> {
    let scratch = Scratch::new()?;
    let start = scratch.path().join("column");
    let mut writer = ColumnWriter::new(start.clone());
    for piece in pieces {
        writer.push(&piece?)?;
        super::release();
    }
    // Its files are mapped, and live without their names.
    writer.finish()?.open(&start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back_as_they_went() {
        let numbers: ArrayRef =
            Arc::new(Float64Array::from_iter((0..1000).map(|row| (row % 7 > 0).then_some(f64::from(row)))));
        let whole: ArrayRef = Arc::new(Float64Array::from_iter_values((0..1000).map(f64::from)));
        let texts: ArrayRef =
            Arc::new(StringArray::from_iter((0..1000).map(|row| (row % 5 > 0).then(|| "é".repeat(row % 4)))));
        let classes: ArrayRef =
            Arc::new((0..1000).map(|row| ["b", "a", ""].get(row % 4).copied()).collect::<DictionaryArray<Int32Type>>());
        let items = Arc::new(Float32Array::from_iter_values((0..3000).map(|item| item as f32)));
        let field = Arc::new(Field::new_list_field(DataType::Float32, false));
        let lists: ArrayRef = Arc::new(FixedSizeListArray::new(field, 3, items, None));
        let pixels = Arc::new(UInt8Array::from_iter_values((0..6000).map(|pixel| pixel as u8)));
        let field = Arc::new(Field::new_list_field(DataType::UInt8, false));
        let lines = Arc::new(FixedSizeListArray::new(field, 3, pixels, None));
        let field = Arc::new(Field::new_list_field(lines.data_type().clone(), false));
        let there = NullBuffer::from((0..1000).map(|row| row % 3 > 0).collect::<Vec<bool>>());
        let maps: ArrayRef = Arc::new(FixedSizeListArray::new(field, 2, lines, Some(there)));
        let scratch = Scratch::new().expect("a place");
        for (number, column) in [numbers, whole, texts, classes, lists, maps].into_iter().enumerate() {
            for size in [1, 13, 1000] {
                let start = scratch.path().join(format!("{number}-{size}"));
                let mut writer = ColumnWriter::new(start.clone());
                for from in (0..1000).step_by(size) {
                    writer.push(&column.slice(from, size.min(1000 - from))).expect("it is written");
                }
                let stored = writer.finish().expect("it is complete");
                let read = stored.open(&start).expect("it is read");
                assert_eq!(&read, &column, "column {number} in pieces of {size}");
                super::super::release();
                assert_eq!(&read, &column);
                // Nothing that it says of itself, and no damage to its bytes, is a reason to panic.
                for rows in [0, 999, 1001, usize::MAX / 8, usize::MAX - 1, usize::MAX] {
                    let _ = StoredColumn { rows, ..stored.clone() }.open(&start);
                }
                for size in [0, 1 << 20, usize::MAX] {
                    for layout in [Layout::Lists { width: size }, Layout::Maps { height: 2, width: size }] {
                        let _ = StoredColumn { layout, ..stored.clone() }.open(&start);
                    }
                }
                let file = path(&start, 0);
                let whole = std::fs::read(&file).expect("it is there");
                for place in (0..whole.len()).step_by(whole.len() / 7) {
                    let mut flipped = whole.clone();
                    flipped[place] ^= 0x80;
                    std::fs::write(&file, flipped).expect("it can be written");
                    let _ = stored.open(&start);
                }
                std::fs::write(&file, &whole).expect("it can be written");
                assert_eq!(&stored.open(&start).expect("it is whole"), &column);
                let cut = std::fs::read(&file).expect("it is there");
                std::fs::write(&file, &cut[..cut.len() / 2]).expect("it can be written");
                assert!(stored.open(&start).is_err_and(|reason| reason.contains("cut short")));
            }
        }
    }
}
