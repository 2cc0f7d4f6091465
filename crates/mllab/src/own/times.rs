//! Time stamps as people write them, compared as instants.
//!
//! The calendar is jiff's. What cannot be told from the column itself (day or month first, a year of two digits) is asked
//! for, with both readings.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::Offset;
use mllab_core::shown;
use std::collections::BTreeSet;

/// What the call says of how stamps are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// 31/03/2024.
    DayFirst,
    /// 03/31/2024.
    MonthFirst,
    /// A pattern as of strftime.
    Pattern(String),
}

impl TimeFormat {
    /// As the call gives it.
    pub fn called(text: &str) -> Self {
        match text {
            "day-first" => TimeFormat::DayFirst,
            "month-first" => TimeFormat::MonthFirst,
            pattern => TimeFormat::Pattern(pattern.into()),
        }
    }
}

/// When rows were recorded.
pub struct Times {
    /// Ascending with time; seconds since 1970 where `stamps` says so.
    pub values: Vec<f64>,
    /// Whether they are stamps, not numbers of an unknown unit.
    pub stamps: bool,
    /// What the numbers count in a second, where they are numbers of one unit.
    pub per_second: Option<f64>,
    /// How they were read.
    pub said: String,
}

/// A cell that is no stamp: its place, and what is the matter.
pub type Fault = (usize, String);

/// A stamp in its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Parts {
    date: Parted,
    /// Hour, minute, second, nanosecond.
    time: Option<[i32; 4]>,
    /// Seconds east of Greenwich.
    zone: Option<i32>,
}

