//! Functions of times, which are seconds since 1970 in UTC.

use super::{Apply, Function};
use crate::catalog::dates::{DAY, civil};

super::functions! {
    /// `day(time)`: the day of the month, from 1.
    day = Apply::NumberOfTime(|time| civil(days(time)).2 as f64);

    /// `days_between(from, to)`: the days from one time to another, with their fraction; below 0 if `to` is the earlier.
    ///
    /// A time may be written: `days_between(birth, "2026-01-01")`.
    days_between = Apply::NumberOfTimes(|from, to| (to - from) / DAY);

    /// `hour(time)`: the hour of the day, from 0 to 23.
    hour = Apply::NumberOfTime(|time| (of_day(time) / 3600.0).floor());

    /// `minute(time)`: the minute of the hour, from 0 to 59.
    minute = Apply::NumberOfTime(|time| ((of_day(time) / 60.0).floor()).rem_euclid(60.0));

    /// `month(time)`: the month, from 1 for January to 12.
    month = Apply::NumberOfTime(|time| civil(days(time)).1 as f64);

    /// `weekday(time)`: the day of the week, from 1 for Monday to 7 for Sunday.
    weekday = Apply::NumberOfTime(|time| ((days(time) + 3).rem_euclid(7) + 1) as f64);

    /// `year(time)`: the year.
    year = Apply::NumberOfTime(|time| civil(days(time)).0 as f64);
}

fn days(time: f64) -> i64 {
    (time / DAY).floor() as i64
}

/// Seconds since midnight.
fn of_day(time: f64) -> f64 {
    time - (time / DAY).floor() * DAY
}
