//! Notes what the columns of a file of NumPy arrays hold.

use super::profile::{ColumnProfile, Profile, SAMPLE_CELLS, SAMPLE_ROWS};
use super::reading::READINGS;
use crate::data::formats::CHUNK_ROWS;
use crate::data::formats::archive::{Archive, Rows};
use crate::data::formats::array::HostArray;
use crate::data::source::Source;

/// How many bytes of an array are looked at at once, unless a row has more.
const AT_ONCE: usize = 1 << 22;
/// A row that has more is nothing that anybody trains on.
const MOST_OF_A_ROW: usize = 1 << 28;

/// Notes what the arrays of a file hold.
pub fn read(source: &Source) -> Result<Profile, String> {
    let mut archive = Archive::open(source)?;
    let names = if archive.names.is_empty() { vec!["values".to_string()] } else { archive.names.clone() };
    let mut arrays: Vec<(String, Result<Rows, String>)> = Vec::new();
    for name in names {
        let array = archive.array(&name).unwrap_or_else(|| Err("is gone".into()));
        let of_rows = |array: Rows| match array.head.shape.is_empty() {
            true => Err("is a single value, not one per row".to_string()),
            false => Ok(array),
        };
        arrays.push((name, array.and_then(of_rows)));
    }
    let rows = arrays.iter().flat_map(|(_, array)| array).map(|array| array.head.rows()).max();
    let Some(rows) = rows else {
        let reasons =
            arrays.iter().filter_map(|(name, array)| Some(format!("the array `{name}` {}", array.as_ref().err()?)));
        return Err(reasons.collect::<Vec<_>>().join("; "));
    };
    let rows_of =
        |(name, array): &(String, Result<Rows, String>)| Some((name.clone(), array.as_ref().ok()?.head.rows()));
    if let Some((name, count)) = arrays.iter().filter_map(rows_of).find(|(_, count)| *count != rows) {
        return Err(format!(
            "the array `{name}` has {count} rows and another has {rows}; the first axis of every array must be the rows"
        ));
    }
    let sampled = rows.min(SAMPLE_ROWS).min(SAMPLE_CELLS / arrays.len().max(1));
    let mut columns = Vec::new();
    let mut cells = Vec::new();
    for (name, array) in arrays {
        let (column, texts) = array.and_then(|array| noted(&name, array, sampled)).unwrap_or_else(|reason| {
            let mut column = ColumnProfile::new(&name);
            column.unreadable = Some(format!("it {reason}"));
            (column, Vec::new())
        });
        columns.push(column);
        cells.push(texts);
    }
    let sample = (0..sampled)
        .map(|row| cells.iter().map(|texts| texts.get(row).map_or("", String::as_str)).collect::<Vec<_>>().into())
        .collect();
    let reading = READINGS[0];
    Ok(Profile { format: "npz", arguments: Vec::new(), rows, columns, reading, sample, headed: true, typed: true })
}

/// What an array holds, and its first cells, if it has one per row.
fn noted(name: &str, mut array: Rows, sampled: usize) -> Result<(ColumnProfile, Vec<String>), String> {
    if array.head.row_bytes() > MOST_OF_A_ROW {
        return Err(format!("has rows of {} MB, which are not looked at", array.head.row_bytes() >> 20));
    }
    let mut column = ColumnProfile::new(name);
    column.shape = array.head.shape.iter().skip(1).copied().collect();
    let one_per_row = column.shape.is_empty();
    if !one_per_row {
        column.counts_rows = false;
        column.rises = false;
    }
    let (rows, mut texts) = (array.head.rows(), Vec::new());
    let at_once = (AT_ONCE / array.head.row_bytes().max(1)).clamp(1, CHUNK_ROWS);
    for first in (0..rows).step_by(at_once) {
        let part = array.next(at_once)?;
        if one_per_row {
            for row in 0..part.rows() {
                let text = part.text(row);
                if text.is_empty() {
                    column.add_missing("")
                } else {
                    column.add(&text, first + row, first + row)
                }
                if texts.len() < sampled {
                    texts.push(text);
                }
            }
        } else if !many_per_row(&mut column, &part) {
            break;
        }
    }
    if one_per_row {
        column.numbers = column.counts().of(0);
    }
    Ok((column, texts))
}

/// Notes rows of a column with an array in each; false if nothing more can be said of them.
fn many_per_row(column: &mut ColumnProfile, array: &HostArray) -> bool {
    for index in 0..array.items() {
        match array.number(index) {
            Some(value) if value.is_nan() => column.missing += 1,
            Some(value) if value.is_infinite() => column.unreadable = Some("it holds infinite numbers".into()),
            Some(value) => column.numbers.add(value),
            None => {
                column.unreadable = Some(format!("it holds arrays of {}", array.what()));
                return false;
            }
        }
    }
    true
}
