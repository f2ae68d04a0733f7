//! Ways to write the same table, and arrays.

use std::io::Write;

use mtlc::answers::Numbers;
use mtlc::data::HostValues;

use super::{Folder, open, said, simple};

/// `x` of all rows as read.
fn read(spec: &str, name: &str, content: &[u8]) -> Vec<f64> {
    let folder = Folder::new();
    folder.write(name, content);
    let opened = open(&folder, spec);
    opened.prepared.label(0).values.of::<Numbers>().expect("numbers").values.clone()
}

#[test]
fn a_file_without_a_header_has_places() {
    let plain = b"1,2.5\n2,-3\n3,1e3\n";
    let spec = simple(", header: false", "train: 100%", "x, y: number");
    assert_eq!(read(&spec, "d.csv", plain), [2.5, -3.0, 1000.0]);
    let spec = simple(", header: false", "train: 100%", "y: number as \"2\", x: number as \"01\"");
    assert_eq!(read(&spec, "d.csv", plain), [2.5, -3.0, 1000.0]);
    let spec = simple(", header: false", "train: 100%", "x: number, p1 .. p2: number, y: number");
    assert_eq!(read(&spec, "d.csv", b"1,0,0,2\n2,0,0,3\n3,1,1,4"), [2.0, 3.0, 4.0]);
    let spec = simple(", header: false", "train: 100%", "x, y, z: number");
    let found = said(&spec, &[("d.csv", plain)]);
    assert!(found[0].1.contains("no column `3`"), "{found:?}");
}

#[test]
fn lines_that_are_no_rows_are_passed_over() {
    let spec = |arguments: &str| simple(arguments, "train: 100%", "x: number, y: number");
    let content = b"# made by hand\n# in two lines\nx,y\n1,2\n# more\n2,3\n\n3,4\n# end";
    assert_eq!(read(&spec(", comment: \"#\""), "d.csv", content), [2.0, 3.0, 4.0]);
    let found = said(&spec(""), &[("d.csv", content)]);
    assert!(found.len() == 1 && found[0].1.contains("comment: \"#\""), "{found:?}");
    // Lines are counted with their comments.
    let found = said(&spec(", comment: \"#\""), &[("d.csv", b"# one\nx,y\n1,2\n# four\n2,three\n")]);
    assert!(found[0].1.contains("line 5: `y` is `three`"), "{found:?}");
}

#[test]
fn a_delimiter_behind_the_last_value_makes_none() {
    let spec = simple("", "train: 100%", "x: number, y: number");
    for content in ["x,y,\n1,2,\n2,3,\n", "x,y\n1,2,\n2,3\n", "x,y,\n1,2\n2,3,\n", "x,y\n1,2, \n2,3,\n"] {
        assert_eq!(read(&spec, "d.csv", content.as_bytes()), [2.0, 3.0], "{content:?}");
    }
    for content in ["x,y\n1,2,3\n", "x,y\n1\n", "x,y\n1,2,,\n", "x,y,z\n1,2\n"] {
        let found = said(&spec, &[("d.csv", content.as_bytes())]);
        assert!(found.iter().any(|(code, _)| code == "ragged-row"), "{content:?}: {found:?}");
    }
}

#[test]
fn quotes_can_be_escaped_by_a_sign() {
    let content = "x,y,t\n1,2,\"a \\\"b\\\", c\"\n2,3,\"d\"\n";
    let spec = |arguments: &str| simple(arguments, "train: 100%", "x: number, y: number, t: category");
    assert_eq!(read(&spec(", escape: \"\\\\\""), "d.csv", content.as_bytes()), [2.0, 3.0]);
    let found = said(&spec(""), &[("d.csv", content.as_bytes())]);
    assert!(found.iter().any(|(_, text)| text.contains("escape:")), "{found:?}");
}

#[test]
fn a_first_line_that_is_no_header_is_told() {
    let spec = |arguments: &str| simple(arguments, "train: 100%", "x: number, y: number");
    let found = said(&spec(""), &[("d.csv", b"5.1,3.5\n4.9,3.0\n")]);
    assert!(
        found.len() == 1 && found[0].1.contains("looks like data") && found[0].1.contains("header: false"),
        "{found:?}"
    );
    // Names that are merely others are no data.
    let found = said(&spec(""), &[("d.csv", b"a,b\n4.9,3.0\n")]);
    assert!(found.iter().all(|(_, text)| !text.contains("header: false")), "{found:?}");
    let found = said(&spec(", header: false"), &[("d.csv", b"x,y\n4.9,3.0\n")]);
    assert!(found.iter().any(|(_, text)| text.contains("leave `header: false` out")), "{found:?}");
}

