//! Formats that know the types of their columns: the same table in each, paths into groups, messages, and hostile bytes.

use std::collections::HashSet;
use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{FixedSizeListBuilder, Float64Builder, ListBuilder, StringBuilder};
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Float32Array, Float64Array, Int32Array, Int64Array, ListArray,
    RecordBatch, StringArray, StructArray, TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field};
use mtlc::answers::{Numbers, Sets};
use mtlc::data::HostValues;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Folder, open, said, try_open};

/// How many rows the table has.
const ROWS: usize = 60;

/// The columns of the table: plain ones, a group in a group, lists of texts, of numbers and of groups.
fn batch(rows: std::ops::Range<usize>) -> RecordBatch {
    let each = || rows.clone();
    let real = |row: usize| row as f64 / 4.0 - 3.0;
    let mut tags = ListBuilder::new(StringBuilder::new());
    let mut pixels = FixedSizeListBuilder::new(Float64Builder::new(), 4);
    for row in each() {
        for tag in ["a", "b|c"].iter().take(row % 3) {
            tags.values().append_value(tag);
        }
        tags.append(true);
        (0..4).for_each(|place| pixels.values().append_value((row * 4 + place) as f64 / 8.0));
        pixels.append(true);
    }
    let member = |name: &str, array: ArrayRef| (Arc::new(Field::new(name, array.data_type().clone(), true)), array);
    let deep =
        StructArray::from(vec![member("n", Arc::new(Int32Array::from_iter_values(each().map(|row| row as i32))))]);
    let prices: ArrayRef = Arc::new(Float64Array::from_iter(each().map(|row| (row % 7 != 0).then(|| real(row)))));
    let meta = StructArray::from(vec![member("price", prices), member("deep", Arc::new(deep))]);
    let xs: ArrayRef = Arc::new(Float64Array::from_iter_values(each().flat_map(|row| [real(row), -real(row)])));
    let ys: ArrayRef = Arc::new(Float64Array::from_iter_values(each().flat_map(|_| [0.0, 1.0])));
    let boxes = StructArray::from(vec![member("x", xs), member("y", ys)]);
    let item = Arc::new(Field::new_list_field(boxes.data_type().clone(), true));
    let lengths = arrow_buffer::OffsetBuffer::from_lengths(each().map(|_| 2));
    let boxes = ListArray::new(item, lengths, Arc::new(boxes), None);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("key", Arc::new(StringArray::from_iter_values(each().map(|row| format!("k{row}"))))),
        ("x", Arc::new(Int64Array::from_iter_values(each().map(|row| row as i64 * 3)))),
        ("y", Arc::new(Float64Array::from_iter(each().map(|row| (row % 5 != 0).then(|| real(row)))))),
        ("kind", Arc::new(StringArray::from_iter_values(each().map(|row| ["red", "blue"][row % 2])))),
        ("ok", Arc::new(BooleanArray::from_iter(each().map(|row| Some(row % 3 == 0))))),
        ("day", Arc::new(TimestampMillisecondArray::from_iter_values(each().map(|row| row as i64 * 86_400_000)))),
        ("tags", Arc::new(tags.finish())),
        ("pixels", Arc::new(pixels.finish())),
        ("meta", Arc::new(meta)),
        ("boxes", Arc::new(boxes)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .expect("a batch")
}

/// Two batches, in row groups of 16 rows.
fn parquet(compression: Compression) -> Vec<u8> {
    let properties =
        WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(16)).build();
    let (one, two) = (batch(0..25), batch(25..ROWS));
    let mut writer = ArrowWriter::try_new(Vec::new(), one.schema(), Some(properties)).expect("a writer");
    writer.write(&one).and_then(|()| writer.write(&two)).expect("is written");
    writer.into_inner().expect("a file")
}

fn feather(compression: Option<arrow_ipc::CompressionType>) -> Vec<u8> {
    let options = arrow_ipc::writer::IpcWriteOptions::default().try_with_compression(compression).expect("options");
    let (one, two) = (batch(0..25), batch(25..ROWS));
    let mut writer =
        arrow_ipc::writer::FileWriter::try_new_with_options(Vec::new(), &one.schema(), options).expect("a writer");
    writer.write(&one).and_then(|()| writer.write(&two)).and_then(|()| writer.finish()).expect("is written");
    writer.into_inner().expect("a file")
}

