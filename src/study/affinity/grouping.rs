//! Which tasks to train together, given their affinities and how many models one can afford.
//!
//! A grouping's worth is the sum over tasks of the mean affinity of its companions onto it (a task alone gains nothing
//! from others: 0). Up to [`EXACT`] tasks the best grouping is found by dynamic programming over all sets; beyond,
//! groups are merged and improved greedily, and how far the result may be from the best is said.

use serde::{Deserialize, Serialize};

/// The most tasks for which the best grouping is found exactly: 3ⁿ steps.
pub const EXACT: usize = 12;

/// Tasks by place, in groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grouping {
    pub groups: Vec<Vec<usize>>,
    pub worth: f64,
    /// No grouping is worth more than this; the worth itself if it is exact.
    pub at_most: f64,
}

/// The best grouping into at most `models` groups.
pub fn best(affinity: &[Vec<f64>], models: usize) -> Grouping {
    let count = affinity.len();
    let models = models.clamp(1, count.max(1));
    if count <= EXACT { exact(affinity, models) } else { greedy(affinity, models) }
}

/// The sum over the members of the mean affinity onto each from the others.
pub fn worth(affinity: &[Vec<f64>], group: &[usize]) -> f64 {
    if group.len() < 2 {
        return 0.0;
    }
    let onto = |to: usize| -> f64 {
        let others = group.iter().filter(|from| **from != to).map(|from| affinity[*from][to]);
        others.sum::<f64>() / (group.len() - 1) as f64
    };
    group.iter().map(|to| onto(*to)).sum()
}

fn members(set: usize) -> Vec<usize> {
    (0..usize::BITS as usize).filter(|place| set >> place & 1 == 1).collect()
}

fn exact(affinity: &[Vec<f64>], models: usize) -> Grouping {
    let count = affinity.len();
    let all = (1usize << count) - 1;
    let worths: Vec<f64> = (0..=all).map(|set| worth(affinity, &members(set))).collect();
    // best[k][set]: the worth of the best split of a set into at most k groups, and the group that holds its lowest task.
    let mut best: Vec<(f64, usize)> = (0..=all).map(|set| (worths[set], set)).collect();
    let mut layers = vec![best.clone()];
    for _ in 1..models {
        let before = best.clone();
        for set in 1..=all {
            let lowest = set & set.wrapping_neg();
            let rest = set ^ lowest;
            // Every group that holds the lowest task: a subset of the rest, and the lowest.
            let mut part = rest;
            loop {
                let group = part | lowest;
                let value = worths[group] + before[set ^ group].0;
                if value > best[set].0 + 1e-15 {
                    best[set] = (value, group);
                }
                if part == 0 {
                    break;
                }
                part = (part - 1) & rest;
            }
        }
        layers.push(best.clone());
    }
    let mut groups = Vec::new();
    let mut set = all;
    let mut layer = layers.len();
    while set != 0 && layer > 0 {
        layer -= 1;
        // A layer that found nothing better kept the group of a layer below.
        let group = layers[layer][set].1;
        groups.push(members(group));
        set ^= group;
    }
    let value = layers.last().map_or(0.0, |layer| layer[all].0);
    Grouping { groups, worth: value, at_most: value }
}

fn greedy(affinity: &[Vec<f64>], models: usize) -> Grouping {
    let count = affinity.len();
    let mut groups: Vec<Vec<usize>> = (0..count).map(|task| vec![task]).collect();
    let of = |group: &[usize]| worth(affinity, group);
    // Merge the pair of groups that gains most, as long as there are too many or it gains.
    loop {
        let mut choice: Option<(f64, usize, usize)> = None;
        for left in 0..groups.len() {
            for right in left + 1..groups.len() {
                let merged = [groups[left].as_slice(), &groups[right]].concat();
                let gain = of(&merged) - of(&groups[left]) - of(&groups[right]);
                if choice.is_none_or(|(best, ..)| gain > best) {
                    choice = Some((gain, left, right));
                }
            }
        }
        match choice {
            Some((gain, left, right)) if groups.len() > models || gain > 0.0 => {
                let moved = groups.remove(right);
                groups[left].extend(moved);
            }
            _ => break,
        }
    }
    improve(&mut groups, &of);
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.sort();
    let worth = groups.iter().map(|group| of(group)).sum();
    // Each task's mean over companions is at most its best companion.
    let at_most = (0..count)
        .map(|to| (0..count).filter(|from| *from != to).map(|from| affinity[from][to]).fold(0.0, f64::max))
        .sum();
    Grouping { groups, worth, at_most }
}

