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

    /// True if a column may be an array per row (`number[8, 8]`).
    fn has_arrays(&self) -> bool {
        false
    }
}
