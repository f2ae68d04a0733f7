//! Text in a page: escaping, and numbers as a person reads them.

/// Safe inside elements and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Control characters are no HTML; a page says that something was there.
            other if other.is_control() && !matches!(other, '\n' | '\t') => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

/// Four significant digits; exponents for the very small and large.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN".into()
        } else if value > 0.0 {
            "∞".into()
        } else {
            "−∞".into()
        };
    }
    if value == 0.0 {
        return "0".into();
    }
    let magnitude = value.abs().log10().floor();
    let text = if (-4.0..7.0).contains(&magnitude) {
        let decimals = (3.0 - magnitude).clamp(0.0, 7.0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.2e}")
    };
    text.replace('-', "−")
}

/// A number on an axis: as short as it can be.
pub fn tick(value: f64) -> String {
    let magnitude = value.abs();
    let text = if value != 0.0 && !(1e-4..1e6).contains(&magnitude) {
        format!("{value:.0e}")
    } else {
        // Ticks are round numbers; what floating point adds to them is cut.
        let text = format!("{value:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    text.replace('-', "−")
}

/// Whole numbers with thin spaces between thousands.
pub fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// Seconds, or minutes and hours.
pub fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.2} s");
    }
    let whole = seconds.round() as u64;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours} h {minutes:02} min") } else { format!("{minutes} min {rest:02} s") }
}

/// A share as signed percent: `+2.5%`.
pub fn percent(share: f64) -> String {
    format!("{:+.2}%", share * 100.0).replace('-', "−")
}

/// A share as percent without a sign: `2.5%`.
pub fn percent_plain(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escape("<b a=\"'\">&\u{1b}"), "&lt;b a=&quot;&#39;&quot;&gt;&amp;\u{fffd}");
    }

    #[test]
    fn numbers_have_four_digits() {
        let shown: Vec<String> = [0.98765, 123.456, 12345.6, 0.00012345, 1e-9, -2.5, 0.0, f64::NAN].map(number).into();
        assert_eq!(shown, ["0.9877", "123.5", "12346", "0.0001234", "1.00e−9", "−2.500", "0", "NaN"]);
        assert_eq!((tick(0.30000000000000004), tick(-20.0)), ("0.3".into(), "−20".into()));
        assert_eq!((count(1234567), count(12)), ("1\u{202f}234\u{202f}567".into(), "12".into()));
        assert_eq!(
            (duration(1.5), duration(61.0), duration(7260.0)),
            ("1.50 s".into(), "1 min 01 s".into(), "2 h 01 min".into())
        );
        assert_eq!(percent(-0.0251), "−2.51%");
    }
}
