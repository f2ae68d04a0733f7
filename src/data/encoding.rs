//! From bytes to text in the encoding that the spec names, block by block.

use std::io::{self, BufRead, Read};

use super::foreign;

/// How many bytes are decoded at once; the first block tells what a file is.
const BLOCK: usize = 65_536;

/// The text of a file, as UTF-8 bytes of whole characters.
pub struct Decoded<R> {
    inner: R,
    decoding: Decoding,
    /// Bytes that have been read and are no whole character yet.
    rest: Vec<u8>,
    /// Text that nobody has taken yet, and how much of it is taken.
    ready: Vec<u8>,
    taken: usize,
    /// The line ends and the bytes that lie before `ready`'s end.
    lines: usize,
    bytes: usize,
    ended: bool,
}

enum Decoding {
    Utf8,
    Other(Box<encoding_rs::Decoder>, &'static str),
}

impl<R: Read> Decoded<R> {
    /// Looks at how it begins; the reason if it is no text in this encoding, to complete "cannot read FILE: …".
    pub fn new(inner: R, label: &str) -> Result<Self, String> {
        Self::open(inner, label, foreign::kind)
    }

    /// The same for UTF-8 of whose kind somebody else has taken care.
    pub fn of_text(inner: R) -> Result<Self, String> {
        Self::open(inner, "utf-8", |_| None)
    }

    fn open(mut inner: R, label: &str, kind: fn(&[u8]) -> Option<String>) -> Result<Self, String> {
        let Some(named) = encoding_rs::Encoding::for_label(label.trim().as_bytes()) else {
            return Err(format!(
                "there is no encoding `{label}` (the usual ones are `utf-8`, `windows-1252`, `latin1`, `utf-16le`, `shift_jis`, `gbk`)"
            ));
        };
        let mut start = Vec::new();
        inner.by_ref().take(BLOCK as u64).read_to_end(&mut start).map_err(|error| error.to_string())?;
        if let Some(kind) = kind(&start) {
            return Err(kind);
        }
        // A byte order mark wins over what is written.
        let (encoding, skip) = encoding_rs::Encoding::for_bom(&start).unwrap_or((named, 0));
        start.drain(..skip);
        let decoding = if encoding == encoding_rs::UTF_8 {
            Decoding::Utf8
        } else {
            Decoding::Other(Box::new(encoding.new_decoder_without_bom_handling()), encoding.name())
        };
        let mut decoded =
            Self { inner, decoding, rest: start, ready: Vec::new(), taken: 0, lines: 0, bytes: skip, ended: false };
        decoded.decode()?;
        Ok(decoded)
    }

    fn fill(&mut self) -> Result<(), String> {
        let before = self.rest.len();
        self.inner.by_ref().take(BLOCK as u64).read_to_end(&mut self.rest).map_err(|error| error.to_string())?;
        self.ended = self.rest.len() == before;
        self.decode()
    }

    /// Makes text of what has been read.
    fn decode(&mut self) -> Result<(), String> {
        self.ready.clear();
        self.taken = 0;
        match &mut self.decoding {
            Decoding::Utf8 => {
                if let Some(at) = memchr::memchr(0, &self.rest) {
                    return Err(format!(
                        "it is not text: byte {} is zero (for 16-bit text, write `encoding: \"utf-16le\"`)",
                        self.bytes + at + 1
                    ));
                }
                let whole = match std::str::from_utf8(&self.rest) {
                    Ok(text) => text.len(),
                    Err(error) if error.error_len().is_none() && !self.ended => error.valid_up_to(),
                    Err(error) => {
                        let line = self.lines + line_at(&self.rest, error.valid_up_to());
                        return Err(format!(
                            "line {line} is not UTF-8 text (byte {} of the file); if it is older text, write `encoding: \"windows-1252\"`",
                            self.bytes + error.valid_up_to() + 1
                        ));
                    }
                };
                if whole == self.rest.len() {
                    std::mem::swap(&mut self.ready, &mut self.rest);
                } else {
                    self.ready.extend(self.rest.drain(..whole));
                }
            }
            Decoding::Other(decoder, name) => {
                let most = decoder.max_utf8_buffer_length(self.rest.len()).unwrap_or(4 * self.rest.len() + 16);
                self.ready.resize(most, 0);
                let (_, read, written, replaced) = decoder.decode_to_utf8(&self.rest, &mut self.ready, self.ended);
                self.ready.truncate(written);
                if replaced {
                    let text = String::from_utf8_lossy(&self.ready);
                    let line = self.lines + line_at(text.as_bytes(), text.find('\u{fffd}').unwrap_or(0));
                    return Err(format!("line {line} is not text in the encoding `{}`", name.to_lowercase()));
                }
                self.rest.drain(..read);
            }
        }
        self.bytes += self.ready.len();
        self.lines += lines(&self.ready);
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = buffer.len().min(ready.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.ready.len() && !self.ended {
            self.fill().map_err(io::Error::other)?;
        }
        Ok(&self.ready[self.taken..])
    }

    fn consume(&mut self, count: usize) {
        self.taken += count;
    }
}

/// The text of some bytes; the reason if they are none in this encoding.
pub fn decode(bytes: &[u8], label: &str) -> Result<String, String> {
    let mut text = String::new();
    Decoded::new(bytes, label)?.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

/// The 1-based line of a byte.
pub fn line_at(bytes: &[u8], offset: usize) -> usize {
    lines(&bytes[..offset.min(bytes.len())]) + 1
}

/// How many lines end in a text.
pub fn lines(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_where_they_like() {
        // Characters of three bytes, so that one lies across the end of a block.
        let text = "x\n".to_string() + &"漢".repeat(50_000) + "\nend";
        assert_eq!(decode(text.as_bytes(), "utf-8"), Ok(text.clone()));
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide, "utf-16le"), Ok(text.clone()));
        let cut = decode(&text.as_bytes()[..text.len() - 6], "utf-8");
        assert!(cut.is_err_and(|reason| reason.contains("line 2 is not UTF-8 text (byte 150000 of")));
    }
}
