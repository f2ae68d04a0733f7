//! `perplexity`: how surprising the labels' own tokens are.

use super::{Batches, Compute, Prepared, Sums};
use crate::answers::Texts;
use crate::catalog::metrics::perplexity::Perplexity;
use crate::score::{Figure, Scored};

impl Compute for Perplexity {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Sums::prepare(rows, figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Sums::begin(rows, figure)
    }
}

/// −ln p of the label's tokens together, and how many there are.
fn rows(scored: &Scored) -> Result<Vec<[f64; 2]>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    match given.surprises.len() == labels.values.len() {
        true => Ok(given.surprises.iter().map(|[surprise, tokens, _]| [*surprise, *tokens]).collect()),
        false => Err("nothing is known of how likely the labels' tokens are".into()),
    }
}

fn figure([surprise, tokens]: &[f64; 2]) -> Figure {
    match *tokens > 0.0 {
        true => Figure::Number((surprise / tokens).exp()),
        false => Figure::Undefined("no label has a token".into()),
    }
}
