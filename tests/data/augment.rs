//! Steps that move pictures or change them: labels of places agree with their pictures to the pixel, and only training rows are changed.

use image::{GrayImage, Luma, Rgb, RgbImage};
use mtlc::data::{Batch, Drawing, HostValues};

use super::{Folder, Opened, open};

/// Pictures of 9 × 12 pixels of two values, and of each a map of which pixels are lit.
fn shots() -> Folder {
    let folder = Folder::new();
    let mut table = String::from("photo,area\n");
    for number in 0..12_u32 {
        let lit = |x: u32, y: u32| (x * 7 + y * 11 + number * 5 + x * y).is_multiple_of(3);
        let photo = GrayImage::from_fn(12, 9, |x, y| Luma([if lit(x, y) { 255 } else { 0 }]));
        let area = GrayImage::from_fn(12, 9, |x, y| Luma([u8::from(lit(x, y))]));
        photo.save(folder.0.join(format!("{number}.png"))).expect("a picture is written");
        area.save(folder.0.join(format!("{number}-area.png"))).expect("a picture is written");
        table += &format!("{number}.png,{number}-area.png\n");
    }
    folder.write("shots.csv", table);
    folder
}

fn opened(folder: &Folder, steps: &str) -> Opened {
    open(
        folder,
        &format!(
            "use std.tasks.{{segmentation}}\ndata shots: csv(\"shots.csv\") {{ split {{ train: 100% }}\n columns {{ photo: image(gray), area: mask(\"dark\", \"lit\") }} }}\n\
             input photo from shots.photo -> {steps} -> normalize(unit)\n\
             task area: segmentation from photo -> conv2d(2, padding: same) {{ label: shots.area }}\n"
        ),
    )
}

fn numbers(values: &HostValues) -> Vec<f32> {
    match values {
        HostValues::F32(values) => values.clone(),
        HostValues::I64(values) => values.iter().map(|value| *value as f32).collect(),
    }
}

fn photo_and_area(batch: &Batch) -> (Vec<f32>, Vec<f32>) {
    (numbers(&batch.inputs[0].values), numbers(&batch.targets[0].values[0].values))
}

#[test]
fn labels_go_where_their_pictures_go_to_the_pixel() {
    let folder = shots();
    let rows = vec![(0..12).collect::<Vec<usize>>()];
    for steps in [
        "resize(9, 12) -> flip(horizontal) -> shift(2)",
        "resize(9, 12) -> rotate(180, sampling: nearest)",
        "resize(9, 12) -> affine(degrees: 30, shift: 20%, scale: 1.5, shear: 20, sampling: nearest)",
        "resize(9, 12) -> flip(vertical) -> rotate(45, sampling: nearest)",
    ] {
        let prepared = opened(&folder, steps).prepared;
        let (still, area) = photo_and_area(&prepared.batch(&rows));
        assert_eq!(still, area, "{steps}");
        for epoch in 0..3 {
            let (photo, area) = photo_and_area(&prepared.training_batch(&rows, Drawing { seed: 4, epoch }));
            let wrong = photo.iter().zip(&area).filter(|(photo, area)| photo != area).count();
            assert!(wrong == 0 && photo != still, "{steps}: {wrong} of {} pixels differ", photo.len());
        }
    }
}

#[test]
fn what_lies_between_pixels_is_nearly_right() {
    let folder = shots();
    let rows = vec![(0..12).collect::<Vec<usize>>()];
    for steps in [
        "resize(9, 12) -> zoom(40%)",
        "resize(9, 12) -> affine(degrees: 20, scale: 1.3)",
        "resize(9, 12) -> randaugment(1, 15)",
    ] {
        let prepared = opened(&folder, steps).prepared;
        let still = photo_and_area(&prepared.batch(&rows)).0;
        let (photo, area) = photo_and_area(&prepared.training_batch(&rows, Drawing { seed: 2, epoch: 0 }));
        assert_ne!(photo, still);
        // A pixel that is more lit than not is mostly one that is lit; colours may have been turned over.
        let rows = photo.chunks(108).zip(area.chunks(108));
        let right = rows.map(|(photo, area)| {
            let same = photo.iter().zip(area).filter(|(photo, area)| (**photo >= 0.5) == (**area == 1.0)).count();
            same.max(108 - same)
        });
        let right = right.sum::<usize>() as f64 / photo.len() as f64;
        assert!(right > 0.85, "{steps}: {right}");
    }
}

