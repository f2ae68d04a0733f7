//! Arrays that are read some rows at a time: packed or not, in either order; and archives that nobody means well with.

use super::formats::{archive, npy, zip};
use super::{Folder, open, said};

/// More than are read at once.
const ROWS: usize = 20_000;

const SPEC: &str = "use std.tasks.{regression}\n\
    data d: npz(\"d.npz\") { split { train: 50%, valid: 50% }\n columns { x: number[2, 3], y: number } }\n\
    input x from d.x -> scale(1/2) -> flatten\ntask y: regression from x { label: d.y }\n";

fn value(row: usize, i: usize, j: usize) -> f32 {
    (row * 7 + i * 3 + j) as f32 / 4.0
}

/// `x`, column by column if it is asked for, `y`, and one that nobody declares.
fn files(fortran: bool) -> Vec<(&'static str, Vec<u8>)> {
    let x: Vec<u8> = match fortran {
        false => (0..ROWS * 6).flat_map(|item| value(item / 6, item / 3 % 2, item % 3).to_le_bytes()).collect(),
        true => {
            (0..ROWS * 6).flat_map(|item| value(item % ROWS, item / ROWS % 2, item / ROWS / 2).to_le_bytes()).collect()
        }
    };
    let y: Vec<u8> = (0..ROWS).flat_map(|row| (row as f64 * 3.0).to_le_bytes()).collect();
    let more: Vec<u8> = (0..ROWS).flat_map(|row| (row as u16).to_be_bytes()).collect();
    vec![
        ("x.npy", npy("<f4", fortran, &format!("({ROWS}, 2, 3)"), &x)),
        ("y.npy", npy("<f8", false, &format!("({ROWS},)"), &y)),
        ("more.npy", npy(">u2", false, &format!("({ROWS},)"), &more)),
    ]
}

#[test]
fn long_arrays_are_the_same_however_they_lie() {
    let gzip = |bytes: Vec<u8>| {
        let mut packed = flate2::read::GzEncoder::new(bytes.as_slice(), flate2::Compression::fast());
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut packed, &mut out).expect("packs");
        out
    };
    let mut seen = Vec::new();
    for content in
        [zip(&files(false), false), zip(&files(false), true), zip(&files(true), true), gzip(archive(&files(true)))]
    {
        let folder = Folder::new();
        folder.write("d.npz", content);
        let opened = open(&folder, SPEC);
        for row in [0, 8191, 8192, ROWS - 1] {
            let batch = opened.prepared.batch(&[vec![row]]);
            let wanted = (0..6).map(|item| value(row, item / 3, item % 3) / 2.0).collect();
            assert_eq!(batch.inputs[0].values, mtlc::data::HostValues::F32(wanted), "row {row}");
        }
        seen.push(format!("{:?} {:?}", opened.parts, opened.prepared.label(0)));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "rows are known by what they hold, not by how it lies");
}

#[test]
fn hostile_arrays_are_refused() {
    let with = |name: &'static str, array: Vec<u8>| {
        let mut files = files(false);
        files.retain(|(other, _)| *other != name);
        files.push((name, array));
        archive(&files)
    };
    let mut long = b"\x93NUMPY\x02\x00".to_vec();
    long.extend(u32::MAX.to_le_bytes());
    long.extend([b' '; 100]);
    let mut deep = b"\x93NUMPY\x01\x00".to_vec();
    deep.extend(60_000u16.to_le_bytes());
    deep.extend([b'('; 60_000]);
    let huge = format!("({}, {})", 1u64 << 40, 1u64 << 40);
    let mut damaged = archive(&files(false));
    // Of the array that nobody declares: what tells rows apart would be another.
    let place = damaged.len() - 1000;
    damaged[place] ^= 1;
    for (content, words) in [
        (with("y.npy", long), "its description claims to have 4294967295 bytes"),
        (with("y.npy", deep), "brackets in brackets"),
        (with("y.npy", npy("<f8", false, &huge, b"")), "the array `y` "),
        (with("y.npy", npy("<f8", true, &huge, b"")), "the array `y` "),
        (with("y.npy", npy("<U300000000", false, "(20000,)", b"")), "claims to hold texts of 1144 MB each"),
        (with("y.npy", npy("<f8", false, "(20000,)", &[0; 80_000])), "`y` is cut short: 80000 of 160000 bytes"),
        (with("x.npy", npy("<f4", true, "(20000, 2, 3)", &[0; 80_000])), "`x` is cut short: 80000 of 480000 bytes"),
        (damaged, "the array `more` is damaged: its checksum is another"),
    ] {
        let found = said(SPEC, &[("d.npz", &content)]);
        assert!(
            found.iter().any(|(code, text)| code == "unreadable-data" && text.contains(words)),
            "{words}: {found:#?}"
        );
    }
}

#[test]
fn what_nobody_declares_may_be_anything() {
    let mut all = files(false);
    all.push(("objects.npy", npy("|O", false, "(20000,)", b"\x80\x03")));
    all.push(("single.npy", npy("<f8", false, "()", &[0; 8])));
    // Rows of 17 MB each, which would have to lie in memory to tell rows apart.
    all.push(("wide.npy", npy("|u1", false, &format!("({ROWS}, {})", 17 << 20), &[])));
    assert_eq!(said(SPEC, &[("d.npz", &zip(&all, true))]), said(SPEC, &[("d.npz", &zip(&files(false), true))]));
}