#[test]
fn the_same_table_in_many_forms() {
    let spec = |arguments: &str| simple(arguments, "train: 100%", "x: number, y: number as \"größe\"");
    let wanted = [2.5, -3.0, 1000.0];
    let plain = "x,größe\n1,2.5\n2,-3\n3,1e3\n";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin: Vec<u8> = plain.chars().map(|letter| letter as u32 as u8).collect();
    for (arguments, content) in [
        ("", plain.as_bytes().to_vec()),
        ("", format!("\u{feff}{plain}").into_bytes()),
        ("", plain.replace('\n', "\r\n").into_bytes()),
        ("", plain.trim_end().as_bytes().to_vec()),
        ("", plain.replace(',', " , ").into_bytes()),
        ("", utf16),
        (", encoding: \"latin1\"", latin),
        (", delimiter: \";\", decimal: \",\"", plain.replace(',', ";").replace('.', ",").into_bytes()),
        (", delimiter: \"\\t\"", plain.replace(',', "\t").into_bytes()),
        (", quote: \"'\"", plain.replace("2.5", "'2.5'").into_bytes()),
    ] {
        assert_eq!(
            read(&spec(arguments), "d.csv", &content),
            wanted,
            "{arguments} {:?}",
            String::from_utf8_lossy(&content)
        );
    }
    let tabs = spec("").replace("csv(\"d.csv\")", "tsv(\"d.tsv\")");
    assert_eq!(read(&tabs, "d.tsv", plain.replace(',', "\t").as_bytes()), wanted);
}

#[test]
fn missing_spellings_are_the_usual_ones_or_those_written() {
    let folder = Folder::new();
    folder.write("d.csv", "x,y\n1,NA\n2,\n3,null\n4,?\n5, \n6,7\n");
    let opened = open(&folder, &simple("", "train: 100%", "x: number, y: number"));
    assert_eq!(opened.prepared.label(0).present.to_vec(), [5]);
    folder.write("d.csv", "x,y\n1,-\n2,\n6,7\n");
    let opened = open(&folder, &simple(", missing: \"-\"", "train: 100%", "x: number, y: number"));
    assert_eq!(opened.prepared.label(0).present.to_vec(), [2]);
}

/// An `.npy` file: type, order and shape as NumPy writes them.
pub fn npy(descr: &str, fortran: bool, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(bytes);
    file
}

/// A zip archive without compression.
pub fn archive(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    zip(files, false)
}

/// A zip archive, each file of it packed or not.
pub fn zip(files: &[(&str, Vec<u8>)], packed: bool) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = out.len() as u32;
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        let stored = match packed {
            true => deflated.write_all(content).and_then(|()| deflated.finish()).expect("packs"),
            false => content.clone(),
        };
        let mut fields = Vec::new();
        fields.extend([20u8, 0, 0, 0, if packed { 8 } else { 0 }, 0, 0, 0, 0, 0]);
        fields.extend(crc.sum().to_le_bytes());
        fields.extend((stored.len() as u32).to_le_bytes());
        fields.extend((content.len() as u32).to_le_bytes());
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(stored);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

const ARRAYS: &str = "use std.tasks.{classification, regression}\n\
    data d: npz(\"d.npz\") { split { train: 100% }\n columns { picture: number[2, 3], kind: category, size: number, name: id } }\n\
    input picture from d.picture -> scale(1/2) -> flatten\n\
    task kind: classification from picture { label: d.kind }\n\
    task size: regression from picture { label: d.size }\n";

fn arrays() -> Vec<(&'static str, Vec<u8>)> {
    let floats: Vec<u8> = [1.5f64, f64::NAN, -2.0].iter().flat_map(|value| value.to_be_bytes()).collect();
    let names: Vec<u8> = ["ab", "c", "é"]
        .iter()
        .flat_map(|name| {
            (0..2).flat_map(|at| name.chars().nth(at).map_or(0, u32::from).to_le_bytes()).collect::<Vec<u8>>()
        })
        .collect();
    vec![
        ("picture.npy", npy("|u1", false, "(3, 2, 3)", &(0..18).collect::<Vec<u8>>())),
        ("kind.npy", npy("<i2", false, "(3,)", &[10u8, 0, 0xff, 0xff, 10, 0])),
        ("size.npy", npy(">f8", false, "(3,)", &floats)),
        ("name.npy", npy("<U2", false, "(3,)", &names)),
    ]
}

