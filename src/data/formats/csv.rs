//! `csv`: separated text.

use super::separated::{self, Separated};
use super::{FormatHalf, Request};
use crate::catalog::formats::csv::Csv;
use crate::data::bytes::Content;
use crate::data::table::Table;
use crate::diag::Diagnostic;

impl FormatHalf for Csv {
    fn read(&self, content: &Content, request: &Request<'_>) -> Result<Table, Vec<Diagnostic>> {
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
        separated::read(&format, content, request)
    }
}
