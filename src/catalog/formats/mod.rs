//! Data formats: what can stand after `data NAME:`. What a format reads is in `data/formats/`.

use std::path::PathBuf;

use super::{ArgValue, Args};

/// Declares a format of separated text: what it has of its own, and the options that all of them share.
macro_rules! separated {
    (endings: $endings:expr; $(#[doc = $doc:literal])* pub struct $name:ident = $word:literal { $($own:tt)* }) => {
        $crate::entry! {
            $(#[doc = $doc])*
            pub struct $name = $word {
                $($own)*
                /// What splits a number's whole part from its fraction.
                decimal: String = ".".to_string();
                /// What groups the digits of a large number: `","`, `"."`, `" "` (of any width, breaking or not) or `"'"`. Then `1,234` is
                /// 1234, `12,34,567` too is read, and `1,2` is an error. Without it a number with such marks is an error.
                thousands: Option<String>;
                /// Around a value that contains the delimiter.
                quote: String = "\"".to_string();
                /// What takes the meaning off the sign behind it, between quotes: `"\\"`. Unless written, a quote inside quotes is doubled.
                escape: Option<String>;
                /// Whether the first row names the columns. With `false` a column is known by its place: the first that is declared is the
                /// first of the file and so on, unless `as "7"` says another.
                header: bool = true;
                /// What lines that are no rows begin with: `"#"`.
                comment: Option<String>;
                /// `utf-8`, `latin1`, `windows-1252`, `utf-16`, … (a WHATWG label).
                encoding: String = "utf-8".to_string();
                /// Spellings of a missing value, in place of the usual ones; `inherited + ["-"]` adds to them. An empty cell is always missing.
                /// A class that the spec declares is one, though it stands here.
                missing: Vec<String> = $crate::catalog::formats::csv::usual_missing();
                /// The SHA-256 of the one file, in hexadecimal: another is refused. A URL needs it.
                sha256: Option<String>;
            }
        }

        impl $crate::catalog::formats::Format for $name {
            fn paths(&self) -> Vec<&str> {
                vec![&self.path]
            }

            fn endings(&self) -> &'static [&'static str] {
                $endings
            }

            fn missing(&self) -> &[String] {
                &self.missing
            }

            fn problem(&self) -> Option<(&'static str, String)> {
                $crate::catalog::formats::wrong_marks(&self.decimal, self.thousands.as_deref())
            }

            fn has_header(&self) -> bool {
                self.header
            }

            fn sha256(&self) -> Option<&str> {
                self.sha256.as_deref()
            }
        }
    };
}

crate::catalog! {
    /// A format with its arguments.
    pub enum FormatDef: Format {
        arrow::Arrow,
        coco::Coco,
        conll::Conll,
        csv::Csv,
        folder::Folder,
        jsonl::Jsonl,
        npz::Npz,
        parquet::Parquet,
        tsv::Tsv,
        voc::Voc,
        yolo::Yolo,
    }
}

pub trait Format {
    /// The files it reads, as written (relative to the spec): each a file, a folder of files or a pattern.
    fn paths(&self) -> Vec<&str>;

    /// How the names of its files end, without the dot: which files of a folder are read. Empty for all of them.
    fn endings(&self) -> &'static [&'static str] {
        &[]
    }

    /// True if a name that ends so can be of no other format.
    fn is_told_by_ending(&self) -> bool {
        !self.endings().is_empty()
    }

    /// True if what it reads is a folder as a whole, and not the files in it one by one.
    fn is_of_folders(&self) -> bool {
        false
    }

    /// The column that tells its rows apart whatever they hold, if there is one.
    fn key(&self) -> Option<&'static str> {
        None
    }

    /// Spellings of a missing value.
    fn missing(&self) -> &[String] {
        &[]
    }

    /// What its one file must have, as written.
    fn sha256(&self) -> Option<&str> {
        None
    }

    /// An argument that cannot be, and why.
    fn problem(&self) -> Option<(&'static str, String)> {
        None
    }

    /// Whether the columns have names in the file; else they are known by their places, `"1"`, `"2"`, ….
    fn has_header(&self) -> bool {
        true
    }

    /// True if a column may be an array per row (`number[8, 8]`).
    fn has_arrays(&self) -> bool {
        false
    }
}

/// A format by its name, of a file at this path and with nothing else said.
pub fn plain(name: &str, path: &str) -> Option<FormatDef> {
    let entry = ENTRIES.iter().find(|entry| entry.name == name)?;
    let mut args = Args { values: vec![("path", ArgValue::Text(path.to_string()))] };
    for parameter in (entry.params)() {
        args.values.extend(parameter.default.map(|default| (parameter.name, default)));
    }
    (entry.from_args)(&args)
}

/// The name of the format whose files end as this path does, packed or not.
pub fn by_ending(path: &str) -> Option<&'static str> {
    let lower = path.to_lowercase();
    let bare = [".gz", ".zst"].iter().find_map(|packing| lower.strip_suffix(packing)).unwrap_or(&lower);
    let ends = |format: &FormatDef| format.endings().iter().any(|ending| bare.ends_with(&format!(".{ending}")));
    ENTRIES.iter().map(|entry| entry.name).find(|name| plain(name, path).is_some_and(|format| ends(&format)))
}

/// The name of the format that files are of as their names end, where the own one has others; `None` if it is that, or nothing is told.
pub fn told_by_endings(own: &FormatDef, paths: &[PathBuf]) -> Option<&'static str> {
    let ending = |path: &PathBuf| {
        let path = path.to_string_lossy();
        by_ending(&path).filter(|name| plain(name, &path).is_some_and(|of| of.is_told_by_ending()))
    };
    let (first, others) = paths.split_first()?;
    let told = ending(first)?;
    let is_own = told == own.name() || own.paths().into_iter().any(|path| by_ending(path) == Some(told));
    (!is_own && others.iter().all(|path| ending(path) == Some(told))).then_some(told)
}

/// Whether a path is fetched over the network.
pub fn is_url(path: &str) -> bool {
    after_scheme(path) != path
}

/// What stands behind `https://`; all of it if there is none.
pub fn after_scheme(path: &str) -> &str {
    let behind = |scheme: &str| {
        path.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).map(|_| &path[scheme.len()..])
    };
    behind("https://").or_else(|| behind("http://")).unwrap_or(path)
}

/// What is wrong with the marks in numbers.
fn wrong_marks(decimal: &str, thousands: Option<&str>) -> Option<(&'static str, String)> {
    if decimal.chars().count() != 1 {
        return Some(("decimal", format!("the decimal mark is one character, and is {decimal:?}")));
    }
    match thousands {
        Some(thousands) if thousands == decimal => Some((
            "thousands",
            format!(
                "`{decimal}` cannot split off fractions and group thousands: write `decimal: {:?}` as well",
                if decimal == "." { "," } else { "." }
            ),
        )),
        Some(thousands) if ![",", ".", " ", "'"].contains(&thousands) => Some((
            "thousands",
            format!("thousands are grouped by `\",\"`, `\".\"`, `\" \"` or `\"'\"`, not by {thousands:?}"),
        )),
        _ => None,
    }
}
