//! Every combination of evenly spaced values.

use super::{Brief, Method, NotSearched, Proposal, Search};
use crate::study::tune::space::Setting;
use crate::study::tune::trials::Trial;

pub const METHOD: Method =
    Method { name: "grid", about: "every combination of evenly spaced values (`--points` per axis)", start };

/// More than anyone waits for.
const MOST: usize = 10_000;

struct Grid {
    settings: Vec<Setting>,
    epochs: usize,
}

fn start(brief: &Brief) -> Result<Box<dyn Search>, NotSearched> {
    let mut settings: Vec<Setting> = vec![Setting::new()];
    let allowed = if brief.trials_given { brief.trials } else { MOST };
    for axis in &brief.space.axes {
        let values = axis.grid(brief.points).map_err(NotSearched::Continuous)?;
        let points = settings.len().saturating_mul(values.len());
        if points > allowed {
            return Err(NotSearched::TooMany { points, allowed, by_person: brief.trials_given });
        }
        settings = settings
            .iter()
            .flat_map(|head| values.iter().map(move |value| [head.as_slice(), value.as_slice()].concat()))
            .collect();
    }
    Ok(Box::new(Grid { settings, epochs: brief.epochs }))
}

impl Search for Grid {
    fn next(&mut self, done: &[Trial]) -> Vec<Proposal> {
        let settings = if done.is_empty() { std::mem::take(&mut self.settings) } else { Vec::new() };
        settings.into_iter().map(|set| Proposal { set, epochs: self.epochs }).collect()
    }
}
