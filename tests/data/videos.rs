//! Clips: frames from every sort of file, what is said of those that are none, and steps that do the same to all frames.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use mtlc::data::{Drawing, HostValues};

use super::formats::{archive, npy};
use super::{Folder, Opened, try_open};

/// A frame of 4 × 6 pixels that is the number of its clip and of its place, and lighter on the right.
fn frame(clip: u32, place: u32) -> GrayImage {
    GrayImage::from_fn(6, 4, |x, _| Luma([(clip * 40 + place * 20 + x) as u8]))
}

fn spec(source: &str, kind: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\ndata d: {source} {{ split {{ train: 100% }}\n columns {{ clip: {kind}, y: number }} }}\n\
         input clip from d.clip -> resize(4, 6) -> flip(horizontal) -> normalize(unit)\n\
         task y: regression from clip -> each(time) {{ global_avg_pool }} -> mean_pool {{ label: d.y }}\n"
    )
}

fn values(opened: &Opened, drawing: Option<Drawing>) -> (Vec<usize>, Vec<f32>) {
    let rows = vec![(0..opened.prepared.rows(0)).collect::<Vec<usize>>()];
    let batch = match drawing {
        Some(drawing) => opened.prepared.training_batch(&rows, drawing),
        None => opened.prepared.batch(&rows),
    };
    match &batch.inputs[0].values {
        HostValues::F32(values) => (batch.inputs[0].shape.clone(), values.iter().map(|value| value * 255.0).collect()),
        HostValues::I64(_) => panic!("numbers"),
    }
}

