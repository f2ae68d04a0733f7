//! How much a trial can be expected to improve on the best one (Jones, Schonlau and Welch 1998).

/// The mean of max(0, score − best) for a score that is normal with this mean and standard deviation.
pub fn expected_improvement(mean: f64, deviation: f64, best: f64) -> f64 {
    let gain = mean - best;
    if deviation <= 0.0 {
        return gain.max(0.0);
    }
    let standard = gain / deviation;
    (gain * normal_cdf(standard) + deviation * normal_density(standard)).max(0.0)
}

fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}

/// Marsaglia's series (2004), exact to the last digits; beyond 8 deviations there is nothing left.
fn normal_cdf(x: f64) -> f64 {
    if x < -8.0 {
        return 0.0;
    }
    if x > 8.0 {
        return 1.0;
    }
    let (mut sum, mut term, mut index) = (x, x, 1.0);
    loop {
        index += 2.0;
        term *= x * x / index;
        let next = sum + term;
        if next == sum {
            return (0.5 + sum * normal_density(x)).clamp(0.0, 1.0);
        }
        sum = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-12, "{value} is not {expected}");
    }

    #[test]
    fn the_normal_distribution_is_as_tabled() {
        near(normal_cdf(0.0), 0.5);
        near(normal_cdf(1.0), 0.841_344_746_068_542_9);
        near(normal_cdf(-1.959_963_984_540_054), 0.025);
        assert_eq!((normal_cdf(-40.0), normal_cdf(40.0)), (0.0, 1.0));
    }

    #[test]
    fn improvement_by_hand() {
        // At the best itself only the spread is left: σ / √(2π).
        near(expected_improvement(0.7, 0.1, 0.7), 0.039_894_228_040_143_27);
        // One deviation above: Φ(1) + φ(1).
        near(expected_improvement(1.0, 1.0, 0.0), 1.083_315_470_587_686_3);
        // One below: φ(1) − Φ(−1).
        near(expected_improvement(-1.0, 1.0, 0.0), 0.083_315_470_587_686_3);
        near(expected_improvement(0.9, 0.0, 0.7), 0.2);
        assert_eq!(expected_improvement(0.5, 0.0, 0.7), 0.0);
    }
}
