//! Every combination of evenly spaced values.

use super::{Brief, Method, Proposal, Search};
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

fn start(brief: &Brief) -> Result<Box<dyn Search>, (String, String)> {
    let mut settings: Vec<Setting> = vec![Setting::new()];
    let (limit, by) = if brief.trials_given { (brief.trials, "--trials") } else { (MOST, "") };
    for axis in &brief.space.axes {
        let values = axis.grid(brief.points).map_err(|message| {
            let help = "say so with `--points 5`, or choose another `--method`";
            (message, help.to_string())
        })?;
        let size = settings.len().saturating_mul(values.len());
        if size > limit {
            let message = match by {
                "" => format!("the grid has {size} points or more, and more than {MOST} are never tried"),
                by => format!("the grid has {size} points or more, and `{by} {limit}` allows {limit}"),
            };
            return Err((message, "lower `--points`, fix a param with `--set`, or choose another `--method`".into()));
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
