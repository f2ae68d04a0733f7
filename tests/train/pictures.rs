//! A folder of pictures from files to a trained model: decoded and augmented on threads of their own, the same however many there are.

use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};
use mtlc::data::{Drawing, HostValues, Prefetch};

use super::{bytes, command, same_runs, session, text};
use crate::data::Folder;

const SPEC: &str = r#"use std.tasks.{classification}

data stripes: folder("stripes") {
  split { train: 60%, valid: 20%, test: 20%, stratify: way }
  columns { photo: image(gray) as "path", way: category as "class" }
}

input photo from stripes.photo -> resize(12) -> flip(horizontal) -> shift(1) -> normalize

shared trunk from photo -> conv2d(6, padding: same) -> relu -> max_pool(2) -> flatten -> dense(16) -> relu

task way: classification from trunk { label: stripes.way }

train { epochs: 12, batch: 8, optimizer: adam(lr: 1e-2), seed: 5 }
"#;

/// 60 pictures of several sizes and formats: stripes that lie or stand, in noise.
pub fn stripes() -> Folder {
    let folder = Folder::new();
    for number in 0..60_u32 {
        let (size, lies) = (16 + number % 9, number % 2 == 0);
        let pixel = |x: u32, y: u32| {
            let along = if lies { y } else { x } + number / 2;
            let noise = (x * 31 + y * 17 + number * 13).wrapping_mul(2_654_435_761) >> 27;
            Luma([if along / 3 % 2 == 0 { 40 + noise as u8 } else { 180 + noise as u8 }])
        };
        let picture = DynamicImage::ImageLuma8(GrayImage::from_fn(size, size, pixel));
        let way = folder.0.join("stripes").join(if lies { "lying" } else { "standing" });
        std::fs::create_dir_all(&way).expect("a folder");
        let ending = ["png", "jpg", "bmp"][(number % 3) as usize];
        picture.save(way.join(format!("{number:02}.{ending}"))).expect("a picture is written");
    }
    folder.write("stripes.mtl", SPEC);
    folder
}

fn mtlc(folder: &Folder, arguments: &[&str]) -> super::Said {
    super::Said::of(&command(&folder.0).args(arguments).output().expect("mtlc runs"))
}

#[test]
fn a_folder_of_pictures_is_learnt_the_same_on_any_number_of_threads() {
    let folder = stripes();
    for count in ["1", "3"] {
        let run = command(&folder.0)
            .env("RAYON_NUM_THREADS", count)
            .args(["run", "stripes.mtl", "--device", "flex", "--out", count])
            .output()
            .expect("mtlc runs");
        super::Said::of(&run).must(0, &["1 task"]);
    }
    same_runs(&folder, "1", "3");
    mtlc(&folder, &["predict", "1", "--data", "stripes", "--out", "answers.csv"]).must(0, &[]);
    let answers = text(&folder, "answers.csv");
    assert!(answers.lines().count() == 61, "{answers}");
    // Each row says of which file it is.
    assert!(answers.starts_with("photo,way,") && answers.contains("\nlying/00.png,lying"), "{answers}");
    mtlc(&folder, &["eval", "1", "--data", "stripes", "--predictions", "answers.csv"]).must(0, &[]);
    // Sorted by path: those that lie come first.
    let said: Vec<bool> = answers.lines().skip(1).map(|line| line.contains("lying")).collect();
    let known = said[..30].iter().filter(|lying| **lying).count() + said[30..].iter().filter(|lying| !**lying).count();
    assert!(known >= 54, "{known} of 60 are right:\n{answers}");
}

#[test]
fn training_on_pictures_goes_on_as_if_nothing_had_happened() {
    super::resume::resumes_in("pictures", &stripes(), &SPEC.replace("epochs: 12", "epochs: 4"));
}

#[test]
fn drawn_steps_draw_for_training_alone_and_by_row_and_epoch() {
    let folder = stripes();
    let session = session(&folder, SPEC);
    let prepared = session.prepared;
    let numbers = |batch: mtlc::data::Batch| match &batch.inputs[0].values {
        HostValues::F32(values) => values.clone(),
        HostValues::I64(_) => Vec::new(),
    };
    let rows = vec![(0..20).collect::<Vec<usize>>()];
    let still = numbers(prepared.batch(&rows));
    let drawn = |epoch, rows: &[Vec<usize>]| numbers(prepared.training_batch(rows, Drawing { seed: 1, epoch }));
    let first = drawn(0, &rows);
    assert_eq!(first, drawn(0, &rows));
    assert_ne!(first, drawn(1, &rows));
    // Some pictures are as they were, some mirrored, and all are moved pixels of themselves.
    let width = 12 * 12;
    let same = first.chunks(width).zip(still.chunks(width)).filter(|(one, other)| one == other).count();
    assert!(same < 10, "{same}");
    // A row is drawn for by itself.
    assert_eq!(drawn(0, &[vec![7]]), first[7 * width..8 * width]);
    // Threads that run ahead make what is made here.
    let plan: Vec<Vec<Vec<usize>>> = (0..12).map(|batch| vec![(0..5).map(|row| batch * 5 + row).collect()]).collect();
    let drawing = Drawing { seed: 1, epoch: 3 };
    let ahead = Prefetch::training(prepared.clone(), plan.clone(), 4, drawing);
    for (batch, rows) in ahead.zip(&plan) {
        assert_eq!(batch, prepared.training_batch(rows, drawing));
    }
}

