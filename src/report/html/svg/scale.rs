//! From values to pixels along one axis.

/// A linear or logarithmic axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    log: bool,
    /// Pixels of `low` and `high`.
    pixels: (f64, f64),
}

impl Scale {
    /// Covers `values` with a little room; logarithmic if they are positive and more than a factor 100 apart and
    /// `may_be_log`.
    pub fn covering(values: impl Iterator<Item = f64>, may_be_log: bool, pixels: (f64, f64)) -> Scale {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if may_be_log && low > 0.0 && high / low > 100.0 {
            return Scale { low: (low * 0.9).log10(), high: (high * 1.1).log10(), log: true, pixels };
        }
        // Values at the far end of what a double holds have no distance that it could hold.
        let bound = f64::MAX / 8.0;
        (low, high) = (low.clamp(-bound, bound), high.clamp(-bound, bound));
        let room = if high - low > 0.0 { (high - low) * 0.06 } else { (low.abs() * 0.1).max(0.05) };
        Scale { low: low - room, high: high + room, log: false, pixels }
    }

    /// From `low` to `high` exactly.
    pub fn fixed(low: f64, high: f64, pixels: (f64, f64)) -> Scale {
        Scale { low, high, log: false, pixels }
    }

    /// Logarithmic from `low` to `high`, both above 0, with a little room.
    pub fn decades(low: f64, high: f64, pixels: (f64, f64)) -> Scale {
        let (low, high) = (low.log10(), high.log10());
        let room = (high - low).max(0.1) * 0.04;
        Scale { low: low - room, high: high + room, log: true, pixels }
    }

    pub fn pixel(&self, value: f64) -> f64 {
        let value = if self.log { value.max(f64::MIN_POSITIVE).log10() } else { value };
        let share = ((value - self.low) / (self.high - self.low)).clamp(-0.02, 1.02);
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// About `wanted` round values inside the axis.
    pub fn ticks(&self, wanted: usize, whole: bool) -> Vec<f64> {
        if self.log {
            let (first, last) = (self.low.ceil() as i32, self.high.floor() as i32);
            let every = ((last - first) / wanted.max(1) as i32 + 1).max(1);
            return (first..=last).step_by(every as usize).map(|power| 10_f64.powi(power)).collect();
        }
        let rough = (self.high - self.low) / wanted.max(1) as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough * 0.999).unwrap_or(10.0);
        let mut step = factor * power;
        if whole {
            step = step.max(1.0).round();
        }
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).take(50).map(|count| count as f64 * step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let scale = Scale::fixed(0.0, 1.0, (0.0, 100.0));
        assert_eq!(scale.ticks(5, false).len(), 6);
        assert_eq!(Scale::fixed(0.5, 4.5, (0.0, 100.0)).ticks(8, true), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(scale.pixel(0.25), 25.0);
    }

    #[test]
    fn any_values_have_an_axis() {
        for values in [vec![], vec![f64::NAN], vec![3.0], vec![0.0, 0.0], vec![-1e308, 1e308], vec![1e-300, 1e300]] {
            for log in [false, true] {
                let scale = Scale::covering(values.iter().copied(), log, (0.0, 100.0));
                assert!(values.iter().filter(|value| value.is_finite()).all(|value| scale.pixel(*value).is_finite()));
                assert!(scale.ticks(5, false).len() <= 50);
            }
        }
    }
}
