//! Dates and points in time as seconds since 1970: how they are written, read and shown.

/// Seconds of a day.
pub const DAY: f64 = 86_400.0;

/// Plain numbers that pass as seconds without a word: 1973 to 2286. Below lie dates without separators such as `20240101`, years
/// and days; above lie milliseconds.
pub const SECONDS: std::ops::Range<f64> = 1e8..1e10;

/// How a column writes its times.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeFormat {
    /// A count of so many seconds each, from so many seconds after 1970.
    Count { seconds: f64, from: f64 },
    /// As `strftime` has it.
    Pattern(Vec<Piece>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Letter(char),
    Space,
    /// `%Y`, `%m`, …
    Field(char),
}

/// The counts that have names.
const COUNTS: [(&str, f64, f64); 6] = [
    ("seconds", 1.0, 0.0),
    ("milliseconds", 1e-3, 0.0),
    ("microseconds", 1e-6, 0.0),
    ("nanoseconds", 1e-9, 0.0),
    ("days", DAY, 0.0),
    // Day 25569 of a spreadsheet is 1970-01-01.
    ("spreadsheet days", DAY, -25_569.0 * DAY),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl TimeFormat {
    /// # Errors
    /// If it is no format, with what is wrong.
    pub fn parse(text: &str) -> Result<TimeFormat, String> {
        if let Some((_, seconds, from)) = COUNTS.iter().find(|(name, _, _)| *name == text) {
            return Ok(TimeFormat::Count { seconds: *seconds, from: *from });
        }
        let mut pieces = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '%' => match letters.next() {
                    Some('%') => pieces.push(Piece::Letter('%')),
                    Some('F') => pieces.extend(fields("Y-m-d")),
                    Some('T') => pieces.extend(fields("H:M:S")),
                    Some('R') => pieces.extend(fields("H:M")),
                    Some(field) if "YymdejHIMSfpbBaAz".contains(field) => pieces.push(Piece::Field(field)),
                    Some(other) => {
                        return Err(format!("`%{other}` is no part of a time; the usual ones are %Y %m %d %H %M %S"));
                    }
                    None => return Err("it ends in `%`".into()),
                },
                letter if letter.is_whitespace() => pieces.push(Piece::Space),
                letter => pieces.push(Piece::Letter(letter)),
            }
        }
        if !pieces.iter().any(|piece| matches!(piece, Piece::Field('Y' | 'y'))) {
            let counts: Vec<String> = COUNTS.iter().map(|(name, _, _)| format!("{name:?}")).collect();
            return Err(format!(
                "it names no year: write a pattern such as \"%d.%m.%Y\", or one of {}",
                counts.join(", ")
            ));
        }
        Ok(TimeFormat::Pattern(pieces))
    }

    /// The seconds since 1970 that a cell means; `None` if it is not written like this.
    pub fn read(&self, cell: &str) -> Option<f64> {
        match self {
            TimeFormat::Count { seconds, from } => {
                cell.trim().parse::<f64>().ok().filter(|count| count.is_finite()).map(|count| count * seconds + from)
            }
            TimeFormat::Pattern(pieces) => read_pattern(pieces, cell.trim()),
        }
    }
}

fn fields(short: &str) -> Vec<Piece> {
    short
        .chars()
        .map(|letter| if letter.is_ascii_alphabetic() { Piece::Field(letter) } else { Piece::Letter(letter) })
        .collect()
}

fn read_pattern(pieces: &[Piece], text: &str) -> Option<f64> {
    let mut rest = text;
    let (mut year, mut month, mut day, mut of_year) = (0, 1, 1, None);
    let (mut hour, mut minute, mut second, mut offset, mut afternoon) = (0.0, 0.0, 0.0, 0.0, None);
    for piece in pieces {
        match piece {
            Piece::Space => rest = rest.trim_start(),
            Piece::Letter(letter) => rest = rest.strip_prefix(*letter)?,
            Piece::Field(field) => match field {
                'Y' => year = digits(&mut rest, 4, 4)?,
                'y' => {
                    let short = digits(&mut rest, 2, 2)?;
                    year = if short < 69 { 2000 + short } else { 1900 + short };
                }
                'm' => month = digits(&mut rest, 1, 2)?,
                'd' => day = digits(&mut rest, 1, 2)?,
                'e' => {
                    rest = rest.trim_start();
                    day = digits(&mut rest, 1, 2)?;
                }
                'j' => of_year = Some(digits(&mut rest, 1, 3)?),
                'H' | 'I' => hour = digits(&mut rest, 1, 2).filter(|hour| *hour < 24)? as f64,
                'M' => minute = digits(&mut rest, 1, 2).filter(|minute| *minute < 60)? as f64,
                'S' => second += digits(&mut rest, 1, 2).filter(|second| *second <= 60)? as f64,
                'f' => {
                    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
                    second += format!("0.{}", &rest[..length]).parse::<f64>().ok().filter(|_| length > 0)?;
                    rest = &rest[length..];
                }
                'p' => afternoon = Some(word(&mut rest, &["am", "pm"])? == 1),
                'b' | 'B' => month = word(&mut rest, &MONTHS)? as i64 + 1,
                'a' | 'A' => _ = word(&mut rest, &WEEKDAYS)?,
                _ => offset = zone(&mut rest)?,
            },
        }
    }
    if !rest.trim().is_empty() {
        return None;
    }
    match afternoon {
        Some(true) if hour < 12.0 => hour += 12.0,
        Some(false) if hour == 12.0 => hour = 0.0,
        _ => {}
    }
    let days = match of_year {
        Some(of_year) => days(year, 1, 1)? + (1..=366).contains(&of_year).then_some(of_year - 1)?,
        None => days(year, month, day)?,
    };
    Some(days as f64 * DAY + hour * 3600.0 + minute * 60.0 + second - offset)
}

