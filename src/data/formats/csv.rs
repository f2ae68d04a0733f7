//! `csv`: separated text.

use super::separated::{self, Separated};
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::csv::Csv;
use crate::data::source::Source;
use crate::diag::Diagnostic;

impl FormatHalf for Csv {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let format = Separated {
            delimiter: &self.delimiter,
            decimal: &self.decimal,
            thousands: self.thousands.as_deref(),
            quote: &self.quote,
            escape: self.escape.as_deref(),
            header: self.header,
            comment: self.comment.as_deref(),
            encoding: &self.encoding,
            missing: &self.missing,
        };
        separated::open(format, source, request)
    }
}
