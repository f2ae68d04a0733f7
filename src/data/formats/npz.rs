//! `npz`: NumPy arrays in a zip archive, or one `.npy` array for a data set of one column.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::Cursor;

use arrow_array::ArrayRef;
use sha2::{Digest, Sha256};

use super::array::HostArray;
use super::at_place::missing_column;
use super::{Chunk, Chunks, FormatHalf, Found, Raw, Request, first_half};
use crate::catalog::formats::npz::Npz;
use crate::data::foreign;
use crate::data::problems::count;
use crate::data::source::Source;
use crate::data::table::Unit;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

impl FormatHalf for Npz {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let set = request.set;
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let bytes = source.bytes().map_err(unreadable)?;
        let mut archive = Archive::open(&bytes).map_err(unreadable)?;
        let mut problems = Vec::new();
        // Each declared array once, and where it is declared first.
        let mut arrays: Vec<(String, HostArray, usize)> = Vec::new();
        for (index, column) in set.columns.iter().enumerate().filter(|(index, _)| request.wanted[*index]) {
            let name = column.source.as_str();
            if arrays.iter().any(|(known, ..)| known == name) {
                continue;
            }
            match archive.array(name) {
                None if request.needed[index] => problems.push(missing_column(column, &archive.names, request.name)),
                None => {}
                Some(Ok(array)) if array.shape.is_empty() => {
                    let message = format!("`{}`: the array `{name}` is a single value, not one per row", request.name);
                    problems.push(Diagnostic::new(&codes::WRONG_VALUE, column.span, message).here("no rows"));
                }
                Some(Ok(array)) => arrays.push((name.to_string(), array, index)),
                Some(Err(reason)) => {
                    let message = format!("`{}`: the array `{name}` {reason}", request.name);
                    problems.push(Diagnostic::new(&codes::UNREADABLE_DATA, column.span, message).here("this array"));
                }
            }
        }
        let rows = arrays.first().map_or(0, |(_, array, _)| array.rows());
        for (_, odd, other) in arrays.iter().filter(|(_, other, _)| other.rows() != rows) {
            let (one, two) = (&set.columns[arrays[0].2], &set.columns[*other]);
            let message = format!(
                "`{}`: `{}` has {} and `{}` has {}",
                request.name,
                one.source,
                count(rows, "row"),
                two.source,
                count(odd.rows(), "row")
            );
            problems.push(
                Diagnostic::new(&codes::RAGGED_ROW, two.span, message)
                    .here("another number of rows")
                    .also(one.span, count(rows, "row"))
                    .help("the first axis of every array is the rows; parts of a data set in arrays of their own need files of their own"),
            );
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        // Every array of the archive counts towards a row's hash, declared or not, as long as it has the rows.
        let mut others: Vec<(String, HostArray)> = Vec::new();
        for name in archive.names.clone() {
            if !set.columns.iter().any(|column| column.source == name)
                && let Some(Ok(array)) = archive.array(&name)
                && array.rows() == rows
            {
                others.push((name, array));
            }
        }
        let undeclared = (0..rows)
            .map(|row| {
                let mut hasher = DefaultHasher::new();
                others.iter().for_each(|(_, array)| hasher.write(array.row_bytes(row)));
                hasher.finish()
            })
            .collect();
        let mut all: Vec<(&str, &HostArray)> = others.iter().map(|(name, array)| (name.as_str(), array)).collect();
        all.extend(arrays.iter().map(|(name, array, _)| (name.as_str(), array)));
        all.sort_by_key(|(name, _)| *name);
        let content = (0..rows)
            .map(|row| {
                let mut hash = Sha256::new();
                all.iter().for_each(|(_, array)| hash.update(array.row_bytes(row)));
                first_half(&hash.finalize())
            })
            .collect();
        let mut undeclared_names: Vec<String> = others.iter().map(|(name, _)| name.clone()).collect();
        undeclared_names.sort();
        Ok(Box::new(Arrays {
            header: archive.names,
            arrays: arrays.into_iter().map(|(name, array, _)| (name, array)).collect(),
            undeclared: undeclared_names,
            asked: Vec::new(),
            chunk: Some(Chunk { rows, content, undeclared, ..Chunk::default() }),
        }))
    }
}

/// Arrays, which lie in memory as a whole: an archive packs each of them by itself.
struct Arrays {
    header: Vec<String>,
    arrays: Vec<(String, HostArray)>,
    undeclared: Vec<String>,
    asked: Vec<usize>,
    /// All rows, once.
    chunk: Option<Chunk>,
}

impl Chunks for Arrays {
    fn header(&self) -> Vec<String> {
        self.header.clone()
    }

    fn find(&self, source: &str) -> Found {
        self.arrays.iter().position(|(name, _)| name.trim() == source).map_or(Found::No, Found::At)
    }

    fn shape(&self, place: usize) -> Option<Vec<usize>> {
        Some(self.arrays[place].1.shape[1..].to_vec())
    }

    fn ask(&mut self, places: &[usize]) {
        self.asked = places.to_vec();
    }

    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        Ok(self.chunk.take().filter(|chunk| chunk.rows > 0).map(|chunk| {
            let columns: Vec<ArrayRef> = self.asked.iter().map(|place| self.arrays[*place].1.column()).collect();
            Box::new(move || Ok(Chunk { columns, ..chunk })) as Raw
        }))
    }

    fn undeclared(&self) -> Vec<String> {
        self.undeclared.clone()
    }

    fn unit(&self) -> Unit {
        Unit::Entry
    }
}

/// The arrays of a file.
pub struct Archive<'b> {
    bytes: &'b [u8],
    /// `None` for a lone `.npy`, which answers to any name.
    zip: Option<npyz::npz::NpzArchive<Cursor<&'b [u8]>>>,
    pub names: Vec<String>,
}

impl<'b> Archive<'b> {
    pub fn open(bytes: &'b [u8]) -> Result<Self, String> {
        if bytes.starts_with(b"\x93NUMPY") {
            return Ok(Self { bytes, zip: None, names: Vec::new() });
        }
        let zip = npyz::npz::NpzArchive::new(Cursor::new(bytes))
            .map_err(|error| format!("it is no npz archive, or damaged ({error})"))
            .map_err(|reason| foreign::kind(bytes).filter(|_| !foreign::is_arrays(bytes)).unwrap_or(reason))?;
        let mut names: Vec<String> = zip.array_names().map(str::to_string).collect();
        names.sort();
        Ok(Self { bytes, zip: Some(zip), names })
    }

    pub fn array(&mut self, name: &str) -> Option<Result<HostArray, String>> {
        let Some(zip) = &mut self.zip else { return Some(HostArray::read(self.bytes)) };
        if !self.names.iter().any(|other| other == name) {
            return None;
        }
        // The archive's own entry, unread, so that a damaged one is told apart from one that is not there.
        let entry = zip.zip_archive().by_name(&npyz::npz::file_name_from_array_name(name));
        Some(match entry {
            Ok(mut entry) => HostArray::read(&mut entry).and_then(|array| {
                // Reading to the end makes the archive compare its checksum.
                match std::io::copy(&mut entry, &mut std::io::sink()) {
                    Ok(_) => Ok(array),
                    Err(error) => Err(format!("is damaged: {error}")),
                }
            }),
            Err(error) => Err(format!("is damaged: {error}")),
        })
    }
}
