//! From the addresses of an editor's files to paths, and back.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

/// The path of an address. What lies in no file (`untitled:Untitled-1`) gets one of its own, which nothing on disk has.
pub fn path_of(uri: &Uri) -> PathBuf {
    let text = uri.as_str();
    let Some(rest) = text.strip_prefix("file://") else { return PathBuf::from(decode(text)) };
    // Between the slashes stands the machine, which is this one.
    let path = rest.find('/').map_or("", |start| &rest[start..]);
    let path = decode(path);
    // `/c:/specs/a.mtl` begins with the drive.
    let drive = path.as_bytes().get(2) == Some(&b':') && path.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic);
    PathBuf::from(if drive { &path[1..] } else { path.as_str() })
}

/// The address of a file; `None` for what is no whole path.
pub fn uri_of(path: &Path) -> Option<Uri> {
    let text = path.to_str()?.replace('\\', "/");
    let mut uri = String::from("file://");
    if !text.starts_with('/') {
        if text.as_bytes().get(1) != Some(&b':') {
            return None;
        }
        uri.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(byte as char),
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    Uri::from_str(&uri).ok()
}

/// A text without `%20` and the like. What is no such number stays.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_addresses_and_back() {
        for path in ["/specs/a b.mtl", "/übung/100%.mtl", "/a/[b]#c?.mtl"] {
            let uri = uri_of(Path::new(path)).expect("a whole path");
            assert_eq!(path_of(&uri), Path::new(path), "{}", uri.as_str());
        }
        let uri = |text: &str| Uri::from_str(text).expect("an address");
        assert_eq!(path_of(&uri("file:///c%3A/specs/a.mtl")), Path::new("c:/specs/a.mtl"));
        assert_eq!(path_of(&uri("untitled:Untitled-1")), Path::new("untitled:Untitled-1"));
        assert_eq!(uri_of(Path::new("a.mtl")), None);
    }
}
