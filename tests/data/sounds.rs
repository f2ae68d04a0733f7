//! Sounds: spectra of files and of bytes, each as long as it is, and what is said of those that are none.

use std::f64::consts::TAU;

use mtlc::data::{Drawing, HostValues};

use super::{Folder, Opened, try_open};

/// A WAV file of so many samples at this rate that hums at a frequency, which goes up or down by so many Hz a second.
pub fn hum(rate: u32, samples: usize, hertz: f64, slope: f64) -> Vec<u8> {
    let sample = |place: usize| {
        let time = place as f64 / f64::from(rate);
        ((TAU * (hertz + slope * time / 2.0) * time).sin() * 12_000.0) as i16
    };
    let data: Vec<u8> = (0..samples).flat_map(|place| sample(place).to_le_bytes()).collect();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend([rate, rate * 2].map(u32::to_le_bytes).concat());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

fn spec(kind: &str, steps: &str, behind: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\ndata d: csv(\"d.csv\") {{ split {{ train: 100% }}\n columns {{ heard: {kind}, y: number }} }}\n\
         input heard from d.heard -> {steps} {behind}\n\
         task y: regression from heard -> gru(4) -> last_pool {{ label: d.y }}\n"
    )
}

fn opened(folder: &Folder, kind: &str, steps: &str) -> Opened {
    try_open(folder, &spec(kind, steps, "")).unwrap_or_else(|why| panic!("{why:#?}"))
}

/// The input of some rows: how many frames each has, and all numbers of each.
fn values(opened: &Opened, rows: &[usize], drawing: Option<Drawing>) -> (Vec<usize>, Vec<Vec<f32>>) {
    let rows = vec![rows.to_vec()];
    let batch = match drawing {
        Some(drawing) => opened.prepared.training_batch(&rows, drawing),
        None => opened.prepared.batch(&rows),
    };
    let input = &batch.inputs[0];
    let [(1, lengths)] = input.lengths.as_slice() else { panic!("{:?}", input.lengths) };
    let HostValues::F32(numbers) = &input.values else { panic!("numbers") };
    let (longest, bands) = (input.shape[1], input.shape[2]);
    assert_eq!(longest, lengths.iter().copied().max().unwrap_or(0).max(1));
    let rows = numbers.chunks(longest * bands).zip(lengths).map(|(row, length)| {
        assert!(row[length * bands..].iter().all(|padding| *padding == 0.0));
        row[..length * bands].to_vec()
    });
    (lengths.clone(), rows.collect())
}

/// Five sounds of several lengths and rates.
fn sounds(folder: &Folder) {
    for (number, (rate, samples)) in
        [(8000, 800), (8000, 4000), (16_000, 3200), (22_050, 2205), (8000, 1)].into_iter().enumerate()
    {
        folder.write(&format!("{number}.wav"), hum(rate, samples, 300.0 + 200.0 * number as f64, 0.0));
    }
    folder.write("d.csv", "heard,y\n0.wav,1\n1.wav,2\n2.wav,3\n3.wav,4\n4.wav,5\n");
}

#[test]
fn a_sound_is_as_long_as_it_is() {
    let folder = Folder::new();
    sounds(&folder);
    let opened = opened(&folder, "audio(8000)", "log_mel(20, hop: 20)");
    let (lengths, numbers) = values(&opened, &[0, 1, 2, 3, 4], None);
    // A frame for each 160 samples at 8000 a second, and the first.
    assert_eq!(lengths, [6, 26, 11, 6, 1]);
    assert_eq!((0..5).map(|row| opened.prepared.longest(0, row)).collect::<Vec<_>>(), lengths);
    // The band that hums is the loudest, whatever the rate of the file.
    let loudest = |row: &[f32]| {
        let middle = &row[row.len() / 40 * 20..][..20];
        (0..20).max_by(|one, other| middle[*one].total_cmp(&middle[*other])).expect("bands")
    };
    let bands: Vec<usize> = numbers[..4].iter().map(|row| loudest(row)).collect();
    assert!(bands.is_sorted() && bands[3] > bands[0], "{bands:?}");
    // A row has the numbers that it has beside others.
    for (row, numbers) in numbers.iter().enumerate() {
        assert_eq!(values(&opened, &[row], None).1[0], *numbers, "{row}");
    }
    assert_eq!(values(&opened, &[3, 0], None).1, [numbers[3].clone(), numbers[0].clone()]);
}

#[test]
fn steps_take_each_frame_by_itself() {
    let folder = Folder::new();
    sounds(&folder);
    let raw = values(&opened(&folder, "audio(8000)", "log_mel(6)"), &[0, 1, 2, 3, 4], None).1.concat();
    let standard = opened(&folder, "audio(8000)", "log_mel(6) -> standardize -> noise(0.5)");
    let (lengths, found) = values(&standard, &[0, 1, 2, 3, 4], None);
    for band in 0..6 {
        let of_band: Vec<f64> = raw.iter().skip(band).step_by(6).map(|number| f64::from(*number)).collect();
        let count = of_band.len() as f64;
        let mean = of_band.iter().sum::<f64>() / count;
        let deviation = (of_band.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count).sqrt();
        for (number, found) in of_band.iter().zip(found.concat().iter().skip(band).step_by(6)) {
            let wanted = (number - mean) / deviation;
            assert!((f64::from(*found) - wanted).abs() < 1e-5, "{band}: {found} {wanted}");
        }
    }
    // Noise differs from epoch to epoch, from row to row and from frame to frame, and is the same again.
    let drawn = |epoch, rows: &[usize]| values(&standard, rows, Some(Drawing { seed: 1, epoch })).1;
    let first = drawn(0, &[0, 1, 2, 3, 4]);
    assert_eq!(first, drawn(0, &[0, 1, 2, 3, 4]));
    assert_eq!(drawn(0, &[3])[0], first[3]);
    assert_ne!(first, drawn(1, &[0, 1, 2, 3, 4]));
    let noise: Vec<f32> = first.concat().iter().zip(found.concat()).map(|(one, still)| one - still).collect();
    let distinct: std::collections::BTreeSet<u32> = noise.iter().map(|number| number.to_bits()).collect();
    assert!(distinct.len() > noise.len() * 9 / 10);
    let square = noise.iter().map(|number| number * number).sum::<f32>() / noise.len() as f32;
    assert!((0.15..0.4).contains(&square), "{square} of {lengths:?}");
}

#[test]
fn what_is_no_sound_is_told_with_its_place() {
    let folder = Folder::new();
    let whole = hum(8000, 800, 440.0, 0.0);
    folder.write("ok.wav", &whole);
    folder.write("short.wav", &whole[..whole.len() - 100]);
    folder.write("empty.wav", "");
    folder.write("none.wav", hum(8000, 0, 440.0, 0.0));
    folder.write("text.wav", "heard,y\n");
    folder.write("long.wav", hum(8000, 16_000, 440.0, 0.0));
    folder.write("sound.m4a", b"\0\0\0\x20ftypM4A \0\0\0\0");
    // What it is called does not matter.
    folder.write("wave.mp3", &whole);
    folder.write("d.csv", "heard,y\nok.wav,1\nwave.mp3,2\n");
    let lengths = values(&opened(&folder, "audio(8000)", "log_mel(20)"), &[0, 1], None).0;
    assert_eq!(lengths, [11, 11]);
    for (cell, words) in [
        ("short.wav", "it is a WAV file that is damaged or cut short"),
        ("empty.wav", "it is empty"),
        ("none.wav", "it is a WAV file of no length"),
        ("text.wav", "it is text and no sound"),
        ("long.wav", "it has 2.00 s, and at most 1.5 are read; more by `longest: 2`"),
        ("sound.m4a", "save it as WAV or FLAC"),
        (".", "it is a folder"),
        ("other.wav", "which is no file"),
    ] {
        folder.write("d.csv", format!("heard,y\nok.wav,1\n{cell},2\nok.wav,3\n"));
        let problems = try_open(&folder, &spec("audio(8000, longest: 1.5)", "log_mel(20)", "")).err().expect("broken");
        let text = format!("{problems:#?}");
        for words in ["broken-sound", "line 3: `heard` is", words, "heard: audio(8000, longest: 1.5, broken: skip)"] {
            // Another name that is nearly this one is said in place of that.
            let other = words.starts_with("heard:") && cell == "other.wav";
            assert!(text.contains(words) || other, "{words}\n{text}");
        }
        let opened = opened(&folder, "audio(8000, longest: 1.5, broken: skip)", "log_mel(20)");
        assert_eq!(opened.prepared.rows(0), 2);
        let told = mtlc::data::outlook(&opened.pipeline, &opened.prepared);
        assert!(
            told.iter().any(|one| one.message.starts_with("1 row of `d` left out, for broken sounds")),
            "{told:#?}"
        );
    }
    folder.write("d.csv", "heard,y\nlong.wav,1\n");
    let (lengths, _) = values(&opened(&folder, "audio(8000, longest: 1.5, long: cut)", "log_mel(20)"), &[0], None);
    assert_eq!(lengths, [151]);
}

#[test]
fn a_row_without_a_sound_needs_something_in_its_place() {
    let folder = Folder::new();
    sounds(&folder);
    folder.write("d.csv", "heard,y\n0.wav,1\n,2\n2.wav,3\n");
    let problems = try_open(&folder, &spec("audio(8000)", "log_mel(20)", "")).err().expect("a gap");
    let text = format!("{problems:#?}");
    assert!(text.contains("missing-input") && text.contains("say where their sounds are"), "{text}");
    let given = try_open(&folder, &spec("audio(8000)", "log_mel(20) -> standardize", "{ missing: zero }"));
    let given = given.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(values(&given, &[0, 1, 2], None).0, [11, 1, 21]);
}
