//! Functions of numbers.

use super::{ANY, Apply, Function};

super::functions! {
    /// `abs(x)`: the number without its sign.
    abs = Apply::Number(f64::abs);

    /// `ceil(x)`: the least whole number that is not below x.
    ceil = Apply::Number(f64::ceil);

    /// `clamp(x, low, high)`: x, or the bound beyond which it lies.
    ///
    /// Has no value where low lies above high.
    clamp = Apply::Numbers(|x| if x[1] <= x[2] { x[0].max(x[1]).min(x[2]) } else { f64::NAN }, 3, 3);

    /// `coalesce(a, b, …)`: the first of several values of one type that is not missing.
    coalesce = Apply::First;

    /// `exp(x)`: e to the power of x.
    exp = Apply::Number(f64::exp);

    /// `floor(x)`: the largest whole number that is not above x.
    floor = Apply::Number(f64::floor);

    /// `log(x)`: the natural logarithm.
    ///
    /// Has no value where x is not above 0.
    log = Apply::Number(f64::ln);

    /// `max(a, b, …)`: the largest of several numbers.
    ///
    /// Missing if one of them is.
    max = Apply::Numbers(|x| x.iter().copied().fold(f64::NEG_INFINITY, f64::max), 2, ANY);

    /// `min(a, b, …)`: the least of several numbers.
    ///
    /// Missing if one of them is.
    min = Apply::Numbers(|x| x.iter().copied().fold(f64::INFINITY, f64::min), 2, ANY);

    /// `remainder(x, by)`: what is left of x when it is divided; never below 0 for a divisor above 0.
    ///
    /// Has no value where the divisor is 0.
    remainder = Apply::Numbers(|x| x[0].rem_euclid(x[1]), 2, 2);

    /// `round(x, digits)`: the nearest number of so many digits behind the point, halves away from 0; without `digits`, the nearest whole
    /// number.
    round = Apply::Numbers(round_to, 1, 2);

    /// `sqrt(x)`: the square root.
    ///
    /// Has no value where x is below 0.
    sqrt = Apply::Number(f64::sqrt);
}

/// A number of a few digits may lie just below the half that it is written as (2.345 is 2.34499…), so the digits are taken as written.
fn round_to(x: &[f64]) -> f64 {
    let (value, digits) = (x[0], x.get(1).copied().unwrap_or(0.0));
    if digits == 0.0 {
        return value.round();
    }
    if digits.fract() != 0.0 {
        return f64::NAN;
    }
    let places = digits.clamp(-308.0, 308.0) as i32;
    let shifted = |number: f64, by: i32| {
        format!("{number:e}").split_once('e').and_then(|(mantissa, power)| {
            let power: i32 = power.parse().ok()?;
            format!("{mantissa}e{}", power + by).parse::<f64>().ok()
        })
    };
    shifted(value, places).map(f64::round).and_then(|rounded| shifted(rounded, -places)).unwrap_or(f64::NAN)
}