fn stream() -> Vec<u8> {
    let batch = batch(0..ROWS);
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a writer");
    writer.write(&batch).and_then(|()| writer.finish()).expect("is written");
    writer.into_inner().expect("a file")
}

fn json_lines() -> String {
    let real = |row: usize| row as f64 / 4.0 - 3.0;
    let kind = |row: usize| ["red", "blue"][row % 2];
    let tags = |row: usize| ["a", "b|c"][..row % 3].to_vec();
    let pixels = |row: usize| [0, 1, 2, 3].map(|place| (row * 4 + place) as f64 / 8.0);
    let lines = (0..ROWS).map(|row| {
        let mut line = serde_json::json!({
            "key": format!("k{row}"), "x": row * 3, "kind": kind(row), "ok": row % 3 == 0,
            "tags": tags(row),
            "day": mtlc::catalog::dates::show(row as f64 * 86_400.0),
            "pixels": pixels(row),
            "meta": { "deep": { "n": row } },
            "boxes": [{ "x": real(row), "y": 0.0 }, { "x": -real(row), "y": 1.0 }],
        });
        // A null in one row is a name that is not there in another.
        match row % 10 {
            0 => line["y"] = serde_json::Value::Null,
            5 => {}
            _ => line["y"] = real(row).into(),
        }
        if row % 7 != 0 {
            line["meta"]["price"] = real(row).into();
        }
        format!("{line}\n")
    });
    lines.collect()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("packs")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("packs");
    packed.finish().expect("packs")
}

/// The table in every format that has types, with the name of the format.
fn all() -> Vec<(&'static str, Vec<u8>)> {
    let level = ZstdLevel::try_new(1).expect("a level");
    let json = json_lines();
    vec![
        ("parquet", parquet(Compression::UNCOMPRESSED)),
        ("parquet", parquet(Compression::SNAPPY)),
        ("parquet", parquet(Compression::ZSTD(level))),
        ("arrow", feather(None)),
        ("arrow", feather(Some(arrow_ipc::CompressionType::LZ4_FRAME))),
        ("arrow", feather(Some(arrow_ipc::CompressionType::ZSTD))),
        ("arrow", stream()),
        ("arrow", gzip(&stream())),
        ("jsonl", json.clone().into_bytes()),
        ("jsonl", json.replace('\n', "\r\n\r\n").into_bytes()),
        ("jsonl", gzip(json.as_bytes())),
        ("jsonl", zstd(json.as_bytes())),
    ]
}

/// A spec of this table; `id` keeps rows apart by their key.
fn spec(format: &str, id: bool) -> String {
    let key = if id { "key: id, " } else { "" };
    format!(
        "use std.tasks.{{classification, regression, multilabel}}\n\
         data d: {format}(\"d.file\") {{ split {{ train: 100% }}\n columns {{\n    {key}x, y: number, kind: category, ok: category\n\
         day: time, tags: labels, pixels: number[4], price: number as \"meta.price\", n: number as \"meta.deep.n\"\n\
         xs: number[2] as \"boxes.x\" }} }}\n\
         input x from d[x, n] -> standardize\ninput pixels from d.pixels\ninput xs from d.xs\ninput day from d.day -> calendar(day)\n\
         shared all from concat(x, pixels, xs, day) -> dense(4)\n\
         task y: regression from all {{ label: d.y }}\ntask price: regression from all {{ label: d.price }}\n\
         task kind: classification from all {{ label: d.kind }}\ntask ok: classification from all {{ label: d.ok }}\n\
         task tags: multilabel from all {{ label: d.tags }}\n"
    )
}

