//! What a search may try: the params with `over`, and the weights of the tasks. A point is a place between 0 and 1 per
//! dimension; it becomes the `--set` pairs of a trial.

use crate::catalog::balancers::Lambda;
use crate::catalog::show_number;
use crate::pipeline::Pipeline;
use crate::pipeline::Space;

/// `--set` pairs, in the order of the axes.
pub type Setting = Vec<(String, String)>;

/// Something that is searched.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// A param with what it may be, and its value in the spec.
    Param { name: String, space: Space, written: String },
    /// λ: shares of 1, one per task, and what the spec says.
    Weights { tasks: Vec<String>, written: Vec<f64> },
}

/// All axes of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchSpace {
    pub axes: Vec<Axis>,
}

/// Why the task weights are not searched, to complete "the task weights are left alone: …".
pub fn weights_fixed(pipeline: &Pipeline, set: &[(String, String)]) -> Option<&'static str> {
    let weights = &pipeline.weights;
    if pipeline.tasks.len() < 2 {
        return Some("there is one task");
    }
    if set.iter().any(|(name, _)| name.starts_with("weights.") && name != "weights.by") {
        return Some("`--set` gives them");
    }
    if !weights.moments.is_empty() {
        return Some("they change over the epochs");
    }
    if weights.balancer.lambda() == Lambda::Refused {
        return Some("the balancer sets them itself");
    }
    None
}

impl SearchSpace {
    /// The params that are not already given, and with `weights` λ.
    pub fn of(pipeline: &Pipeline, weights: bool) -> Self {
        let params = pipeline.params.iter().filter(|param| !param.overridden).filter_map(|param| {
            let space = param.over.clone()?;
            Some(Axis::Param { name: param.name.clone(), space, written: param.value.clone() })
        });
        let lambda = weights.then(|| Axis::Weights {
            tasks: pipeline.tasks.iter().map(|task| task.name.clone()).collect(),
            written: pipeline.weights.lambda.clone(),
        });
        Self { axes: params.chain(lambda).collect() }
    }

    pub fn dimensions(&self) -> usize {
        self.axes.iter().map(Axis::dimensions).sum()
    }

    /// What the spec says itself.
    pub fn as_written(&self) -> Setting {
        let of = |axis: &Axis| match axis {
            Axis::Param { name, written, .. } => vec![(name.clone(), written.clone())],
            Axis::Weights { tasks, written } => {
                tasks.iter().zip(written).map(|(task, weight)| (weight_name(task), show_number(*weight))).collect()
            }
        };
        self.axes.iter().flat_map(of).collect()
    }

    /// The setting at a point: one place per dimension.
    pub fn at(&self, point: &[f64]) -> Setting {
        let mut rest = point;
        let mut setting = Setting::new();
        for axis in &self.axes {
            let (own, others) = rest.split_at(axis.dimensions().min(rest.len()));
            setting.extend(axis.at(own));
            rest = others;
        }
        setting
    }

    /// Where a setting lies; `None` if it is outside of the space.
    pub fn point(&self, setting: &[(String, String)]) -> Option<Vec<f64>> {
        let places: Option<Vec<Vec<f64>>> = self.axes.iter().map(|axis| axis.places(setting)).collect();
        Some(places?.concat())
    }

    /// What a model of the scores sees of a setting, and of which axis each number is.
    pub fn features(&self, setting: &[(String, String)]) -> Option<Vec<f64>> {
        let features: Option<Vec<Vec<f64>>> = self.axes.iter().map(|axis| axis.features(setting)).collect();
        Some(features?.concat())
    }

    /// The axis of each feature.
    pub fn feature_axes(&self) -> Vec<usize> {
        let widths = self.axes.iter().map(|axis| axis.features(&self.at(&vec![0.5; self.dimensions()])));
        widths.enumerate().flat_map(|(axis, features)| vec![axis; features.map_or(0, |own| own.len())]).collect()
    }

    /// How many settings there are; `None` where they are too many to count.
    pub fn size(&self) -> Option<usize> {
        let size = |axis: &Axis| match axis {
            Axis::Param { space, .. } => space.size(),
            Axis::Weights { .. } => None,
        };
        self.axes.iter().map(size).try_fold(1usize, |total, size| total.checked_mul(size?))
    }
}