/// A date whose order may be open.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Parted {
    /// Year, month, day.
    Ordered(i32, i32, i32),
    /// Two numbers, of which either may be the month, then the year.
    Open(i32, i32, i32),
    /// A year of two digits, or one that could be.
    ShortYear,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads on through a text.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> &'a str {
        let (head, rest) = self.0.split_at(n);
        self.0 = rest;
        head
    }

    fn eat(&mut self, any: &[char]) -> Option<char> {
        let c = self.0.chars().next().filter(|c| any.contains(c))?;
        self.0 = &self.0[c.len_utf8()..];
        Some(c)
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// A number and how many digits it has.
    fn number(&mut self) -> Option<(i32, usize)> {
        let n = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.0.get(..n).filter(|_| (1..=8).contains(&n))?;
        let value = digits.parse().ok()?;
        self.take(n);
        Some((value, n))
    }

    /// A month's name.
    fn month(&mut self) -> Option<i32> {
        let n = self.0.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = self.0[..n].to_ascii_lowercase();
        let month = MONTHS.iter().position(|month| n >= 3 && word.starts_with(month))?;
        self.take(n);
        self.eat(&['.']);
        Some(month as i32 + 1)
    }

    fn weekday(&mut self) {
        let n = self.0.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = self.0[..n].to_ascii_lowercase();
        if n >= 3 && DAYS.iter().any(|day| word.starts_with(day)) {
            self.take(n);
            self.eat(&[',']);
            self.blanks();
        }
    }

    fn date(&mut self) -> Option<Parted> {
        const BETWEEN: [char; 4] = ['-', '/', '.', ' '];
        if let Some(month) = self.month() {
            self.blanks();
            let (day, _) = self.number().filter(|(_, digits)| *digits <= 2)?;
            self.eat(&[',']);
            self.blanks();
            let (year, digits) = self.number()?;
            return Some(if digits == 4 { Parted::Ordered(year, month, day) } else { Parted::ShortYear });
        }
        let (first, digits) = self.number()?;
        if digits == 8 {
            return Some(Parted::Ordered(first / 10_000, first / 100 % 100, first % 100));
        }
        let between = self.eat(&BETWEEN)?;
        if digits == 4 {
            let month = match self.month() {
                Some(month) => month,
                None => self.number().filter(|(_, digits)| *digits <= 2)?.0,
            };
            let day = match self.0.strip_prefix(between).map(|rest| Reader(rest).number()) {
                Some(Some((day, digits))) if digits <= 2 && between != ' ' => {
                    self.take(between.len_utf8() + digits);
                    day
                }
                _ => 1,
            };
            return Some(Parted::Ordered(first, month, day));
        }
        if digits > 2 {
            return None;
        }
        if let Some(month) = self.month() {
            self.eat(&[between])?;
            let (year, digits) = self.number()?;
            return Some(if digits == 4 { Parted::Ordered(year, month, first) } else { Parted::ShortYear });
        }
        let (second, _) = self.number().filter(|(_, digits)| *digits <= 2)?;
        self.eat(&[between]).filter(|between| *between != ' ')?;
        let (year, digits) = self.number()?;
        match (digits, between) {
            // Nobody writes 03.31.2024.
            (4, '.') => Some(Parted::Ordered(year, second, first)),
            (4, _) => Some(Parted::Open(first, second, year)),
            (2, _) => Some(Parted::ShortYear),
            _ => None,
        }
    }

    fn time(&mut self) -> Option<[i32; 4]> {
        let (first, digits) = self.number()?;
        let (mut time, mut to_the_second) = ([first, 0, 0, 0], digits == 6);
        if digits > 2 {
            time = match digits {
                4 => [first / 100, first % 100, 0, 0],
                6 => [first / 10_000, first / 100 % 100, first % 100, 0],
                _ => return None,
            };
        } else if self.eat(&[':']).is_some() {
            time[1] = self.number().filter(|(_, digits)| *digits <= 2)?.0;
            if self.eat(&[':']).is_some() {
                time[2] = self.number().filter(|(_, digits)| *digits <= 2)?.0;
                to_the_second = true;
            }
        }
        if to_the_second && self.eat(&['.', ',']).is_some() {
            let n = self.0.bytes().take_while(u8::is_ascii_digit).count();
            let nine: String = self.take(n).chars().chain("000000000".chars()).take(9).collect();
            time[3] = nine.parse().ok().filter(|_| n > 0)?;
        }
        let lower = self.0.trim_start().to_ascii_lowercase();
        let half = ["a.m.", "p.m.", "am", "pm"].into_iter().find(|half| lower.starts_with(half));
        if let Some(half) = half {
            self.blanks();
            self.take(half.len());
            if !(1..=12).contains(&time[0]) {
                return None;
            }
            time[0] = time[0] % 12 + if half.starts_with('p') { 12 } else { 0 };
        }
        Some(time)
    }

    /// The zone's seconds east of Greenwich; nothing where what stands there is none.
    fn zone(&mut self) -> Option<i32> {
        if ["z", "utc", "gmt"].iter().any(|zone| self.0.eq_ignore_ascii_case(zone)) {
            return Some(0);
        }
        let east = if self.eat(&['+', '-', '−'])? == '+' { 1 } else { -1 };
        let (first, digits) = self.number()?;
        let (hours, minutes) = match digits {
            1 | 2 if self.eat(&[':']).is_some() => (first, self.number().filter(|(_, digits)| *digits == 2)?.0),
            1 | 2 => (first, 0),
            4 => (first / 100, first % 100),
            _ => return None,
        };
        // The name of the place behind an offset says nothing more.
        let done = self.0.is_empty() || (self.0.starts_with('[') && self.0.ends_with(']'));
        (done && hours < 19 && minutes < 60).then_some(east * (3600 * hours + 60 * minutes))
    }
}

/// A stamp's parts; nothing where the text is none.
fn parts(cell: &str) -> Option<Parts> {
    let mut reader = Reader(cell.trim());
    reader.weekday();
    let date = reader.date()?;
    if reader.0.is_empty() {
        return Some(Parts { date, time: None, zone: None });
    }
    reader.eat(&['T', 't', ' ', ':', ',', '_'])?;
    reader.blanks();
    let time = Some(reader.time()?);
    reader.blanks();
    let zone = if reader.0.is_empty() { None } else { Some(reader.zone()?) };
    Some(Parts { date, time, zone })
}