#[test]
fn the_same_table_in_every_format() {
    let mut seen = HashSet::new();
    for (format, content) in all() {
        let folder = Folder::new();
        folder.write("d.file", &content);
        let opened = open(&folder, &spec(format, true));
        let prepared = &opened.prepared;
        let real = |row: usize| row as f64 / 4.0 - 3.0;
        let y = prepared.label(0);
        assert_eq!(y.present, (0..ROWS).filter(|row| row % 5 != 0).collect(), "{format}");
        let Some(Numbers { values, .. }) = y.values.of() else { panic!("no numbers") };
        assert!((0..ROWS).all(|row| !y.present.contains(row) || values[row] == real(row)), "{format}: {values:?}");
        assert_eq!(prepared.label(1).present, (0..ROWS).filter(|row| row % 7 != 0).collect(), "{format}");
        assert_eq!(prepared.classes(2), Some(&["blue".to_string(), "red".to_string()][..]));
        assert_eq!(prepared.classes(3), Some(&["false".to_string(), "true".to_string()][..]));
        assert_eq!(prepared.classes(4), Some(&["a".to_string(), "b|c".to_string()][..]), "{format}");
        let Some(Sets { values, .. }) = prepared.label(4).values.of() else { panic!("no sets") };
        assert_eq!(values[..6], [false, false, true, false, true, true], "{format}");
        assert_eq!(prepared.ids(0).map(|ids| ids.of(9)).as_deref(), Some("k9"));
        let batch = prepared.batch(&[vec![2]]);
        assert_eq!(batch.inputs[1].values, HostValues::F32(vec![1.0, 1.125, 1.25, 1.375]), "{format}");
        assert_eq!(batch.inputs[2].values, HostValues::F32(vec![-2.5, 2.5]), "{format}");
        seen.insert(format!("{:?} {:?} {:?}", batch.inputs, opened.parts, prepared.label(1)));
    }
    assert_eq!(seen.len(), 1, "some formats read the table otherwise");
}

#[test]
fn rows_without_an_id_are_known_by_all_that_they_hold() {
    let parts = |format: &str, content: &[u8]| {
        let folder = Folder::new();
        folder.write("d.file", content);
        let spec = spec(format, false).replace("split { train: 100% }", "split { train: 50%, valid: 50% }");
        format!("{:?}", open(&folder, &spec).parts)
    };
    // However it is cut into batches, packed or typed.
    let of_arrow = parts("arrow", &stream());
    assert_eq!(parts("arrow", &feather(None)), of_arrow);
    assert_eq!(parts("parquet", &parquet(Compression::SNAPPY)), of_arrow);
    // And in whatever order the names stand.
    let turned: String = json_lines()
        .lines()
        .map(|line| {
            let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).expect("an object");
            let turned: serde_json::Map<String, serde_json::Value> = object.into_iter().rev().collect();
            serde_json::to_string(&turned).expect("JSON") + "\n"
        })
        .collect();
    assert_eq!(parts("jsonl", turned.as_bytes()), parts("jsonl", json_lines().as_bytes()));
}

#[test]
fn only_the_columns_that_are_read_are_read() {
    let mut file = parquet(Compression::UNCOMPRESSED);
    // The first values of `kind` stand in its own pages alone.
    let place = file.windows(4).position(|window| window == b"blue").expect("is there");
    file[place - 4..place + 4].fill(0xff);
    let columns = "columns { key: id, x, y: number }";
    let spec = |columns: &str| {
        format!(
            "use std.tasks.{{regression}}\ndata d: parquet(\"d.file\") {{ split {{ train: 100% }}\n {columns} }}\n\
             input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
        )
    };
    let found = said(&spec(columns), &[("d.file", &file)]);
    assert!(found.iter().all(|(code, _)| code != "unreadable-data"), "{found:?}");
    let found = said(&spec(&columns.replace("key: id, ", "")), &[("d.file", &file)]);
    assert!(found.len() == 1 && found[0].0 == "unreadable-data" && found[0].1.contains("row 1 ("), "{found:?}");
}

