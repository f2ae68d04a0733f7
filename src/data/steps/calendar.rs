//! `calendar`: the year, month, weekday and hour of a time as numbers.

use std::f64::consts::TAU;

use super::{Refusal, StepHalf, Training};
use crate::catalog::dates::civil;
use crate::catalog::steps::calendar::{Calendar, CalendarPart};
use crate::data::values::Values;

const DAY: f64 = 86_400.0;

impl StepHalf for Calendar {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Real { shape, values: times } = values else { return Ok(values) };
        let width = self.width();
        let mut numbers = Vec::with_capacity(times.len() * width);
        for seconds in times {
            if seconds.is_nan() {
                numbers.resize(numbers.len() + width, f64::NAN);
                continue;
            }
            let moment = Moment::of(seconds);
            for part in &self.parts {
                let number = moment.part(*part);
                match part.period().filter(|_| self.cyclic) {
                    // Parts that are counted from 1 start at the angle 0 as well.
                    Some(period) => {
                        let angle = TAU * (number - first(*part)) / period;
                        numbers.extend([angle.sin(), angle.cos()]);
                    }
                    None => numbers.push(number),
                }
            }
        }
        Ok(Values::Real { shape: vec![shape.iter().product::<usize>() * width], values: numbers })
    }
}

/// What a part is counted from.
fn first(part: CalendarPart) -> f64 {
    match part {
        CalendarPart::Month | CalendarPart::Day | CalendarPart::DayOfYear | CalendarPart::Weekday => 1.0,
        _ => 0.0,
    }
}

/// A number of seconds since 1970 as people read it, in UTC.
struct Moment {
    days: f64,
    year: i64,
    month: i64,
    day: i64,
    day_of_year: i64,
    weekday: i64,
    second_of_day: i64,
}

impl Moment {
    fn of(seconds: f64) -> Self {
        let days = (seconds / DAY).floor();
        let (year, month, day) = civil(days as i64);
        // Months counted from March begin on days that a straight line gives.
        let from_march = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let leap = i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
        // The first of March is the 60th day of a common year.
        let day_of_year = if month > 2 { from_march + 60 + leap } else { from_march - 305 };
        Self {
            days: seconds / DAY,
            year,
            month,
            day,
            day_of_year,
            // 1970 began on a Thursday.
            weekday: (days as i64 + 3).rem_euclid(7) + 1,
            second_of_day: (seconds - days * DAY) as i64,
        }
    }

    fn part(&self, part: CalendarPart) -> f64 {
        match part {
            CalendarPart::Year => self.year as f64,
            CalendarPart::Month => self.month as f64,
            CalendarPart::Day => self.day as f64,
            CalendarPart::DayOfYear => self.day_of_year as f64,
            CalendarPart::Weekday => self.weekday as f64,
            CalendarPart::Hour => (self.second_of_day / 3600) as f64,
            CalendarPart::Minute => (self.second_of_day / 60 % 60) as f64,
            CalendarPart::Days => self.days,
        }
    }
}