pub fn weight_name(task: &str) -> String {
    format!("weights.{task}")
}

fn value<'s>(setting: &'s [(String, String)], name: &str) -> Option<&'s str> {
    setting.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

impl Axis {
    pub fn name(&self) -> &str {
        match self {
            Axis::Param { name, .. } => name,
            Axis::Weights { .. } => "weights",
        }
    }

    /// As the spec would say it: `log(1e-5, 1e-1)`.
    pub fn show(&self) -> String {
        match self {
            Axis::Param { space, .. } => space.show(),
            Axis::Weights { tasks, .. } => format!("shares of {}", tasks.join(", ")),
        }
    }

    pub fn dimensions(&self) -> usize {
        match self {
            Axis::Param { .. } => 1,
            Axis::Weights { tasks, .. } => tasks.len() - 1,
        }
    }

    fn at(&self, places: &[f64]) -> Setting {
        match self {
            Axis::Param { name, space, .. } => {
                vec![(name.clone(), space.at(places.first().copied().unwrap_or(0.5)))]
            }
            Axis::Weights { tasks, .. } => weights_setting(tasks, &shares_at(places)),
        }
    }

    fn places(&self, setting: &[(String, String)]) -> Option<Vec<f64>> {
        match self {
            Axis::Param { name, space, .. } => Some(vec![space.place(value(setting, name)?)?]),
            Axis::Weights { tasks, .. } => Some(places_of(&self.shares(tasks, setting)?)),
        }
    }

    fn shares(&self, tasks: &[String], setting: &[(String, String)]) -> Option<Vec<f64>> {
        tasks.iter().map(|task| value(setting, &weight_name(task))?.parse().ok()).collect()
    }

    /// Numbers whose distances say how much two settings differ: 1 from end to end. Choices without an order lie equally
    /// far from each other.
    fn features(&self, setting: &[(String, String)]) -> Option<Vec<f64>> {
        match self {
            Axis::Weights { tasks, .. } => self.shares(tasks, setting),
            Axis::Param { name, space: space @ Space::Choices(choices), .. } => {
                let value = value(setting, name)?;
                let index = choices.iter().position(|choice| choice.show() == value)?;
                if choices.iter().all(|choice| number_of(&choice.show()).is_some()) {
                    return space.place(value).map(|place| vec![place]);
                }
                let side = std::f64::consts::FRAC_1_SQRT_2;
                Some((0..choices.len()).map(|other| if other == index { side } else { 0.0 }).collect())
            }
            Axis::Param { name, space, .. } => Some(vec![space.place(value(setting, name)?)?]),
        }
    }

    /// Values at equal distances: all choices and whole numbers if `points` is not given.
    ///
    /// # Errors
    /// If there are too many to count, and `points` is not given.
    pub fn grid(&self, points: Option<usize>) -> Result<Vec<Setting>, NotAGrid> {
        let needs_points = || Err(NotAGrid { axis: self.name().to_string(), range: self.show() });
        match self {
            Axis::Param { name, space, .. } => {
                let count = match (space, points, space.size()) {
                    (Space::Choices(choices), _, _) => choices.len(),
                    (_, Some(points), size) => points.min(size.unwrap_or(usize::MAX)),
                    (_, None, Some(size)) => size,
                    (_, None, None) => return needs_points(),
                };
                let place = |index: usize| match space {
                    Space::Choices(_) => (index as f64 + 0.5) / count as f64,
                    _ if count == 1 => 0.5,
                    _ => index as f64 / (count - 1) as f64,
                };
                let mut values: Vec<Setting> = Vec::new();
                for value in (0..count).map(|index| vec![(name.clone(), space.at(place(index)))]) {
                    // Whole numbers may round to the same.
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
                Ok(values)
            }
            Axis::Weights { tasks, .. } => {
                let Some(points) = points else { return needs_points() };
                let parts = points + tasks.len() - 1;
                let shares = |counts: Vec<usize>| -> Vec<f64> {
                    counts.into_iter().map(|count| count as f64 / parts as f64).collect()
                };
                let all = compositions(parts, tasks.len()).into_iter().map(shares);
                Ok(all.map(|shares| weights_setting(tasks, &shares)).collect())
            }
        }
    }
}

/// A continuous axis has no values that could be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAGrid {
    pub axis: String,
    /// What its values may be, as the spec says it.
    pub range: String,
}

