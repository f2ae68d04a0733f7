//! A file that is read again after each stroke, with what has been read of it before, is the same as one that is read for the first time.

use mtlc::diag::Sink;
use mtlc::source::FileId;
use mtlc::syntax::{self, Pieces};

use crate::support::{files_below, repository};

/// What is typed: letters and signs that leave things whole or break them, and line ends, which move all that follows.
const TYPED: [&str; 12] = ["x", " ", "\n", "{", "}", "(", "\"", "//", "/// what\n", "ä", "->", ","];

#[test]
fn a_file_that_is_typed_into_is_as_if_read_anew() {
    let specs = files_below(&repository("pipelines"), "mtl");
    assert!(specs.len() > 20);
    for (number, path) in specs.iter().enumerate() {
        let mut text = std::fs::read_to_string(path).expect("is there");
        let (mut pieces, mut draw) = (Pieces::default(), number as u64);
        for stroke in 0..24 {
            let (mut sink, file) = (Sink::default(), FileId(stroke / 9));
            let again = syntax::parse_again((file, "spec"), &text, &mut sink, &mut pieces);
            let mut fresh = Sink::default();
            let expected = syntax::parse(file, &text, &mut fresh);
            assert!(again == expected, "{}, stroke {stroke}:\n{text}", path.display());
            assert_eq!(format!("{:?}", sink.finish()), format!("{:?}", fresh.finish()), "{}", path.display());
            // Half of the strokes take back what the one before has typed.
            draw = draw.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let mut at = (draw >> 33) as usize % (text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            match stroke % 4 {
                3 => text = std::fs::read_to_string(path).expect("is there"),
                2 if at < text.len() => _ = text.remove(at),
                _ => text.insert_str(at, TYPED[(draw >> 20) as usize % TYPED.len()]),
            }
        }
    }
}
