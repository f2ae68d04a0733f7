//! A number as nearly all are written: a sign perhaps, digits, perhaps a dot among them. Read in one go, to the nearest double.

/// The digits of such a number.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    /// All digits as one number; meaningless if there are too many.
    digits: u64,
    whole: u32,
    /// How many digits there are behind the dot, if there is one.
    fraction: Option<u32>,
    negative: bool,
    /// Whether the first digit is a zero.
    zero: bool,
}

/// Up to this many digits are a whole number below 2⁵³, and powers of ten up to this one are exact: one division then gives the
/// nearest double (Clinger 1990).
const EXACT_DIGITS: u32 = 15;
/// Up to this many are one below 2⁶⁴, and so are powers of ten.
const MOST_DIGITS: u32 = 19;

const TENS: [u64; MOST_DIGITS as usize + 1] = {
    let mut tens = [1; MOST_DIGITS as usize + 1];
    let mut place = 1;
    while place < tens.len() {
        tens[place] = 10 * tens[place - 1];
        place += 1;
    }
    tens
};

impl Plain {
    /// `None` if it is written otherwise.
    pub fn of(cell: &str) -> Option<Self> {
        Self::begins(cell.as_bytes()).filter(|(_, length)| *length == cell.len()).map(|(plain, _)| plain)
    }

    /// The one that a text begins with, as far as it goes, and how many bytes that is.
    pub fn begins(text: &[u8]) -> Option<(Self, usize)> {
        let negative = text.first() == Some(&b'-');
        let sign = usize::from(negative || text.first() == Some(&b'+'));
        let body = text.get(sign..)?;
        let mut digits = 0u64;
        let mut run = |from: usize| {
            let mut at = from;
            while let Some(digit) = body.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
                digits = digits.wrapping_mul(10).wrapping_add(u64::from(digit));
                at += 1;
            }
            at
        };
        let whole = run(0);
        let dot = body.get(whole) == Some(&b'.');
        let end = if dot { run(whole + 1) } else { whole };
        let fraction = end - whole - usize::from(dot);
        let (whole, fraction) = (u32::try_from(whole).ok()?, u32::try_from(fraction).ok()?);
        let plain =
            Self { digits, whole, fraction: dot.then_some(fraction), negative, zero: body.first() == Some(&b'0') };
        (whole + fraction > 0).then_some((plain, sign + end))
    }

    /// The double nearest to it; `None` if it has too many digits to tell so easily.
    pub fn value(&self) -> Option<f64> {
        let fraction = self.fraction.unwrap_or(0);
        let count = self.whole.saturating_add(fraction);
        let value = if count <= EXACT_DIGITS {
            self.digits as f64 / TENS[fraction as usize] as f64
        } else if count <= MOST_DIGITS {
            quotient(self.digits, TENS[fraction as usize])
        } else {
            return None;
        };
        Some(if self.negative { -value } else { value })
    }

    /// Digits before the dot.
    pub fn whole(&self) -> u32 {
        self.whole
    }

    pub fn has_dot(&self) -> bool {
        self.fraction.is_some()
    }

    pub fn begins_with_zero(&self) -> bool {
        self.whole > 0 && self.zero
    }

    /// Whether its dot might stand between thousands, as in `1.250`.
    pub fn may_have_thousands(&self) -> bool {
        (1..=3).contains(&self.whole) && !self.zero && self.fraction == Some(3)
    }
}

/// The double nearest to one whole number divided by another, which is not zero.
fn quotient(number: u64, by: u64) -> f64 {
    if number == 0 {
        return 0.0;
    }
    // Both with their first bit set, so that what comes out has 63 or 64 bits: more than a double holds, and the last of them may
    // stand for all that would follow.
    let (up, down) = (number.leading_zeros(), by.leading_zeros());
    let (number, by) = (u128::from(number << up) << 63, u128::from(by << down));
    let (whole, rest) = (number / by, number % by);
    let nearest = (whole as u64 | u64::from(rest != 0)) as f64;
    nearest * power_of_two(i64::from(down) - i64::from(up) - 63)
}

/// For exponents of doubles that are not tiny.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOST_DIGITS, Plain};

    fn is_nearest(cell: &str) -> Result<(), TestCaseError> {
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let plain = Plain::of(cell);
        prop_assert_eq!(plain.is_some(), digits > 0);
        if let Some(plain) = plain {
            let value = plain.value();
            prop_assert_eq!(value.is_some(), digits <= MOST_DIGITS as usize);
            let parsed = cell.parse::<f64>().ok().map(f64::to_bits);
            prop_assert!(value.is_none_or(|value| Some(value.to_bits()) == parsed), "{}", cell);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn plain_numbers_are_the_nearest_doubles(cell in "[-+]?[0-9]{0,17}(\\.[0-9]{0,17})?") {
            is_nearest(&cell)?;
        }

        /// Doubles, and what lies just between two of them, with as many digits as there can be.
        #[test]
        fn so_are_those_near_the_middle(bits: u64, more in -3..=3i64, dot in 0..=19usize) {
            let double = f64::from_bits(0x43D0_0000_0000_0000 | bits >> 12 & 0x000F_FFFF_FFFF_FFFF);
            // Above 2⁶², where doubles lie 1024 apart.
            let digits = format!("{}", (double as u64).wrapping_add(512).saturating_add_signed(more));
            let dot = dot.min(digits.len());
            is_nearest(&format!("{}.{}", &digits[..dot], &digits[dot..]))?;
        }

        #[test]
        fn so_are_doubles_as_programs_write_them(double in -1e6..1e6f64) {
            let written = format!("{double}");
            if let Some(value) = Plain::of(&written).and_then(|plain| plain.value()) {
                prop_assert_eq!(value.to_bits(), double.to_bits());
            }
        }
    }

    #[test]
    fn what_is_no_plain_number_is_none() {
        for cell in ["", "-", "+", ".", "-.", "1e3", "1_000", "--1", "1.2.3", " 1", "1 ", "nan", "\u{2212}1", "١"] {
            assert!(Plain::of(cell).is_none(), "{cell:?}");
        }
        assert_eq!(Plain::of("-0").and_then(|plain| plain.value()).map(f64::to_bits), Some((-0.0f64).to_bits()));
        assert_eq!(Plain::of("0.0000000000000000001").and_then(|plain| plain.value()), None);
        assert_eq!(Plain::of("0.000000000000000001").and_then(|plain| plain.value()), Some(1e-18));
    }

    #[test]
    fn a_number_ends_where_it_does() {
        let length = |text: &str| Plain::begins(text.as_bytes()).map(|(_, length)| length);
        assert_eq!(length("1.25,3"), Some(4));
        assert_eq!(length("-7\n"), Some(2));
        assert_eq!(length("1.2.3"), Some(3));
        assert_eq!(length(".5;"), Some(2));
        assert_eq!(length("x"), None);
        assert_eq!(length("-,1"), None);
    }
}
