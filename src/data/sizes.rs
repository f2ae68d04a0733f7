//! How many bytes: as the environment says it, and as people read it.

/// What a variable of the environment says, if it is a size.
pub fn of_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| bytes(&text))
}

/// `64M`, `2GB` or `1.5 GiB` as bytes.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_suffix("ib").or_else(|| text.strip_suffix('b')).unwrap_or(&text);
    let factor =
        |letter| ["k", "m", "g", "t"].iter().position(|unit| *unit == letter).map(|power| 1u64 << (10 * (power + 1)));
    let (number, factor) = match text.char_indices().last() {
        Some((at, _)) if factor(&text[at..]).is_some() => (&text[..at], factor(&text[at..])?),
        _ => (text, 1),
    };
    let number: f64 = number.trim().parse().ok()?;
    let bytes = number * factor as f64;
    (bytes >= 0.0 && bytes < u64::MAX as f64).then_some(bytes as u64)
}

/// With a unit: `1.2 MiB`.
pub fn shown(bytes: f64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let step = (bytes.max(1.0).log2() / 10.0).floor().clamp(0.0, 4.0);
    let digits = if step == 0.0 { 0 } else { 1 };
    format!("{:.digits$} {}", bytes / 1024f64.powf(step), units[step as usize])
}

#[cfg(test)]
mod tests {
    use super::{bytes, shown};

    #[test]
    fn sizes_are_read() {
        for (text, wanted) in [
            ("0", Some(0)),
            ("64M", Some(64 << 20)),
            (" 2 g", Some(2 << 30)),
            ("3K", Some(3072)),
            ("2GB", Some(2 << 30)),
            ("1.5 GiB", Some(3 << 29)),
            ("12b", Some(12)),
            ("1T", Some(1 << 40)),
            ("-1M", None),
            ("nan", None),
            ("infinityT", None),
            ("x", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(bytes(text), wanted, "{text}");
        }
    }

    #[test]
    fn sizes_are_written() {
        let written = [0u64, 1023, 1024, 1000 << 20, 3 << 29, 20 << 30, 5 << 50].map(|bytes| shown(bytes as f64));
        let wanted = ["0 B", "1023 B", "1.0 KiB", "1000.0 MiB", "1.5 GiB", "20.0 GiB", "5120.0 TiB"];
        assert_eq!(written, wanted);
    }
}
