//! Bayesian optimisation (Jones, Schonlau and Welch 1998; Snoek, Larochelle and Adams 2012): a Gaussian process learns from
//! what was tried how good the rest may be, and the setting with the most expected improvement is next.

use super::{Brief, Method, Proposal, Search, random_settings};
use crate::lower::Draw;
use crate::study::tune::expected_improvement::expected_improvement;
use crate::study::tune::gaussian_process::GaussianProcess;
use crate::study::tune::space::Setting;
use crate::study::tune::trials::Trial;

pub const METHOD: Method = Method {
    name: "bayesian",
    about: "a Gaussian process proposes where most improvement can be expected",
    start: |brief| Ok(Box::new(Bayesian { axes: brief.space.feature_axes(), brief: brief.clone() })),
};

/// Random candidates per proposal, and candidates near each of the best trials.
const CANDIDATES: usize = 1000;
const NEAR: usize = 60;
/// How many trials are the best ones.
const BEST: usize = 5;

struct Bayesian {
    brief: Brief,
    /// The axis of each feature.
    axes: Vec<usize>,
}

impl Bayesian {
    /// How many settings are tried before anything is learned.
    fn at_first(&self) -> usize {
        (2 * self.brief.space.dimensions() + 2).max(5)
    }

    /// Evenly spread in each dimension (a Latin hypercube; McKay, Beckman and Conover 1979).
    fn first(&self) -> Vec<Setting> {
        let (space, count) = (&self.brief.space, self.at_first());
        let draw = Draw::new(self.brief.seed, "tune", "latin");
        let mut columns = Vec::new();
        for dimension in 0..space.dimensions() as u64 {
            let mut order: Vec<usize> = (0..count).collect();
            draw.at(2 * dimension).shuffle(&mut order);
            let inside = draw.at(2 * dimension + 1);
            let places = order.iter().enumerate();
            columns.push(
                places
                    .map(|(row, cell)| (*cell as f64 + inside.uniform(row as u64)) / count as f64)
                    .collect::<Vec<f64>>(),
            );
        }
        let mut settings: Vec<Setting> = Vec::new();
        for row in 0..count {
            let point: Vec<f64> = columns.iter().map(|column| column[row]).collect();
            let setting = space.at(&point);
            if !settings.contains(&setting) && setting != space.as_written() {
                settings.push(setting);
            }
        }
        settings.truncate(self.brief.trials);
        settings
    }

    /// Settings that were not tried: random ones, and some near the best.
    fn candidates(&self, done: &[Trial], taken: &[Setting], turn: u64) -> Vec<Setting> {
        let space = &self.brief.space;
        let draw = Draw::new(self.brief.seed, "tune", "candidates").at(turn);
        let mut found = random_settings(space, CANDIDATES.min(space.size().unwrap_or(CANDIDATES)), draw, taken);
        let mut ranked: Vec<&Trial> = done.iter().filter(|trial| trial.score.is_some()).collect();
        ranked.sort_by(|a, b| {
            b.score.unwrap_or_default().total_cmp(&a.score.unwrap_or_default()).then(a.number.cmp(&b.number))
        });
        let near = Draw::new(self.brief.seed, "tune", "near").at(turn);
        let centres = ranked.iter().filter_map(|trial| space.point(&trial.set)).take(BEST).enumerate();
        for (rank, centre) in centres {
            for turn in 0..NEAR {
                let draw = near.at((rank * NEAR + turn) as u64);
                let width = if turn % 2 == 0 { 0.03 } else { 0.1 };
                let moved = centre.iter().enumerate();
                let point: Vec<f64> =
                    moved.map(|(place, value)| (value + width * draw.normal(place as u64)).clamp(0.0, 1.0)).collect();
                let setting = space.at(&point);
                if !taken.contains(&setting) {
                    found.push(setting);
                }
            }
        }
        found
    }

    /// The untried setting with the most expected improvement; `None` if there is none.
    fn proposal(
        &self,
        known: &[(Vec<f64>, f64)],
        done: &[Trial],
        taken: &[Setting],
    ) -> Option<(Setting, Vec<f64>, f64)> {
        let (points, scores): (Vec<Vec<f64>>, Vec<f64>) = known.iter().cloned().unzip();
        let process = GaussianProcess::fitted(&points, &scores, &self.axes);
        let candidates = self.candidates(done, taken, taken.len() as u64);
        let Some(process) = process else {
            let first = candidates.into_iter().next()?;
            let features = self.brief.space.features(&first)?;
            return Some((first, features, 0.0));
        };
        // Scores carry noise: the best is what the process makes of those tried, not the luckiest.
        let best = points.iter().map(|point| process.predict(point).0).fold(f64::NEG_INFINITY, f64::max);
        let judged = candidates.into_iter().filter_map(|setting| {
            let features = self.brief.space.features(&setting)?;
            let (mean, deviation) = process.predict(&features);
            Some((expected_improvement(mean, deviation, best), mean, setting, features))
        });
        // Where nothing more can be expected, the likeliest mean is next.
        let (_, mean, setting, features) =
            judged.reduce(|best, other| if (other.0, other.1) > (best.0, best.1) { other } else { best })?;
        Some((setting, features, mean))
    }
}

impl Search for Bayesian {
    fn next(&mut self, done: &[Trial]) -> Vec<Proposal> {
        let epochs = self.brief.epochs;
        if done.is_empty() {
            return self.first().into_iter().map(|set| Proposal { set, epochs }).collect();
        }
        // The spec as written is not one of the search's own.
        let left = (self.brief.trials + 1).saturating_sub(done.len());
        let scores: Vec<f64> = done.iter().filter_map(|trial| trial.score).collect();
        // What failed is as bad as the worst that did not.
        let worst = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let worst = if worst.is_finite() { worst } else { 0.0 };
        let mut known: Vec<(Vec<f64>, f64)> = done
            .iter()
            .filter_map(|trial| Some((self.brief.space.features(&trial.set)?, trial.score.unwrap_or(worst))))
            .collect();
        let mut taken: Vec<Setting> = done.iter().map(|trial| trial.set.clone()).collect();
        let mut proposals = Vec::new();
        for _ in 0..left.min(self.brief.width.max(1)) {
            let Some((set, features, believed)) = self.proposal(&known, done, &taken) else { break };
            // Until it is measured, what is believed of it keeps the next proposal elsewhere.
            known.push((features, believed));
            taken.push(set.clone());
            proposals.push(Proposal { set, epochs });
        }
        proposals
    }
}