impl std::fmt::Display for NotAGrid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let NotAGrid { axis, range } = self;
        write!(f, "`{axis}` is continuous ({range}), so a grid must be told how many values to try")
    }
}

impl std::error::Error for NotAGrid {}

/// What a number, a share or a factor is worth.
pub fn number_of(text: &str) -> Option<f64> {
    text.trim_end_matches(['%', 'x']).parse().ok()
}

/// From the unit cube onto the simplex, so that evenly spread points stay evenly spread: each place cuts its share off
/// what is left (the quantile of Beta(1, n) for n tasks to come).
fn shares_at(places: &[f64]) -> Vec<f64> {
    let mut left = 1.0;
    let mut shares: Vec<f64> = Vec::with_capacity(places.len() + 1);
    for (index, place) in places.iter().enumerate() {
        let to_come = (places.len() - index) as f64;
        let share = left * (1.0 - (1.0 - place.clamp(0.0, 1.0)).powf(1.0 / to_come));
        shares.push(share);
        left -= share;
    }
    shares.push(left.max(0.0));
    shares
}

fn places_of(shares: &[f64]) -> Vec<f64> {
    let mut left = 1.0;
    let last = shares.len().saturating_sub(1);
    let mut places = Vec::with_capacity(last);
    for (index, share) in shares[..last].iter().enumerate() {
        let cut = if left > 0.0 { (share / left).clamp(0.0, 1.0) } else { 0.0 };
        places.push(1.0 - (1.0 - cut).powi((last - index) as i32));
        left -= share;
    }
    places
}

/// Shares with few digits that still add up to 1: what rounding takes goes to those that lost most. None becomes 0: a task
/// that weighs nothing is not trained.
fn weights_setting(tasks: &[String], shares: &[f64]) -> Setting {
    let units: i64 = if tasks.len() <= 20 { 1000 } else { 100_000 };
    let exact: Vec<f64> = shares.iter().map(|share| share * units as f64).collect();
    let mut counts: Vec<i64> = exact.iter().map(|share| (share.floor() as i64).max(1)).collect();
    let owed = |counts: &[i64], task: usize| exact[task] - counts[task] as f64;
    let mut left = units - counts.iter().sum::<i64>();
    while left != 0 {
        let tasks = 0..counts.len();
        let chosen = if left > 0 {
            tasks.max_by(|a, b| owed(&counts, *a).total_cmp(&owed(&counts, *b)).then(b.cmp(a)))
        } else {
            tasks
                .filter(|task| counts[*task] > 1)
                .min_by(|a, b| owed(&counts, *a).total_cmp(&owed(&counts, *b)).then(a.cmp(b)))
        };
        let Some(chosen) = chosen else { break };
        counts[chosen] += left.signum();
        left -= left.signum();
    }
    let share = |count: &i64| show_number(*count as f64 / units as f64);
    tasks.iter().zip(&counts).map(|(task, count)| (weight_name(task), share(count))).collect()
}