#[test]
fn columns_that_do_not_fit_are_named() {
    let of = |format: &str, columns: &str| {
        let spec = format!(
            "use std.tasks.{{regression}}\ndata d: {format}(\"d.file\") {{ split {{ train: 100% }}\n columns {{ x, y: number, {columns} }} }}\n\
             input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
        );
        let content = match format {
            "parquet" => parquet(Compression::SNAPPY),
            "arrow" => feather(None),
            _ => json_lines().into_bytes(),
        };
        said(&spec, &[("d.file", &content)])
    };
    let expect = |formats: &[&str], columns: &str, code: &str, words: &[&str]| {
        for format in formats {
            let found = of(format, columns);
            let right = |(name, text): &(String, String)| name == code && words.iter().all(|word| text.contains(word));
            assert!(found.iter().any(right), "{format}, {columns}: {words:?} is not in {found:#?}");
        }
    };
    let (typed, all) = (["parquet", "arrow"], ["parquet", "arrow", "jsonl"]);
    expect(
        &all,
        "kinds: category",
        "missing-column",
        &["has no column `kinds`", "did you mean `kind`?", "the file has: "],
    );
    expect(&all, "p: number as \"meta.prize\"", "missing-column", &["has no column `meta.prize`"]);
    expect(&typed, "key: number", "wrong-value", &["row 1: `key` is `k0`, which is no number"]);
    expect(&["jsonl"], "key: number", "wrong-value", &["line 1: `key` is `k0`, which is no number"]);
    expect(
        &typed,
        "m: number as \"meta\"",
        "wrong-value",
        &["group of named values (`price`, `deep`)", "as \"meta.price\""],
    );
    expect(&typed, "b: number as \"boxes\"", "wrong-value", &["a list of groups of named values"]);
    expect(&typed, "pixels: number", "wrong-value", &["has the shape (rows, 4), and (rows) is declared"]);
    expect(&typed, "pixels: number[5]", "wrong-value", &["has the shape (rows, 4), and (rows, 5) is declared"]);
    expect(&["jsonl"], "pixels: number[5]", "wrong-value", &["line 1", "an array of 4 values, and number[5] has 5"]);
    expect(
        &["jsonl"],
        "pixels: number[2, 2]",
        "wrong-value",
        &["an array of 4 values in axis 1, and number[2, 2] has 2"],
    );
    expect(
        &typed,
        "tags: category",
        "wrong-value",
        &["row 2: `tags` is `[\"a\"]`, which is a list; one value per row"],
    );
    expect(&typed, "day: number", "wrong-value", &["row 1: `day` is `1970-01-01", "no number"]);
    expect(&typed, "tags: number[1]", "wrong-value", &["row 1", "an array of 0 values, and number[1] has 1"]);
}

#[test]
fn names_that_a_file_has_twice_or_with_dots() {
    let columns = |names: &[&str]| {
        let arrays = names.iter().enumerate().map(|(place, _)| {
            Arc::new(Float64Array::from_iter_values((0..20).map(|row| (row * (place + 1)) as f64))) as ArrayRef
        });
        let fields: Vec<Field> = names.iter().map(|name| Field::new(*name, DataType::Float64, true)).collect();
        let batch =
            RecordBatch::try_new(Arc::new(arrow_schema::Schema::new(fields)), arrays.collect()).expect("a batch");
        let mut writer = arrow_ipc::writer::FileWriter::try_new(Vec::new(), &batch.schema()).expect("a writer");
        writer.write(&batch).and_then(|()| writer.finish()).expect("is written");
        writer.into_inner().expect("a file")
    };
    let spec = |column: &str| {
        format!(
            "use std.tasks.{{regression}}\ndata d: arrow(\"d.file\") {{ split {{ train: 100% }}\n columns {{ x: number, {column} }} }}\n\
             input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
        )
    };
    let found = said(&spec("y: number"), &[("d.file", &columns(&["x", "y", "y"]))]);
    assert!(found[0].0 == "duplicate-column" && found[0].1.contains("the 2nd and the 3rd"), "{found:?}");
    let folder = Folder::new();
    folder.write("d.file", columns(&["x", "a.b"]));
    assert_eq!(open(&folder, &spec("y: number as \"a.b\"")).prepared.label(0).present.len(), 20);
}

#[test]
fn texts_that_stand_in_a_dictionary_or_as_bytes() {
    let keys = Int32Array::from(vec![Some(1), None, Some(0), Some(1)]);
    let kind: ArrayRef = Arc::new(DictionaryArray::new(keys, Arc::new(StringArray::from(vec!["red", "blue"]))));
    let bytes: ArrayRef = Arc::new(arrow_array::BinaryArray::from(vec![&b"p"[..], b"q", b"p", b"q"]));
    let x: ArrayRef = Arc::new(Float32Array::from(vec![0.1, f32::NAN, 3.0, 4.0]));
    let rows = RecordBatch::try_from_iter([("kind", kind), ("bytes", bytes), ("x", x)]).expect("a batch");
    let mut writer = ArrowWriter::try_new(Vec::new(), rows.schema(), None).expect("a writer");
    writer.write(&rows).expect("is written");
    let folder = Folder::new();
    folder.write("d.file", writer.into_inner().expect("a file"));
    let spec = "use std.tasks.{classification}\ndata d: parquet(\"d.file\") { split { train: 100% }\n columns { x: number, kind, bytes: category } }\n\
        input x from d.x -> impute -> standardize\ntask kind: classification from x { label: d.kind }\ntask bytes: classification from x { label: d.bytes }\n";
    let opened = open(&folder, spec);
    assert_eq!(opened.prepared.label(0).present.to_vec(), [0, 2, 3]);
    assert_eq!(opened.prepared.classes(0), Some(&["blue".to_string(), "red".to_string()][..]));
    assert_eq!(opened.prepared.classes(1), Some(&["p".to_string(), "q".to_string()][..]));
}

