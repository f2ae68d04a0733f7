//! Files of annotations that other programs write: COCO, YOLO and PASCAL VOC.

use arrow_array::cast::AsArray;
use image::{GrayImage, Luma};

use super::{Folder, Opened, open, try_open};

/// A spec of pictures and boxes from such a source.
fn spec(source: &str, columns: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\ndata d: {source} {{ split {{ train: 100% }}\n columns {{ photo: image(gray) as \"path\", {columns} }} }}\n\
         input photo from d.photo -> resize(4) -> normalize\ntask wide: regression from photo -> flatten {{ label: d.wide }}\n"
    )
}

/// What a column of texts holds.
fn texts(opened: &Opened, name: &str) -> Vec<String> {
    let place = opened.pipeline.data[0].columns.iter().position(|column| column.name == name).expect("a column");
    let column = opened.tables.sets[0].column(place).expect("is read").clone();
    column.as_string::<i32>().iter().map(|text| text.unwrap_or("–").to_string()).collect()
}

fn picture(folder: &Folder, name: &str, width: u32, height: u32) {
    let path = folder.0.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    GrayImage::from_fn(width, height, |x, y| Luma([(x * 9 + y * 5) as u8])).save(path).expect("a picture");
}

fn said(folder: &Folder, spec: &str) -> String {
    format!("{:#?}", try_open(folder, spec).err().expect("it is wrong"))
}

const COCO: &str = r#"{
    "info": {"year": 2017},
    "images": [
        {"id": 7, "file_name": "b.png", "width": 8, "height": 6},
        {"id": 3, "file_name": "a.png", "width": 5, "height": 4},
        {"id": 9, "file_name": "c.png", "width": 6, "height": 6}
    ],
    "annotations": [
        {"id": 1, "image_id": 3, "category_id": 18, "bbox": [1, 1, 2, 2.5], "area": 5, "iscrowd": 0, "segmentation": [[1, 1, 3, 1, 3, 3]]},
        {"id": 2, "image_id": 7, "category_id": 17, "bbox": [0, 0, 8, 6], "iscrowd": 1},
        {"id": 3, "image_id": 7, "category_id": 18, "bbox": [2, 1, 3, 3], "iscrowd": 0}
    ],
    "categories": [{"id": 17, "name": "cat"}, {"id": 18, "name": "dog"}]
}"#;

#[test]
fn coco_is_a_row_for_each_picture() {
    let folder = Folder::new();
    for (name, width, height) in [("a", 5, 4), ("b", 8, 6), ("c", 6, 6)] {
        picture(&folder, &format!("shots/{name}.png"), width, height);
    }
    folder.write("d.json", COCO);
    let source = "coco(\"d.json\", pictures: \"shots\")";
    let columns = "name: id as \"id\", wide: number as \"width\", things: boxes as \"objects\"";
    let opened = open(&folder, &spec(source, columns));
    assert_eq!(texts(&opened, "name"), ["7", "3", "9"]);
    let boxes = texts(&opened, "things");
    assert_eq!(boxes[0], r#"[["cat",0.0,0.0,8.0,6.0,true],["dog",2.0,1.0,5.0,4.0]]"#);
    assert_eq!(boxes[1..], [r#"[["dog",1.0,1.0,3.0,3.5]]"#, "[]"]);
    assert_eq!(opened.prepared.facts().get("classes(d.things)"), Some(&2));
    // Ids that do not match.
    for (from, to, words) in [
        ("\"image_id\": 3", "\"image_id\": 4", "annotation 1 (id 1) is of the image 4, which is none of its images"),
        (
            "\"category_id\": 17",
            "\"category_id\": 1",
            "annotation 2 (id 2) is of the category 1, which is none of its categories",
        ),
        ("\"category_id\": 17, ", "", "annotation 2 (id 2) has no `category_id`"),
        (
            "\"category_id\": 17",
            "\"category_id\": \"17\"",
            "annotation 2 (id 2) is of the category \\\"17\\\", which is none of its categories, though 17 is",
        ),
        (
            "\"category_id\": 17",
            "\"category_id\": 1.5",
            "annotation 2 (id 2) has `1.5` in `category_id`, which is no id",
        ),
        ("\"id\": 9", "\"id\": 7", "image 3 (id 7) has the id of image 1 (id 7)"),
        (
            "\"id\": 3, \"image_id\": 7",
            "\"id\": 2, \"image_id\": 7",
            "annotation 3 (id 2) has the id of annotation 2 (id 2)",
        ),
        ("\"id\": 18, \"name\"", "\"id\": 17, \"name\"", "category 2 (id 17) has the id of category 1 (id 17)"),
        ("\"name\": \"dog\"", "\"name\": \"cat\"", "category 1 (id 17) and category 2 (id 18) are both called `cat`"),
        ("[2, 1, 3, 3]", "[2, 1, NaN, 3]", "in entry 3 of `annotations`, in `bbox`, `NaN` is no number of JSON"),
        ("\"iscrowd\": 1", "\"iscrowd\": \"yes\"", "`d.json`, `shots/b.png`: `objects` is"),
        (
            "\"iscrowd\": 1",
            "\"iscrowd\": \"yes\"",
            "object 1 (annotation of the id 2) has `\\\"yes\\\"` in `iscrowd`, which is neither 0 nor 1",
        ),
        (
            "[2, 1, 3, 3]",
            "[2, 1, 30, 3]",
            "`d.json`, `shots/b.png`: object 2 (annotation of the id 3) of `objects` reaches beyond",
        ),
        ("\"images\"", "\"pictures\"", "it has no images"),
        ("{\"id\": 17, \"name\": \"cat\"}", "{\"id\": 17}", "cannot read `d.json`: category 1 (id 17) has no `name`"),
    ] {
        folder.write("d.json", COCO.replacen(from, to, 1));
        let text = said(&folder, &spec(source, columns));
        assert!(text.contains(words), "{words}\n{text}");
    }
    folder.write("d.json", COCO.replacen("\"image_id\": 3", "\"image_id\": 4", 1));
    let skipping = source.replace("\"shots\"", "\"shots\", unmatched: skip");
    let opened = open(&folder, &spec(&skipping, columns));
    let told = mtlc::data::outlook(&opened.pipeline, &opened.prepared);
    assert!(
        told.iter().any(|one| one.message.starts_with("1 annotation left out (`d.json`: annotation 1")),
        "{told:#?}"
    );
    assert_eq!(texts(&opened, "things")[1], "[]");
}

#[test]
fn pictures_of_another_size_than_is_said_are_told() {
    let folder = Folder::new();
    for (name, width, height) in [("a", 5, 4), ("b", 8, 6), ("c", 6, 6)] {
        picture(&folder, &format!("shots/{name}.png"), width, height);
    }
    let told = |text: String| {
        folder.write("d.json", text);
        let columns = "wide: number = 1, things: boxes as \"objects\"";
        let opened = open(&folder, &spec("coco(\"d.json\", pictures: \"shots\")", columns));
        mtlc::data::outlook(&opened.pipeline, &opened.prepared)
            .into_iter()
            .filter(|one| one.code.name == "other-size")
            .collect::<Vec<_>>()
    };
    let size = "\"width\": 5, \"height\": 4";
    // Turned as EXIF data turns a picture, or said to be nothing.
    for same in [size, "\"width\": 4, \"height\": 5", "\"width\": 0, \"height\": 0", "\"width\": null, \"height\": 4"] {
        assert_eq!(told(COCO.replacen(size, same, 1)).len(), 0, "{same}");
    }
    let other = told(COCO.replacen(size, "\"width\": 10, \"height\": 8", 1));
    assert_eq!(
        other.iter().map(|one| one.message.as_str()).collect::<Vec<_>>(),
        ["`d.json`, `shots/a.png`: its file of annotations says 8 × 10 pixels, and the picture has 4 × 5"]
    );
}

#[test]
fn yolo_finds_the_texts_of_its_pictures() {
    let folder = Folder::new();
    for name in ["set/images/train/a.png", "set/images/train/b.png", "set/c.png"] {
        picture(&folder, name, 8, 6);
    }
    std::fs::create_dir_all(folder.0.join("set/labels/train")).expect("a folder");
    folder.write("set/labels/train/a.txt", "1 0.5 0.5 0.25 0.5\n\n0 0.25 0.25 0.5 0.5\n");
    folder.write("set/c.txt", "0 0.25 0.5 0.75 0.5 0.5 1.0\n");
    let columns = "things: boxes(\"cat\", \"dog\", form: center, relative: true) as \"objects\", wide: number = 1";
    let opened = open(&folder, &spec("yolo(\"set\")", columns));
    let wanted = [
        // A polygon with the corners (0.25, 0.5), (0.75, 0.5), (0.5, 1).
        r#"[["cat",0.25,0.5,0.75,1.0]]"#,
        r#"[["dog",0.375,0.25,0.625,0.75],["cat",0.0,0.0,0.5,0.5]]"#,
        "[]",
    ];
    assert_eq!(texts(&opened, "things"), wanted);
    for (line, words) in [
        ("cat 0.5 0.5 0.1 0.1", "`labels/train/a.txt`, line 1: `cat 0.5 0.5 0.1 0.1` begins with no number of a class"),
        ("0 0.5 x 0.1 0.1", "has a word that is no number"),
        ("0 0.5 0.5 0.1", "has 3 numbers behind the class"),
        (
            "2 0.5 0.5 0.1 0.1",
            "object 1 (line 1 of `labels/train/a.txt`) is of class number 2, and the 2 classes are numbered from 0 to 1",
        ),
        ("1 0.5 0.5 1.1 0.1", "reaches beyond its picture, which reaches from 0 to 1"),
    ] {
        // A pixel is an eighth, or a sixth.
        folder.write("set/labels/train/a.txt", line.replace("1.1", "1.4"));
        let text = said(&folder, &spec("yolo(\"set\")", columns));
        assert!(text.contains(&words.replace("1.1", "1.4")), "{words}\n{text}");
    }
}

#[test]
fn yolo_says_what_is_read_otherwise_than_it_is_written() {
    let folder = Folder::new();
    picture(&folder, "set/a.png", 8, 6);
    folder.write("set/a.txt", "\u{feff}0 0.25 0.5 0.75 0.5 0.5 1.0\n");
    folder.write("set/classes.txt", "cat\ndog\n");
    let columns = |boxes: &str| format!("things: {boxes} as \"objects\", wide: number = 1");
    let read = |boxes: &str| spec("yolo(\"set\")", &columns(boxes));
    let opened = open(&folder, &read("instances(\"cat\")"));
    assert_eq!(texts(&opened, "things"), [r#"[["cat",false,[[2.0,3.0,6.0,3.0,4.0,6.0]],false]]"#]);
    for boxes in ["boxes(\"cat\")", "boxes(\"cat\", form: center)", "boxes(\"cat\", relative: true)"] {
        let text = said(&folder, &read(boxes));
        let help = r#"write `things: boxes(\"cat\", form: center, relative: true) as \"objects\"`"#;
        assert!(text.contains("another unit than YOLO has") && text.contains(help), "{boxes}\n{text}");
    }
    folder.write("set/gone.txt", "0 0.5 0.5 0.1 0.1\n");
    let text = said(&folder, &read("boxes(\"cat\", form: center, relative: true)"));
    assert!(text.contains("`gone.txt` has boxes, and there is no picture that it is of"), "{text}");
}

#[test]
fn voc_counts_pixels_from_one() {
    let folder = Folder::new();
    picture(&folder, "set/JPEGImages/a.png", 8, 6);
    let xml = "<annotation><filename>a.png</filename><size><width>8</width><height>6</height><depth>1</depth></size>\n\
               <object><name>dog</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax></bndbox></object>\n\
               <object><name>cat</name><bndbox><xmin>5</xmin><ymin>1</ymin><xmax>8</xmax><ymax>1</ymax></bndbox></object></annotation>\n";
    std::fs::create_dir_all(folder.0.join("set/Annotations")).expect("a folder");
    folder.write("set/Annotations/a.xml", xml);
    let columns = "things: boxes as \"objects\", wide: number as \"width\"";
    let opened = open(&folder, &spec("voc(\"set\")", columns));
    assert_eq!(texts(&opened, "things"), [r#"[["dog",0.0,1.0,4.0,6.0,true],["cat",4.0,0.0,8.0,1.0]]"#]);
    for (from, to, words) in [
        ("<name>cat</name>", "", "`Annotations/a.xml`, line 3: an object has no `name`"),
        ("<xmin>5</xmin>", "<xmin>five</xmin>", "has a `xmin` that is no number: `five`"),
        ("<difficult>1<", "<difficult>yes<", "an object has a `difficult` that is neither 0 nor 1: `yes`"),
        (
            "<ymax>6<",
            "<ymax>9<",
            "`set`, `Annotations/a.xml`: object 1 (line 2 of `Annotations/a.xml`) of `objects` reaches beyond",
        ),
        ("</annotation>", "", "`Annotations/a.xml` is no XML"),
        ("<filename>a.png</filename>", "", "has no `filename`"),
        ("a.png", "z.png", "`path` is `JPEGImages/z.png`, which is no file"),
    ] {
        folder.write("set/Annotations/a.xml", xml.replacen(from, to, 1));
        let text = said(&folder, &spec("voc(\"set\")", columns));
        assert!(text.contains(words), "{words}\n{text}");
    }
}
