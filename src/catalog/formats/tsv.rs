//! `tsv`: tab-separated text.

separated! {
    endings: &["tsv", "tab"];
    /// Tab-separated text, plain, gzip or zstd: `csv` with a tab between values.
    pub struct Tsv = "tsv" {
        /// The file, relative to the spec, or a URL (with `sha256`); of several files a folder or a pattern (`"parts/*.tsv"`).
        pos path: String;
    }
}
