//! Cells of labels that cannot be used: an error with its place, or missing and counted, as the spec says.

use arrow_array::Array;
use image::{GrayImage, Luma};

use super::{Folder, Opened, try_open};

/// Three pictures of 8 × 6 pixels, and what is written beside them.
fn folder(cells: &[&str]) -> Folder {
    let folder = Folder::new();
    let mut table = String::new();
    for (row, cell) in cells.iter().enumerate() {
        GrayImage::from_pixel(8, 6, Luma([row as u8])).save(folder.0.join(format!("{row}.png"))).expect("a picture");
        table += &format!("{{\"photo\": \"{row}.png\", \"y\": {row}, \"label\": {cell}}}\n");
    }
    folder.write("d.jsonl", table);
    for (name, width, height, class) in
        [("whole", 8, 6, 1), ("half", 4, 3, 0), ("other", 6, 6, 1), ("turned", 6, 8, 1), ("unknown", 8, 6, 9)]
    {
        GrayImage::from_pixel(width, height, Luma([class])).save(folder.0.join(format!("{name}.png"))).expect("a mask");
    }
    folder
}

fn spec(kind: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\ndata d: jsonl(\"d.jsonl\") {{ split {{ train: 100% }}\n columns {{ photo: image(gray), label: {kind}, y: number }} }}\n\
         input photo from d.photo -> resize(4, 6) -> normalize\ntask y: regression from photo -> flatten {{ label: d.y }}\n"
    )
}

fn told(opened: &Opened) -> String {
    mtlc::data::outlook(&opened.pipeline, &opened.prepared).into_iter().map(|one| one.message + "\n").collect()
}

/// The second of three cells cannot be used, and is told with its place; the other rows stay as they are.
fn is_told_or_skipped(kind: &str, good: &str, cell: &str, words: &str) {
    let folder = folder(&[good, cell, good]);
    let problems = try_open(&folder, &spec(kind)).err().unwrap_or_else(|| panic!("{cell} is read"));
    let text = format!("{problems:#?}");
    assert!(text.contains(words) && text.contains("line 2") && text.contains("broken: skip"), "{words}\n{text}");
    let skipping = format!("{}, broken: skip)", kind.strip_suffix(')').expect("a call"));
    let opened = try_open(&folder, &spec(&skipping)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let said = told(&opened);
    assert!(said.contains("1 cell of `label` taken as missing (") && said.contains("line 2: "), "{said}");
    assert!(said.contains(words), "{words}\n{said}");
    let column = opened.tables.sets[0].column(1).expect("is read");
    assert_eq!((0..3).map(|row| column.is_valid(row)).collect::<Vec<_>>(), [true, false, true], "{cell}");
    assert_eq!(opened.tables.sets[0].rows, 3);
}

#[test]
fn masks() {
    for (cell, words) in [
        (r#""gone.png""#, "which is the path of no picture: there is no such file"),
        (r#""unknown.png""#, "a mask with a pixel of class number 9"),
        (r#""other.png""#, "is of 6 × 6 pixels, and its picture of 6 × 8, which is of another form"),
        (r#""turned.png""#, "is of 8 × 6 pixels, and its picture of 6 × 8, which is of another form"),
    ] {
        is_told_or_skipped(r#"mask("ground", "road", size: [6, 8])"#, r#""whole.png""#, cell, words);
    }
    is_told_or_skipped(
        r#"mask("ground", "road")"#,
        r#""whole.png""#,
        r#""half.png""#,
        "of 3 × 4 pixels, and the masks before it are of 6 × 8",
    );
    let text = format!(
        "{:#?}",
        try_open(&folder(&[r#""whole.png""#, r#""half.png""#]), &spec("mask(\"ground\", \"road\")")).err()
    );
    assert!(text.contains("are read at one by `label: mask(…, size: [6, 8])`"), "{text}");
    // Half as high and wide, it shows the whole picture.
    let all = folder(&[r#""half.png""#, r#""whole.png""#]);
    let opened = try_open(&all, &spec(r#"mask("ground", "road", size: [6, 8])"#));
    let opened = opened.unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(!told(&opened).contains("taken as missing"));
}

#[test]
fn arrays_of_another_form_than_their_pictures() {
    let array = |height: usize, width: usize| format!("{:?}", vec![vec![1; width]; height]);
    let of = |cell: &str| try_open(&folder(&[cell, cell]), &spec(r#"mask("ground", "road")"#));
    assert!(of(&array(3, 4)).is_ok());
    let text = format!("{:#?}", of(&array(6, 4)).err().expect("another form"));
    assert!(text.contains("line 1: the mask of `label` is of 6 × 4 pixels"), "{text}");
}

#[test]
fn boxes_of_a_class_that_nobody_declared() {
    let good = r#"[{"class": "cat", "bbox": [1, 1, 2, 2]}]"#;
    let other = r#"[{"class": "cat", "bbox": [1, 1, 2, 2]}, {"class": "cow", "bbox": [1, 1, 2, 2]}]"#;
    let folder = folder(&[good, other, "7"]);
    let problems = try_open(&folder, &spec(r#"boxes("cat")"#)).err().expect("a cow");
    let text = format!("{problems:#?}");
    assert!(text.contains("line 2") && text.contains("object 2 is of the class `cow`"), "{text}");
    for broken in ["skip", "clip"] {
        let opened = try_open(&folder, &spec(&format!("boxes(\"cat\", broken: {broken})")));
        let said = told(&opened.unwrap_or_else(|problems| panic!("{problems:#?}")));
        assert!(said.contains("2 cells of `label` taken as missing (") && said.contains("line 2: "), "{said}");
    }
}

#[test]
fn things() {
    let good = r#"[{"class": "cat", "segmentation": [[1, 1, 3, 1, 3, 3, 1, 3]]}]"#;
    for (cell, words) in [
        (r#"[{"class": "cat"}]"#, "object 1 has no `segmentation`"),
        (r#"[{"class": "cow", "segmentation": [[0, 0, 1, 0, 1, 1]]}]"#, "is of the class `cow`"),
        (r#"[{"class": "cat", "segmentation": [[19, 0, 22, 0, 22, 3]]}]"#, "lies outside its picture of 6 × 8 pixels"),
    ] {
        is_told_or_skipped(r#"instances("cat")"#, good, cell, words);
    }
}

#[test]
fn points() {
    for (cell, words) in [
        ("[[90, 1]]", "lies outside its picture of 6 × 8 pixels"),
        ("[[1, 2], [3, 4]]", "1 point is declared, and there are 2"),
    ] {
        is_told_or_skipped(r#"keypoints("nose")"#, "[[1, 1]]", cell, words);
    }
}
