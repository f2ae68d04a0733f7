//! How much numbers vary, from one number after the other (Welford 1962), so that no number need be kept.

/// Weight, mean and squares around the mean of numbers that came one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    weight: f64,
    mean: f64,
    squares: f64,
    least: f64,
    most: f64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { weight: 0.0, mean: 0.0, squares: 0.0, least: f64::INFINITY, most: f64::NEG_INFINITY }
    }
}

impl Spread {
    /// A weight of 0 is no number.
    pub fn add(&mut self, weight: f64, value: f64) {
        if weight <= 0.0 {
            return;
        }
        self.weight += weight;
        let off = value - self.mean;
        self.mean += off * weight / self.weight;
        self.squares += weight * off * (value - self.mean);
        self.least = self.least.min(value);
        self.most = self.most.max(value);
    }

    /// The squares around the mean. The rounded mean of equal numbers may be off them, so that they would seem to vary.
    pub fn squares(&self) -> f64 {
        if self.least < self.most { self.squares } else { 0.0 }
    }

    /// Whether two numbers differ.
    pub fn varies(&self) -> bool {
        self.least < self.most
    }
}
