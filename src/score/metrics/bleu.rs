//! `bleu`: the precision of sequences of words (Papineni et al. 2002), as sacreBLEU computes it.

use std::collections::HashMap;

use super::{Batches, Compute, Prepared, Sums};
use crate::answers::Texts;
use crate::catalog::metrics::bleu::Bleu;
use crate::score::{Figure, Scored};

/// The longest sequences.
const ORDER: usize = 4;
/// How many words there are and were given, and of each order how many sequences were given, and how many of them are found.
const COUNTS: usize = 2 + 2 * ORDER;

impl Compute for Bleu {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Sums::prepare(rows, figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Sums::begin(rows, figure)
    }
}

fn rows(scored: &Scored) -> Result<Vec<[f64; COUNTS]>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    Ok(labels.values.iter().zip(&given.values).map(|(label, given)| counts(label, given)).collect())
}

fn counts(label: &str, given: &str) -> [f64; COUNTS] {
    let (label, given) = (words(label), words(given));
    let mut counts = [0.0; COUNTS];
    (counts[0], counts[1]) = (label.len() as f64, given.len() as f64);
    for order in 1..=ORDER {
        let mut of_label: HashMap<&[String], usize> = HashMap::new();
        label.windows(order).for_each(|words| *of_label.entry(words).or_insert(0) += 1);
        for words in given.windows(order) {
            counts[2 * order] += 1.0;
            // Each sequence of the label is found once.
            if let Some(left) = of_label.get_mut(words).filter(|left| **left > 0) {
                *left -= 1;
                counts[2 * order + 1] += 1.0;
            }
        }
    }
    counts
}

fn figure(counts: &[f64; COUNTS]) -> Figure {
    let [words, given, orders @ ..] = counts;
    let orders: Vec<(f64, f64)> = orders.chunks_exact(2).map(|order| (order[0], order[1])).collect();
    if orders.iter().all(|(_, found)| *found == 0.0) {
        return Figure::Number(0.0);
    }
    let (mut share, mut sum) = (1.0, 0.0);
    for (given, found) in orders {
        // Without a sequence of this order there is no mean of all orders.
        if given == 0.0 {
            return Figure::Number(0.0);
        }
        let found = if found > 0.0 {
            found
        } else {
            share /= 2.0;
            share
        };
        sum += (found / given).ln();
    }
    let short = if given < words { (1.0 - words / given).exp() } else { 1.0 };
    Figure::Number(short * (sum / ORDER as f64).exp())
}

/// The words of a text as `mteval-v13a` cuts them: punctuation is a word of its own, but for points and commas between digits, apostrophes,
/// and hyphens that follow no digit.
fn words(text: &str) -> Vec<String> {
    let text = text.replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    let text = text.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    let mut spaced = String::from(" ");
    for letter in text.chars() {
        match letter {
            '{'..='~' | '['..='`' | ' '..='&' | '('..='+' | ':'..='@' | '/' => spaced.extend([' ', letter, ' ']),
            _ => spaced.push(letter),
        }
    }
    spaced.push(' ');
    let point = |letter: char| letter == '.' || letter == ',';
    // A point or comma behind anything but a digit, then one before anything but a digit, then a hyphen behind a digit. A letter that one match
    // has taken is not there for the next.
    let behind = replaced(&spaced, |first, second| !first.is_ascii_digit() && point(second), "\u{1} \u{2} ");
    let before = replaced(&behind, |first, second| point(first) && !second.is_ascii_digit(), " \u{1} \u{2}");
    let hyphens = replaced(&before, |first, second| first.is_ascii_digit() && second == '-', "\u{1} \u{2} ");
    hyphens.split_whitespace().map(str::to_string).collect()
}

/// Puts a form in the place of every two letters that fit, from left to right.
fn replaced(text: &str, fits: impl Fn(char, char) -> bool, form: &str) -> String {
    let mut letters = text.chars().peekable();
    let mut made = String::with_capacity(text.len());
    while let Some(first) = letters.next() {
        match letters.peek().copied().filter(|second| fits(first, *second)) {
            Some(second) => {
                letters.next();
                made.extend(form.chars().map(|letter| match letter {
                    '\u{1}' => first,
                    '\u{2}' => second,
                    other => other,
                }));
            }
            None => made.push(first),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_cut_as_mteval_cuts_them() {
        let cut = |text: &str| words(text).join("|");
        assert_eq!(cut("Don't pay $3.50, or 1,000-2 (now)."), "Don't|pay|$|3.50|,|or|1,000|-|2|(|now|)|.");
        assert_eq!(cut("a well-known fact...  &quot;yes&quot; ,,."), "a|well-known|fact|.|.|.|\"|yes|\"|,|,|.");
        assert_eq!(cut("Ça va? l'été, 5."), "Ça|va|?|l'été|,|5|.");
    }
}
