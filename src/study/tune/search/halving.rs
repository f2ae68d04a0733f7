//! Successive halving (Jamieson and Talwalkar 2016): many settings train shortly, the best third goes on to three times the
//! epochs, until one has the full budget. Each rung trains anew, so that its schedule fits its epochs.

use super::{Brief, Method, Proposal, Search, random_settings};
use crate::lower::Draw;
use crate::study::tune::space::Setting;
use crate::study::tune::trials::Trial;

pub const METHOD: Method = Method {
    name: "halving",
    about: "many settings train shortly, the best third goes on to three times the epochs",
    start: |brief| Ok(Box::new(Halving { rungs: rungs(brief.trials, brief.epochs), next: 0, brief: brief.clone() })),
};

struct Halving {
    /// How many settings train for how many epochs.
    rungs: Vec<(usize, usize)>,
    next: usize,
    brief: Brief,
}

/// The last rung has the full epochs and, if those can be cut so often, one setting.
fn rungs(trials: usize, epochs: usize) -> Vec<(usize, usize)> {
    let mut counts = vec![trials.max(1)];
    let mut cut = 1;
    while let Some(last) = counts.last().copied().filter(|last| *last > 1 && cut * 3 <= epochs) {
        counts.push(last.div_ceil(3));
        cut *= 3;
    }
    counts
        .iter()
        .map(|count| {
            let rung = (*count, epochs.div_ceil(cut).max(1));
            cut = (cut / 3).max(1);
            rung
        })
        .collect()
}

impl Search for Halving {
    fn next(&mut self, done: &[Trial]) -> Vec<Proposal> {
        let Some((count, epochs)) = self.rungs.get(self.next).copied() else { return Vec::new() };
        let chosen: Vec<Setting> = match self.next.checked_sub(1) {
            None => {
                let draw = Draw::new(self.brief.seed, "tune", "halving");
                // The spec as written competes too: it is the first.
                let written = self.brief.space.as_written();
                let others = random_settings(&self.brief.space, count - 1, draw, std::slice::from_ref(&written));
                std::iter::once(written).chain(others).collect()
            }
            Some(before) => {
                let epochs = self.rungs[before].1;
                let mut ranked: Vec<&Trial> =
                    done.iter().filter(|trial| trial.epochs == epochs && trial.score.is_some()).collect();
                ranked.sort_by(|a, b| {
                    let score = |trial: &Trial| trial.score.unwrap_or(f64::NEG_INFINITY);
                    score(b).total_cmp(&score(a)).then(a.number.cmp(&b.number))
                });
                ranked.into_iter().take(count).map(|trial| trial.set.clone()).collect()
            }
        };
        self.next += 1;
        chosen.into_iter().map(|set| Proposal { set, epochs }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::rungs;

    #[test]
    fn each_rung_is_a_third_with_three_times_the_epochs() {
        assert_eq!(rungs(27, 81), [(27, 3), (9, 9), (3, 27), (1, 81)]);
        assert_eq!(rungs(20, 60), [(20, 3), (7, 7), (3, 20), (1, 60)]);
        // Ten epochs can be cut to a third twice.
        assert_eq!(rungs(27, 10), [(27, 2), (9, 4), (3, 10)]);
        assert_eq!((rungs(1, 10), rungs(5, 1)), (vec![(1, 10)], vec![(5, 1)]));
    }
}
