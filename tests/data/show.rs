//! `mtlc show`, as a process.

use image::{GrayImage, Luma};

use super::Folder;
use super::command::mtlc;

#[test]
fn a_page_shows_pictures_with_their_labels_before_and_after_they_are_moved() {
    let folder = Folder::new();
    let mut table = String::from("photo,area,size\n");
    for number in 0..10_u32 {
        let photo = GrayImage::from_fn(8, 6, |x, y| Luma([(x * 20 + y * 9 + number) as u8]));
        photo.save(folder.0.join(format!("{number}.png"))).expect("a picture is written");
        GrayImage::from_fn(8, 6, |x, _| Luma([u8::from(x > 3)]))
            .save(folder.0.join(format!("{number}-area.png")))
            .expect("a picture");
        table += &format!("{number}.png,{number}-area.png,{number}\n");
    }
    folder.write("d.csv", table);
    folder.write(
        "d.mtl",
        "use std.tasks.{segmentation, regression}\n\
         data d: csv(\"d.csv\") { columns { photo: image(gray), area: mask(\"dark\", \"lit\"), size: number } }\n\
         input photo from d.photo -> resize(6, 8) -> flip(horizontal) -> normalize(unit)\n\
         let seen = photo -> conv2d(4, padding: same)\n\
         task area: segmentation from seen { label: d.area }\n\
         task size: regression from seen -> global_avg_pool { label: d.size }\n",
    );
    let (code, out, err) = mtlc(&folder.0, &["show", "d.mtl", "--rows", "3", "--epochs", "2"]);
    assert_eq!((code, out.as_str()), (Some(0), "show.html\n"), "{err}");
    let page = std::fs::read_to_string(folder.0.join("show.html")).expect("a page");
    // Three rows, each as it is and in two epochs, with a map over each picture.
    assert_eq!((page.matches("<article>").count(), page.matches("<figure>").count()), (3, 9));
    assert_eq!(page.matches("data:image/png;base64,").count(), 18);
    for words in
        ["photo, as it is", "photo, epoch 2", "label of area", "dark 50%, lit 50%", "3 of 7 rows of the part `train`"]
    {
        assert!(page.contains(words), "{words}");
    }
    // What is tested is never moved.
    mtlc(&folder.0, &["show", "d.mtl", "--part", "test", "--out", "test.html"]);
    let page = std::fs::read_to_string(folder.0.join("test.html")).expect("a page");
    assert!(page.contains("as it is") && !page.contains("epoch 1"));
    let (code, _, err) = mtlc(&folder.0, &["show", "d.mtl", "--out", "d.csv"]);
    assert!(code == Some(2) && err.contains("`d.csv` is data of the spec (`d`)"), "{err}");
    let (code, _, _) = mtlc(&folder.0, &["show", "d.mtl", "--rows", "0"]);
    assert_eq!(code, Some(2));
    let (code, _, _) = mtlc(&folder.0, &["show", "none.mtl"]);
    assert_eq!(code, Some(2));
}
