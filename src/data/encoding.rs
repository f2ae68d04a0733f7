//! From bytes to text in the encoding that the spec names.

use std::borrow::Cow;

/// The text of a file; the reason if it is none in this encoding, to complete "cannot read FILE: …".
pub fn decode<'a>(bytes: &'a [u8], label: &str) -> Result<Cow<'a, str>, String> {
    let Some(named) = encoding_rs::Encoding::for_label(label.trim().as_bytes()) else {
        return Err(format!(
            "there is no encoding `{label}` (the usual ones are `utf-8`, `windows-1252`, `latin1`, `utf-16le`, `shift_jis`, `gbk`)"
        ));
    };
    if let Some(kind) = super::foreign::kind(bytes) {
        return Err(kind);
    }
    // A byte order mark wins over what is written.
    let (encoding, skip) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((named, 0));
    let body = &bytes[skip..];
    if encoding == encoding_rs::UTF_8 {
        return match std::str::from_utf8(body) {
            Ok(text) if text.as_bytes().contains(&0) => Err(binary(body)),
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) if body.contains(&0) => Err(binary(body)),
            Err(error) => {
                let line = line_at(body, error.valid_up_to());
                Err(format!(
                    "line {line} is not UTF-8 text (byte {} of the file); if it is older text, write `encoding: \"windows-1252\"`",
                    skip + error.valid_up_to() + 1
                ))
            }
        };
    }
    let (text, bad) = encoding.decode_without_bom_handling(body);
    if bad {
        let at = text.find('\u{fffd}').unwrap_or(0);
        let line = line_at(text.as_bytes(), at);
        return Err(format!("line {line} is not text in the encoding `{}`", encoding.name().to_lowercase()));
    }
    Ok(text)
}

fn binary(body: &[u8]) -> String {
    let at = body.iter().position(|byte| *byte == 0).unwrap_or(0);
    format!("it is not text: byte {} is zero (for 16-bit text, write `encoding: \"utf-16le\"`)", at + 1)
}

/// The 1-based line of a byte.
pub fn line_at(bytes: &[u8], offset: usize) -> usize {
    bytes[..offset.min(bytes.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}
