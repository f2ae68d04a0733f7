//! Settings drawn evenly from the space (Bergstra and Bengio 2012): hard to beat while few trials tell little.

use super::{Brief, Method, Proposal, Search, random_settings};
use crate::lower::Draw;
use crate::study::tune::trials::Trial;

pub const METHOD: Method = Method {
    name: "random",
    about: "settings drawn evenly from the space",
    start: |brief| Ok(Box::new(Random(brief.clone()))),
};

struct Random(Brief);

impl Search for Random {
    fn next(&mut self, done: &[Trial]) -> Vec<Proposal> {
        if !done.is_empty() {
            return Vec::new();
        }
        let Brief { space, trials, epochs, seed, .. } = &self.0;
        let settings = random_settings(space, *trials, Draw::new(*seed, "tune", "random"), &[space.as_written()]);
        settings.into_iter().map(|set| Proposal { set, epochs: *epochs }).collect()
    }
}
