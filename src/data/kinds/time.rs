//! `time`: seconds since 1970, from dates, points in time and plain seconds.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};

use super::{Cells, KindHalf, Spelling};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::time::Time;
use crate::check::pipeline::Operand;
use crate::data::labels::{LabelColumn, LabelValues};
use crate::data::values::Values;

#[derive(Default)]
struct TimeCells(Vec<Option<f64>>);

impl Cells for TimeCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        let seconds = parse(cell);
        self.0.push(seconds);
        match seconds {
            Some(_) => Ok(()),
            None => Err("no date (such as `2026-11-23` or `2026-11-23T20:17:00Z`) and no number of seconds".into()),
        }
    }

    fn push_missing(&mut self) {
        self.0.push(None);
    }

    fn finish(self: Box<Self>) -> ArrayRef {
        Arc::new(Float64Array::from(self.0))
    }
}

/// Seconds since 1970-01-01T00:00:00Z. A date without a time is its midnight; without a zone, it is in UTC.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    match date(text) {
        Some((days, rest)) => Some(days as f64 * 86_400.0 + clock(rest)?),
        None => text.parse::<f64>().ok().filter(|seconds| seconds.is_finite()),
    }
}

/// The days since 1970 of a leading `2026-11-23`, and what follows.
fn date(text: &str) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(10)?;
    let mut parts = head.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let digits =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i64>().ok()).flatten();
    let (year, month, day) = (digits(year)?, digits(month)?, digits(day)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=12).contains(&month) || day < 1 || day > lengths[month as usize - 1] {
        return None;
    }
    // Years counted from March put the leap day at the end.
    let shifted = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = 365 * shifted + shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400) + day_of_year;
    Some((days - 719_468, rest))
}

/// The seconds of `T20:17:00.5+02:00`; nothing is midnight.
fn clock(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let text = text.strip_prefix(['T', 't', ' '])?;
    let (time, zone) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let offset = match zone {
        "" | "Z" | "z" => 0.0,
        zone => {
            let sign = if zone.starts_with('-') { -1.0 } else { 1.0 };
            let digits = zone[1..].replace(':', "");
            if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let (hours, minutes): (f64, f64) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
            sign * (hours * 3600.0 + minutes * 60.0)
        }
    };
    let mut parts = time.trim().split(':');
    let hours: u32 = parts.next()?.parse().ok().filter(|hours| *hours < 24)?;
    let minutes: u32 = parts.next()?.parse().ok().filter(|minutes| *minutes < 60)?;
    let seconds: f64 = match parts.next() {
        Some(seconds) => seconds.parse().ok().filter(|seconds| (0.0..=60.0).contains(seconds))?,
        None => 0.0,
    };
    if parts.next().is_some() {
        return None;
    }
    Some(f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0 + seconds - offset)
}

/// The date of a number of seconds since 1970, and its time if it is not midnight.
fn show(seconds: f64) -> String {
    let days = (seconds / 86_400.0).floor();
    let rest = seconds - days * 86_400.0;
    // Howard Hinnant's days-to-civil, with years from March.
    let shifted = days as i64 + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let date = format!("{year:04}-{month:02}-{day:02}");
    let whole = rest as i64;
    match whole {
        0 => date,
        _ => format!("{date}T{:02}:{:02}:{:02}Z", whole / 3600, whole / 60 % 60, whole % 60),
    }
}

impl KindHalf for Time {
    fn cells(&self, _spelling: Spelling) -> Box<dyn Cells> {
        Box::<TimeCells>::default()
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        let rows = columns.first().map_or(0, |column| column.len());
        let mut values = vec![f64::NAN; rows * columns.len()];
        for (place, column) in columns.iter().enumerate() {
            let Some(seconds) = column.as_primitive_opt::<Float64Type>() else { continue };
            for row in (0..rows).filter(|row| seconds.is_valid(*row)) {
                values[row * columns.len() + place] = seconds.value(row);
            }
        }
        Values::Real { shape: if columns.len() == 1 { Vec::new() } else { vec![columns.len()] }, values }
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        let Values::Real { values, .. } = self.values(columns, &[], Reading::Label, &[]) else {
            return LabelColumn::without_values(columns);
        };
        LabelColumn {
            present: values.iter().map(|value| !value.is_nan()).collect(),
            values: LabelValues::Numbers {
                width: 1,
                values: values.into_iter().map(|value| if value.is_nan() { 0.0 } else { value }).collect(),
            },
        }
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        let seconds = column.as_primitive_opt::<Float64Type>()?;
        seconds.is_valid(row).then(|| seconds.value(row).to_string())
    }

    fn compare(&self, column: &ArrayRef, row: usize, operand: &Operand) -> Option<Ordering> {
        let seconds = column.as_primitive_opt::<Float64Type>().filter(|seconds| seconds.is_valid(row))?.value(row);
        match operand {
            Operand::Number(operand) => seconds.partial_cmp(operand),
            Operand::Text(operand) => seconds.partial_cmp(&parse(operand)?),
        }
    }

    fn describe(&self, column: &ArrayRef, _classes: &[String]) -> String {
        let seconds = column.as_primitive_opt::<Float64Type>().into_iter().flatten().flatten();
        let (least, most) = seconds
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)));
        if least > most { "no values".into() } else { format!("{} to {}", show(least), show(most)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, show};

    #[test]
    fn dates_are_seconds_since_1970() {
        // `date -u -d … +%s` of GNU coreutils.
        for (text, seconds) in [
            ("1970-01-01", 0.0),
            ("2026-11-23T20:17:00Z", 1_795_465_020.0),
            ("2000-02-29 12:00", 951_825_600.0),
            ("1969-12-31T23:59:59", -1.0),
            ("2024-03-01T00:00:00+02:00", 1_709_244_000.0),
            ("1700000000.5", 1_700_000_000.5),
        ] {
            assert_eq!(parse(text), Some(seconds), "for {text}");
        }
        for date in ["1970-01-01", "2000-02-29", "1969-12-31", "2026-11-23T20:17:00Z", "1600-03-01", "2400-12-31"] {
            assert_eq!(parse(date).map(show).as_deref(), Some(date));
        }
        for bad in ["2023-02-29", "2023-13-01", "soon", "2023-01-01T25:00", "2023-1-1", "", "inf", "２０２３-01-01"]
        {
            assert_eq!(parse(bad), None, "for {bad}");
        }
    }
}
