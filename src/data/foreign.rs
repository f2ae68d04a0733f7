//! Files of other kinds that are given as tables: what they are, and how to make a table of them.

/// What some bytes are, if they are neither text nor NumPy arrays, and what to do about it; completes "cannot read …: …". `FILE` stands for
/// the name of the file ([`named`]).
pub fn kind(bytes: &[u8]) -> Option<String> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // Names inside a zip archive stand at its beginning or at its end.
    let holds = |name: &[u8]| {
        let ends = [&bytes[..bytes.len().min(65_536)], &bytes[bytes.len().saturating_sub(65_536)..]];
        ends.iter().any(|part| part.windows(name.len()).any(|window| window == name))
    };
    let pandas = |read: &str| format!("`python -c \"import pandas; pandas.{read}.to_csv('table.csv', index=False)\"`");
    Some(if starts(b"PK\x03\x04") {
        if holds(b"xl/workbook") || holds(b"xl/worksheets") {
            format!(
                "it is an Excel workbook; save the sheet as CSV (UTF-8), or convert it: {}",
                pandas("read_excel('FILE.xlsx')")
            )
        } else if holds(b"opendocument.spreadsheet") {
            "it is an OpenDocument spreadsheet; save the sheet as CSV (UTF-8)".into()
        } else if holds(b".npy") {
            "it is a zip archive of NumPy arrays; name it so: `npz(\"FILE.npz\")`".into()
        } else {
            let inside = first_name(bytes).map_or(String::new(), |name| format!(", and holds `{name}`"));
            format!(
                "it is a zip archive, not text{inside}; unpack it (`unzip FILE`), and name the table that was inside"
            )
        }
    } else if starts(b"PAR1") {
        "it is a Parquet file; name it so: `parquet(\"FILE.parquet\")`".into()
    } else if starts(b"ARROW1") {
        "it is an Arrow (Feather) file; name it so: `arrow(\"FILE.arrow\")`".into()
    } else if starts(b"FEA1") {
        format!("it is a Feather file of the first version; convert it: {}", pandas("read_feather('FILE.feather')"))
    } else if starts(b"\x89HDF\r\n\x1a\n") {
        format!("it is an HDF5 file; convert it: {}", pandas("read_hdf('FILE.h5')"))
    } else if starts(b"SQLite format 3\0") {
        "it is a SQLite database; export a table: `sqlite3 -header -csv FILE 'select * from TABLE' > table.csv`".into()
    } else if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        "it is an old Excel workbook (or another Office file); save the sheet as CSV (UTF-8)".into()
    } else if starts(b"%PDF") {
        "it is a PDF, not a table".into()
    } else if starts(b"BZh") {
        "it is packed with bzip2; unpack it: `bunzip2 FILE`".into()
    } else if starts(b"\xfd7zXZ\0") {
        "it is packed with xz; unpack it: `unxz FILE`".into()
    } else if starts(b"\x28\xb5\x2f\xfd") {
        "it is packed with zstd; unpack it: `unzstd FILE`".into()
    } else if starts(b"7z\xbc\xaf\x27\x1c") {
        "it is a 7-Zip archive; unpack it: `7z x FILE`".into()
    } else if starts(b"Rar!") {
        "it is a RAR archive; unpack it, and name the table that was inside".into()
    } else if starts(b"\x80\x03") || starts(b"\x80\x04\x95") || starts(b"\x80\x05\x95") {
        format!("it is a Python pickle; convert it: {}", pandas("read_pickle('FILE.pkl')"))
    } else if bytes.len() > 262 && &bytes[257..262] == b"ustar" {
        "it is a tar archive; unpack it (`tar xf FILE`), and name the table that was inside".into()
    } else {
        return text_kind(bytes).map(|(what, read)| match read {
            _ if what == LINES => "it is JSON lines; name it so: `jsonl(\"FILE.jsonl\")`".into(),
            Some(read) => format!("it is {what}; convert it: {}", pandas(read)),
            None => format!("it is {what}, not a table"),
        });
    })
}