/// A number of so many digits, taken from the front.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if length < least {
        return None;
    }
    let number = rest[..length].parse().ok();
    *rest = &rest[length..];
    number
}

/// One of some words in full or by its first three letters (all of a shorter one), taken from the front: its index.
fn word(rest: &mut &str, words: &[&str]) -> Option<usize> {
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let found = rest[..length].to_ascii_lowercase();
    let index = words.iter().position(|word| found == *word || (word.len() > 3 && found == word[..3]))?;
    *rest = rest[length..].strip_prefix('.').unwrap_or(&rest[length..]);
    Some(index)
}

/// The seconds by which a zone is ahead: `Z`, `+02:00`, `-0530`.
fn zone(rest: &mut &str) -> Option<f64> {
    if let Some(after) = rest.strip_prefix(['Z', 'z']) {
        *rest = after;
        return Some(0.0);
    }
    let sign = if rest.starts_with('-') { -1.0 } else { 1.0 };
    *rest = rest.strip_prefix(['+', '-'])?;
    let hours = digits(rest, 2, 2)?;
    *rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = digits(rest, 2, 2)?;
    Some(sign * (hours as f64 * 3600.0 + minutes as f64 * 60.0))
}

/// The days from 1970-01-01 to a date; `None` if there is no such date.
pub fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=12).contains(&month) || day < 1 || day > lengths[month as usize - 1] {
        return None;
    }
    // Years counted from March put the leap day at the end.
    let shifted = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = 365 * shifted + shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400) + day_of_year;
    Some(days - 719_468)
}

