//! Functions of a mathematical library, written without branches, so that the compiler makes vectors of their callers. Each says how close
//! it is.

/// eˣ, to two units in the last place; 0 below −87.3 (what is smaller than a normal number), and what e^88.37 is above.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and of eʳ the series.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // To add it rounds to a whole number, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts, so that n times the first is exact.
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let bounded = x.clamp(-87.3, 88.37);
    let rounded = bounded * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = bounded - n * LN_2_HIGH - n * LN_2_LOW;
    let series = beyond_linear(r) * r * r + r + 1.0;
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23));
    let value = series * power;
    // A number that is none stays one.
    if x < -87.3 {
        0.0
    } else if x.is_nan() {
        x
    } else {
        value
    }
}

/// (eˣ − 1 − x) / x² near zero, by its series.
#[inline(always)]
fn beyond_linear(x: f32) -> f32 {
    let series = 1.0 / 5040.0;
    let series = series * x + 1.0 / 720.0;
    let series = series * x + 1.0 / 120.0;
    let series = series * x + 1.0 / 24.0;
    let series = series * x + 1.0 / 6.0;
    series * x + 0.5
}

/// eˣ − 1 for x ≤ 0, which near zero has as many digits as x; of others any number.
#[inline(always)]
pub fn exp_less_one(x: f32) -> f32 {
    let near = beyond_linear(x) * x * x + x;
    if x > -0.35 { near } else { exp(x) - 1.0 }
}

/// To four units in the last place: near zero the series, elsewhere 1 − 2 / (e²ˣ + 1).
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let size = x.abs();
    let square = x * x;
    let series = 21_844.0 / 6_081_075.0;
    let series = series * square - 1_382.0 / 155_925.0;
    let series = series * square + 62.0 / 2_835.0;
    let series = series * square - 17.0 / 315.0;
    let series = series * square + 2.0 / 15.0;
    let series = series * square - 1.0 / 3.0;
    let near = x + x * square * series;
    let far = (1.0 - 2.0 / (exp(2.0 * size) + 1.0)).copysign(x);
    if size < 0.5 { near } else { far }
}

/// 1 / (1 + e⁻ˣ)
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The normal distribution Φ(x) and e^(−x²/2), Φ to 1e-7: by formula 7.1.26 of Abramowitz and Stegun, Handbook of Mathematical Functions.
#[inline(always)]
pub fn normal(x: f32) -> (f32, f32) {
    let size = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let bell = exp(-size * size);
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let series = 1.061_405_4;
    let series = series * t - 1.453_152_1;
    let series = series * t + 1.421_413_8;
    let series = series * t - 0.284_496_74;
    let series = series * t + 0.254_829_6;
    let beyond = 0.5 * series * t * bell;
    (if x < 0.0 { beyond } else { 1.0 - beyond }, bell)
}

/// max(x, 0) + ln(1 + e^−|x|), the logarithm by 2·artanh(z / (2 + z)), to 1e-7.
#[inline(always)]
pub fn softplus(x: f32) -> f32 {
    let z = exp(-x.abs());
    let u = z / (2.0 + z);
    let square = u * u;
    let series = 1.0 / 13.0;
    let series = series * square + 1.0 / 11.0;
    let series = series * square + 1.0 / 9.0;
    let series = series * square + 1.0 / 7.0;
    let series = series * square + 1.0 / 5.0;
    let series = series * square + 1.0 / 3.0;
    x.max(0.0) + 2.0 * (u + u * square * series)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of all sizes, of both signs.
    fn numbers() -> Vec<f32> {
        let sizes = (-60..=40).map(|power| 1.17f32.powi(power * 2) * 1.3);
        let even = (-2000..=2000).map(|step| step as f32 * 0.0237);
        sizes.flat_map(|size| [size, -size]).filter(|x| x.abs() < 1e5).chain(even).chain([0.0]).collect()
    }

    fn near(name: &str, of: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64, absolute: f64, relative: f64) {
        for x in numbers() {
            let (found, expected) = (f64::from(of(x)), exact(f64::from(x)));
            let off = (found - expected).abs();
            assert!(off <= absolute + relative * expected.abs(), "{name}({x}): {found}, not {expected}");
        }
    }

    #[test]
    fn exponentials_are_right_to_the_last_places() {
        near("exp", exp, |x| if x > 88.37 { f64::from(exp(88.37)) } else { x.exp() }, 1.2e-38, 2.5e-7);
        near("tanh", tanh, f64::tanh, 0.0, 4.8e-7);
        near("sigmoid", sigmoid, |x| 1.0 / (1.0 + (-x).exp()), 2e-38, 3e-7);
        near("exp − 1", |x| exp_less_one(x.min(0.0)), |x| x.min(0.0).exp_m1(), 0.0, 4e-7);
        near("softplus", softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), 1.2e-38, 4e-7);
        assert!([exp(f32::NAN), tanh(f32::NAN), sigmoid(f32::NAN), softplus(f32::NAN)].iter().all(|y| y.is_nan()));
        assert_eq!([tanh(f32::INFINITY), tanh(f32::NEG_INFINITY), exp(f32::NEG_INFINITY)], [1.0, -1.0, 0.0]);
    }

    /// Φ(1.5) and Φ(−3), from tables.
    #[test]
    fn the_normal_distribution_is_that_of_tables() {
        for (x, expected) in [(1.5, 0.933_192_8), (-3.0, 0.001_349_898), (0.0, 0.5)] {
            assert!((normal(x).0 - expected).abs() < 1.5e-7, "Φ({x})");
        }
    }
}