#[test]
fn several_files_are_one_table() {
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("parts")).expect("a folder");
    let part = |rows: std::ops::Range<usize>| {
        let rows = batch(rows);
        let mut writer = ArrowWriter::try_new(Vec::new(), rows.schema(), None).expect("a writer");
        writer.write(&rows).expect("is written");
        writer.into_inner().expect("a file")
    };
    folder.write("parts/a.parquet", part(0..40));
    folder.write("parts/b.parquet", part(40..ROWS));
    for path in ["parts", "parts/*.parquet"] {
        let opened = open(&folder, &spec("parquet", true).replace("d.file", path));
        assert_eq!(opened.prepared.rows(0), ROWS);
        assert_eq!(opened.prepared.ids(0).map(|ids| ids.of(45)), Some("k45".into()));
        assert_eq!(opened.tables.sets[0].place(45), "`parts/b.parquet`, row 6");
    }
}

#[test]
fn class_folders_are_rows_of_path_and_class() {
    let folder = Folder::new();
    for path in [
        "p/dog/b.png",
        "p/dog/a.PNG",
        "p/cat/deep/c.png",
        "p/cat/notes.txt",
        "p/.hidden/x.png",
        "p/cat/_x.png",
        "p/top.png",
    ] {
        let path = folder.0.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("is made");
        std::fs::write(&path, path.to_string_lossy().as_bytes()).expect("is written");
    }
    let spec = "use std.tasks.{classification}\ndata d: folder(\"p\", endings: [\"png\"]) { split { train: 100% }\n columns { file: id as \"path\", class: category, name: text as \"path\" } }\n\
        input x from d.name -> characters(max: 8) -> embed(2) -> mean_pool\ntask class: classification from x { label: d.class }\n";
    let opened = open(&folder, spec);
    let ids = opened.prepared.ids(0).expect("ids");
    assert_eq!([0, 1, 2, 3].map(|row| ids.of(row)).join(" "), "cat/deep/c.png dog/a.PNG dog/b.png top.png");
    assert_eq!(opened.prepared.classes(0), Some(&["cat".to_string(), "dog".to_string()][..]));
    assert_eq!(opened.prepared.label(0).present.to_vec(), [0, 1, 2]);
    // Each is called by its path, whether that is declared as an id or not.
    let called = |spec: &str| open(&folder, spec).prepared.row_name(0, 1);
    assert_eq!(called(&spec.replace("file: id as \"path\", ", "")), "dog/a.PNG");
    for (from, to, words) in [
        (
            "[\"png\"]",
            "[\"jpg\", \"gif\"]",
            "no files that end in `jpg` or `gif`; there are some in `PNG` or `png` or `txt`",
        ),
        ("folder(\"p\"", "folder(\"p/deep\"", "there is no such folder"),
        ("folder(\"p\"", "folder(\"p/.hidden\"", "no file of `p/.hidden` lies in a folder inside it"),
    ] {
        let found = try_open(&folder, &spec.replace(from, to)).err().unwrap_or_default();
        assert!(found.len() == 1 && found[0].message.contains(words), "{found:?}");
    }
    // What a file holds is part of what the data is.
    let before = opened.tables.sets[0].files[0].sha256.clone();
    folder.write("p/dog/b.png", "another");
    assert_ne!(open(&folder, spec).tables.sets[0].files[0].sha256, before);
    for (wrong, words) in [("nosuch", "there is no such folder"), ("p/dog/b.png", "it is a file")] {
        let spec = spec.replace("folder(\"p\"", &format!("folder(\"{wrong}\""));
        let found = try_open(&folder, &spec).err().unwrap_or_default();
        assert!(found.iter().any(|problem| problem.message.contains(words)), "{found:?}");
    }
}