/// Seconds since 1970-01-01T00:00:00Z of `2026-11-23`, `2026-11-23T20:17:00Z` or plain seconds of a sane size. A date without
/// a time is its midnight; without a zone, it is in UTC.
pub fn read(text: &str) -> Option<f64> {
    let text = text.trim();
    match date(text) {
        Some((days, rest)) => Some(days as f64 * DAY + clock(rest)?),
        None => text.parse::<f64>().ok().filter(|seconds| SECONDS.contains(seconds)),
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
    Some((days(digits(year)?, digits(month)?, digits(day)?)?, rest))
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

/// Year, month and day of a number of days since 1970 (Howard Hinnant's days-to-civil for the proleptic Gregorian calendar: years that
/// begin in March put the leap day at their end).
pub fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The date of a number of seconds since 1970, and its time if it is not midnight.
pub fn show(seconds: f64) -> String {
    let days = (seconds / DAY).floor();
    let rest = seconds - days * DAY;
    let (year, month, day) = civil(days as i64);
    let date = format!("{year:04}-{month:02}-{day:02}");
    let whole = rest as i64;
    match whole {
        0 => date,
        _ => format!("{date}T{:02}:{:02}:{:02}Z", whole / 3600, whole / 60 % 60, whole % 60),
    }
}

/// The formats that read all of some cells as times of our age; several if days and months cannot be told apart.
pub fn formats_of<'c>(cells: impl Iterator<Item = &'c str> + Clone) -> Vec<String> {
    const DATES: [&str; 19] = [
        "%Y%m%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%d.%m.%Y",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d-%m-%Y",
        "%m-%d-%Y",
        "%d.%m.%y",
        "%d/%m/%y",
        "%m/%d/%y",
        "%d %b %Y",
        "%d-%b-%Y",
        "%d-%b-%y",
        "%b %d, %Y",
        "%Y%m",
        "%Y-%m",
        "%m/%Y",
        "%Y",
    ];
    const CLOCKS: [&str; 6] = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p"];
    if cells.clone().next().is_none() {
        return Vec::new();
    }
    let ours = days(1800, 1, 1).unwrap_or(0) as f64 * DAY..days(2200, 1, 1).unwrap_or(0) as f64 * DAY;
    let reads = |format: &str| {
        TimeFormat::parse(format).is_ok_and(|parsed| {
            cells.clone().all(|cell| parsed.read(cell).is_some_and(|seconds| ours.contains(&seconds)))
        })
    };
    let patterns = CLOCKS.iter().flat_map(|clock| DATES.iter().map(move |date| format!("{date}{clock}")));
    let found: Vec<String> = patterns.filter(|format| reads(format)).collect();
    if !found.is_empty() {
        return found;
    }
    let within = |range: std::ops::Range<f64>| {
        cells.clone().all(|cell| cell.trim().parse::<f64>().is_ok_and(|number| range.contains(&number)))
    };
    let counts: [(&str, std::ops::Range<f64>); 4] = [
        ("spreadsheet days", 10_000.0..80_000.0),
        ("milliseconds", SECONDS.start * 1e3..SECONDS.end * 1e3),
        ("microseconds", SECONDS.start * 1e6..SECONDS.end * 1e6),
        ("nanoseconds", SECONDS.start * 1e9..SECONDS.end * 1e9),
    ];
    counts.into_iter().filter(|(_, range)| within(range.clone())).map(|(name, _)| name.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::{TimeFormat, formats_of, read, show};

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
            assert_eq!(read(text), Some(seconds), "for {text}");
        }
        for date in ["1970-01-01", "2000-02-29", "1969-12-31", "2026-11-23T20:17:00Z", "1600-03-01", "2400-12-31"] {
            assert_eq!(read(date).map(show).as_deref(), Some(date));
        }
        for bad in [
            "2023-02-29",
            "2023-13-01",
            "soon",
            "2023-01-01T25:00",
            "2023-1-1",
            "",
            "inf",
            "２０２３-01-01",
            "20240101",
            "2024",
            "202401",
            "1700000000000",
            "45292",
            "0",
        ] {
            assert_eq!(read(bad), None, "for {bad}");
        }
    }

    #[test]
    fn formats_read_what_they_say() {
        for (format, cell, wanted) in [
            ("%d.%m.%Y", "23.11.2026", "2026-11-23"),
            ("%d.%m.%Y", "3.1.2026", "2026-01-03"),
            ("%Y%m%d", "20240101", "2024-01-01"),
            ("%m/%d/%y %I:%M %p", "12/31/99 12:05 AM", "1999-12-31T00:05:00Z"),
            ("%d/%m/%y", "01/02/24", "2024-02-01"),
            ("%d %B %Y", "5 march 2020", "2020-03-05"),
            ("%a, %d %b %Y %T %z", "Mon, 23 Nov 2026 22:17:00 +0200", "2026-11-23T20:17:00Z"),
            ("%Y-%j", "2024-060", "2024-02-29"),
            ("%F %R", "2024-02-29 07:30", "2024-02-29T07:30:00Z"),
            ("%Y", "1999", "1999-01-01"),
            ("milliseconds", "1700000000000", "2023-11-14T22:13:20Z"),
            ("spreadsheet days", "45292", "2024-01-01"),
            ("days", "-1", "1969-12-31"),
            ("seconds", "0", "1970-01-01"),
        ] {
            let parsed = TimeFormat::parse(format).unwrap_or_else(|why| panic!("{format}: {why}"));
            assert_eq!(parsed.read(cell).map(show).as_deref(), Some(wanted), "{format} of {cell}");
        }
        let parsed = TimeFormat::parse("%d.%m.%Y").expect("a format");
        for bad in ["31.02.2024", "1.1.24", "2024-01-01", "1.1.2024 x", ""] {
            assert_eq!(parsed.read(bad), None, "{bad}");
        }
        for bad in ["%Q", "%d.%m", "", "%", "sometimes"] {
            assert!(TimeFormat::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn formats_are_recognised() {
        let of = |cells: &[&str]| formats_of(cells.iter().copied());
        assert_eq!(of(&["20240101", "20231231"]), ["%Y%m%d"]);
        assert_eq!(of(&["31.12.2023"]), ["%d.%m.%Y"]);
        assert_eq!(of(&["01/02/2024", "03/04/2024"]), ["%d/%m/%Y", "%m/%d/%Y"]);
        assert_eq!(of(&["01/02/2024", "03/14/2024"]), ["%m/%d/%Y"]);
        assert_eq!(of(&["2024/01/05 10:20"]), ["%Y/%m/%d %H:%M"]);
        assert_eq!(of(&["1700000000000"]), ["milliseconds"]);
        assert_eq!(of(&["45292.5", "45300"]), ["spreadsheet days"]);
        assert_eq!(of(&["1999", "2024"]), ["%Y"]);
        assert!(of(&["0.5"]).is_empty() && of(&[]).is_empty());
    }
}
