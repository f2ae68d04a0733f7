//! Writes generated columns: a table (`.csv`, `.csv.gz`) or arrays (`.npz`), beside the file and then renamed.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::{Column, Values};
use crate::data::archives::Archive;
use crate::source::Replacing;

/// Writes the columns in the format that the file's name says. The error is for people.
pub fn save(columns: &[Column], path: &Path) -> Result<(), String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let write: fn(&[Column], &mut Replacing) -> Result<(), String> = match name.as_str() {
        name if name.ends_with(".npz") => arrays,
        name if name.ends_with(".csv.gz") => packed_table,
        name if name.ends_with(".csv") => |columns, file| table(columns, BufWriter::new(file)).map(drop),
        _ => return Err(format!("`{}` ends in none of .csv, .csv.gz and .npz", path.display())),
    };
    let describe = |error: std::io::Error| error.to_string();
    let written = Replacing::begin(path)
        .map_err(describe)
        .and_then(|mut file| write(columns, &mut file).and_then(|()| file.finish().map_err(describe)));
    written.map_err(|message| format!("cannot write `{}`: {message}", path.display()))
}

fn packed_table(columns: &[Column], file: &mut Replacing) -> Result<(), String> {
    // The header of gzip would hold the time; 0 means none.
    let packer = flate2::GzBuilder::new().mtime(0).write(BufWriter::new(file), flate2::Compression::best());
    let packer = table(columns, packer)?;
    packer.finish().and_then(|mut file| file.flush()).map_err(|error| error.to_string())
}

fn table<W: Write>(columns: &[Column], mut to: W) -> Result<W, String> {
    if let Some(column) = columns.iter().find(|column| !column.shape.is_empty()) {
        return Err(format!("`{}` is an array, which a table cannot hold; write a .npz", column.name));
    }
    let rows = columns.first().map_or(0, Column::rows);
    let mut text = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(",");
    text.push('\n');
    for row in 0..rows {
        let cells: Vec<String> = columns.iter().map(|column| column.cell(row)).collect();
        text += &cells.join(",");
        text.push('\n');
    }
    to.write_all(text.as_bytes()).and_then(|()| to.flush()).map_err(|error| error.to_string())?;
    Ok(to)
}

fn arrays(columns: &[Column], file: &mut Replacing) -> Result<(), String> {
    let mut archive = Archive::new(file, Some(9));
    for column in columns {
        let shape: Vec<usize> = std::iter::once(column.rows()).chain(column.shape.clone()).collect();
        match &column.values {
            Values::Bytes(bytes) | Values::Words(bytes, _) => archive.add(&column.name, &shape, bytes),
            Values::Numbers(numbers, _) => archive.add(&column.name, &shape, numbers),
            Values::Texts(_) => {
                return Err(format!("`{}` is texts, which arrays cannot hold; write a .csv", column.name));
            }
        }
        .map_err(|error| error.to_string())?;
    }
    archive.finish().map_err(|error| error.to_string())
}

impl Column {
    fn rows(&self) -> usize {
        let count = match &self.values {
            Values::Bytes(values) | Values::Words(values, _) => values.len(),
            Values::Numbers(values, _) => values.len(),
            Values::Texts(values) => values.len(),
        };
        count / self.shape.iter().product::<usize>().max(1)
    }

    /// A row's value as a table writes it; columns of a table have no shape.
    fn cell(&self, row: usize) -> String {
        match &self.values {
            Values::Bytes(values) => values[row].to_string(),
            Values::Numbers(values, decimals) => format!("{:.decimals$}", values[row]),
            Values::Texts(values) if values[row].contains([',', '"', '\n']) => {
                format!("\"{}\"", values[row].replace('"', "\"\""))
            }
            Values::Texts(values) => values[row].clone(),
            Values::Words(values, words) => words[usize::from(values[row])].to_string(),
        }
    }
}