impl Parts {
    /// Seconds since 1970, of the clock in Greenwich where there is no zone; or why there is no such moment.
    fn seconds(self, day_first: bool) -> Result<f64, String> {
        let (year, month, day) = match self.date {
            Parted::Ordered(year, month, day) => (year, month, day),
            Parted::Open(a, b, year) => {
                if day_first {
                    (year, b, a)
                } else {
                    (year, a, b)
                }
            }
            Parted::ShortYear => return Err(SHORT_YEAR.into()),
        };
        let [hour, minute, second, nano] = self.time.unwrap_or_default();
        let no = "is no moment that there is";
        let date =
            Date::new(year as i16, month as i8, day as i8).map_err(|_| "is no day of the calendar".to_string())?;
        let time =
            Time::new(hour as i8, minute as i8, if second == 60 { 59 } else { second } as i8, nano).map_err(|_| no)?;
        instant(DateTime::from_parts(date, time), self.zone.unwrap_or(0)).ok_or_else(|| no.into())
    }
}

const SHORT_YEAR: &str = "has a year of two digits; say --time-format with a pattern, for example %d/%m/%y";

fn instant(moment: DateTime, zone: i32) -> Option<f64> {
    let stamp = Offset::from_seconds(zone).ok()?.to_timestamp(moment).ok()?;
    Some(stamp.as_second() as f64 + f64::from(stamp.subsec_nanosecond()) / 1e9)
}

/// Whether a cell is a date, with a time of day or without.
pub fn is_stamp(cell: &str) -> bool {
    cell.parse::<f64>().is_err() && parts(cell).is_some()
}

/// Reads a column of stamps, or of numbers that count from 1970 or in a unit of their own.
///
/// # Errors
///
/// The first cell that is no stamp, or that could be two.
pub fn read(cells: &[&str], told: Option<&TimeFormat>) -> Result<Times, Fault> {
    if let Some(TimeFormat::Pattern(pattern)) = told {
        return patterned(cells, pattern);
    }
    if let Some(times) = numbers(cells) {
        return Ok(times);
    }
    let mut all = Vec::with_capacity(cells.len());
    for (i, cell) in cells.iter().enumerate() {
        let what = "is neither a number nor a time like 2024-03-31, 2024-03-31 08:00 or 2024-03-31T08:00+01:00";
        all.push(parts(cell).ok_or_else(|| (i, what.to_string()))?);
    }
    if let Some(bare) = all.iter().position(|parts| parts.zone.is_none())
        && let Some(zoned) = all.iter().position(|parts| parts.zone.is_some())
    {
        let what = format!("has no zone, but \"{}\" has one; they cannot be compared", shown::name(cells[zoned]));
        return Err((bare, what));
    }
    let day_first = day_first(cells, &all, told)?;
    let mut values = Vec::with_capacity(all.len());
    for (i, parts) in all.iter().enumerate() {
        values.push(parts.seconds(day_first).map_err(|what| (i, what))?);
    }
    let zones: BTreeSet<i32> = all.iter().filter_map(|parts| parts.zone).collect();
    let mut said = "a date".to_string();
    if all.iter().any(|parts| matches!(parts.date, Parted::Open(..))) {
        said.push_str(if day_first { ", day first" } else { ", month first" });
    }
    if zones.len() > 1 {
        said.push_str(&format!(", {} zones compared as instants", zones.len()));
    }
    Ok(Times { values, stamps: true, per_second: None, said })
}

/// Whether the day stands before the month.
fn day_first(cells: &[&str], all: &[Parts], told: Option<&TimeFormat>) -> Result<bool, Fault> {
    match told {
        Some(TimeFormat::DayFirst) => return Ok(true),
        Some(TimeFormat::MonthFirst) => return Ok(false),
        _ => {}
    }
    let open = |test: &dyn Fn(i32, i32) -> bool| {
        all.iter().position(|parts| matches!(parts.date, Parted::Open(a, b, _) if test(a, b)))
    };
    match (open(&|a, _| a > 12), open(&|_, b| b > 12)) {
        (Some(day), Some(month)) => Err((
            day.max(month),
            format!("has day and month in another order than \"{}\"", shown::name(cells[day.min(month)])),
        )),
        (Some(_), None) => Ok(true),
        (None, Some(_)) => Ok(false),
        (None, None) => match open(&|a, b| a != b) {
            None => Ok(true),
            Some(i) => {
                let Parted::Open(a, b, year) = all[i].date else { return Ok(true) };
                let what = format!(
                    "reads as day {a} of month {b} and as month {a}, day {b} of {year}; say --time-format day-first or month-first"
                );
                Err((i, what))
            }
        },
    }
}

