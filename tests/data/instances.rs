//! Things with their pixels: polygons, run lengths and pictures of numbers, and what is said of those that are none.

use arrow_array::cast::AsArray;
use image::{GrayImage, ImageBuffer, Luma};

use super::{Folder, Opened, try_open};

fn spec(kind: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\ndata d: jsonl(\"d.jsonl\") {{ split {{ train: 100% }}\n columns {{ photo: image(gray), things: {kind}, y: number }} }}\n\
         input photo from d.photo -> resize(4, 6) -> normalize\ntask y: regression from photo -> flatten {{ label: d.y }}\n"
    )
}

/// Pictures of 4 × 6 pixels with what is said of the things in each.
fn folder(cells: &[&str]) -> Folder {
    let folder = Folder::new();
    let mut table = String::new();
    for (row, cell) in cells.iter().enumerate() {
        GrayImage::from_pixel(6, 4, Luma([row as u8])).save(folder.0.join(format!("{row}.png"))).expect("a picture");
        table += &format!("{{\"photo\": \"{row}.png\", \"y\": {row}, \"things\": {cell}}}\n");
    }
    folder.write("d.jsonl", table);
    // The second thing of the first class, and the first of the second.
    let numbers = ImageBuffer::from_fn(6, 4, |x, y| {
        Luma([if y > 0 {
            0_u16
        } else if x < 2 {
            1002
        } else {
            2001
        }])
    });
    numbers.save(folder.0.join("numbers.png")).expect("a picture");
    folder
}

fn texts(opened: &Opened) -> Vec<String> {
    let column = opened.tables.sets[0].column(1).expect("is read").clone();
    column.as_string::<i32>().iter().map(|text| text.unwrap_or("–").to_string()).collect()
}

#[test]
fn outlines_are_read_in_every_form() {
    let cell = r#"[{"class": "cat", "segmentation": [[1, 1, 3, 1, 3, 3, 1, 3]]}, {"class": 1, "segmentation": {"size": [4, 6], "counts": [0, 2, 22]}, "iscrowd": 1}]"#;
    let opened = try_open(&folder(&[cell]), &spec(r#"instances("cat", "dog")"#));
    let opened = opened.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let wanted = r#"[["cat",false,[[1.0,1.0,3.0,1.0,3.0,3.0,1.0,3.0]],false],["dog",true,[[4,6],[0,2,22]],true]]"#;
    assert_eq!(texts(&opened), [wanted]);
    let numbered = folder(&["\"numbers.png\"", "[]", "null"]);
    let opened = try_open(&numbered, &spec(r#"instances("cat", "dog", each: 1000)"#));
    let opened = opened.unwrap_or_else(|problems| panic!("{problems:#?}"));
    // Down the columns: of the first two and of the other four the first pixel.
    let wanted = r#"[["cat",true,[[4,6],[0,1,3,1,19]],false],["dog",true,[[4,6],[8,1,3,1,3,1,3,1,3]],false]]"#;
    assert_eq!(texts(&opened), [wanted, "[]", "–"]);
}

#[test]
fn what_is_no_outline_is_told_with_its_place() {
    let declared = r#"instances("cat", "dog")"#;
    for (kind, cell, words) in [
        (declared, r#"[{"class": "cat"}]"#, "object 1 has no `segmentation`; it has `class`"),
        (declared, r#"[{"class": "cow", "segmentation": [[0, 0, 1, 0, 1, 1]]}]"#, "is of the class `cow`"),
        (
            declared,
            r#"[{"class": "cat", "segmentation": [[0, 0, 1, 0]]}]"#,
            "a polygon in `segmentation` that is no list of three corners",
        ),
        (
            declared,
            r#"[{"class": "cat", "segmentation": {"size": [4, 6], "counts": [4, 6]}}]"#,
            "runs in `segmentation` that are not 4 × 6 pixels together",
        ),
        (
            declared,
            r#"[{"class": "cat", "segmentation": {"size": [4, 6], "counts": [24]}}]"#,
            "has no pixels in its `segmentation`",
        ),
        (
            declared,
            r#"[{"class": "cat", "segmentation": {"size": [2, 2], "counts": [0, 4]}}]"#,
            "is of 2 × 2 pixels, and its picture has 4 × 6",
        ),
        (
            declared,
            r#"[{"class": "cat", "segmentation": [[9, 0, 12, 0, 12, 3]]}]"#,
            "lies outside its picture of 4 × 6 pixels",
        ),
        (
            declared,
            r#""numbers.png""#,
            "its pixels have no names: declare the one class that all are of, or `each: 1000`",
        ),
        (
            r#"instances("cat", each: 1000)"#,
            r#""numbers.png""#,
            "a pixel is 2001, which is of class 2 by `each: 1000`, and the last class that is declared is 1",
        ),
        (r#"instances("cat")"#, r#""none.png""#, "`none.png`: there is no such file"),
    ] {
        let problems = try_open(&folder(&["[]", cell]), &spec(kind)).err().unwrap_or_else(|| panic!("{cell} is read"));
        let text = format!("{problems:#?}");
        assert!(text.contains(words) && text.contains("line 2"), "{words}\n{text}");
    }
}
