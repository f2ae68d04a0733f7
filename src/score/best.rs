//! Which model is kept: the multi-task score, and how two epochs compare.

use std::cmp::Ordering;

/// The mean over tasks of their skill, and the tasks that could not be judged.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiTaskScore {
    /// `None` if no task could be judged.
    pub value: Option<f64>,
    /// Task and reason.
    pub left_out: Vec<(String, String)>,
}

/// From each task's [`skill`](super::skill) on the validation part.
pub fn multi_task_score<'a>(skills: impl IntoIterator<Item = (&'a str, Result<f64, String>)>) -> MultiTaskScore {
    let (mut sum, mut count, mut left_out) = (0.0, 0, Vec::new());
    for (task, skill) in skills {
        match skill {
            Ok(value) => {
                sum += value;
                count += 1;
            }
            Err(why) => left_out.push((task.to_string(), why)),
        }
    }
    MultiTaskScore { value: (count > 0).then(|| sum / f64::from(count)), left_out }
}

/// An epoch that could be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub score: Option<f64>,
    /// The total loss on the validation part.
    pub valid_loss: f64,
    pub epoch: usize,
}

impl Candidate {
    /// By the score; equals by the lower loss, then the earlier epoch. A loss that is no number is worst.
    pub fn beats(&self, other: &Candidate) -> bool {
        let score = |one: &Candidate| one.score.filter(|score| !score.is_nan()).unwrap_or(f64::NEG_INFINITY);
        let loss = |one: &Candidate| if one.valid_loss.is_nan() { f64::INFINITY } else { one.valid_loss };
        let order = score(self)
            .total_cmp(&score(other))
            .then(loss(other).total_cmp(&loss(self)))
            .then(other.epoch.cmp(&self.epoch));
        order == Ordering::Greater
    }

    /// Whether it is better by more than `margin`: in the score, or in the loss where neither has a score.
    pub fn exceeds(&self, other: &Candidate, margin: f64) -> bool {
        match (self.score, other.score) {
            (Some(now), Some(before)) => now > before + margin,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => self.valid_loss < other.valid_loss - margin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_cannot_be_judged_is_left_out_by_name() {
        let score = multi_task_score([("a", Ok(0.5)), ("b", Err("all rows have one class".into())), ("c", Ok(1.0))]);
        assert_eq!(score.value, Some(0.75));
        assert_eq!(score.left_out, [("b".to_string(), "all rows have one class".to_string())]);
        assert_eq!(multi_task_score([]).value, None);
    }

    #[test]
    fn ties_go_to_the_lower_loss_and_then_the_earlier_epoch() {
        let one = |score, valid_loss, epoch| Candidate { score: Some(score), valid_loss, epoch };
        assert!(one(0.8, 9.0, 5).beats(&one(0.7, 0.1, 1)));
        assert!(one(0.8, 0.2, 5).beats(&one(0.8, 0.3, 1)));
        assert!(one(0.8, 0.2, 1).beats(&one(0.8, 0.2, 5)));
        assert!(!one(0.8, 0.2, 5).beats(&one(0.8, 0.2, 5)));
        assert!(one(0.8, 0.2, 5).beats(&one(0.8, f64::NAN, 1)));
        assert!(one(0.1, 0.2, 5).beats(&Candidate { score: None, valid_loss: 0.0, epoch: 1 }));
    }
}
