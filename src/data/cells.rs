//! Cells that are written: each as JSON, and columns of them as an Arrow batch.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::answers::{Cell, CellType};

/// A cell as JSON; nothing of one that holds nothing, or lies in a file of its own.
pub fn cell_value(cell: &Cell) -> Option<Value> {
    match cell {
        Cell::Text(text) => Some(text.clone().into()),
        Cell::Number(number) => Some((*number).into()),
        Cell::Whole(number) => Some((*number).into()),
        Cell::Truth(truth) => Some((*truth).into()),
        Cell::File(_) | Cell::Nothing => None,
    }
}

/// A row as an object of JSON: what it does not have is left out.
pub struct Object<'a> {
    pub columns: &'a [(String, CellType)],
    pub row: &'a [Cell],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for ((name, _), cell) in self.columns.iter().zip(self.row) {
            match cell {
                Cell::Text(text) => object.serialize_entry(name, text)?,
                Cell::Number(number) => object.serialize_entry(name, number)?,
                Cell::Whole(number) => object.serialize_entry(name, number)?,
                Cell::Truth(truth) => object.serialize_entry(name, truth)?,
                Cell::File(_) | Cell::Nothing => {}
            }
        }
        object.end()
    }
}

/// The schema of a table of cells, any of which may be null.
pub fn cells_schema(columns: &[(String, CellType)]) -> SchemaRef {
    let field = |(name, ty): &(String, CellType)| Field::new(name, arrow_type(*ty), true);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// Some rows.
///
/// # Errors
/// If a row has not as many cells as there are columns.
pub fn cells_batch(columns: &[(String, CellType)], rows: &[Vec<Cell>]) -> Result<RecordBatch, ArrowError> {
    let arrays = columns.iter().enumerate().map(|(place, (_, ty))| array(*ty, rows, place)).collect();
    RecordBatch::try_new(cells_schema(columns), arrays)
}

/// Some rows as an Arrow stream.
///
/// # Errors
/// As [`cells_batch`].
pub fn cells_stream(columns: &[(String, CellType)], rows: &[Vec<Cell>]) -> Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), &cells_schema(columns))?;
    writer.write(&cells_batch(columns, rows)?)?;
    writer.into_inner()
}

fn arrow_type(ty: CellType) -> DataType {
    match ty {
        CellType::Text => DataType::Utf8,
        CellType::Number => DataType::Float64,
        CellType::Whole => DataType::Int64,
        CellType::Truth => DataType::Boolean,
    }
}

/// One column of some rows.
fn array(ty: CellType, rows: &[Vec<Cell>], place: usize) -> ArrayRef {
    let cells = rows.iter().map(|row| cell_value(&row[place]));
    match ty {
        CellType::Text => Arc::new(
            cells
                .map(|cell| cell.map(|cell| cell.as_str().map_or_else(|| cell.to_string(), str::to_string)))
                .collect::<StringArray>(),
        ),
        CellType::Number => Arc::new(cells.map(|cell| cell?.as_f64()).collect::<Float64Array>()),
        CellType::Whole => Arc::new(cells.map(|cell| cell?.as_i64()).collect::<Int64Array>()),
        CellType::Truth => Arc::new(cells.map(|cell| cell?.as_bool()).collect::<BooleanArray>()),
    }
}
