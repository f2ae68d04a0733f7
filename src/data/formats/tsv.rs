//! `tsv`: separated text with a tab between values.

use super::separated::{self, options};
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::tsv::Tsv;
use crate::data::source::Source;
use crate::diag::Diagnostic;

impl FormatHalf for Tsv {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        separated::open(options!(self, "\t"), source, request)
    }
}
