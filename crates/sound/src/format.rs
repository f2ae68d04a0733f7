//! What sound files are told by, and what tells whether one is all there.

use std::borrow::Cow;

/// What sound files begin as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Wav,
    Aiff,
    Flac,
    Ogg,
    Mp3,
}

impl Format {
    pub fn of(bytes: &[u8]) -> Option<Format> {
        match Self::behind(behind_tag(bytes)) {
            // What follows a tag may be rubbish, which decoders pass over.
            None if bytes.starts_with(b"ID3") => Some(Format::Mp3),
            format => format,
        }
    }

    fn behind(bytes: &[u8]) -> Option<Format> {
        Some(match bytes {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Format::Wav,
            [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => Format::Aiff,
            [b'f', b'L', b'a', b'C', ..] => Format::Flac,
            [b'O', b'g', b'g', b'S', ..] => Format::Ogg,
            // Eleven bits that are set, and layer III.
            [0xff, second, ..] if second & 0xe6 == 0xe2 => Format::Mp3,
            _ => return None,
        })
    }

    /// With an article: "an MP3".
    pub fn name(self) -> &'static str {
        match self {
            Format::Wav => "a WAV",
            Format::Aiff => "an AIFF",
            Format::Flac => "a FLAC",
            Format::Ogg => "an Ogg",
            Format::Mp3 => "an MP3",
        }
    }

    /// WAV that was written without knowing how long it would be says that its samples have no end: they end with the file.
    pub fn with_length(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        const UNKNOWN: &[u8] = b"data\xff\xff\xff\xff";
        let start = bytes.get(..4096).unwrap_or(bytes).windows(UNKNOWN.len()).position(|some| some == UNKNOWN);
        let Some(start) = start.filter(|_| self == Format::Wav) else { return Cow::Borrowed(bytes) };
        let length = |from: usize| u32::try_from(bytes.len() - from).unwrap_or(u32::MAX).to_le_bytes();
        let mut with_length = bytes.to_vec();
        with_length[4..8].copy_from_slice(&length(8));
        with_length[start + 4..start + 8].copy_from_slice(&length(start + 8));
        Cow::Owned(with_length)
    }

    /// Whether a file of which so many samples were read is all there, as far as it says how many it has.
    pub fn is_whole(self, bytes: &[u8], samples: usize, said: Option<u64>) -> bool {
        let as_said = said.is_none_or(|said| samples as u64 >= said);
        match self {
            Format::Wav | Format::Aiff | Format::Flac => as_said,
            Format::Ogg => ends(bytes),
            // Of most it is a guess.
            Format::Mp3 => !says_length(bytes) || as_said,
        }
    }
}

/// What stands behind a tag of ID3, whose length has seven bits a byte.
fn behind_tag(bytes: &[u8]) -> &[u8] {
    let [b'I', b'D', b'3', _, _, _, a, b, c, d, ..] = bytes else { return bytes };
    let length = [*a, *b, *c, *d].iter().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
    bytes.get(10 + length..).unwrap_or(&[])
}

/// Whether the last page of an Ogg file is whole, and says that it is the last.
fn ends(bytes: &[u8]) -> bool {
    let Some(start) = bytes.windows(4).rposition(|some| some == b"OggS") else { return false };
    let page = &bytes[start..];
    let segments = page.get(26).map_or(0, |count| usize::from(*count));
    let Some(lengths) = page.get(27..27 + segments) else { return false };
    let length: usize = lengths.iter().map(|length| usize::from(*length)).sum();
    page[5] & 4 != 0 && page.len() >= 27 + segments + length
}

/// Whether an MP3 file says in its first frame how many frames it has.
fn says_length(bytes: &[u8]) -> bool {
    let first = behind_tag(bytes);
    let start = first.get(..256).unwrap_or(first);
    [b"Xing", b"Info", b"VBRI"].iter().any(|mark| start.windows(4).any(|some| some == *mark))
}

/// Bytes that begin as no sound that is known.
pub fn no_sound(bytes: &[u8]) -> String {
    let other = |name: &str| format!("it is {name}, which is not read; save it as WAV or FLAC");
    match bytes {
        [] => return "it is empty".into(),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => return other("an MP4 or M4A file"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => return other("a Matroska or WebM file"),
        [0x30, 0x26, 0xb2, 0x75, ..] => return other("a WMA file"),
        [b'R', b'F', b'6', b'4', ..] => return other("a WAV file of more than four gigabytes"),
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            return "it is a picture and no sound".into();
        }
        _ => {}
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]);
    let what = match () {
        () if start.to_lowercase().contains("<html") => {
            "a web page, which servers send in place of what they do not have"
        }
        () if start.starts_with("%PDF") => "a PDF document",
        () if start.starts_with("PK\u{3}\u{4}") => "a zip archive",
        () if !start.contains([char::REPLACEMENT_CHARACTER, '\0']) => "text",
        () => return "it begins as no sound does".into(),
    };
    format!("it is {what} and no sound")
}
