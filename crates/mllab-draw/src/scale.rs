//! From values to places along an axis, and the values that carry a tick.

use mllab_core::figure::{Axis, Format, Scale as Kind};
use mllab_core::shown::{self, THIN};

/// An axis with its ends known.
#[derive(Clone, Debug)]
pub struct Scale {
    log: bool,
    /// Ends, as logarithms on a log axis.
    low: f64,
    high: f64,
    /// Places of the ends in px.
    from: f64,
    to: f64,
}

/// No value of a larger size is drawn, and none of a smaller on a log axis: beyond it sums and ratios of values are no
/// numbers any more.
const FURTHEST: f64 = 1e150;

/// Whether a value has a place on an axis; others are gaps.
pub fn has_place(log: bool, value: f64) -> bool {
    value.is_finite() && value.abs() <= FURTHEST && (!log || 1.0 / FURTHEST <= value)
}

impl Scale {
    pub fn new(log: bool, [low, high]: [f64; 2], [from, to]: [f64; 2]) -> Self {
        let f = |v: f64| if log { v.log10() } else { v };
        Scale { log, low: f(low), high: f(high), from, to }
    }

    /// Where `value` stands; NaN where it stands nowhere (a gap, a number that has no logarithm).
    pub fn px(&self, value: f64) -> f64 {
        if !has_place(self.log, value) {
            return f64::NAN;
        }
        let v = if self.log { value.log10() } else { value };
        // Far outside is far enough: beyond a million px nothing changes in what is seen, and all stays exact.
        (self.from + (self.to - self.from) * ((v - self.low) / (self.high - self.low))).clamp(-1e6, 1e6)
    }

    /// Like [`Scale::px`], but what lies below a log axis stands far below it: for the lower edge of a band or a bar.
    pub fn px_floor(&self, value: f64) -> f64 {
        if self.log && value <= 0.0 { self.from - 1e4 * (self.to - self.from).signum() } else { self.px(value) }
    }
}

/// The values at an axis' ends: as given, or around the data.
pub fn ends(axis: &Axis, data: Option<[f64; 2]>, loose: bool, count: usize) -> [f64; 2] {
    let log = axis.scale == Kind::Log;
    let placed = |[low, high]: &[f64; 2]| has_place(log, *low) && has_place(log, *high);
    let apart = |[low, high]: &[f64; 2]| high - low > 1e-12 * high.abs().max(low.abs());
    if let Some(given) = axis.range.filter(|range| placed(range) && apart(range)) {
        return given;
    }
    if let Kind::Category(names) = &axis.scale {
        return [-0.5, names.len().max(1) as f64 - 0.5];
    }
    // Panels that share a range may not share their scale.
    let data = data.filter(|data| placed(data) && data[0] <= data[1]);
    let [low, high] = data.unwrap_or(if log { [0.1, 10.0] } else { [0.0, 1.0] });
    if log {
        let (a, b) = (low.log10(), high.log10());
        let (a, b) = if b - a < 1e-9 { (a - 0.5, b + 0.5) } else { (a, b) };
        let (a, b) = if loose { (a - 0.04 * (b - a), b + 0.04 * (b - a)) } else { (a, b) };
        // A nearly whole decade is made whole.
        let whole = |v: f64, up: f64| {
            let rounded = if up > 0.0 { (v - 1e-9).ceil() } else { (v + 1e-9).floor() };
            if (rounded - v).abs() < 0.35 * (b - a).min(3.0) && loose { rounded } else { v }
        };
        return [10_f64.powf(whole(a, -1.0)), 10_f64.powf(whole(b, 1.0))];
    }
    if !apart(&[low, high]) {
        let half = if low == 0.0 { 1.0 } else { low.abs() / 2.0 };
        return [low - half, high + half];
    }
    if !loose {
        return [low, high];
    }
    // A range that begins near zero begins at zero.
    let low = if 0.0 < low && low < 0.4 * high { 0.0 } else { low };
    let high = if high < 0.0 && 0.4 * low < high { 0.0 } else { high };
    // Outwards to whole steps, so that the plot ends in grid lines.
    let step = step_for(low, high, count);
    let (first, last) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
    // Where the next grid line is far, a little air does.
    let air = 0.05 * (high - low);
    [
        if low - first > 0.55 * step && low != 0.0 { low - air } else { first },
        if last - high > 0.55 * step && high != 0.0 { high + air } else { last },
    ]
}

