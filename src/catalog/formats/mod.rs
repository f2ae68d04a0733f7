//! Data formats: what can stand after `data NAME:`. What a format reads is in `data/formats/`.

crate::catalog! {
    /// A format with its arguments.
    pub enum FormatDef: Format {
        csv::Csv,
        npz::Npz,
        tsv::Tsv,
    }
}

pub trait Format {
    /// The files it reads, as written (relative to the spec): each a file, a folder of files or a pattern.
    fn paths(&self) -> Vec<&str>;

    /// How the names of its files end, without the dot: which files of a folder are read. Empty for all of them.
    fn endings(&self) -> &'static [&'static str] {
        &[]
    }

    /// Spellings of a missing value.
    fn missing(&self) -> &[String] {
        &[]
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