fn gif(frames: &[GrayImage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    {
        let mut encoder = GifEncoder::new(&mut bytes);
        let frames = frames.iter().map(|one| image::Frame::new(DynamicImage::ImageLuma8(one.clone()).into_rgba8()));
        encoder.encode_frames(frames).expect("a clip");
    }
    bytes
}

/// Frames as JPEG pictures in an AVI file.
fn avi(frames: &[GrayImage]) -> Vec<u8> {
    let mut movie = b"movi".to_vec();
    for one in frames {
        let mut jpeg = Cursor::new(Vec::new());
        DynamicImage::ImageLuma8(one.clone()).write_to(&mut jpeg, ImageFormat::Jpeg).expect("a picture");
        let jpeg = jpeg.into_inner();
        movie.extend(b"00dc");
        movie.extend((jpeg.len() as u32).to_le_bytes());
        movie.extend(&jpeg);
        movie.extend(vec![0; jpeg.len() % 2]);
    }
    let chunk = |name: &[u8], content: &[u8]| [name, &(content.len() as u32).to_le_bytes(), content].concat();
    let head = chunk(b"LIST", &[b"hdrl".to_vec(), chunk(b"avih", &[0; 56])].concat());
    chunk(b"RIFF", &[b"AVI ".to_vec(), head, chunk(b"LIST", &movie)].concat())
}

fn y4m(frames: &[GrayImage]) -> Vec<u8> {
    let mut bytes = b"YUV4MPEG2 W6 H4 F25:1 Cmono XCOLORRANGE=FULL\n".to_vec();
    for one in frames {
        bytes.extend(b"FRAME\n");
        bytes.extend(one.as_raw());
    }
    bytes
}

#[test]
fn clips_are_read_from_every_sort_of_file() {
    let folder = Folder::new();
    let clips: Vec<Vec<GrayImage>> = (0..3).map(|clip| (0..5).map(|place| frame(clip, place)).collect()).collect();
    folder.write("0.gif", gif(&clips[0]));
    folder.write("1.avi", avi(&clips[1]));
    folder.write("2.y4m", y4m(&clips[2]));
    std::fs::create_dir_all(folder.0.join("3")).expect("a folder");
    for place in 0..5 {
        frame(0, place).save(folder.0.join(format!("3/f{:02}.png", place + 8))).expect("a picture");
    }
    folder.write("d.csv", "clip,y\n0.gif,1\n1.avi,2\n2.y4m,3\n3,4\n");
    let opened = try_open(&folder, &spec("csv(\"d.csv\")", "video(5, gray)")).unwrap_or_else(|why| panic!("{why:#?}"));
    let (shape, numbers) = values(&opened, None);
    assert_eq!(shape, [4, 5, 1, 4, 6]);
    let each = 4 * 6;
    for (row, clip) in [0, 1, 2, 0].into_iter().enumerate() {
        for place in 0..5 {
            let own = &numbers[(row * 5 + place) * each..][..each];
            let wanted = frame(clip, place as u32);
            // A GIF has few colours, and JPEG is not exact.
            let away = own
                .iter()
                .zip(wanted.as_raw())
                .map(|(one, wanted)| (one - f32::from(*wanted)).abs())
                .fold(0.0, f32::max);
            assert!(away < if row == 1 { 6.0 } else { 1.5 }, "row {row}, frame {place}: {away}");
        }
    }
    // What is drawn is drawn for all frames of a clip at once: all of a clip are mirrored, or none.
    let mut mirrored = [0, 0];
    for epoch in 0..6 {
        let (_, drawn) = values(&opened, Some(Drawing { seed: 3, epoch }));
        for row in [0, 2, 3] {
            let turned = |place: usize| {
                let own = &drawn[(row * 5 + place) * each..][..6];
                own[0] > own[5]
            };
            let first = turned(0);
            assert!((1..5).all(|place| turned(place) == first), "row {row}");
            mirrored[usize::from(first)] += 1;
        }
    }
    assert!(mirrored[0] > 2 && mirrored[1] > 2, "{mirrored:?}");
    // Fewer frames: evenly over the clip, or those that it begins with.
    let firsts = |kind: &str| {
        let opened = try_open(&folder, &spec("csv(\"d.csv\")", kind)).unwrap_or_else(|why| panic!("{why:#?}"));
        let (shape, numbers) = values(&opened, None);
        let of_clip = &numbers[2 * shape[1] * each..];
        (0..shape[1]).map(|place| (of_clip[place * each] / 20.0).round() as i32 - 4).collect::<Vec<_>>()
    };
    assert_eq!(firsts("video(2, gray)"), [1, 3]);
    assert_eq!(firsts("video(2, gray, take: first)"), [0, 1]);
    assert_eq!(firsts("video(7, gray, short: repeat)"), [0, 1, 2, 3, 4, 4, 4]);
}

#[test]
fn arrays_of_bytes_are_clips_and_pictures() {
    let folder = Folder::new();
    let clips: Vec<u8> = (0..2).flat_map(|clip| (0..3).flat_map(move |place| frame(clip, place).into_raw())).collect();
    let y: Vec<u8> = [1.0_f64, 2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let files = [("clip.npy", npy("|u1", false, "(2, 3, 4, 6)", &clips)), ("y.npy", npy("<f8", false, "(2,)", &y))];
    folder.write("d.npz", archive(&files));
    let opened = try_open(&folder, &spec("npz(\"d.npz\")", "video(3, gray)")).unwrap_or_else(|why| panic!("{why:#?}"));
    let (shape, numbers) = values(&opened, None);
    assert_eq!(shape, [2, 3, 1, 4, 6]);
    assert!(numbers.iter().zip(&clips).all(|(one, wanted)| (one - f32::from(*wanted)).abs() < 0.01));
}

#[test]
fn what_is_no_clip_is_told_with_its_place() {
    let folder = Folder::new();
    let frames: Vec<GrayImage> = (0..3).map(|place| frame(1, place)).collect();
    let whole = y4m(&frames);
    folder.write("one.gif", gif(&frames[..1]));
    folder.write("short.y4m", &whole[..whole.len() - 3]);
    folder.write("odd.mp4", [0, 0, 0, 32, b'f', b't', b'y', b'p', 1, 2, 3]);
    for (name, numbers) in [("gap", &[1, 2, 4][..]), ("twice", &[1, 2]), ("sizes", &[1, 2, 3])] {
        std::fs::create_dir_all(folder.0.join(name)).expect("a folder");
        for number in numbers {
            let size = if name == "sizes" && *number == 3 { 5 } else { 6 };
            GrayImage::new(size, 4).save(folder.0.join(format!("{name}/{number}.png"))).expect("a picture");
        }
    }
    GrayImage::new(6, 4).save(folder.0.join("twice/02.png")).expect("a picture");
    for (cell, words) in [
        ("none.gif", "which is no file"),
        ("one.gif", "it has one frame, and `video(3)` reads 3; fewer are enough by `short: pad`, or `short: repeat`"),
        ("short.y4m", "it is cut short at frame 3"),
        ("gap", "its frame 3 is missing, between `2.png` and `4.png`"),
        ("twice", "its frame 2 is there twice, as `02.png` and as `2.png`"),
        ("sizes", "its frames differ in size: frame 3 is not as large as the first"),
        ("odd.mp4", "`ffmpeg`"),
    ] {
        folder.write("ok.y4m", &whole);
        folder.write("d.csv", format!("clip,y\nok.y4m,1\n{cell},2\n"));
        let problems = try_open(&folder, &spec("csv(\"d.csv\")", "video(3, gray)")).err().expect("it is broken");
        let text = format!("{problems:#?}");
        for words in ["broken-picture", "line 3: `clip` is", words, "clip: video(3, gray, broken: skip)"] {
            assert!(text.contains(words) || words.starts_with("clip:") && cell == "none.gif", "{words}\n{text}");
        }
        folder.write("d.csv", format!("clip,y\nok.y4m,1\n{cell},2\nok.y4m,3\n"));
        let opened = try_open(&folder, &spec("csv(\"d.csv\")", "video(3, gray, broken: skip)"))
            .unwrap_or_else(|why| panic!("{why:#?}"));
        assert_eq!(opened.prepared.rows(0), 2);
        let told = mtlc::data::outlook(&opened.pipeline, &opened.prepared);
        assert!(told.iter().any(|one| one.message.starts_with("1 row of `d` left out")), "{told:#?}");
    }
}
