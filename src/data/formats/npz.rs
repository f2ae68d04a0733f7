//! `npz`: NumPy arrays in a zip archive, or one `.npy` array for a data set of one column.

use std::borrow::Cow;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::Cursor;

use arrow_array::ArrayRef;
use sha2::{Digest, Sha256};

use super::array::HostArray;
use super::separated::{first_half, missing_column};
use super::{FormatHalf, Request};
use crate::catalog::formats::npz::Npz;
use crate::check::pipeline::{Column, Part};
use crate::data::bytes::Content;
use crate::data::foreign;
use crate::data::kinds;
use crate::data::problems::count;
use crate::data::table::{FileSeen, Table};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

impl FormatHalf for Npz {
    fn read(&self, content: &Content, request: &Request<'_>) -> Result<Table, Vec<Diagnostic>> {
        let set = request.set;
        let unreadable = |reason: String| {
            let message = format!("cannot read `{}`: {reason}", request.name);
            vec![Diagnostic::new(&codes::UNREADABLE_DATA, set.path_span, message).here("this file")]
        };
        let mut archive = Archive::open(&content.bytes).map_err(unreadable)?;
        let mut table =
            Table { header: archive.names.clone(), columns: vec![None; set.columns.len()], ..Table::default() };
        let mut problems = Vec::new();
        let mut arrays: Vec<(usize, HostArray)> = Vec::new();
        for (index, column) in set.columns.iter().enumerate().filter(|(index, _)| request.wanted[*index]) {
            let array = match archive.array(&column.source) {
                Some(array) => array,
                None => {
                    if request.needed[index] {
                        problems.push(missing_column(column, &archive.names, request.name));
                    }
                    continue;
                }
            };
            match array {
                Ok(array) if array.shape.is_empty() => {
                    let message =
                        format!("`{}`: the array `{}` is a single value, not one per row", request.name, column.source);
                    problems.push(Diagnostic::new(&codes::WRONG_VALUE, column.span, message).here("no rows"));
                }
                Ok(array) => arrays.push((index, array)),
                Err(reason) => {
                    let message = format!("`{}`: the array `{}` {reason}", request.name, column.source);
                    problems.push(Diagnostic::new(&codes::UNREADABLE_DATA, column.span, message).here("this array"));
                }
            }
        }
        if let Some((first, array)) = arrays.first() {
            table.rows = array.rows();
            for (other, odd) in arrays.iter().filter(|(_, other)| other.rows() != table.rows) {
                let (one, two) = (&set.columns[*first], &set.columns[*other]);
                let message = format!(
                    "`{}`: `{}` has {} and `{}` has {}",
                    request.name,
                    one.source,
                    count(table.rows, "row"),
                    two.source,
                    count(odd.rows(), "row")
                );
                problems.push(
                    Diagnostic::new(&codes::RAGGED_ROW, two.span, message)
                        .here("another number of rows")
                        .also(one.span, count(table.rows, "row"))
                        .help("the first axis of every array is the rows; parts of a data set in arrays of their own need files of their own"),
                );
            }
        }
        for (index, array) in &arrays {
            let column = &set.columns[*index];
            match column_of(array, column) {
                Ok(values) => table.columns[*index] = Some(values as ArrayRef),
                Err(reason) => {
                    let message = format!("`{}`: the array `{}` {reason}", request.name, column.source);
                    problems.push(
                        Diagnostic::new(&codes::WRONG_VALUE, column.span, message)
                            .here(format!("declared as `{}`", column.kind.name())),
                    );
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        // Every array of the archive counts towards a row's hash, declared or not, as long as it has the rows.
        let mut by_name: Vec<(String, HostArray)> = Vec::new();
        for name in archive.names.clone() {
            if !set.columns.iter().any(|column| column.source == name)
                && let Some(Ok(array)) = archive.array(&name)
                && array.rows() == table.rows
            {
                by_name.push((name, array));
            }
        }
        table.undeclared_names = by_name.iter().map(|(name, _)| name.clone()).collect();
        table.undeclared_names.sort();
        table.undeclared = (0..table.rows)
            .map(|row| {
                let mut hasher = DefaultHasher::new();
                by_name.iter().for_each(|(_, array)| hasher.write(array.row_bytes(row)));
                hasher.finish()
            })
            .collect();
        by_name.extend(arrays.into_iter().map(|(index, array)| (set.columns[index].source.clone(), array)));
        by_name.sort_by(|(one, _), (other, _)| one.cmp(other));
        table.content = (0..table.rows)
            .map(|row| {
                let mut hash = Sha256::new();
                by_name.iter().for_each(|(_, array)| hash.update(array.row_bytes(row)));
                first_half(&hash.finalize())
            })
            .collect();
        table.files.push(FileSeen {
            name: request.name.to_string(),
            sha256: content.sha256.clone(),
            rows: 0..table.rows,
            part: Part::Train,
        });
        Ok(table)
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

/// A column from an array, its items read as what the column's `map` says.
fn column_of(array: &HostArray, column: &Column) -> Result<ArrayRef, String> {
    let half = kinds::half(&column.kind);
    let missing = column.kind.missing().unwrap_or_default();
    if column.map.is_empty() {
        return half.column_of_array(array, &column.shape, missing);
    }
    if array.shape.len() != 1 {
        return Err(format!("has the shape {}, and a `map` is of one value per row", array.show_shape()));
    }
    let mut cells = half.cells(kinds::Spelling::PLAIN);
    for index in 0..array.items() {
        let text = array.text(index);
        let meant = half.meaning(&text, &column.map);
        if matches!(meant, Cow::Borrowed(_)) && (text.is_empty() || missing.contains(&text)) {
            cells.push_missing();
            continue;
        }
        cells.push(&meant).map_err(|reason| format!("has `{meant}` at entry {index}, which is {reason}"))?;
    }
    Ok(cells.finish())
}