/// Stamps of a pattern that the call gives.
fn patterned(cells: &[&str], pattern: &str) -> Result<Times, Fault> {
    let mut values = Vec::with_capacity(cells.len());
    for (i, cell) in cells.iter().enumerate() {
        let read = || -> Option<f64> {
            let parsed = strtime::parse(pattern, cell).ok()?;
            let moment = parsed.to_datetime().ok().or_else(|| parsed.to_date().ok().map(DateTime::from))?;
            instant(moment, parsed.offset().map_or(0, Offset::seconds))
        };
        values.push(read().ok_or_else(|| (i, format!("does not read as --time-format {}", shown::visible(pattern))))?);
    }
    Ok(Times { values, stamps: true, per_second: None, said: format!("a date as {}", shown::visible(pattern)) })
}

/// Numbers as times; nothing where a cell is none.
fn numbers(cells: &[&str]) -> Option<Times> {
    // Whole numbers from their digits: nanoseconds have more than a float holds.
    let seconds = |cell: &str, per: i128| -> Option<f64> {
        match cell.parse::<i128>() {
            Ok(whole) => Some((whole / per) as f64 + (whole % per) as f64 / per as f64),
            Err(_) => cell.parse::<f64>().ok().map(|value| value / per as f64),
        }
    };
    let values: Vec<f64> = cells.iter().map(|cell| cell.parse::<f64>().ok()).collect::<Option<_>>()?;
    // From 1979 to 2103.
    let units = [("seconds", 1), ("milliseconds", 1000), ("microseconds", 1_000_000), ("nanoseconds", 1_000_000_000)];
    let unit = |value: f64| units.iter().position(|(_, per)| (3e8..4.2e9).contains(&(value / f64::from(*per))));
    let found: Option<Vec<usize>> = values.iter().map(|&value| unit(value)).collect();
    if let Some(found) = found.filter(|found| !found.is_empty()) {
        let seen: BTreeSet<usize> = found.iter().copied().collect();
        let names: Vec<&str> = seen.iter().map(|&unit| units[unit].0).collect();
        let per_second = seen.first().filter(|_| seen.len() == 1).map(|&unit| f64::from(units[unit].1));
        let said = format!("{} since 1970", names.join(" and "));
        let values = cells.iter().zip(found).map(|(cell, unit)| seconds(cell, units[unit].1.into()));
        return Some(Times { values: values.collect::<Option<_>>()?, stamps: true, per_second, said });
    }
    if let Some(times) = excel_days(&values) {
        return Some(times);
    }
    // 20240331 is a day.
    let is_day = |cell: &&str| cell.len() == 8 && (cell.starts_with("19") || cell.starts_with("20"));
    if !cells.is_empty() && cells.iter().all(is_day) {
        let days: Option<Vec<f64>> = cells.iter().map(|cell| parts(cell)?.seconds(true).ok()).collect();
        if let Some(values) = days {
            return Some(Times { values, stamps: true, per_second: None, said: "a date".into() });
        }
    }
    Some(Times { values, stamps: false, per_second: None, said: "a number".into() })
}

/// Days since the end of 1899 with a time of day, between 2000 and 2050, as Excel stores them.
fn excel_days(values: &[f64]) -> Option<Times> {
    const UNTIL_1970: f64 = 25_569.0;
    let days = (36_526.0..54_789.0, 86_400.0);
    let fits = values.iter().all(|value| days.0.contains(value)) && values.iter().any(|value| value.fract() != 0.0);
    // To the millisecond: a day's fraction is rounded where it was written.
    let second = |day: &f64| ((day - UNTIL_1970) * days.1 * 1000.0).round() / 1000.0;
    fits.then(|| {
        let values = values.iter().map(second).collect();
        Times { values, stamps: true, per_second: Some(1.0 / days.1), said: "Excel's days".into() }
    })
}

