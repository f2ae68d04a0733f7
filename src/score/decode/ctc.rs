//! `ctc`: the symbols that are spelt along a sequence.

use std::collections::{BTreeMap, HashMap};

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::ctc::Ctc;
use crate::catalog::steps::tokens::RESERVED;

/// The blank, which is no token.
const BLANK: usize = 0;

impl Decode for Ctc {
    /// The symbols have been found and spelt row by row, where rows are as long as they are.
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Tokens, ..input }
    }

    fn tags(&self, scores: &[f64], width: usize) -> Option<Vec<i64>> {
        let places = scores.chunks_exact(width.max(1));
        let found = if self.beam <= 1 { likeliest(places) } else { searched(places, self.beam) };
        Some(found.into_iter().filter(|symbol| *symbol >= RESERVED).map(|symbol| symbol as i64).collect())
    }
}

/// The likeliest symbol of each place, of equals the first; joined, and without blanks.
fn likeliest<'a>(places: impl Iterator<Item = &'a [f64]>) -> Vec<usize> {
    let best =
        |scores: &[f64]| (0..scores.len()).fold(BLANK, |best, at| if scores[at] > scores[best] { at } else { best });
    let mut way: Vec<usize> = places.map(best).collect();
    way.dedup();
    way.retain(|symbol| *symbol != BLANK);
    way
}

/// ln of how likely a beginning is, by ways that end in a blank and by those that end in its last symbol.
#[derive(Clone, Copy)]
struct Likely {
    blank: f64,
    symbol: f64,
}

impl Likely {
    const NEVER: Self = Self { blank: f64::NEG_INFINITY, symbol: f64::NEG_INFINITY };

    fn all(self) -> f64 {
        added(self.blank, self.symbol)
    }
}

/// Beginnings of answers as a tree: of each, the one before it and its last symbol.
struct Beginnings {
    nodes: Vec<(usize, usize)>,
    longer: HashMap<(usize, usize), usize>,
}

impl Beginnings {
    const NONE: usize = 0;

    fn with(&mut self, beginning: usize, symbol: usize) -> usize {
        *self.longer.entry((beginning, symbol)).or_insert_with(|| {
            self.nodes.push((beginning, symbol));
            self.nodes.len() - 1
        })
    }

    fn spelt(&self, mut beginning: usize) -> Vec<usize> {
        let mut symbols = Vec::new();
        while beginning != Self::NONE {
            symbols.push(self.nodes[beginning].1);
            beginning = self.nodes[beginning].0;
        }
        symbols.reverse();
        symbols
    }
}

fn searched<'a>(places: impl Iterator<Item = &'a [f64]>, width: usize) -> Vec<usize> {
    let mut tree = Beginnings { nodes: vec![(0, BLANK)], longer: HashMap::new() };
    let mut kept = vec![(Beginnings::NONE, Likely { blank: 0.0, symbol: f64::NEG_INFINITY })];
    for scores in places {
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total = scores.iter().map(|score| (score - most).exp()).sum::<f64>().ln() + most;
        let share = |symbol: usize| scores[symbol] - total;
        // In the order in which beginnings were first met, so that equals always stand alike.
        let mut found: BTreeMap<usize, Likely> = BTreeMap::new();
        for (beginning, likely) in kept {
            let last = tree.nodes[beginning].1;
            let own = found.entry(beginning).or_insert(Likely::NEVER);
            own.blank = added(own.blank, likely.all() + share(BLANK));
            if beginning != Beginnings::NONE {
                own.symbol = added(own.symbol, likely.symbol + share(last));
            }
            for symbol in (0..scores.len()).filter(|symbol| *symbol != BLANK) {
                // The same symbol once more needs a blank in between.
                let again = beginning != Beginnings::NONE && symbol == last;
                let from = if again { likely.blank } else { likely.all() };
                let longer = found.entry(tree.with(beginning, symbol)).or_insert(Likely::NEVER);
                longer.symbol = added(longer.symbol, from + share(symbol));
            }
        }
        kept = found.into_iter().collect();
        kept.sort_by(|(_, one), (_, other)| other.all().total_cmp(&one.all()));
        kept.truncate(width);
    }
    kept.first().map_or_else(Vec::new, |(best, _)| tree.spelt(*best))
}

/// ln(exp a + exp b)
fn added(a: f64, b: f64) -> f64 {
    let (most, least) = (a.max(b), a.min(b));
    if most == f64::NEG_INFINITY { most } else { (least - most).exp().ln_1p() + most }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYMBOLS: usize = 4;

    fn scores(seed: usize, places: usize) -> Vec<f64> {
        (0..places * SYMBOLS).map(|at| (((at + 1) * (seed * 7 + 3)) as f64 * 0.618_033_988_7).sin() * 2.0).collect()
    }

    /// How likely each answer is, by all ways that spell it.
    fn answers(scores: &[f64], places: usize) -> BTreeMap<Vec<usize>, f64> {
        let mut all = BTreeMap::new();
        for number in 0..SYMBOLS.pow(places as u32) {
            let way: Vec<usize> = (0..places).map(|place| number / SYMBOLS.pow(place as u32) % SYMBOLS).collect();
            let share = |(place, symbol): (usize, &usize)| {
                let own = &scores[place * SYMBOLS..][..SYMBOLS];
                own[*symbol].exp() / own.iter().map(|score| score.exp()).sum::<f64>()
            };
            let likely: f64 = way.iter().enumerate().map(share).product();
            let mut spelt = way;
            spelt.dedup();
            spelt.retain(|symbol| *symbol != BLANK);
            *all.entry(spelt).or_insert(0.0) += likely;
        }
        all
    }

    #[test]
    fn a_wide_beam_finds_the_likeliest_answer() {
        let mut different = 0;
        for seed in 0..30 {
            let scores = scores(seed, 5);
            let best = answers(&scores, 5).into_iter().max_by(|one, other| one.1.total_cmp(&other.1)).expect("some").0;
            let found = searched(scores.chunks(SYMBOLS), 1000);
            assert_eq!(found, best, "seed {seed}");
            different += usize::from(likeliest(scores.chunks(SYMBOLS)) != best);
        }
        assert!(different > 0, "an answer that greedy decoding misses");
    }

    /// A blank between equal symbols keeps them apart; padding and what was not seen are not written.
    #[test]
    fn what_follows_itself_is_joined() {
        let way = [2, 2, 0, 2, 1, 3, 3, 0];
        let scores: Vec<f64> =
            way.iter().flat_map(|own| (0..SYMBOLS).map(move |symbol| if symbol == *own { 9.0 } else { 0.0 })).collect();
        for beam in [1, 8] {
            assert_eq!(Ctc { beam }.tags(&scores, SYMBOLS), Some(vec![2, 2, 3]), "{beam}");
            assert_eq!(Ctc { beam }.tags(&[], SYMBOLS), Some(Vec::new()));
        }
    }
}