#[test]
fn light_is_changed_in_training_alone_and_labels_stay() {
    let folder = Folder::new();
    let mut table = String::from("photo,mean\n");
    for number in 0..8_u8 {
        let photo = RgbImage::from_fn(10, 10, |x, y| Rgb([number * 20, (x * 20) as u8, (y * 20) as u8]));
        photo.save(folder.0.join(format!("{number}.png"))).expect("a picture is written");
        table += &format!("{number}.png,{number}\n");
    }
    folder.write("d.csv", table);
    let rows = vec![(0..8).collect::<Vec<usize>>()];
    for (steps, channels) in [
        ("color_jitter(brightness: 0.3, contrast: 0.3, saturation: 0.5, hue: 0.2)", 3),
        ("blur(2, share: 100%)", 3),
        ("cutout(5)", 3),
        ("grayscale -> cutout(5, fill: 0)", 1),
        ("pad(2, fill: 0) -> crop(10)", 3),
    ] {
        let spec = format!(
            "use std.tasks.{{regression}}\ndata d: csv(\"d.csv\") {{ split {{ train: 100% }}\n columns {{ photo: image, mean: number }} }}\n\
             input photo from d.photo -> resize(10) -> {steps} -> normalize(mean: [{0}], deviation: [{0}])\n\
             task mean: regression from photo -> flatten {{ label: d.mean }}\n",
            ["0.5"; 3][..channels].join(", ")
        );
        let prepared = open(&folder, &spec).prepared;
        let still = prepared.batch(&rows);
        assert_eq!(still.inputs[0].shape, [8, channels, 10, 10], "{steps}");
        let (first, second) = (0, 1);
        let drawn = |epoch| prepared.training_batch(&rows, Drawing { seed: 3, epoch });
        assert_eq!(drawn(first), drawn(first), "{steps}");
        assert!(drawn(first).inputs != still.inputs && drawn(first).inputs != drawn(second).inputs, "{steps}");
        assert_eq!(drawn(first).targets, still.targets);
        // Numbers are between −1 and 1, and what is not drawn is the picture itself: 0 is the darkest red.
        let values = numbers(&still.inputs[0].values);
        assert!(values.iter().all(|value| (-1.0..=1.0).contains(value)));
        assert!(channels == 1 || (values[0] + 1.0).abs() < 1e-6, "{steps}");
    }
}

#[test]
fn masks_of_several_sizes_are_read_at_one() {
    let folder = Folder::new();
    let mut table = String::from("photo,area\n");
    for number in 0..4_u32 {
        let (width, height) = (6 + 2 * number, 4 + 2 * number);
        GrayImage::from_fn(width, height, |x, _| Luma([if 2 * x < width { 0 } else { 255 }]))
            .save(folder.0.join(format!("{number}.png")))
            .expect("a picture is written");
        GrayImage::from_fn(width, height, |x, _| Luma([u8::from(2 * x >= width)]))
            .save(folder.0.join(format!("{number}-area.png")))
            .expect("a picture is written");
        table += &format!("{number}.png,{number}-area.png\n");
    }
    folder.write("shots.csv", table);
    let spec = |mask: &str| {
        format!(
            "use std.tasks.{{segmentation}}\ndata shots: csv(\"shots.csv\") {{ split {{ train: 100% }}\n columns {{ photo: image(gray), area: {mask} }} }}\n\
             input photo from shots.photo -> resize(4, 8) -> flip(horizontal) -> normalize(unit)\n\
             task area: segmentation from photo -> conv2d(2, padding: same) {{ label: shots.area }}\n"
        )
    };
    let prepared = open(&folder, &spec("mask(\"dark\", \"lit\", size: [4, 8])")).prepared;
    for epoch in 0..4 {
        let batch = prepared.training_batch(&[vec![0, 1, 2, 3]], Drawing { seed: 1, epoch });
        let (photo, area) = photo_and_area(&batch);
        // Whatever a pixel on the edge has become, it is lit more than not where its mask says so.
        assert!(photo.iter().zip(&area).all(|(photo, area)| (*photo > 0.5) == (*area == 1.0)), "{epoch}");
    }
    let problems = super::try_open(&folder, &spec("mask(\"dark\", \"lit\")")).err().expect("they differ");
    assert!(
        format!("{problems:#?}").contains("of 6 × 8 pixels, and the masks before it are of 4 × 6"),
        "{problems:#?}"
    );
}