#[test]
fn broken_pictures_are_listed_or_left_out() {
    let folder = stripes();
    let whole = bytes(&folder, "stripes/lying/00.png");
    folder.write("stripes/lying/00.png", &whole[..whole.len() / 2]);
    folder.write("stripes/lying/02.bmp", "no picture");
    let said = mtlc(&folder, &["run", "stripes.mtl", "--epochs", "1", "--out", "broken"]);
    said.must(1, &["broken-picture", "lying/00.png", "cut short", "lying/02.bmp", "it is text and no", "broken: skip"]);
    folder.write("skip.mtl", SPEC.replace("image(gray)", "image(gray, broken: skip)"));
    let said = mtlc(&folder, &["run", "skip.mtl", "--epochs", "1", "--out", "skipped"]);
    said.must(0, &["2 rows of `stripes` left out", "lying/00.png"]);
    // The run was made of other files than there are now.
    folder.write("stripes/lying/00.png", whole);
    mtlc(&folder, &["eval", "skipped"]).must(0, &["`stripes` changed after the run was trained"]);
    mtlc(&folder, &["predict", "skipped", "--data", "stripes", "--out", "answers.csv"])
        .must(0, &["1 row is left out of `stripes`, for broken pictures", "59 rows predicted"]);
}

#[test]
fn paths_start_from_the_table() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.0.join("data/shots")).expect("a folder");
    let mut table = String::from("photo,light\n");
    for number in 0..20_u8 {
        let picture = RgbImage::from_pixel(6, 4, Rgb([number * 12, 0, 250 - number * 12]));
        picture.save(folder.0.join(format!("data/shots/{number}.png"))).expect("a picture is written");
        table += &format!("shots/{number}.png,{number}\n");
    }
    folder.write("data/shots.csv", &table);
    let spec = "use std.tasks.{regression}\ndata shots: csv(\"data/shots.csv\") { columns { photo: image, light: number } }\n\
                input photo from shots.photo -> resize(2, 3) -> crop(2) -> normalize(unit)\nshared flat from photo -> flatten\n\
                task light: regression from flat { label: shots.light }\n";
    folder.write("shots.mtl", spec);
    let prepared = session(&folder, spec).prepared;
    let batch = prepared.batch(&[vec![3]]);
    assert_eq!(batch.inputs[0].shape, [1, 3, 2, 2]);
    let HostValues::F32(values) = &batch.inputs[0].values else { panic!("numbers") };
    assert_eq!(values[..4], [36.0 / 255.0; 4]);
    assert_eq!(values[8..], [214.0 / 255.0; 4]);
    // What the files hold is part of what a run was trained on.
    mtlc(&folder, &["run", "shots.mtl", "--epochs", "1", "--out", "run"]).must(0, &[]);
    let other = RgbImage::from_pixel(6, 4, Rgb([1, 2, 3]));
    other.save(folder.0.join("data/shots/5.png")).expect("a picture is written");
    mtlc(&folder, &["eval", "run"]).must(0, &["`20 files of shots.photo` changed after"]);
    folder.write("data/shots.csv", table.replace("shots/7.png", "shots/77.png"));
    let said = mtlc(&folder, &["check", "--data", "shots.mtl"]).must(1, &[]);
    for words in ["line 9", "`photo` is `shots/77.png`, which is no file", "did you mean"] {
        assert!(said.out.contains(words), "`{words}` is not in:\n{}", said.out);
    }
}

