//! `viterbi`: the best sequence of tags.

use super::{Decode, Decoding};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::viterbi::Viterbi;
use crate::catalog::steps::tokens::RESERVED;

impl Decode for Viterbi {
    /// The tags have been found and named row by row, where rows are as long as they are.
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Tokens, ..input }
    }

    fn tags(&self, scores: &[f64], width: usize) -> Option<Vec<i64>> {
        let tags = width.isqrt();
        if scores.is_empty() || tags <= RESERVED {
            return Some(Vec::new());
        }
        let places: Vec<&[f64]> = scores.chunks_exact(width).collect();
        let known = RESERVED..tags;
        // The best sum that ends in each tag, and through which tag before it.
        let mut best: Vec<f64> = places[0][..tags].to_vec();
        let mut through: Vec<Vec<usize>> = Vec::new();
        for scores in &places[1..] {
            let by = |before: usize, tag: usize| best[before] + scores[before * tags + tag];
            let from = |tag: usize| {
                known.clone().fold(RESERVED, |best, before| if by(before, tag) > by(best, tag) { before } else { best })
            };
            let chosen: Vec<usize> = (0..tags).map(from).collect();
            best = (0..tags).map(|tag| by(chosen[tag], tag)).collect();
            through.push(chosen);
        }
        let mut tag = known.fold(RESERVED, |best_tag, tag| if best[tag] > best[best_tag] { tag } else { best_tag });
        let mut sequence = vec![tag as i64];
        for chosen in through.iter().rev() {
            tag = chosen[tag];
            sequence.push(tag as i64);
        }
        sequence.reverse();
        Some(sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sequence of known tags, and the sum of its scores.
    fn all(scores: &[f64], tags: usize, places: usize) -> Vec<(f64, Vec<i64>)> {
        let known = tags - RESERVED;
        let one = |number: usize| {
            let tag = |place: usize| RESERVED + number / known.pow(place as u32) % known;
            let at = |place: usize| {
                let before = if place == 0 { 0 } else { tag(place - 1) };
                scores[place * tags * tags + before * tags + tag(place)]
            };
            ((0..places).map(at).sum(), (0..places).map(|place| tag(place) as i64).collect())
        };
        (0..known.pow(places as u32)).map(one).collect()
    }

    #[test]
    fn no_sequence_is_better() {
        for (tags, places) in [(3, 1), (4, 4), (5, 5), (6, 3)] {
            for seed in 0..20 {
                let number = |at: usize| (((at + 1) * (seed * 7 + 3)) as f64 * 0.618_033_988_7).sin() * 3.0;
                let mut scores: Vec<f64> = (0..places * tags * tags).map(number).collect();
                // The first place does not depend on what is before it.
                let first = scores[..tags].to_vec();
                scores[..tags * tags].chunks_mut(tags).for_each(|row| row.copy_from_slice(&first));
                let found = Viterbi {}.tags(&scores, tags * tags).expect("tags");
                let best = all(&scores, tags, places).into_iter().max_by(|one, other| one.0.total_cmp(&other.0));
                assert_eq!(found, best.expect("some sequence").1, "{tags} tags, {places} places, seed {seed}");
            }
        }
        assert_eq!(Viterbi {}.tags(&[], 16), Some(Vec::new()));
    }
}
