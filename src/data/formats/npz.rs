//! `npz`: NumPy arrays in a zip archive, or one `.npy` array for a data set of one column.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::archive::{Archive, Rows};
use super::array::HostArray;
use super::at_place::missing_column;
use super::{CHUNK_ROWS, Chunk, Chunks, Filled, FormatHalf, Found, Raw, Request, first_half};
use crate::catalog::formats::npz::Npz;
use crate::data::problems::count;
use crate::data::source::Source;
use crate::data::table::Unit;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::source::Span;

/// How many bytes of all arrays are taken apart at once, unless a row has more.
const CHUNK_BYTES: usize = 1 << 20;
/// An array that nobody declares tells rows apart only if its rows are smaller.
const MOST_OF_A_ROW: usize = 1 << 24;

impl FormatHalf for Npz {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let mut archive = Archive::open(source).map_err(|reason| vec![request.unreadable(&reason)])?;
        let mut members = declared(&mut archive, request)?;
        let rows = members.first().map_or(0, |member| member.array.head.rows());
        // Every array of the archive counts towards a row's hash, declared or not, as long as it has the rows.
        for name in archive.names.clone() {
            if !request.set.columns.iter().any(|column| column.source == name)
                && let Some(Ok(array)) = archive.array(&name)
                && array.head.rows() == rows
                && array.head.row_bytes() <= MOST_OF_A_ROW
            {
                members.push(Member { name, array, declared: false, span: request.set.path_span });
            }
        }
        members.sort_by(|one, other| one.name.cmp(&other.name));
        let width = members.iter().map(|member| member.array.head.row_bytes()).sum::<usize>().max(1);
        Ok(Box::new(Arrays {
            file: request.name.to_string(),
            header: archive.names,
            at_once: (CHUNK_BYTES / width).clamp(1, CHUNK_ROWS),
            left: rows,
            members,
            asked: Vec::new().into(),
        }))
    }
}

/// An array of the file.
struct Member {
    name: String,
    array: Rows,
    declared: bool,
    /// Where it is declared, or the file.
    span: Span,
}

/// Each declared array once, in the order of their declaration; all have one number of rows.
fn declared(archive: &mut Archive<'_>, request: &Request<'_>) -> Result<Vec<Member>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut members: Vec<Member> = Vec::new();
    for (index, column) in request.set.columns.iter().enumerate().filter(|(index, _)| request.wanted[*index]) {
        let name = column.source.as_str();
        if members.iter().any(|member| member.name == name) {
            continue;
        }
        match archive.array(name) {
            None if request.needed[index] => problems.push(missing_column(column, &archive.names, request.name)),
            None => {}
            Some(Ok(array)) if array.head.shape.is_empty() => {
                let message = format!("`{}`: the array `{name}` is a single value, not one per row", request.name);
                problems.push(Diagnostic::new(&codes::WRONG_VALUE, column.span, message).here("no rows"));
            }
            Some(Ok(array)) => {
                members.push(Member { name: name.to_string(), array, declared: true, span: column.span });
            }
            Some(Err(reason)) => problems.push(unreadable(request.name, name, column.span, &reason)),
        }
    }
    if let Some((one, others)) = members.split_first() {
        let rows = |member: &Member| count(member.array.head.rows(), "row");
        for other in others.iter().filter(|other| other.array.head.rows() != one.array.head.rows()) {
            let (named, known) = (&other.name, &one.name);
            let message = format!("`{}`: `{known}` has {} and `{named}` has {}", request.name, rows(one), rows(other));
            problems.push(
                Diagnostic::new(&codes::RAGGED_ROW, other.span, message)
                    .here("another number of rows")
                    .also(one.span, rows(one))
                    .help("the first axis of every array is the rows; parts of a data set in arrays of their own need files of their own"),
            );
        }
    }
    if problems.is_empty() { Ok(members) } else { Err(problems) }
}

fn unreadable(file: &str, name: &str, span: Span, reason: &str) -> Diagnostic {
    let message = format!("`{file}`: the array `{name}` {reason}");
    Diagnostic::new(&codes::UNREADABLE_DATA, span, message).here("this array")
}

/// The arrays that are read, sorted by their names, each from its first row to its last beside the others.
struct Arrays {
    file: String,
    header: Vec<String>,
    members: Vec<Member>,
    asked: Arc<[usize]>,
    /// How many rows are still to come, and how many come at once.
    left: usize,
    at_once: usize,
}

impl Chunks for Arrays {
    fn header(&self) -> Vec<String> {
        self.header.clone()
    }

    fn find(&self, source: &str) -> Found {
        let fits = |member: &Member| member.declared && member.name.trim() == source;
        self.members.iter().position(fits).map_or(Found::No, Found::At)
    }

    fn shape(&self, place: usize) -> Option<Vec<usize>> {
        Some(self.members[place].array.head.shape[1..].to_vec())
    }

    fn ask(&mut self, places: &[usize]) {
        self.asked = places.into();
    }

    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        let rows = self.left.min(self.at_once);
        if rows == 0 {
            return Ok(None);
        }
        self.left -= rows;
        let mut arrays = Vec::new();
        for member in &mut self.members {
            let read = member.array.next(rows);
            let array = read.map_err(|reason| vec![unreadable(&self.file, &member.name, member.span, &reason)])?;
            arrays.push((array, member.declared));
        }
        let asked = self.asked.clone();
        Ok(Some(Box::new(move || Ok(taken_apart(rows, &arrays, &asked)))))
    }

    fn undeclared(&self) -> Vec<String> {
        self.members.iter().filter(|member| !member.declared).map(|member| member.name.clone()).collect()
    }

    fn unit(&self) -> Unit {
        Unit::Entry
    }
}

/// Some rows of all arrays, with whether each is declared, as columns and hashes.
fn taken_apart(rows: usize, arrays: &[(HostArray, bool)], asked: &[usize]) -> Chunk {
    let content = |row: usize| {
        let mut hash = Sha256::new();
        arrays.iter().for_each(|(array, _)| hash.update(array.row_bytes(row)));
        first_half(&hash.finalize())
    };
    let undeclared = |row: usize| {
        let mut hasher = DefaultHasher::new();
        arrays.iter().filter(|(_, declared)| !declared).for_each(|(array, _)| hasher.write(array.row_bytes(row)));
        hasher.finish()
    };
    Chunk {
        rows,
        columns: asked.iter().map(|place| Filled::Array(arrays[*place].0.column())).collect(),
        content: (0..rows).map(content).collect(),
        undeclared: (0..rows).map(undeclared).collect(),
        ..Chunk::default()
    }
}
