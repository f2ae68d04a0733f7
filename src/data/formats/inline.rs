//! Bytes that stand in a cell of text: `data:image/png;base64,iVBOR…`, as pages have pictures, or `{"b64": "iVBOR…"}`, as servers of models take them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Encoded<'a> {
    #[serde(borrow)]
    b64: &'a str,
}

/// The bytes; `None` of a cell that is something else, the reason where they cannot be had, to complete "`x` is …".
pub fn bytes(cell: &str) -> Option<Result<Vec<u8>, String>> {
    let encoded = match cell.strip_prefix("data:") {
        Some(url) => match url.split_once(";base64,") {
            Some((_, encoded)) => encoded,
            None => return Some(Err("a data URL that is not in base64".into())),
        },
        None if cell.starts_with('{') => serde_json::from_str::<Encoded<'_>>(cell).ok()?.b64,
        None => return None,
    };
    Some(STANDARD.decode(encoded.trim_end()).map_err(|error| format!("no base64: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_notations_hold_the_same_bytes() {
        let of = |cell: &str| bytes(cell).and_then(Result::ok);
        assert_eq!(of("data:image/png;base64,TWE="), Some(b"Ma".to_vec()));
        assert_eq!(of("data:;base64,TWFu"), Some(b"Man".to_vec()));
        assert_eq!(of(r#"{"b64": "TQ=="}"#), Some(b"M".to_vec()));
        assert!(bytes("data:image/png,abc").is_some_and(|said| said.is_err()));
        assert!(bytes("data:image/png;base64,?").is_some_and(|said| said.is_err()));
        assert!(bytes("digits/7.png").is_none() && bytes(r#"{"x": "TQ=="}"#).is_none());
    }
}
