//! Columns that are kept as a file has them: of many rows, in every format, with and without what must be looked at.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use super::{Folder, Opened, open};

/// More rows than any format gives at once.
const ROWS: usize = 30_000;

/// Where a column has something else than finite numbers and plain texts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Odd {
    No,
    /// Behind many rows that have nothing of the kind.
    Late,
}

fn columns(odd: Odd, rows: std::ops::Range<usize>) -> RecordBatch {
    let late = |row: usize| odd == Odd::Late && row > 20_000 && row.is_multiple_of(7);
    let each = || rows.clone();
    let key = |row: usize| if late(row) { None } else { Some(format!("k{}", row / 2)) };
    let real = |row: usize| ((row * 31) % 1009) as f64 / 8.0;
    let gaps = |row: usize| (!late(row)).then(|| real(row + 5));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("key", Arc::new(StringArray::from_iter(each().map(key)))),
        ("a", Arc::new(Float64Array::from_iter_values(each().map(real)))),
        ("b", Arc::new(Float64Array::from_iter(each().map(gaps)))),
        ("c", Arc::new(Int32Array::from_iter_values(each().map(|row| (row % 50) as i32)))),
        ("d", Arc::new(Float64Array::from_iter_values(each().map(|row| real(row * 3))))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .expect("a batch")
}

fn parquet(odd: Odd, group: usize) -> Vec<u8> {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let batch = columns(odd, 0..ROWS);
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("is written");
    writer.into_inner().expect("a file")
}

fn arrow(odd: Odd, at_once: usize, packed: bool) -> Vec<u8> {
    let packing = packed.then_some(arrow_ipc::CompressionType::LZ4_FRAME);
    let options = arrow_ipc::writer::IpcWriteOptions::default().try_with_compression(packing).expect("options");
    let schema = columns(odd, 0..1).schema();
    let mut writer =
        arrow_ipc::writer::FileWriter::try_new_with_options(Vec::new(), &schema, options).expect("a writer");
    for start in (0..ROWS).step_by(at_once) {
        writer.write(&columns(odd, start..ROWS.min(start + at_once))).expect("is written");
    }
    writer.finish().expect("is complete");
    writer.into_inner().expect("a file")
}

fn csv(odd: Odd) -> String {
    let batch = columns(odd, 0..ROWS);
    let columns: Vec<Vec<String>> = batch.columns().iter().map(texts).collect();
    let line = |row: usize| columns.iter().map(|column| column[row].as_str()).collect::<Vec<_>>().join(",") + "\n";
    std::iter::once("key,a,b,c,d\n".to_string()).chain((0..ROWS).map(line)).collect()
}

/// Cells as a text file has them; nothing where a row has none.
fn texts(column: &ArrayRef) -> Vec<String> {
    let one = |row: usize| match column.data_type() {
        _ if column.is_null(row) => String::new(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        _ => column.as_string::<i32>().value(row).to_string(),
    };
    (0..column.len()).map(one).collect()
}

/// The spec for a file, with a key that holds rows together or without one.
fn spec(format: &str, name: &str, group: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\n\ndata d: {format}(\"{name}\") {{\n  split {{ train: 80%, valid: 10%, test: 10%{group} }}\n  \
         columns {{ key: text, a: number, b: number, c: number, d: number }}\n}}\n\n\
         input x from d[a .. c] -> impute(mean) -> standardize\ntask y: regression from x {{ label: d.d }}\n"
    )
}

/// What a table came to: its columns, its parts, what was learnt.
fn came(opened: &Opened) -> (Vec<ArrayRef>, String, String) {
    let columns = opened.tables.sets[0].columns.iter().flatten().cloned().collect();
    let learnt = serde_json::to_string(opened.prepared.fitted()).expect("it can be written");
    (columns, format!("{:?}", opened.parts), learnt)
}

#[test]
fn tables_are_what_their_cells_are_however_they_are_read() {
    for odd in [Odd::No, Odd::Late] {
        let folder = Folder::new();
        folder.write("d.csv", csv(odd));
        folder.write("one.parquet", parquet(odd, ROWS));
        folder.write("several.parquet", parquet(odd, 7000));
        folder.write("one.arrow", arrow(odd, ROWS, true));
        folder.write("several.arrow", arrow(odd, 9000, true));
        folder.write("plain.arrow", arrow(odd, 9000, false));
        // Rows with a key lie together by it, in all formats alike; what else a row holds is hashed in a way that each sort of format has.
        let read = |format: &str, name: &str, group: &str| came(&open(&folder, &spec(format, name, group)));
        let same = |group: &str, others: &[(&str, &str)], model: (&str, &str)| {
            let wanted = read(model.0, model.1, group);
            for (format, name) in others {
                let found = read(format, name, group);
                for (place, (found, wanted)) in found.0.iter().zip(&wanted.0).enumerate() {
                    assert!(found == wanted, "{odd:?}: column {place} of {name} and {}", model.1);
                }
                assert!(found.1 == wanted.1, "{odd:?}: parts of {name} and {}", model.1);
                assert_eq!(found.2, wanted.2, "{odd:?}: learnt of {name} and {}", model.1);
            }
        };
        let typed = [
            ("parquet", "several.parquet"),
            ("arrow", "one.arrow"),
            ("arrow", "several.arrow"),
            ("arrow", "plain.arrow"),
        ];
        same("", &typed, ("parquet", "one.parquet"));
        if odd == Odd::No {
            same(", group: key", &typed, ("csv", "d.csv"));
        }
        same(", group: key", &typed, ("parquet", "one.parquet"));
    }
}