/// All ways to write `total` as a sum of `parts` whole numbers of at least 1, in order.
fn compositions(total: usize, parts: usize) -> Vec<Vec<usize>> {
    if parts <= 1 {
        return if parts == 1 && total >= 1 { vec![vec![total]] } else { Vec::new() };
    }
    let firsts = 1..=(total + 1).saturating_sub(parts);
    firsts
        .flat_map(|first| {
            compositions(total - first, parts - 1).into_iter().map(move |rest| [vec![first], rest].concat())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ArgValue, ParamKind};

    fn weights(count: usize) -> Axis {
        let tasks: Vec<String> = ["a", "b", "c", "d"][..count].iter().map(|task| (*task).to_string()).collect();
        Axis::Weights { written: vec![1.0 / count as f64; count], tasks }
    }

    fn values(setting: &[(String, String)]) -> Vec<&str> {
        setting.iter().map(|(_, value)| value.as_str()).collect()
    }

    #[test]
    fn the_cube_becomes_the_simplex_and_back() {
        // Two tasks: the place is the first share. Three: 1 − √(1 − u), then what is left is halved.
        let near = |shares: Vec<f64>, expected: &[f64]| {
            assert_eq!(shares.len(), expected.len());
            let close = shares.iter().zip(expected).all(|(share, expected)| (share - expected).abs() < 1e-12);
            assert!(close, "{shares:?} is not {expected:?}");
        };
        near(shares_at(&[0.3]), &[0.3, 0.7]);
        let shares = shares_at(&[0.75, 0.5]);
        near(shares.clone(), &[0.5, 0.25, 0.25]);
        let back = places_of(&shares);
        assert!((back[0] - 0.75).abs() < 1e-12 && (back[1] - 0.5).abs() < 1e-12, "{back:?}");
        assert_eq!(values(&weights(3).at(&[0.75, 0.5])), ["0.5", "0.25", "0.25"]);
        // Every corner is a mean of 1/3 away: uniform places give uniform shares.
        let mut sums = [0.0; 3];
        for step in 0..10_000 {
            let places = [(step % 100) as f64 / 100.0 + 0.005, (step / 100) as f64 / 100.0 + 0.005];
            sums.iter_mut().zip(shares_at(&places)).for_each(|(sum, share)| *sum += share);
        }
        assert!(sums.iter().all(|sum| (sum / 10_000.0 - 1.0 / 3.0).abs() < 1e-3), "{sums:?}");
    }

    #[test]
    fn shares_have_three_digits_and_add_up() {
        let third = weights_setting(&["a", "b", "c"].map(String::from), &[1.0 / 3.0; 3]);
        assert_eq!(values(&third), ["0.334", "0.333", "0.333"]);
        let corner = weights(3).at(&[1.0, 0.5]);
        assert_eq!(values(&corner), ["0.998", "0.001", "0.001"]);
        for step in 0..200 {
            let place = f64::from(step) / 200.0;
            let setting = weights(4).at(&[place, 1.0 - place, (place * 7.0) % 1.0]);
            let sum: f64 = setting.iter().map(|(_, value)| value.parse::<f64>().unwrap()).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{setting:?}");
        }
    }

    #[test]
    fn a_grid_of_weights_keeps_every_task() {
        let pairs = weights(2).grid(Some(3)).unwrap();
        assert_eq!(
            pairs.iter().map(|pair| values(pair)).collect::<Vec<_>>(),
            [["0.25", "0.75"], ["0.5", "0.5"], ["0.75", "0.25"]]
        );
        // Five parts on three tasks: 4 choose 2.
        assert_eq!(weights(3).grid(Some(3)).unwrap().len(), 6);
        let refusal = weights(2).grid(None).unwrap_err();
        assert!(refusal.to_string().contains("continuous"), "{refusal}");
    }

    #[test]
    fn ranges_have_grids_of_points_and_whole_numbers_all_theirs() {
        let param = |space| Axis::Param { name: "p".into(), space, written: "2".into() };
        let log = param(Space::Range { low: 1e-4, high: 1e-2, log: true, kind: ParamKind::Number });
        let grid = log.grid(Some(3)).unwrap();
        assert_eq!(grid.iter().flat_map(|setting| values(setting)).collect::<Vec<_>>(), ["1e-4", "0.001", "0.01"]);
        assert!(log.grid(None).is_err());
        let whole = param(Space::Range { low: 2.0, high: 4.0, log: false, kind: ParamKind::Dim });
        assert_eq!((whole.grid(None).unwrap().len(), whole.grid(Some(9)).unwrap().len()), (3, 3));
        let words = param(Space::Choices(["a", "b", "c"].map(|text| ArgValue::Text(text.into())).to_vec()));
        assert_eq!(words.grid(None).unwrap().len(), 3);
        let features = words.features(&words.at(&[0.5])).unwrap();
        assert_eq!((features.len(), features[0], features[1] > 0.7), (3, 0.0, true));
        let numbers = param(Space::Choices([16, 32].map(ArgValue::Integer).to_vec()));
        assert_eq!(numbers.features(&numbers.at(&[0.9])), Some(vec![0.75]));
    }
}
