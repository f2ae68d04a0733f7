//! From which probability on a task answers yes.

crate::words! {
    /// What a fitted threshold makes as large as it can be on the validation part.
    pub enum Criterion {
        /// The harmonic mean of precision and recall.
        F1 = "f1",
        /// The share of rows that are given their class.
        Accuracy = "accuracy",
        /// The mean of the shares of the yes and of the no that are found.
        BalancedAccuracy = "balanced_accuracy",
        /// Matthews' correlation coefficient.
        Mcc = "mcc",
    }
}

/// The rule by which probabilities of yes become answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Threshold {
    /// One for all classes, or one for each, in their order.
    At(Vec<f64>),
    /// Found on the validation part, for each class by itself.
    Fitted(Criterion),
}

impl Default for Threshold {
    fn default() -> Self {
        Threshold::At(vec![HALF])
    }
}

/// Where answers change unless a spec says otherwise.
pub const HALF: f64 = 0.5;

impl Threshold {
    /// Yes is answered from this probability on; a half while nothing has been fitted.
    pub fn at(&self, class: usize) -> f64 {
        match self {
            Threshold::At(values) => values.get(class).or(values.first()).copied().unwrap_or(HALF),
            Threshold::Fitted(_) => HALF,
        }
    }

    /// One for each class; empty if all are a half.
    pub fn of_classes(&self, width: usize) -> Vec<f64> {
        let all: Vec<f64> = (0..width).map(|class| self.at(class)).collect();
        if all.iter().all(|at| *at == HALF) { Vec::new() } else { all }
    }
}

impl Criterion {
    /// The figure of the rows answered yes that are (`both`), of all answered yes (`given`) and of all that are (`truth`),
    /// among `total` rows.
    pub fn figure(self, both: f64, given: f64, truth: f64, total: f64) -> f64 {
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let right_no = total - truth - given + both;
        match self {
            Criterion::F1 => ratio(2.0 * both, given + truth),
            Criterion::Accuracy => ratio(both + right_no, total),
            Criterion::BalancedAccuracy => (ratio(both, truth) + ratio(right_no, total - truth)) / 2.0,
            Criterion::Mcc => {
                ratio(both * total - given * truth, (given * (total - given) * truth * (total - truth)).sqrt())
            }
        }
    }
}
