//! Steps that mix the rows of a batch: pictures and labels by the same shares, the same again on any threads and after an interruption, and never where nothing is trained.

use image::{GrayImage, Luma};
use mtlc::data::{Batch, Drawing, HostValues};

use super::{command, same_runs, session};
use crate::data::Folder;

const SPEC: &str = r#"use std.tasks.{classification, regression}

data shades: csv("shades.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { photo: image(gray), kind: category("dark", "middle", "light"), worth: number }
}

input photo from shades.photo -> resize(6) -> mixup(1, share: 80%) -> cutmix(1, share: 50%) -> flip(horizontal) -> normalize(unit)

shared trunk from photo -> flatten -> dense(8) -> relu
task kind: classification from trunk { label: shades.kind }
task worth: regression from trunk { label: shades.worth }

train { epochs: 3, batch: 8, optimizer: adam(lr: 1e-2), seed: 2 }
"#;

/// Pictures of one brightness each, which is what they are worth; of some the kind is not known.
fn shades() -> Folder {
    let folder = Folder::new();
    let mut table = String::from("photo,kind,worth\n");
    for number in 0..60_u8 {
        let name = format!("{number}.png");
        GrayImage::from_pixel(6, 6, Luma([4 * number])).save(folder.0.join(&name)).expect("a picture is written");
        let kind = if number % 7 == 3 { "" } else { ["dark", "middle", "light"][usize::from(number / 20)] };
        table += &format!("{name},{kind},{number}\n");
    }
    folder.write("shades.csv", table);
    folder.write("shades.mtl", SPEC);
    folder
}

fn numbers(values: &HostValues) -> Vec<f64> {
    match values {
        HostValues::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
        HostValues::I64(values) => values.iter().map(|value| *value as f64).collect(),
    }
}

#[test]
fn a_picture_and_its_labels_are_mixed_by_the_same_shares() {
    let folder = shades();
    let prepared = session(&folder, SPEC).prepared;
    let rows = vec![(0..20).map(|row| (row * 7) % 60).collect::<Vec<usize>>()];
    let drawing = |epoch| Drawing { seed: 9, epoch };
    let still = prepared.batch(&rows);
    assert!(still.targets.iter().all(|target| target.others.is_empty() && target.mix.is_empty()));
    let worth = |of: usize| 4.0 * rows[0][of] as f64 / 255.0;
    let (mut mixed, mut alone, mut unknown) = (0, 0, 0);
    for epoch in 0..4 {
        let batch: Batch = prepared.training_batch(&rows, drawing(epoch));
        assert_eq!(batch, prepared.training_batch(&rows, drawing(epoch)));
        assert_ne!(batch, prepared.training_batch(&rows, drawing(epoch + 9)));
        let pixels = numbers(&batch.inputs[0].values);
        let kinds = &batch.targets[0];
        for (row, pixels) in pixels.chunks(36).enumerate() {
            let parts = kinds.mix.of(row);
            assert_eq!(parts, batch.targets[1].mix.of(row));
            assert!((parts.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-9);
            // Whatever was laid over and put in, the mean brightness is that of the shares; each mixing rounds every pixel.
            let mean = pixels.iter().sum::<f64>() / 36.0;
            let expected: f64 = parts.iter().map(|part| part.share * worth(part.of)).sum();
            assert!((mean - expected).abs() < 1.0 / 255.0, "row {row}: {mean} and {expected}");
            let every: Vec<_> = std::iter::once(kinds).chain(&kinds.others).collect();
            for (number, part) in parts.iter().enumerate() {
                let known = rows[0][part.of] % 7 != 3;
                assert_eq!(every[number].present[row], known);
                assert!((f64::from(every[number].row_weights[row]) - part.share).abs() < 1e-6);
                if known {
                    let class = numbers(&every[number].values[0].values)[row];
                    assert_eq!(class, (rows[0][part.of] / 20) as f64);
                }
                unknown += usize::from(!known);
            }
            assert!(every[parts.len()..].iter().all(|other| !other.present[row]));
            mixed += usize::from(parts.len() > 1);
            alone += usize::from(parts.len() == 1);
        }
    }
    assert!(mixed > 40 && alone > 2 && unknown > 5, "{mixed} mixed, {alone} alone, {unknown} without a class");
}

#[test]
fn mixing_is_the_same_on_any_threads_and_after_an_interruption() {
    let folder = shades();
    for count in ["1", "3"] {
        let run = command(&folder.0)
            .env("RAYON_NUM_THREADS", count)
            .args(["run", "shades.mtl", "--device", "flex", "--out", count])
            .output()
            .expect("mtlc runs");
        super::Said::of(&run).must(0, &["2 tasks"]);
    }
    same_runs(&folder, "1", "3");
    super::resume::resumes_in("mixing", &shades(), SPEC);
}

/// Pictures that are bright where their masks say so are put together of pieces, and so are their masks; a row beside one without a mask is left out.
#[test]
fn masks_are_put_together_as_their_pictures_are() {
    const SIDE: u32 = 12;
    let folder = Folder::new();
    let mut table = String::from("photo,regions\n");
    for number in 0..40_u32 {
        let inside = |x: u32, y: u32| (x * 5 + y * 3 + number * 7) % 11 < 5;
        let photo = GrayImage::from_fn(SIDE, SIDE, |x, y| Luma([if inside(x, y) { 200 } else { 20 }]));
        let mask = GrayImage::from_fn(SIDE, SIDE, |x, y| Luma([u8::from(inside(x, y))]));
        photo.save(folder.0.join(format!("{number}.png"))).expect("a picture is written");
        mask.save(folder.0.join(format!("m{number}.png"))).expect("a mask is written");
        let mask = if number == 8 { String::new() } else { format!("m{number}.png") };
        table += &format!("{number}.png,{mask}\n");
    }
    folder.write("shots.csv", table);
    let spec = r#"use std.tasks.{segmentation}

data shots: csv("shots.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { photo: image(gray), regions: mask("ground", "thing") }
}

input photo from shots.photo -> resize(12) -> mosaic(80%, size: 100%) -> flip(horizontal) -> normalize(unit)

task regions: segmentation from photo -> conv2d(4, padding: same) -> relu { label: shots.regions }

train { epochs: 1, batch: 8, seed: 2 }
"#;
    folder.write("shots.mtl", spec);
    let prepared = session(&folder, spec).prepared;
    let rows = vec![(0..20).collect::<Vec<usize>>()];
    let places = (SIDE * SIDE) as usize;
    let (mut mixed, mut without) = (0, 0);
    for epoch in 0..3 {
        let batch = prepared.training_batch(&rows, Drawing { seed: 5, epoch });
        let (pixels, target) = (numbers(&batch.inputs[0].values), &batch.targets[0]);
        let classes = numbers(&target.values[0].values);
        for row in 0..20 {
            let parts = target.mix.of(row);
            let known = parts.iter().all(|part| rows[0][part.of] != 8);
            assert_eq!(target.present[row], known);
            without += usize::from(!known);
            mixed += usize::from(parts.len() == 4);
            if known {
                let bright = pixels[row * places..][..places].iter().map(|shade| f64::from(u8::from(*shade > 0.4)));
                assert!(bright.eq(classes[row * places..][..places].iter().copied()), "row {row}");
            }
        }
    }
    assert!(mixed > 30 && without > 5, "{mixed} of pieces, {without} without a mask");
}