/// Seconds that a number of a column of this name counts, where the name is a unit.
pub fn unit(name: &str) -> Option<f64> {
    let name = name.trim().to_lowercase();
    let units = [
        ("second", 1.0),
        ("sec", 1.0),
        ("s", 1.0),
        ("minute", 60.0),
        ("min", 60.0),
        ("hour", 3600.0),
        ("day", 86_400.0),
    ];
    units
        .into_iter()
        .find(|(unit, _)| name == *unit || name.strip_suffix('s') == Some(unit))
        .map(|(_, seconds)| seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(cells: &[&str]) -> Result<Vec<f64>, String> {
        read(cells, None).map(|times| times.values).map_err(|(i, what)| format!("{i}: {what}"))
    }

    #[test]
    fn one_moment_is_one_however_it_is_written() {
        // 2024-03-04 14:05:00 in Greenwich, from `date -u -d @1709561100`.
        for cell in [
            "2024-03-04T14:05:00Z",
            "2024-03-04 14:05",
            "2024-3-4 14:5",
            "2024/03/04 2:05 PM",
            "2024-03-04T23:05:00+09:00",
            "2024-03-04 08:05:00-0600",
            "2024-03-04 08:05:00.000 -06",
            "20240304T140500Z",
            "04.03.2024 14:05",
            "4 Mar 2024 14:05",
            "Mon, 04 Mar 2024 14:05:00 GMT",
            "March 4, 2024 2:05pm",
            "04/Mar/2024:15:05:00 +0100",
            "2024-03-04T15:05:00+01:00[Europe/Berlin]",
            "1709561100",
            "1709561100000",
            "1709561100000000000",
        ] {
            assert_eq!(seconds(&[cell]), Ok(vec![1_709_561_100.0]), "{cell}");
        }
        assert_eq!(seconds(&["13/03/2024", "04/03/2024"]), Ok(vec![1_710_288_000.0, 1_709_510_400.0]));
        assert_eq!(seconds(&["03/13/2024", "03/04/2024"]), Ok(vec![1_710_288_000.0, 1_709_510_400.0]));
        assert_eq!(seconds(&["2024-03-04 00:00:00.25"]), Ok(vec![1_709_510_400.25]));
        assert_eq!(seconds(&["12:30 AM".replace("12:30", "2024-03-04 12:30").as_str()]), Ok(vec![1_709_512_200.0]));
        assert_eq!(seconds(&["45355.586805556", "45355"]).unwrap()[0], 1_709_561_100.0, "Excel's 2024-03-04 14:05");
        assert_eq!(seconds(&["3", "1"]), Ok(vec![3.0, 1.0]));
    }

    #[test]
    fn what_is_no_moment_or_two_is_refused_where_it_stands() {
        for (cells, words) in [
            (&["2024-01-01", "2024-13-01"][..], "1: is no day"),
            (&["2024-02-30"], "0: is no day"),
            (&["2023-02-29"], "0: is no day"),
            (&["2024-01-01 25:00"], "0: is no moment"),
            (&["2024-01-01 10:00:61"], "0: is no moment"),
            (&["Mar 257, 2024"], "0: is neither"),
            (&["2024-01-01 banana"], "0: is neither"),
            (&["2024-03-05 morning"], "0: is neither"),
            (&["12:30"], "0: is neither"),
            (&["2024-01-01 10:00", "2024-01-01 10:00Z"], "0: has no zone"),
            (&["03/04/2024"], "day 3 of month 4 and as month 3, day 4"),
            (&["13/04/2024", "04/13/2024"], "1: has day and month in another order"),
            (&["24-03-31"], "year of two digits"),
            (&["2024-01-01 10:00 CET"], "0: is neither"),
        ] {
            let error = seconds(cells).unwrap_err();
            assert!(error.contains(words), "{cells:?}: {error}");
        }
        let told = TimeFormat::called("%d.%m.%y %H:%M");
        assert_eq!(read(&["04.03.24 14:05"], Some(&told)).unwrap().values, [1_709_561_100.0]);
        let told = TimeFormat::called("month-first");
        assert_eq!(read(&["03/04/2024"], Some(&told)).unwrap().values, [1_709_510_400.0]);
    }
}