/// Moves single tasks between groups as long as that gains.
fn improve(groups: &mut Vec<Vec<usize>>, of: &dyn Fn(&[usize]) -> f64) {
    let mut moved = true;
    while moved {
        moved = false;
        for from in 0..groups.len() {
            for place in (0..groups[from].len()).rev() {
                let task = groups[from][place];
                let mut without = groups[from].clone();
                without.remove(place);
                for to in (0..groups.len()).filter(|to| *to != from) {
                    let with = [groups[to].as_slice(), &[task]].concat();
                    let gain = of(&without) + of(&with) - of(&groups[from]) - of(&groups[to]);
                    if gain > 1e-12 {
                        groups[from] = without;
                        groups[to] = with;
                        moved = true;
                        break;
                    }
                }
                if moved {
                    break;
                }
            }
        }
        groups.retain(|group| !group.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two pairs that help each other and hurt the rest.
    fn pairs() -> Vec<Vec<f64>> {
        let help = |from: usize, to: usize| if from / 2 == to / 2 { 0.1 } else { -0.05 };
        (0..4).map(|from| (0..4).map(|to| help(from, to)).collect()).collect()
    }

    /// Every split of the tasks into at most so many groups, by hand.
    fn brute(affinity: &[Vec<f64>], models: usize) -> f64 {
        fn go(affinity: &[Vec<f64>], task: usize, groups: &mut Vec<Vec<usize>>, models: usize) -> f64 {
            if task == affinity.len() {
                return groups.iter().map(|group| worth(affinity, group)).sum();
            }
            let mut best = f64::NEG_INFINITY;
            for place in 0..groups.len() {
                groups[place].push(task);
                best = best.max(go(affinity, task + 1, groups, models));
                groups[place].pop();
            }
            if groups.len() < models {
                groups.push(vec![task]);
                best = best.max(go(affinity, task + 1, groups, models));
                groups.pop();
            }
            best
        }
        go(affinity, 0, &mut Vec::new(), models)
    }

    #[test]
    fn pairs_that_help_stay_together() {
        let found = best(&pairs(), 2);
        assert_eq!(found.groups, [vec![0, 1], vec![2, 3]]);
        assert!((found.worth - 0.4).abs() < 1e-12);
        // One model: all together, whatever it costs.
        assert_eq!(best(&pairs(), 1).groups, [vec![0, 1, 2, 3]]);
    }

    #[test]
    fn the_exact_grouping_is_that_of_trying_all() {
        let draw = crate::lower::Draw::new(5, "test", "grouping");
        for case in 0..20u64 {
            let affinity: Vec<Vec<f64>> =
                (0..6).map(|from| (0..6).map(|to| draw.at(case).normal(from * 6 + to) * 0.1).collect()).collect();
            for models in 1..=6 {
                let found = best(&affinity, models);
                assert!((found.worth - brute(&affinity, models)).abs() < 1e-9);
                let sum: f64 = found.groups.iter().map(|group| worth(&affinity, group)).sum();
                assert!((found.worth - sum).abs() < 1e-9 && found.groups.len() <= models);
                let mut all: Vec<usize> = found.groups.concat();
                all.sort_unstable();
                assert_eq!(all, [0, 1, 2, 3, 4, 5]);
                let near = greedy(&affinity, models);
                assert!(near.worth <= found.worth + 1e-9 && near.at_most >= found.worth - 1e-9);
            }
        }
    }
}
