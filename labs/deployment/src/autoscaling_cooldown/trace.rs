//! A user's load: one row a minute, or rows as far apart as their time stamps say.
//!
//! Counts become rates. Where a stamp is missing nothing is known: the fleet goes on, no request is drawn, and an alarm has
//! no data.

use mllab_core::prelude::*;
use mllab_kit::autoscale::{Endpoint, load::Load};
use shown::{number, percent, whole};

/// Minutes that are simulated; of a longer trace the first so many, since what follows depends on what came before.
pub const MOST_MINUTES: usize = 20_000;
const FEWEST_MINUTES: usize = 30;
/// Rows this much farther apart than the others have a gap between them.
const GAP: f64 = 1.5;

/// A trace by the minute.
pub struct Trace {
    /// Requests a minute; NaN where nothing is known.
    pub load: Load,
    /// Of each minute whether anything is known.
    pub known: Vec<bool>,
    /// Minutes that the file covers.
    pub minutes: usize,
    /// How the rows were taken.
    pub reading: Vec<String>,
}

impl Trace {
    /// The mean rate of the minutes that are known.
    pub fn mean(&self) -> f64 {
        mean_of_known(&self.load.per_minute)
    }

    /// Of values, one a minute, those of minutes that are known.
    pub fn of_known(&self, values: Vec<f64>) -> Vec<f64> {
        values.into_iter().zip(&self.known).filter(|(_, known)| **known).map(|(value, _)| value).collect()
    }
}

/// The mean of rates that are known; 0 where none is.
pub fn mean_of_known(rates: &[f64]) -> f64 {
    let known = || rates.iter().filter(|rate| !rate.is_nan());
    known().sum::<f64>() / known().count().max(1) as f64
}

/// The trace as a load, each minute's requests spread evenly over its seconds.
pub fn of(data: &Dataset, endpoint: &Endpoint) -> Result<Trace, LabError> {
    let column = column(data)?;
    let mut reading = Vec::new();
    let rows: Vec<f64> = match per_minute(&data.feature_names[0]) {
        Some((times, what)) => {
            reading.push(format!("column {} is taken for {what}", data.feature_names[0]));
            column.iter().map(|value| value * times).collect()
        }
        None => column,
    };
    let is_rate = !reading.is_empty();
    let by_minute = if let Some(seconds) = data.time.as_deref().filter(|_| data.stamps) {
        spaced(seconds, &rows, is_rate, &mut reading)?
    } else {
        reading.push("a row is taken for a minute: no column of time stamps says otherwise".into());
        rows.into_iter().map(Some).collect()
    };
    let n = by_minute.len();
    let fewest = FEWEST_MINUTES.max((endpoint.start_up / 60.0).ceil() as usize + 1);
    if n < fewest {
        let what = format!("a trace of {n} minutes is too short: {fewest} or more, longer than the start-up");
        return Err(LabError::Unusable(what));
    }
    if by_minute.iter().flatten().all(|&requests| requests == 0.0) {
        let what = "the trace holds no request at all: at least one minute must have some";
        return Err(LabError::Unusable(what.into()));
    }
    let known: Vec<bool> = by_minute.iter().take(MOST_MINUTES).map(Option::is_some).collect();
    let rates = by_minute.into_iter().take(MOST_MINUTES).flat_map(|requests| [requests.unwrap_or(f64::NAN); 60]);
    Ok(Trace { load: Load { per_minute: rates.collect() }, known, minutes: n, reading })
}

/// The one column, none of it below 0.
fn column(data: &Dataset) -> Result<Vec<f64>, LabError> {
    let (columns, names) = (data.features.ncols(), data.feature_names.join(", "));
    let unusable = |what: String| Err(LabError::Unusable(what));
    if columns != 1 {
        return unusable(format!(
            "a load trace is one column of requests, this table has {columns} ({names}): say which with --column"
        ));
    }
    let column = data.features.column(0).to_vec();
    match column.iter().position(|&requests| requests < 0.0) {
        Some(row) => unusable(format!("data row {} has {} requests: a load is 0 or more", row + 1, column[row])),
        None => Ok(column),
    }
}

/// What makes a rate a minute of a column whose name says that it is a rate.
fn per_minute(name: &str) -> Option<(f64, &'static str)> {
    let name = name.to_lowercase().replace([' ', '-', '/'], "_");
    let has =
        |words: &[&str]| words.iter().any(|word| name.split('_').any(|part| part == *word) || name.ends_with(word));
    if has(&["rpm", "per_minute", "per_min", "_min"]) {
        return Some((1.0, "requests a minute"));
    }
    has(&["rps", "qps", "tps", "per_second", "per_sec", "_s"]).then_some((60.0, "requests a second"))
}

