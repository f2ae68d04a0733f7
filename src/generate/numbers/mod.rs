//! Numbers in words, in six languages: whole numbers from 0 to 999,999, each once, as they are read out.
//!
//! Of a third of the rows the number has as many digits as was drawn, one to six alike, so that small ones, which have the most exceptions, are among them; of the others any number is as
//! likely as any other. A language is a file: how it says a number.

mod english;
mod french;
mod german;
mod polish;
mod russian;
mod spanish;

use std::collections::HashSet;

use super::draw::Draw;
use super::{Column, Generator, Values};

pub(super) static GENERATOR: Generator = Generator {
    name: "numbers",
    about: "whole numbers below a million, in words of six languages (csv, csv.gz)",
    rows: 12_000,
    make,
};

/// Numbers are below this one.
const END: u32 = 1_000_000;

/// Each language by its code.
pub const LANGUAGES: [(&str, fn(u32) -> String); 6] = [
    ("en", english::say),
    ("de", german::say),
    ("fr", french::say),
    ("es", spanish::say),
    ("pl", polish::say),
    ("ru", russian::say),
];

fn make(rows: usize, seed: u64) -> Vec<Column> {
    let mut draw = Draw::new(seed);
    let mut seen = HashSet::new();
    let mut numbers = Vec::new();
    // There are no more than that.
    while numbers.len() < rows.min(END as usize) {
        let end = if draw.unit() < 1.0 / 3.0 { 10u32.pow(1 + u32::from(draw.below(6))) } else { END };
        // Where most have been drawn, the next one that has not.
        let mut number = (draw.unit() * f64::from(end)) as u32;
        while !seen.insert(number) {
            number = (number + 1) % END;
        }
        numbers.push(number);
    }
    let column =
        |name: &str, texts: Vec<String>| Column { name: name.into(), shape: Vec::new(), values: Values::Texts(texts) };
    let figures = column("number", numbers.iter().map(u32::to_string).collect());
    let said = LANGUAGES.map(|(name, say)| column(name, numbers.iter().map(|number| say(*number)).collect()));
    std::iter::once(figures).chain(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_drawn_once_and_said_in_every_language() {
        let columns = make(3000, 5);
        assert_eq!(
            columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
            ["number", "en", "de", "fr", "es", "pl", "ru"]
        );
        for column in &columns {
            let Values::Texts(texts) = &column.values else { panic!("texts") };
            assert_eq!(
                texts.iter().collect::<HashSet<_>>().len(),
                3000,
                "{}: no two numbers are said alike",
                column.name
            );
        }
        let Values::Texts(numbers) = &columns[0].values else { panic!("texts") };
        let below = numbers.iter().filter(|number| number.len() < 4).count();
        assert!((300..700).contains(&below), "{below} have less than four digits");
    }
}
