//! Boxes: cells in every form, what is said of those that are none, and where steps take them.

use image::{GrayImage, Luma};
use mtlc::catalog::kinds::KindDef;

use super::{Folder, pipeline_in, said, try_open};

/// A table `d.jsonl` with boxes that are declared like this.
fn spec(declared: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\ndata d: jsonl(\"d.jsonl\") {{ split {{ train: 100% }}\n columns {{ x: number, y: number, {declared} }} }}\n\
         input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
    )
}

fn lines(cells: &[&str]) -> String {
    let line = |(row, cell): (usize, &&str)| format!("{{\"x\": {row}, \"y\": {}, \"things\": {cell}}}\n", row * row);
    cells.iter().enumerate().map(line).collect()
}

/// What is said of cells, without what is said of so few rows.
fn found(declared: &str, cells: &[&str]) -> Vec<(String, String)> {
    let mut found = said(&spec(declared), &[("d.jsonl", lines(cells).as_bytes())]);
    found.retain(|(code, _)| code.contains("box") || code.contains("wrong"));
    found
}

fn message(declared: &str, cell: &str) -> String {
    match &found(declared, &["[]", cell])[..] {
        [(_, message)] => message.clone(),
        other => panic!("{cell}: {other:?}"),
    }
}

#[test]
fn boxes_are_read_in_every_form() {
    let kept = |declared: &str, cell: &str| {
        let folder = Folder::new();
        folder.write("d.jsonl", lines(&[cell, "null", "[]", "[]"]));
        let opened = try_open(&folder, &spec(declared)).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let column = opened.tables.sets[0].column(2).expect("a column").clone();
        let texts = arrow_array::cast::AsArray::as_string::<i32>(&column);
        assert!(arrow_array::Array::is_null(texts, 1));
        (texts.value(0).to_string(), texts.value(2).to_string())
    };
    let wanted = r#"[["dog",1.0,2.0,4.0,6.5]]"#;
    for (declared, cell) in [
        (r#"things: boxes("cat", "dog")"#, r#"[{"class": "dog", "bbox": [1, 2, 3, 4.5], "area": 3}]"#),
        (r#"things: boxes("cat", "dog")"#, r#"[{"class": 1, "bbox": [1, 2, 3, 4.5]}]"#),
        ("things: boxes", r#"[{"class": "dog", "bbox": [1, 2, 3, 4.5]}]"#),
        (
            r#"things: boxes("dog", form: xyxy, at: "box", class: "label")"#,
            r#"[{"label": "dog", "box": [1, 2, 4, 6.5]}]"#,
        ),
        (r#"things: boxes("dog", form: center)"#, r#"[{"class": "dog", "bbox": [2.5, 4.25, 3, 4.5]}]"#),
        (
            r#"things: boxes("dog", form: xyxy, at: ["xmin", "ymin", "xmax", "ymax"])"#,
            r#"[{"class": "dog", "xmin": 1, "ymin": "2", "xmax": 4, "ymax": 6.5}]"#,
        ),
        (r#"things: boxes("dog")"#, r#"{"class": ["dog"], "bbox": [[1, 2, 3, 4.5]]}"#),
    ] {
        assert_eq!(kept(declared, cell), (wanted.into(), "[]".into()), "{declared}");
    }
    // Classes that are numbers are names, and the first is not 0.
    let numbered = kept(
        "things: boxes(1 .. 3)",
        r#"[{"class": 1, "bbox": [0, 0, 1, 1]}, {"class": "3.0", "bbox": [0, 0, 1, 1], "iscrowd": 1}]"#,
    );
    assert_eq!(numbered.0, r#"[["1",0.0,0.0,1.0,1.0],["3",0.0,0.0,1.0,1.0,true]]"#);
}

#[test]
fn what_is_no_box_is_told_with_its_place() {
    let declared = r#"things: boxes("cat", "dog")"#;
    for (cell, words) in [
        (r#"[{"class": "cat", "box": [1, 2, 3, 4]}]"#, "object 1 has no `bbox`; it has `class`, `box`"),
        (
            r#"[{"class": "cow", "bbox": [1, 2, 3, 4]}]"#,
            "object 1 is of the class `cow`, which is none of those declared: `cat`, `dog`",
        ),
        (r#"[{"class": "dgo", "bbox": [1, 2, 3, 4]}]"#, "is `dog` meant?"),
        (
            r#"[{"class": 2, "bbox": [1, 2, 3, 4]}]"#,
            "object 1 is of class number 2, and the 2 classes are numbered from 0 to 1",
        ),
        (r#"[{"class": "cat", "bbox": [1, 2, 3]}]"#, "object 1 has no four numbers in `bbox`"),
        (r#"[{"class": "cat", "bbox": [1, 2, 3, 1e40]}]"#, "object 1 has an edge that is no number"),
        (r#"["cat"]"#, "object 1 is `\"cat\"`, and no group of named values"),
        (r#""cats""#, "no list of boxes: one is"),
        ("7", "no list of boxes"),
        (
            r#"[{"class": "cat", "bbox": [1, 2, 3, 4]}, {"class": "cat", "bbox": [1, 2, 0, 4]}]"#,
            "object 2 of `things` has no area: its width is 0",
        ),
        (
            r#"[{"class": "cat", "bbox": [1, 2, 3, -4]}]"#,
            "object 1 of `things` is inverted: its lower edge lies above its upper edge (-2 and 2)",
        ),
    ] {
        let said = message(declared, cell);
        assert!(said.contains("line 2") && said.contains(words), "{cell}:\n{said}");
    }
    let relative = message(
        r#"things: boxes("cat", relative: true, form: center)"#,
        r#"[{"class": "cat", "bbox": [1, 0.5, 0.5, 0.2]}]"#,
    );
    assert!(
        relative.contains("reaches beyond its picture, which reaches from 0 to 1: its right edge is at 1.25"),
        "{relative}"
    );
}

/// Pictures of 8 × 6 pixels, and boxes beside them.
fn pictured(declared: &str, cells: &[&str]) -> (Folder, String) {
    let folder = Folder::new();
    let mut table = String::new();
    for (row, cell) in cells.iter().enumerate() {
        GrayImage::from_pixel(8, 6, Luma([row as u8])).save(folder.0.join(format!("{row}.png"))).expect("a picture");
        table += &format!("{{\"x\": {row}, \"y\": {}, \"photo\": \"{row}.png\", \"things\": {cell}}}\n", row * row);
    }
    folder.write("d.jsonl", table);
    (folder, spec(&format!("photo: image(gray), things: {declared}")))
}

#[test]
fn boxes_beyond_their_pictures_are_told_left_out_or_cut_off() {
    let cells = [
        r#"[{"class": "cat", "bbox": [1, 1, 2, 2]}]"#,
        // Less than a pixel beyond is nothing.
        r#"[{"class": "cat", "bbox": [6.5, 1, 2, 2]}]"#,
        r#"[{"class": "cat", "bbox": [6, 1, 9, 2]}, {"class": "cat", "bbox": [0, 7, 2, 2]}, {"class": "cat", "bbox": [0, 0, 2, 2]}]"#,
    ];
    let (folder, spec) = pictured(r#"boxes("cat")"#, &cells);
    let problems = try_open(&folder, &spec).err().expect("a box lies outside");
    let text = format!("{problems:#?}");
    for words in [
        "broken-box",
        "line 3: object 1 of `things` reaches beyond its picture of 6 × 8 pixels: its right edge is at 15",
        "line 3: object 2 of `things` lies outside its picture of 6 × 8 pixels: its edges are 0, 7, 2, 9",
        "broken: clip",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    for (broken, count) in [("skip", 1), ("clip", 2)] {
        let (folder, spec) = pictured(&format!("boxes(\"cat\", broken: {broken})"), &cells);
        let opened = try_open(&folder, &spec).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let told: Vec<String> =
            mtlc::data::outlook(&opened.pipeline, &opened.prepared).into_iter().map(|one| one.message).collect();
        assert!(
            told.iter().any(|told| told.starts_with("2 boxes of `things`") && told.contains("left out")),
            "{told:?}"
        );
        let texts = arrow_array::cast::AsArray::as_string::<i32>(opened.tables.sets[0].column(3).expect("a column"));
        assert_eq!(texts.value(2).matches("cat").count(), count, "{broken}");
        assert_eq!(texts.value(2).contains("6.0,1.0,8.0,3.0"), broken == "clip");
    }
}

#[test]
fn a_file_of_answers_may_be_a_file_of_labels() {
    // What `predict` writes has the names that `boxes` reads unasked.
    let (pipeline, _) = pipeline_in(std::path::Path::new("."), &spec(r#"things: boxes("cat")"#));
    let KindDef::Boxes(kind) = &pipeline.data[0].columns[2].kind else { panic!("boxes") };
    assert_eq!((kind.at.as_slice(), kind.class.as_str()), (&["bbox".to_string()][..], "class"));
}

#[test]
fn boxes_of_less_than_a_pixel_are_told() {
    let shares = r#"[{"class": "cat", "bbox": [0.4, 0.5, 0.2, 0.9]}]"#;
    let told = |declared: &str, cells: &[&str]| {
        let found = said(&spec(declared), &[("d.jsonl", lines(cells).as_bytes())]);
        found.into_iter().filter(|(code, _)| code == "tiny-boxes").map(|(_, message)| message).collect::<Vec<_>>()
    };
    let message = "all boxes of `things` are smaller than a pixel in both directions\n\
                   help: if they are shares of width and height, say so: `relative: true` in `things: boxes(…)`";
    assert_eq!(told(r#"things: boxes("cat")"#, &["[]", shares, "null"]), [message]);
    // As shares, or beside one that is large, they are what they are.
    assert!(told(r#"things: boxes("cat", relative: true)"#, &["[]", shares]).is_empty());
    let one = r#"[{"class": "cat", "bbox": [0, 5, 0.2, 1]}]"#;
    assert!(told(r#"things: boxes("cat")"#, &[shares, one]).is_empty());
    assert!(told(r#"things: boxes("cat")"#, &["[]", "[]"]).is_empty());
}