/// Requests a minute from rows at these seconds, which ascend; nothing where no row covers a minute.
fn spaced(
    seconds: &[f64],
    rows: &[f64],
    is_rate: bool,
    reading: &mut Vec<String>,
) -> Result<Vec<Option<f64>>, LabError> {
    let mut at: Vec<(f64, f64)> = Vec::with_capacity(rows.len());
    let mut twice = 0;
    for (&second, &requests) in seconds.iter().zip(rows) {
        match at.last_mut() {
            Some(last) if last.0 == second => {
                last.1 += requests;
                twice += 1;
            }
            _ => at.push((second, requests)),
        }
    }
    let mut steps: Vec<f64> = at.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    if steps.is_empty() {
        return Err(LabError::Unusable(
            "all rows have one time stamp: a trace needs rows that follow each other".into(),
        ));
    }
    steps.sort_by(f64::total_cmp);
    let step = steps[steps.len() / 2];
    let (first, last) = (at[0].0, at[at.len() - 1].0);
    let minutes = ((last + step - first) / 60.0).ceil();
    if minutes > 1e7 {
        return Err(LabError::Unusable(format!("the time stamps span {minutes} minutes: twenty years at most")));
    }
    let (mut sums, mut covered) = (vec![0.0; minutes as usize], vec![0.0; minutes as usize]);
    for (i, &(second, requests)) in at.iter().enumerate() {
        let next = at.get(i + 1).map_or(f64::INFINITY, |row| row.0);
        let length = if next - second <= GAP * step { next - second } else { step };
        let rate = if is_rate { requests } else { requests * 60.0 / length };
        let (from, to) = ((second - first) / 60.0, (second - first + length) / 60.0);
        for minute in from as usize..(to.ceil() as usize).min(sums.len()) {
            let share = (to.min(minute as f64 + 1.0) - from.max(minute as f64)).max(0.0);
            sums[minute] += rate * share;
            covered[minute] += share;
        }
    }
    let known = |(sum, covered): (f64, f64)| (covered > 1e-6).then(|| sum / covered);
    let by_minute: Vec<Option<f64>> = sums.into_iter().zip(covered).map(known).collect();
    let unit = if step >= 60.0 { (step / 60.0, "minutes") } else { (step, "seconds") };
    let counts = if is_rate { "" } else { ", counts made rates a minute" };
    if step != 60.0 {
        reading.push(format!("rows are {} {} apart{counts}", number(unit.0, 4), unit.1));
    }
    if twice > 0 {
        reading.push(format!("{twice} time stamps stand there again: their requests are added"));
    }
    let gaps = by_minute.iter().filter(|minute| minute.is_none()).count();
    if gaps > 0 {
        let of = by_minute.len();
        reading.push(format!("{gaps} of {of} minutes have no row: the fleet goes on, alarms have no data"));
    }
    Ok(by_minute)
}

/// What is said where MaxCapacity, not the policy, drops requests.
pub fn capped(trace: &Trace, endpoint: &Endpoint) -> Option<String> {
    let wanted = (trace.load.peak() / endpoint.goal()).ceil();
    if wanted <= endpoint.most as f64 {
        return None;
    }
    let rates = trace.of_known(trace.load.by_minute());
    let most = endpoint.most as f64 * endpoint.per_instance;
    let above = rates.iter().filter(|rate| **rate > most).count() as f64 / rates.len() as f64;
    Some(format!(
        "the peak of {} requests a minute needs {} instances at the target, MaxCapacity is {}: in {} of minutes even all of them serve less than comes, whatever the policy; --maximum or --per-instance changes that",
        whole(trace.load.peak()),
        whole(wanted),
        endpoint.most,
        percent(above)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(seconds: &[f64], rows: &[f64], is_rate: bool) -> (Vec<Option<f64>>, String) {
        let mut reading = Vec::new();
        let minutes = spaced(seconds, rows, is_rate, &mut reading).unwrap();
        (minutes, reading.join("; "))
    }

    #[test]
    fn counts_become_rates_and_gaps_stay_gaps() {
        let (five, said) = minutes(&[0.0, 300.0, 600.0], &[500.0, 1000.0, 0.0], false);
        assert_eq!(five.len(), 15);
        assert_eq!((five[4], five[5], five[14]), (Some(100.0), Some(200.0), Some(0.0)));
        assert!(said.contains("5 minutes apart"), "{said}");
        let (ten, _) = minutes(&(0..12).map(|i| 10.0 * f64::from(i)).collect::<Vec<_>>(), &[5.0; 12], false);
        assert_eq!(ten.len(), 2);
        assert!(ten.iter().all(|rate| (rate.unwrap() - 30.0).abs() < 1e-9), "{ten:?}");
        let (gap, said) = minutes(&[0.0, 60.0, 120.0, 600.0, 660.0], &[7.0; 5], false);
        assert_eq!((gap.len(), gap[2], gap[3], gap[9], gap[10]), (12, Some(7.0), None, None, Some(7.0)));
        assert!(said.contains("7 of 12 minutes have no row"), "{said}");
        let (rate, _) = minutes(&[0.0, 300.0], &[500.0, 500.0], true);
        assert_eq!(rate[3], Some(500.0), "a rate is one whatever the step");
        let (twice, said) = minutes(&[0.0, 0.0, 60.0], &[3.0, 4.0, 5.0], false);
        assert_eq!(twice, [Some(7.0), Some(5.0)]);
        assert!(said.contains("added"), "{said}");
    }

    #[test]
    fn a_name_tells_a_rate_from_a_count() {
        for (name, times) in [
            ("rpm", Some(1.0)),
            ("requests_per_minute", Some(1.0)),
            ("QPS", Some(60.0)),
            ("requests", None),
            ("load", None),
            ("reqs/s", Some(60.0)),
            ("items", None),
        ] {
            assert_eq!(per_minute(name).map(|(times, _)| times), times, "{name}");
        }
    }
}