/// A step of 1, 2, 2.5 or 5 times a power of ten that cuts the range into about `count` parts.
fn step_for(low: f64, high: f64, count: usize) -> f64 {
    let raw = (high - low) / count.max(2) as f64;
    let power = 10_f64.powf(raw.log10().floor());
    let choices = [1.0, 2.0, 2.5, 5.0, 10.0];
    choices.into_iter().map(|c| c * power).find(|&step| raw <= 1.15 * step).unwrap_or(10.0 * power)
}

/// Ticks with their texts, at least three on an axis of numbers.
pub fn ticks(axis: &Axis, [low, high]: [f64; 2], count: usize) -> Vec<(f64, String)> {
    if let Kind::Category(names) = &axis.scale {
        return names.iter().enumerate().map(|(i, name)| (i as f64, name.clone())).collect();
    }
    if axis.format == Format::Hidden {
        return Vec::new();
    }
    let log = axis.scale == Kind::Log;
    let inside = |v: f64| {
        let slack = if log { 0.0 } else { 1e-9 * (high - low) };
        low * if log { 1.0 - 1e-9 } else { 1.0 } - slack <= v && v <= high * if log { 1.0 + 1e-9 } else { 1.0 } + slack
    };
    let values: Vec<f64> = match &axis.ticks {
        Some(given) => given.iter().copied().filter(|&v| inside(v)).collect(),
        None if log => log_ticks(low, high, count),
        None => linear_ticks(low, high, count, axis.format),
    };
    let step = values.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    values.iter().map(|&v| (v, write(v, &values, step, log, axis.format))).collect()
}

fn linear_ticks(low: f64, high: f64, count: usize, format: Format) -> Vec<f64> {
    let mut count = count.max(3);
    loop {
        let mut step = step_for(low, high, count);
        if format == Format::Times && step < 1.0 && high - low >= 2.0 {
            step = 1.0;
        }
        let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
        let values: Vec<f64> = (first..=last).map(|i| i as f64 * step).collect();
        if values.len() >= 3 || count > 12 {
            return values;
        }
        count += 1;
    }
}

fn log_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let (a, b) = (low.log10(), high.log10());
    let (first, last) = ((a - 1e-9).ceil() as i32, (b + 1e-9).floor() as i32);
    let decades = (last - first + 1).max(0) as usize;
    if decades >= 3 {
        let every = (1..=decades).find(|e| decades.div_ceil(*e) <= count.max(3)).unwrap_or(1);
        // Keep three where a coarse step would leave two.
        let every = if decades.div_ceil(every) < 3 { (decades - 1) / 2 } else { every };
        return (first..=last)
            .filter(|e| e.rem_euclid(every as i32) == 0 || every == 1)
            .map(|e| 10_f64.powi(e))
            .collect::<Vec<_>>();
    }
    for parts in [&[1.0, 3.0][..], &[1.0, 2.0, 5.0], &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0]] {
        let values: Vec<f64> = (first - 1..=last)
            .flat_map(|e| parts.iter().map(move |p| p * 10_f64.powi(e)))
            .filter(|&v| low * (1.0 - 1e-9) <= v && v <= high * (1.0 + 1e-9))
            .collect();
        if values.len() >= 3 {
            return values;
        }
    }
    linear_ticks(low, high, count.min(4), Format::Number).into_iter().filter(|&v| v > 0.0).collect()
}