#[test]
fn labels_of_places_are_moved_with_their_pictures() {
    let folder = Folder::new();
    let mut table = String::from("photo,area\n");
    for number in 0..20_u32 {
        let lit = |x: u32, y: u32| (x * 7 + y * 11 + number * 5 + x * y).is_multiple_of(3);
        let photo = GrayImage::from_fn(8, 6, |x, y| Luma([if lit(x, y) { 255 } else { 0 }]));
        let area = GrayImage::from_fn(8, 6, |x, y| Luma([u8::from(lit(x, y))]));
        photo.save(folder.0.join(format!("{number}.png"))).expect("a picture is written");
        area.save(folder.0.join(format!("{number}-area.png"))).expect("a picture is written");
        table += &format!("{number}.png,{number}-area.png\n");
    }
    folder.write("shots.csv", table);
    let spec = |steps: &str| {
        format!(
            "use std.tasks.{{segmentation}}\ndata shots: csv(\"shots.csv\") {{ columns {{ photo: image(gray), area: mask(\"dark\", \"lit\") }} }}\n\
             input photo from shots.photo -> {steps} -> normalize(unit)\n\
             task area: segmentation from photo -> conv2d(2, padding: same) {{ label: shots.area }}\n"
        )
    };
    let prepared = session(&folder, &spec("resize(6, 8) -> flip(horizontal) -> flip(vertical) -> shift(2)")).prepared;
    let rows = vec![(0..20).collect::<Vec<usize>>()];
    let numbers = |values: &HostValues| match values {
        HostValues::F32(values) => values.clone(),
        HostValues::I64(values) => values.iter().map(|value| *value as f32).collect(),
    };
    let still = prepared.batch(&rows);
    for epoch in 0..3 {
        let moved = prepared.training_batch(&rows, Drawing { seed: 4, epoch });
        assert_eq!(numbers(&moved.inputs[0].values), numbers(&moved.targets[0].values[0].values));
        assert_ne!(moved.inputs[0].values, still.inputs[0].values);
    }
    assert_eq!(numbers(&still.inputs[0].values), numbers(&still.targets[0].values[0].values));
    // So are numbers for each pixel, in as many channels as there are.
    let mut table = String::new();
    for number in 0..20_u32 {
        let photo = image::open(folder.0.join(format!("{number}.png"))).expect("a picture").into_luma8();
        let lines = (0..6).map(|y| (0..8).map(|x| f64::from(photo.get_pixel(x, y).0[0]) / 255.0).collect::<Vec<_>>());
        let lines: Vec<Vec<f64>> = lines.collect();
        table += &format!("{{\"photo\": \"{number}.png\", \"depth\": [{lines:?}, {lines:?}]}}\n");
    }
    folder.write("depths.jsonl", table);
    let depths = "use std.tasks.{depth}\ndata shots: jsonl(\"depths.jsonl\") { columns { photo: image(gray), depth: number[2, 6, 8] } }\n\
                  input photo from shots.photo -> resize(6, 8) -> flip(horizontal) -> shift(2) -> normalize(unit)\n\
                  task depth: depth(channels: 2) from photo { label: shots.depth, target: scale(1) }\n";
    let prepared = session(&folder, depths).prepared;
    for epoch in 0..3 {
        let moved = prepared.training_batch(&rows, Drawing { seed: 4, epoch });
        let (pictures, depths) = (numbers(&moved.inputs[0].values), numbers(&moved.targets[0].values[0].values));
        for (picture, depth) in pictures.chunks(48).zip(depths.chunks(96)) {
            assert!(picture == &depth[..48] && picture == &depth[48..]);
        }
    }
}

#[test]
fn pictures_of_a_joined_table_are_part_of_a_run() {
    let folder = Folder::new();
    let mut cards = String::from("card,photo\n");
    let mut draws = String::from("card,worth\n");
    for number in 0..10_u8 {
        let picture = GrayImage::from_pixel(4, 4, Luma([number * 20]));
        picture.save(folder.0.join(format!("{number}.png"))).expect("a picture is written");
        cards += &format!("{number},{number}.png\n");
    }
    (0..40).for_each(|number| draws += &format!("{},{}\n", number % 10, number % 10));
    folder.write("cards.csv", &cards);
    folder.write("draws.csv", draws);
    let spec = "use std.tasks.{regression}\ndata draws: csv(\"draws.csv\") { columns { card: id, worth: number }\n  \
                join cards: csv(\"cards.csv\") on card { photo: image(gray, broken: skip) } }\n\
                input photo from draws.cards.photo -> resize(4) -> normalize(unit)\nshared flat from photo -> flatten\n\
                task worth: regression from flat { label: draws.worth }\ntrain { epochs: 1 }\n";
    folder.write("draws.mtl", spec);
    mtlc(&folder, &["run", "draws.mtl", "--out", "run"]).must(0, &[]);
    GrayImage::from_pixel(4, 4, Luma([7])).save(folder.0.join("5.png")).expect("a picture is written");
    mtlc(&folder, &["eval", "run"]).must(0, &["`10 files of cards.photo` changed after"]);
    folder.write("5.png", "no picture");
    // Rows whose picture is skipped over there have none here.
    mtlc(&folder, &["run", "draws.mtl", "--out", "again"]).must(1, &["4 rows have no value"]);
}
