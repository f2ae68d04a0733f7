//! Notes what the columns of a file of NumPy arrays hold.

use super::profile::{ColumnProfile, Profile, SAMPLE_CELLS, SAMPLE_ROWS};
use super::reading::READINGS;
use crate::data::formats::array::HostArray;
use crate::data::formats::npz::Archive;

/// Notes what the arrays of a file hold.
pub fn read(bytes: &[u8]) -> Result<Profile, String> {
    let mut archive = Archive::open(bytes)?;
    let names = if archive.names.is_empty() { vec!["values".to_string()] } else { archive.names.clone() };
    let mut arrays: Vec<(String, Result<HostArray, String>)> = Vec::new();
    for name in names {
        let array = archive.array(&name).unwrap_or_else(|| Err("is gone".into()));
        arrays.push((
            name,
            array.and_then(|array| {
                if array.shape.is_empty() { Err("is a single value, not one per row".into()) } else { Ok(array) }
            }),
        ));
    }
    let rows = arrays.iter().flat_map(|(_, array)| array).map(HostArray::rows).max();
    let Some(rows) = rows else {
        let reasons =
            arrays.iter().filter_map(|(name, array)| Some(format!("the array `{name}` {}", array.as_ref().err()?)));
        return Err(reasons.collect::<Vec<_>>().join("; "));
    };
    let other =
        arrays.iter().find_map(|(name, array)| Some((name, array.as_ref().ok()?.rows())).filter(|(_, n)| *n != rows));
    if let Some((name, count)) = other {
        return Err(format!(
            "the array `{name}` has {count} rows and another has {rows}; the first axis of every array must be the rows"
        ));
    }
    let mut columns = Vec::new();
    let mut cells = Vec::new();
    for (name, array) in arrays {
        let mut column = ColumnProfile::new(&name);
        match array {
            Ok(array) => {
                column.shape = array.shape.iter().skip(1).copied().collect();
                if column.shape.is_empty() {
                    let texts: Vec<String> = (0..rows).map(|row| array.text(row)).collect();
                    for (row, text) in texts.iter().enumerate() {
                        if text.is_empty() { column.add_missing("") } else { column.add(text, row, row) }
                    }
                    column.numbers = column.counts().of(0);
                    cells.push(texts);
                } else {
                    many_per_row(&mut column, &array);
                    cells.push(Vec::new());
                }
            }
            Err(reason) => {
                column.unreadable = Some(format!("it {reason}"));
                cells.push(Vec::new());
            }
        }
        columns.push(column);
    }
    let sample = (0..rows.min(SAMPLE_ROWS).min(SAMPLE_CELLS / columns.len().max(1)))
        .map(|row| cells.iter().map(|texts| texts.get(row).map_or("", String::as_str)).collect::<Vec<_>>().into())
        .collect();
    let reading = READINGS[0];
    Ok(Profile { format: "npz", arguments: Vec::new(), rows, columns, reading, sample, headed: true, typed: true })
}

/// A column with an array in each row.
fn many_per_row(column: &mut ColumnProfile, array: &HostArray) {
    column.counts_rows = false;
    column.rises = false;
    for index in 0..array.items() {
        match array.number(index) {
            Some(value) if value.is_nan() => column.missing += 1,
            Some(value) if value.is_infinite() => column.unreadable = Some("it holds infinite numbers".into()),
            Some(value) => column.numbers.add(value),
            None => {
                column.unreadable = Some(format!("it holds arrays of {}", array.what()));
                break;
            }
        }
    }
}
