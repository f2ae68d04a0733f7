//! A run that goes on for more epochs than it was begun with: whether it comes to what one long run would have come to.

use super::checkpoint::Progress;
use crate::catalog::schedules;
use crate::pipeline::Pipeline;

/// What of a pipeline looks at the length of the run, and made of the epochs that are done something else than in a run of
/// `to` epochs; empty if going on gives the same to the last bit.
pub fn differs(
    pipeline: &Pipeline,
    progress: &Progress,
    steps_per_epoch: u64,
    from: usize,
    to: usize,
) -> Vec<&'static str> {
    let train = &pipeline.train;
    let total = |epochs: usize| epochs as u64 * steps_per_epoch;
    let (short, long) = (total(from), total(to));
    let steps = 0..progress.updates;
    let factor = |step: u64, total: u64| {
        schedules::factor_with_scores(&train.schedule, step, total, steps_per_epoch, &progress.scores)
    };
    let rate = |step: u64, total: u64| train.average.rate(step, total, steps_per_epoch);
    // Two that differ in size and nothing else.
    let shares = |epoch: usize, epochs: usize| train.sampling.shares(&[3, 1], epoch, epochs);
    let mut found = Vec::new();
    if steps.clone().any(|step| factor(step, short) != factor(step, long)) {
        found.push("schedule");
    }
    if steps.clone().any(|step| rate(step, short) != rate(step, long)) {
        found.push("average");
    }
    if !train.sampling.takes_shares() && (0..progress.epoch).any(|epoch| shares(epoch, from) != shares(epoch, to)) {
        found.push("sampling");
    }
    // A task that its weight lets go by the end has no say in which epoch is kept.
    let last = |epochs: usize| pipeline.lambda_in(epochs.saturating_sub(1));
    if last(from) != last(to) {
        found.push("weights");
    }
    found
}
