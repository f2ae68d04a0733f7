//! Tracks: text files, lists and arrays, and what is said of those that are none.

use arrow_array::cast::AsArray;

use super::formats::{archive, npy};
use super::{Folder, Opened, try_open};

fn spec(source: &str, video: &str, tracks: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\ndata d: {source} {{ split {{ train: 100% }}\n columns {{ clip: {video}, ways: {tracks}, y: number }} }}\n\
         input clip from d.clip -> resize(4, 6) -> normalize(unit)\n\
         task y: regression from clip -> each(time) {{ global_avg_pool }} -> mean_pool {{ label: d.y }}\n"
    )
}

fn texts(opened: &Opened) -> Vec<String> {
    let column = opened.tables.sets[0].column(1).expect("is read").clone();
    column.as_string::<i32>().iter().map(|text| text.unwrap_or("–").to_string()).collect()
}

/// Clips of three frames of 4 × 6 pixels.
fn folder(cells: &[&str]) -> Folder {
    let folder = Folder::new();
    let mut clip = b"YUV4MPEG2 W6 H4 F25:1 Cmono\n".to_vec();
    (0..3).for_each(|frame| clip.extend([b"FRAME\n".to_vec(), vec![16 + frame; 24]].concat()));
    folder.write("c.y4m", clip);
    let line = |(row, cell): (usize, &&str)| format!("{{\"clip\": \"c.y4m\", \"ways\": {cell}, \"y\": {row}}}\n");
    folder.write("d.jsonl", cells.iter().enumerate().map(line).collect::<String>());
    folder
}

const JSONL: &str = "jsonl(\"d.jsonl\")";

#[test]
fn tracks_are_read_in_every_form() {
    let listed =
        folder(&[r#"[{"frame": 2, "track": 5, "class": "car", "bbox": [1, 0, 2, 2]}]"#, "\"w.txt\"", "[]", "null"]);
    listed.write("w.txt", "1,4,1,1,2,2.5,1,2,0.9\n2, 4, 3, 2, 1, 1, 0, -1, -1\n");
    let opened = try_open(&listed, &spec(JSONL, "video(3, gray)", r#"tracks("person", "car")"#));
    let opened = opened.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let wanted = [
        r#"[["car",2,5,[1.0,0.0,3.0,2.0],false]]"#,
        r#"[["car",0,4,[0.0,0.0,2.0,2.5],false],["person",1,4,[2.0,1.0,3.0,2.0],true]]"#,
        "[]",
        "–",
    ];
    assert_eq!(texts(&opened), wanted);
    // Arrays of frames, tracks and boxes; what is negative is not seen.
    let folder = Folder::new();
    let boxes: Vec<u8> = [1.0_f32, 0.0, 2.0, 2.0, -1.0, -1.0, -1.0, -1.0, 2.0, 0.0, 2.0, 2.0, 0.0, 1.0, 1.0, 2.0]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let y: Vec<u8> = 1.0_f64.to_le_bytes().to_vec();
    let files = [
        ("clip.npy", npy("|u1", false, "(1, 2, 4, 6)", &[7; 48])),
        ("ways.npy", npy("<f4", false, "(1, 2, 2, 4)", &boxes)),
        ("y.npy", npy("<f8", false, "(1,)", &y)),
    ];
    folder.write("d.npz", archive(&files));
    let opened = try_open(&folder, &spec("npz(\"d.npz\")", "video(2, gray)", "tracks"));
    let opened = opened.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let wanted = r#"[["thing",0,0,[1.0,0.0,3.0,2.0],false],["thing",1,0,[2.0,0.0,4.0,2.0],false],["thing",1,1,[0.0,1.0,1.0,3.0],false]]"#;
    assert_eq!(texts(&opened), [wanted]);
}

#[test]
fn what_is_no_track_is_told_with_its_place() {
    let twice = r#"[{"frame": 0, "track": 1, "bbox": [0, 0, 1, 1]}, {"frame": 0, "track": 1, "bbox": [1, 0, 1, 1]}]"#;
    for (video, cell, words) in [
        ("video(3, gray)", twice, "track 1 is twice in frame 0"),
        (
            "video(3, gray)",
            r#"[{"frame": 0, "bbox": [0, 0, 1, 1]}]"#,
            "object 1 has no `track`; it has `frame`, `bbox`",
        ),
        (
            "video(3, gray)",
            r#"[{"frame": 0.5, "track": 1, "bbox": [0, 0, 1, 1]}]"#,
            "`0.5` in `frame`, which is no number from 0 on",
        ),
        (
            "video(3, gray)",
            r#"[{"frame": 0, "track": 1, "bbox": [0, 0, 0, 1]}]"#,
            "object 1 has no area: its width is 0 and its height 1",
        ),
        (
            "video(3, gray)",
            r#"[{"frame": 3, "track": 1, "bbox": [0, 0, 1, 1]}]"#,
            "track 1 of `ways` in frame 3, counted from 0 (4 in a text file of MOTChallenge), is behind its clip, which has 3 frames",
        ),
        (
            "video(3, gray)",
            r#"[{"frame": 1, "track": 1, "bbox": [9, 0, 1, 1]}]"#,
            "track 1 of `ways` in frame 1, counted from 0 (2 in a text file of MOTChallenge), lies outside its picture of 4 × 6 pixels",
        ),
        (
            "video(2, gray)",
            r#"[{"frame": 1, "track": 1, "bbox": [0, 0, 1, 1]}]"#,
            "has 3 frames, of which `video(2)` reads some",
        ),
        ("video(3, gray)", "\"w.txt\"", "`w.txt`, line 2 has no frame: they are counted from 1"),
        ("video(3, gray)", "\"z.txt\"", "`z.txt`, line 1 is of class 0, and classes are counted from 1"),
        ("video(3, gray)", "\"v.txt\"", "`v.txt`: there is no such file"),
    ] {
        let folder = folder(&["[]", cell]);
        folder.write("w.txt", "1,1,1,1,2,2\n0,1,1,1,2,2\n");
        folder.write("z.txt", "\u{feff}1,1,1,1,2,2,1,0\n2,1,1,1,2,2,1,1\n");
        let problems =
            try_open(&folder, &spec(JSONL, video, "tracks")).err().unwrap_or_else(|| panic!("{cell} is read"));
        let text = format!("{problems:#?}");
        assert!(text.contains(words) && text.contains("line 2"), "{words}\n{text}");
    }
    // An array has all frames that are read of its clip.
    let array = Folder::new();
    let boxes: Vec<u8> = [1.0_f32, 0.0, 2.0, 2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    array.write(
        "d.npz",
        archive(&[
            ("clip.npy", npy("|u1", false, "(1, 2, 4, 6)", &[7; 48])),
            ("ways.npy", npy("<f4", false, "(1, 1, 1, 4)", &boxes)),
            ("y.npy", npy("<f8", false, "(1,)", &1.0_f64.to_le_bytes())),
        ]),
    );
    let said = format!("{:#?}", try_open(&array, &spec("npz(\"d.npz\")", "video(2, gray)", "tracks")).err());
    assert!(said.contains("`d.npz`, entry 0: the array of `ways` has 1 frame, and of its clip 2 are read"), "{said}");
    assert!(try_open(&array, &spec("npz(\"d.npz\")", "video(1, gray, take: first)", "tracks")).is_ok());
    // The first frames may be fewer.
    let folder = folder(&[r#"[{"frame": 2, "track": 1, "bbox": [0, 0, 1, 1]}]"#]);
    assert!(try_open(&folder, &spec(JSONL, "video(2, gray, take: first)", "tracks")).is_ok());
}
