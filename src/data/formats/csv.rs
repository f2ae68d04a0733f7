//! `csv`: separated text.

use super::separated::{self, options};
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::csv::Csv;
use crate::data::source::Source;
use crate::diag::Diagnostic;

impl FormatHalf for Csv {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        separated::open(options!(self, &self.delimiter), source, request)
    }
}