fn write(v: f64, all: &[f64], step: f64, log: bool, format: Format) -> String {
    let decimals =
        |step: f64| (0..=12).find(|&d| ((step * 10_f64.powi(d)).round() / 10_f64.powi(d) / step - 1.0).abs() < 1e-6);
    match format {
        Format::Hidden => String::new(),
        Format::Percent => {
            let d = decimals(step * 100.0).unwrap_or(1);
            format!("{}{THIN}%", shown::fixed(100.0 * v, d as usize))
        }
        Format::Times => match v {
            -1.0 => "×½".into(),
            -2.0 => "×¼".into(),
            _ => format!("×{}", shown::number(v.exp2(), 3)),
        },
        Format::Number if log => {
            let e = v.log10();
            let whole = (e - e.round()).abs() < 1e-9;
            if whole && !(-3.5..=3.5).contains(&e) {
                format!("10{}", shown::superscript(&format!("{}", e.round() as i32)))
            } else if (-4.0..6.0).contains(&e) {
                shown::number(v, 6)
            } else {
                shown::number(v, 2)
            }
        }
        Format::Number => {
            let largest = all.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            if !(1e-3..1e7).contains(&largest) {
                return shown::number(v, 3);
            }
            if v == 0.0 { "0".into() } else { shown::fixed(v, decimals(step).unwrap_or(6) as usize) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_without_end_is_drawn_around_its_data() {
        let around = ends(&Axis::log("x"), Some([1.0, 100.0]), true, 5);
        for [low, high] in [[0.0, 1.0], [1.0, f64::INFINITY], [1.0, f64::MAX], [1e-300, 1.0], [2.0, 1.0], [1.0, 1.0]] {
            let axis = Axis::log("x").range(low, high);
            assert_eq!(ends(&axis, Some([1.0, 100.0]), true, 5), around, "[{low}, {high}]");
            assert!(ticks(&axis, around, 5).len() >= 3);
        }
        let scale = Scale::new(false, [0.0, 1.0], [0.0, 100.0]);
        assert!(scale.px(1e151).is_nan() && scale.px(f64::NAN).is_nan() && scale.px(1e9) == 1e6);
        let names = Axis::category("x", ["a", "b"]);
        assert_eq!(ends(&names.clone().range(f64::NEG_INFINITY, 1.0), None, true, 5), ends(&names, None, true, 5));
    }

    fn texts(axis: &Axis, range: [f64; 2]) -> Vec<String> {
        ticks(axis, range, 5).into_iter().map(|t| t.1).collect()
    }

    #[test]
    fn at_least_three_ticks_on_every_range() {
        for low in [-1e12_f64, -3.7, 0.0, 1e-12, 0.999, 1.0, 12_345.0] {
            for span in [1e-9, 0.003, 0.7, 1.0, 9.3, 1e4, 1e12] {
                let range = [low, low + span];
                if range[0] + 1e-6 * span <= range[0] || (span / low.abs().max(1e-300)) < 1e-9 {
                    continue;
                }
                for count in [3, 5, 8] {
                    let n = ticks(&Axis::linear(""), range, count).len();
                    assert!((3..=16).contains(&n), "{range:?} {count}: {n}");
                    if 0.0 < low && span / low > 1e-6 {
                        let n = ticks(&Axis::log(""), range, count).len();
                        assert!((3..=16).contains(&n), "log {range:?} {count}: {n}");
                    }
                }
            }
        }
    }

    #[test]
    fn ticks_are_written_as_people_write_them() {
        assert_eq!(texts(&Axis::log(""), [1e-3, 1e4]), ["0.01", "1", "100", "10⁴"]);
        assert_eq!(texts(&Axis::linear(""), [-1.0, 1.0]), ["−1.0", "−0.5", "0", "0.5", "1.0"]);
        assert_eq!(texts(&Axis::linear("").format(Format::Percent), [0.0, 1.0])[1], "20\u{202f}%");
        assert_eq!(texts(&Axis::linear("").format(Format::Times), [-2.0, 2.0]), ["×¼", "×½", "×1", "×2", "×4"]);
        assert_eq!(texts(&Axis::linear(""), [0.0, 1e12])[1], "2 × 10¹¹");
    }

    #[test]
    fn gaps_are_gaps() {
        let scale = Scale::new(true, [0.1, 10.0], [0.0, 100.0]);
        assert!(scale.px(-1.0).is_nan() && scale.px(0.0).is_nan() && scale.px(f64::NAN).is_nan());
        assert!((scale.px(1.0) - 50.0).abs() < 1e-9);
    }
}
