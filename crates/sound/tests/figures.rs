//! Files, rates and spectra as other programs have them (`scripts/sound_reference.py`), and files that are not as they should be.

use std::path::PathBuf;

use mtlc_sound::{Mel, Spectra, Wanted, decode};

fn bytes(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn wanted(rate: usize) -> Wanted {
    Wanted { rate, longest: 60.0, cut: false }
}

/// The lines of figures that begin with this word, in words.
fn figures(of: &str) -> Vec<Vec<&'static str>> {
    let lines = include_str!("figures.txt").lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let lines: Vec<_> = lines.filter(|words| words[0] == of).collect();
    assert!(lines.len() >= 4, "{of}");
    lines
}

fn numbers(words: &[&str]) -> Vec<f64> {
    words.iter().map(|word| word.parse().expect("a number")).collect()
}

/// Every so manieth number is as it should be.
fn agree(what: &str, found: &[f32], step: usize, wanted: &[f64], most: f64) {
    let found: Vec<f64> = found.iter().step_by(step).map(|number| f64::from(*number)).collect();
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (place, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert!((found - wanted).abs() <= most, "{what}, {place}: {found} and not {wanted}");
    }
}

#[test]
fn sounds_of_every_format_and_rate_are_read() {
    let mut files = Vec::new();
    for words in figures("samples") {
        let (name, rate) = (words[1], words[2].parse().expect("a rate"));
        let samples = decode(&bytes(name), &wanted(rate)).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(samples.len().to_string(), words[3], "{name} at {rate}");
        // Those of formats that lose something are of another decoder, which rounds otherwise.
        let most = if name.ends_with("ogg") || name.ends_with("mp3") { 2e-6 } else { 1e-7 };
        agree(&format!("{name} at {rate}"), &samples, 37, &numbers(&words[4..]), most);
        files.push(name);
    }
    assert!(files.len() > 15, "{files:?}");
}

#[test]
fn spectra_are_those_of_another_library() {
    let edges = figures("edges");
    for (words, edges) in figures("mel").into_iter().zip(edges) {
        let whole = |place: usize| words[place].parse::<usize>().expect("a number");
        let edges = numbers(&edges[5..]);
        let bands = edges.windows(3).map(|edges| [edges[0], edges[1], edges[2]]).collect();
        let mel = Mel { rate: whole(1), window: whole(2), hop: whole(3), size: whole(4), bands };
        let found = Spectra::new(&mel).of(&decode(&bytes("two.wav"), &wanted(mel.rate)).expect("a sound"));
        assert_eq!(found.len(), whole(9) * whole(5));
        agree(&words[..9].join(" "), &found, 11, &numbers(&words[10..]), 2e-6);
    }
}

#[test]
fn what_is_cut_short_is_no_shorter_sound() {
    for name in ["two.wav", "floats.wav", "two.aiff", "two.flac", "two.ogg", "two.mp3"] {
        let whole = bytes(name);
        for end in (0..whole.len() - 1).step_by(61) {
            let found = decode(&whole[..end], &wanted(8000));
            assert!(found.is_err(), "{name} of {end} bytes");
        }
        // No flip makes it panic, or a sound of numbers that are none.
        for place in (0..whole.len()).step_by(23) {
            let mut flipped = whole.clone();
            flipped[place] ^= 0x81;
            if let Ok(samples) = decode(&flipped, &wanted(8000)) {
                assert!(samples.iter().all(|sample| sample.is_finite()), "{name}, byte {place}");
            }
        }
    }
    // These say what they hold.
    for name in ["two.flac", "two.ogg"] {
        let (whole, all) = (bytes(name), decode(&bytes(name), &wanted(8000)));
        for place in (0..whole.len()).step_by(61) {
            let mut flipped = whole.clone();
            flipped[place] ^= 0x10;
            let found = decode(&flipped, &wanted(8000));
            assert!(found.is_err() || found == all, "{name}, byte {place}");
        }
    }
}

#[test]
fn what_is_no_sound_is_said() {
    let said = |bytes: &[u8]| decode(bytes, &wanted(16_000)).expect_err("no sound");
    assert_eq!(said(b""), "it is empty");
    assert_eq!(said(b"path,digit\na.wav,3\n"), "it is text and no sound");
    assert_eq!(said(b"\x01\x02\0\xff\xfe"), "it begins as no sound does");
    assert_eq!(said(b"\x89PNG\r\n\x1a\n"), "it is a picture and no sound");
    assert!(said(b"\0\0\0\x18ftypM4A \0\0\0\0").contains("M4A file, which is not read; save it as WAV or FLAC"));
    assert_eq!(said(&bytes("two.flac")[..100]), "it is a FLAC file that is damaged or cut short");
    // Headers alone, of a sound of no length.
    let mut none = bytes("one.wav")[..44].to_vec();
    none[40..44].copy_from_slice(&[0; 4]);
    assert_eq!(said(&none), "it is a WAV file of no length");
    // A sample that is no number.
    let mut odd = bytes("floats.wav");
    let end = odd.len();
    odd[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(said(&odd), "it is a WAV file with samples that are no numbers");
    // A tag before a tag before a tag is no sound, and no reason to run out of stack.
    assert!(said(&b"ID3\x04\0\0\0\0\0\0".repeat(1 << 20)).contains("MP3"));
}

#[test]
fn what_is_too_long_is_refused_or_cut() {
    let sound = bytes("one.wav");
    let short = Wanted { rate: 8000, longest: 0.1, cut: false };
    let why = decode(&sound, &short).expect_err("too long");
    assert_eq!(
        why,
        "it has 0.11 s, and at most 0.1 are read; more by `longest: 1`, or what it begins with by `long: cut`"
    );
    let whole = decode(&sound, &wanted(8000)).expect("a sound");
    let cut = decode(&sound, &Wanted { cut: true, ..short }).expect("a sound");
    assert_eq!((cut.len(), &cut[..]), (800, &whole[..800]));
    // Of a length that nobody knew when the file was begun, as programs write it into a pipe.
    let mut piped = sound.clone();
    piped[40..44].copy_from_slice(&[0xff; 4]);
    assert_eq!(decode(&piped, &wanted(8000)), Ok(whole));
}
