//! Arrays as NumPy keeps several in one file (`.npz`): the same arrays are the same bytes.

use std::io::{self, BufWriter, Seek, Write};

use npyz::WriterBuilder;
use npyz::npz::NpzWriter;
use zip::write::FileOptions;

/// A file on its way.
pub struct Archive<W: Write + Seek> {
    writer: NpzWriter<BufWriter<W>>,
    options: FileOptions,
}

impl<W: Write + Seek> Archive<W> {
    /// Packed as well as `level` says, 9 the best.
    pub fn new(file: W, level: Option<i32>) -> Self {
        // Without a time of day.
        let options = FileOptions::default().last_modified_time(zip::DateTime::default()).compression_level(level);
        Self { writer: NpzWriter::new(BufWriter::new(file)), options }
    }

    /// # Errors
    /// If it cannot be written.
    pub fn add<T: npyz::AutoSerialize + Copy>(&mut self, name: &str, shape: &[usize], values: &[T]) -> io::Result<()> {
        let shape: Vec<u64> = shape.iter().map(|size| *size as u64).collect();
        let mut array = self.writer.array(name, self.options)?.default_dtype().shape(&shape).begin_nd()?;
        array.extend(values.iter().copied())?;
        array.finish()
    }

    /// # Errors
    /// If what is left cannot be written: a file that is not finished cannot be read.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.zip_writer().finish()?.flush()
    }
}