#[test]
fn arrays_of_every_sort_are_read() {
    let folder = Folder::new();
    folder.write("d.npz", archive(&arrays()));
    let opened = open(&folder, ARRAYS);
    let batch = opened.prepared.batch(&[vec![1]]);
    assert_eq!(batch.inputs[0].shape, [1, 2, 3]);
    assert_eq!(batch.inputs[0].values, HostValues::F32(vec![3.0, 3.5, 4.0, 4.5, 5.0, 5.5]));
    assert_eq!(opened.prepared.classes(0), Some(&["-1".to_string(), "10".to_string()][..]));
    assert_eq!(opened.prepared.label(1).present.to_vec(), [0, 2]);
    assert_eq!(
        opened.prepared.ids(0).map(|ids| [0, 1, 2].map(|row| ids.of(row))),
        Some(["ab", "c", "é"].map(String::from))
    );
    // Column by column: the same picture.
    let mut files = arrays();
    let bytes: Vec<u8> =
        (0..3).flat_map(|c| (0..2).flat_map(move |b| (0..3).map(move |a| (a * 6 + b * 3 + c) as u8))).collect();
    files[0].1 = npy("|u1", true, "(3, 2, 3)", &bytes);
    folder.write("d.npz", archive(&files));
    assert_eq!(open(&folder, ARRAYS).prepared.batch(&[vec![1]]).inputs[0], batch.inputs[0]);
}

#[test]
fn arrays_that_do_not_fit_are_named() {
    let change = |index: usize, array: Vec<u8>| {
        let mut files = arrays();
        files[index].1 = array;
        archive(&files)
    };
    let mut broken = archive(&arrays());
    broken[180] ^= 0xff;
    for (content, code, words) in [
        (
            change(1, npy("<i2", false, "(2,)", &[1, 0, 2, 0])),
            "ragged-row",
            "`picture` has 3 rows and `kind` has 2 rows",
        ),
        (
            change(0, npy("|u1", false, "(3, 6)", &[0; 18])),
            "wrong-value",
            "has the shape (rows, 6), and (rows, 2, 3) is declared",
        ),
        (
            change(2, npy("<U1", false, "(3,)", &[65, 0, 0, 0, 65, 0, 0, 0, 65, 0, 0, 0])),
            "wrong-value",
            "entry 0: `size` is `A`, which is no number",
        ),
        (change(1, npy("|O", false, "(3,)", b"\x80\x03")), "unreadable-data", "Python objects"),
        (change(1, npy("<i2", false, "(3,)", &[1, 0])), "unreadable-data", "cut short"),
        (change(1, npy("<i8", false, "(99999999999,)", &[1, 0])), "unreadable-data", "claims to be larger"),
        (change(1, npy("<i2", false, "()", &[1, 0])), "wrong-value", "a single value"),
        (change(1, b"nonsense".to_vec()), "unreadable-data", "no NumPy array"),
        (archive(&arrays()[..3]), "missing-column", "no column `name`"),
        (archive(&arrays())[..150].to_vec(), "unreadable-data", "no npz archive, or damaged"),
        (b"x,y\n".to_vec(), "unreadable-data", "no npz archive"),
        (broken, "unreadable-data", "damaged"),
    ] {
        let found = said(ARRAYS, &[("d.npz", &content)]);
        assert!(found.iter().any(|(name, text)| name == code && text.contains(words)), "{code}, {words}: {found:#?}");
    }
}

#[test]
fn a_lone_array_is_a_data_set_of_one_column() {
    let folder = Folder::new();
    let bytes: Vec<u8> = (0..6u8).flat_map(|value| f32::from(value).to_le_bytes()).collect();
    folder.write("d.npy", npy("<f4", false, "(2, 3)", &bytes));
    let spec = "use std.tasks.{regression}\ndata d: npz(\"d.npy\") { split { train: 100% }\n columns { v: number[3] } }\n\
        data e: csv(\"e.csv\") { split { train: 100% }\n columns { x: number, y: number } }\n\
        input x from e.x\ntask y: regression from x { label: e.y }\n";
    folder.write("e.csv", "x,y\n1,2\n2,4\n");
    assert_eq!(open(&folder, spec).prepared.facts().get("rows(d)"), Some(&2));
}

#[test]
fn text_holds_no_arrays() {
    let found = said(&simple("", "", "x: number, y: number, z: number[2]"), &[("d.csv", b"x,y,z\n1,2,3\n")]);
    assert!(
        found.len() == 1 && found[0].0 == "wrong-value" && found[0].1.contains("text holds no arrays"),
        "{found:#?}"
    );
}