#[test]
fn files_of_another_format_say_which() {
    for (format, content, words) in [
        ("parquet", feather(None), "it is an Arrow (Feather) file; name it so: `arrow(\"d.file\")`"),
        (
            "arrow",
            feather(None)[..900].to_vec(),
            "it is an Arrow file that is cut short or damaged (it ends before it should)",
        ),
        ("arrow", parquet(Compression::SNAPPY), "it is a Parquet file; name it so: `parquet("),
        ("jsonl", parquet(Compression::SNAPPY), "it is a Parquet file"),
        ("csv", json_lines().into_bytes(), "it is JSON lines; name it so: `jsonl("),
        ("parquet", json_lines().into_bytes(), "it is JSON lines"),
        ("parquet", b"x,y\n1,2\n".to_vec(), "it is no Parquet file"),
        ("arrow", b"x,y\n1,2\n".to_vec(), "it is no Arrow file"),
        ("jsonl", b"x,y\n1,2\n".to_vec(), "line 1 is no JSON object: `x,y`"),
        ("jsonl", b"[{\"x\": 1},\n{\"x\": 2}]".to_vec(), "it is a JSON list"),
        ("jsonl", b"{\n\"x\": 1\n}\n".to_vec(), "its first line is `{` alone"),
        ("jsonl", b"{\"x\": 1}\n{\"x\": 1,\n".to_vec(), "line 2 is no JSON"),
        ("jsonl", b"{\"x\": 1}\n{\"x\": 1, \"x\": 2}\n".to_vec(), "line 2 has the name `x` twice"),
        ("jsonl", b"{\"x\": 1}\n[1]\n".to_vec(), "line 2 is a list, and an object is needed"),
        ("jsonl", b"{\"x\": 1}\n{\"x\": \"\xff\"}\n".to_vec(), "line 2 is not UTF-8"),
        ("jsonl", Vec::new(), "it is empty"),
        ("parquet", Vec::new(), "it is no Parquet file"),
        ("arrow", Vec::new(), "it ends before it should"),
    ] {
        let plain = "use std.tasks.{regression}\ndata d: FORMAT(\"d.file\") { columns { x, y: number } }\n\
            input x from d.x -> standardize\ntask y: regression from x { label: d.y }\n";
        let found = said(&plain.replace("FORMAT", format), &[("d.file", &content)]);
        assert!(
            found.len() == 1 && found[0].0 == "unreadable-data" && found[0].1.contains(words),
            "{words}: {found:?}"
        );
    }
}

/// Deep nesting costs neither the stack nor time, read or not.
#[test]
fn nesting_without_end_is_no_danger() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    let spec = |column: &str| {
        format!(
            "use std.tasks.{{regression}}\ndata d: jsonl(\"d.file\") {{ split {{ train: 100% }}\n columns {{ x, y: number{column} }} }}\n\
             input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
        )
    };
    for nested in [deep("[", "]"), deep("{\"a\": ", "}")] {
        let lines: String =
            (0..20).map(|row| format!("{{\"x\": {row}, \"y\": {}, \"z\": {nested}}}\n", row * row)).collect();
        let found = said(&spec(""), &[("d.file", lines.as_bytes())]);
        assert!(found.iter().all(|(code, _)| code != "unreadable-data"), "{found:?}");
        for column in [", z: number[1]", ", z: labels", ", z: number as \"z.a.a.a.a\"", ", z: text"] {
            let found = said(&spec(column), &[("d.file", lines.as_bytes())]);
            assert!(found.iter().all(|(code, _)| code != "unreadable-data"), "{column}: {found:?}");
        }
    }
}

/// Whatever is cut off or flipped, there is an answer, and none of them is a panic.
#[test]
fn damaged_files_are_refused_or_read() {
    for (number, (format, content)) in all().into_iter().enumerate() {
        let folder = Folder::new();
        let spec = spec(format, number % 2 == 0);
        let mut refused = 0;
        let mut answer = |bytes: &[u8], what: &str| {
            folder.write("d.file", bytes);
            if let Err(problems) = try_open(&folder, &spec) {
                refused += 1;
                assert!(!problems.is_empty(), "{format}, {what}: nothing is said");
                assert!(problems.iter().all(|problem| !problem.message.is_empty() && problem.message.len() < 2000));
            }
        };
        for cut in (0..content.len()).step_by(content.len() / 12 + 1) {
            answer(&content[..cut], &format!("cut at {cut}"));
        }
        for place in (3..content.len()).step_by(content.len() / 24 + 1) {
            for flip in [0x01, 0xff] {
                let mut bytes = content.clone();
                bytes[place] ^= flip;
                answer(&bytes, &format!("{flip:x} at {place}"));
            }
        }
        assert!(refused > 8, "{format}: {refused} of all are refused");
    }
}
