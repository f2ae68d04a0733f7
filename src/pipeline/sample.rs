//! Which rows a task learns from, and how much each counts.

#[derive(Clone, Debug, PartialEq)]
pub enum ClassWeights {
    None,
    /// n / (classes · count), from the training part (scikit-learn's `balanced`).
    Balanced,
    /// One per class, in the order of the classes.
    Given(Vec<f64>),
}

/// How often rows of each class of the label are drawn while training.
#[derive(Clone, Debug, PartialEq)]
pub enum Resample {
    None,
    /// Every class equally often.
    Balanced,
    /// The share of each class among the rows drawn, in the order of the classes; they sum to 1.
    Given(Vec<f64>),
}
