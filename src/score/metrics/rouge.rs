//! `rouge`: the F score of sequences of words (Lin 2004), as the package rouge-score computes it.

use std::collections::HashMap;

use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::answers::Texts;
use crate::catalog::metrics::rouge::Rouge;
use crate::score::Scored;

impl Compute for Rouge {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(of_order(self.words), scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(of_order(self.words))
    }
}

fn of_order(order: usize) -> fn(&Scored) -> Result<Vec<f64>, String> {
    match order {
        1 => rows::<1>,
        2 => rows::<2>,
        3 => rows::<3>,
        _ => rows::<4>,
    }
}

fn rows<const ORDER: usize>(scored: &Scored) -> Result<Vec<f64>, String> {
    each_row(scored, |label, given| {
        let mut of_label: HashMap<&[String], usize> = HashMap::new();
        label.windows(ORDER).for_each(|words| *of_label.entry(words).or_insert(0) += 1);
        let (count, mut found) = (given.windows(ORDER).count(), 0);
        for words in given.windows(ORDER) {
            // Each sequence of the label is found once.
            if let Some(left) = of_label.get_mut(words).filter(|left| **left > 0) {
                *left -= 1;
                found += 1;
            }
        }
        f_score(found, count, label.windows(ORDER).count())
    })
}

/// A figure of the words of the label and of the answer of each row.
pub(super) fn each_row(scored: &Scored, figure: impl Fn(&[String], &[String]) -> f64) -> Result<Vec<f64>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    let pairs = labels.values.iter().zip(&given.values);
    Ok(pairs.map(|(label, given)| figure(&words(label), &words(given))).collect())
}

/// Of what was found: the harmonic mean of its shares of what was given and of what there is.
pub(super) fn f_score(found: usize, given: usize, there: usize) -> f64 {
    if found == 0 {
        return 0.0;
    }
    let (precision, recall) = (found as f64 / given as f64, found as f64 / there as f64);
    2.0 * precision * recall / (precision + recall)
}

/// Runs of the letters a to z and digits, in lower case.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let runs = lower.split(|letter: char| !letter.is_ascii_lowercase() && !letter.is_ascii_digit());
    runs.filter(|run| !run.is_empty()).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Column;
    use crate::catalog::metrics::MetricDef;
    use crate::score::Figure;
    use crate::score::metrics::compute;

    /// The figures of rouge-score 0.1.2, `RougeScorer(["rouge1", "rouge2", "rouge3"])`.
    #[test]
    fn longer_sequences_are_found_as_rouge_score_finds_them() {
        let texts = |values: &[&str]| Texts::from(values.iter().map(|text| (*text).to_string()).collect::<Vec<_>>());
        let labels = texts(&["the quick brown fox jumps over the lazy dog", "a b a b"]);
        let given = texts(&["The quick brown dog jumps on the log.", "a b c a b a"]);
        for (words, expected) in [(1, 0.7529411764705882), (2, 0.5083333333333333), (3, 0.24358974358974356)] {
            let Figure::Number(found) =
                compute(&MetricDef::Rouge(Rouge { words }), &Scored::of(&labels as &dyn Column, &given, &[]))
            else {
                panic!("a figure")
            };
            assert!((found - expected).abs() < 1e-12, "rouge({words}): {found}, not {expected}");
        }
    }
}