/// What is said of a file, with its name in the place of `FILE`, of whatever ending.
pub fn named(said: &str, name: &str) -> String {
    let mut parts = said.split("FILE");
    let mut whole = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let ending =
            part.strip_prefix('.').map(|rest| rest.trim_start_matches(|sign: char| sign.is_ascii_alphanumeric()));
        whole += name;
        whole += ending.unwrap_or(part);
    }
    whole
}

/// True for a zip archive of NumPy arrays.
pub fn is_arrays(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
        && !bytes.windows(12).take(65_536).any(|window| window.starts_with(b"xl/workbook"))
        && {
            let end = &bytes[bytes.len().saturating_sub(65_536)..];
            end.windows(4).any(|window| window == b".npy")
                || bytes.windows(4).take(65_536).any(|window| window == b".npy")
        }
}

const LINES: &str = "JSON lines";

/// Whether a text is JSON lines.
pub fn is_json_lines(bytes: &[u8]) -> bool {
    text_kind(bytes).is_some_and(|(what, _)| what == LINES)
}

/// What a text is that is no table.
fn text_kind(bytes: &[u8]) -> Option<(&'static str, Option<&'static str>)> {
    let start = &bytes[..bytes.len().min(4096)];
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let lower = start.to_ascii_lowercase();
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        return Some(("a web page", None));
    }
    if lower.starts_with(b"<?xml") {
        return Some(("XML", Some("read_xml('FILE.xml')")));
    }
    // `{"a": 1}` and `[{"a": 1}]`: no header of a table begins so.
    let first_key =
        |text: &[u8]| text.strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""));
    if first_key(start) {
        let line = start.split(|byte| *byte == b'\n').next().unwrap_or(start).trim_ascii_end();
        let lines = line.ends_with(b"}") && start.len() > line.len();
        return Some((if lines { LINES } else { "JSON" }, Some("read_json('FILE.json')")));
    }
    let list = start.strip_prefix(b"[").map(<[u8]>::trim_ascii_start)?;
    (first_key(list) || list.starts_with(b"[")).then_some(("JSON", Some("read_json('FILE.json')")))
}

/// The name of the first file in a zip archive.
fn first_name(bytes: &[u8]) -> Option<String> {
    let length = usize::from(u16::from_le_bytes([*bytes.get(26)?, *bytes.get(27)?]));
    let name = bytes.get(30..30 + length)?;
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty()).map(super::problems::shown)
}

#[cfg(test)]
mod tests {
    use super::{kind, named};

    #[test]
    fn what_is_said_names_the_file() {
        let said = "it is a table; read it: `parquet(\"FILE.parquet\")`, or `unxz FILE`.";
        assert_eq!(named(said, "a/b.csv"), "it is a table; read it: `parquet(\"a/b.csv\")`, or `unxz a/b.csv`.");
        assert_eq!(named("nothing", "a"), "nothing");
    }

    #[test]
    fn files_are_known_by_how_they_begin() {
        let cases: [(&[u8], &str); 9] = [
            (b"PK\x03\x04....xl/workbook.xml", "Excel workbook"),
            (b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.csv...", "holds `a.csv`"),
            (b"PK\x03\x04....x.npy", "npz("),
            (b"PAR1\x15\x04", "parquet("),
            (b"{\"a\": 1}\n{\"a\": 2}\n", "jsonl("),
            (b"[{\"a\": 1}, {\"a\": 2}]", "read_json('FILE.json')"),
            (b"\xef\xbb\xbf { \"a\": [1, 2] }", "JSON"),
            (b"<!DOCTYPE html><p>404", "web page"),
            (b"SQLite format 3\0", "sqlite3"),
        ];
        for (bytes, words) in cases {
            let said = kind(bytes).unwrap_or_default();
            assert!(said.contains(words), "`{words}` is not in: {said}");
        }
        for table in [b"a,b\n1,2\n".as_slice(), b"[a],b\n1,2\n", b"{a},b\n", b"\"a\",\"b\"\n", b""] {
            assert_eq!(kind(table), None);
        }
    }
}
