//! `calendar`: the year, month, weekday and hour of a time as numbers.

use super::{Step, refuse};
use crate::catalog::{Dim, Kind, ShapeError, Type};

crate::words! {
    /// A part of a date or a time of day.
    pub enum CalendarPart {
        Year = "year",
        Month = "month",
        Day = "day",
        DayOfYear = "day_of_year",
        Weekday = "weekday",
        Hour = "hour",
        Minute = "minute",
        Days = "days",
    }
}

impl CalendarPart {
    /// After how many steps it starts anew; `None` if it never does.
    pub fn period(self) -> Option<f64> {
        match self {
            CalendarPart::Year | CalendarPart::Days => None,
            CalendarPart::Month => Some(12.0),
            CalendarPart::Day => Some(31.0),
            CalendarPart::DayOfYear => Some(366.0),
            CalendarPart::Weekday => Some(7.0),
            CalendarPart::Hour => Some(24.0),
            CalendarPart::Minute => Some(60.0),
        }
    }
}

crate::entry! {
    /// Parts of a time as numbers: `calendar(month, weekday)`.
    ///
    /// `year`, `month` (1 to 12), `day` (1 to 31), `day_of_year` (1 to 366), `weekday` (Monday is 1), `hour` (0 to 23),
    /// `minute` (0 to 59), and `days`, the days since 1970 with their fraction, for a trend. All are those of UTC.
    ///
    /// Parts that start anew (all but `year` and `days`) stand on a circle, as the sine and cosine of their angle, so that
    /// December lies beside January; with `cyclic: false` they are plain numbers. A missing time is missing in every number.
    /// Shape: `time[rows]` to `f32[rows, n]`, where a part on a circle counts twice; several times read together stand side by side.
    pub struct Calendar = "calendar" {
        /// Which parts, in this order.
        pos parts: Vec<CalendarPart> =
            vec![CalendarPart::Year, CalendarPart::Month, CalendarPart::Weekday, CalendarPart::Hour];
        /// Whether parts that start anew stand on a circle.
        cyclic: bool = true;
    }
}

impl Calendar {
    /// How many numbers come of one time.
    pub fn width(&self) -> usize {
        self.parts.iter().map(|part| if self.cyclic && part.period().is_some() { 2 } else { 1 }).sum()
    }
}

impl Step for Calendar {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        if input.kind != Kind::Time {
            let error = refuse("calendar", "times", input);
            return Err(error.help("declare the column as `time`"));
        }
        if self.parts.is_empty() {
            return Err(ShapeError::new("`calendar` needs parts").help("write `calendar(month, weekday)`"));
        }
        let times = input.axes.get(1).map_or(Dim::int(1), |axis| axis.size.clone());
        let width = times * Dim::int(self.width() as i64);
        Ok(Type::real(input.rows().clone(), [width]))
    }
}
