//! How a number is written for a person: thin-space thousands, a true minus, as many digits as its interval bears.
//!
//! Files for programs (CSV, JSON) never pass through here.

/// A narrow space that does not break, between thousands and before a per cent sign.
pub const THIN: char = '\u{202f}';
/// The minus sign; a hyphen is too short beside figures.
pub const MINUS: char = '\u{2212}';

/// Names longer than this are cut.
const LONGEST_NAME: usize = 60;

/// Whether a character does something to a page or a terminal instead of standing there: controls, marks that turn the
/// direction of writing, line separators, what is no character at all.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}')
        || c as u32 & 0xfffe == 0xfffe
}

/// Text of a file, a name or a call with every unseen character as a visible escape, on one line.
///
/// ```
/// assert_eq!(mllab_core::shown::visible("a\u{1b}[31m\nb"), "a\\u001b[31m\\nb");
/// ```
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unseen(c) => {
                // As JSON writes it, so that JSON stays JSON.
                let mut halves = [0; 2];
                c.encode_utf16(&mut halves).iter().for_each(|half| out.push_str(&format!("\\u{half:04x}")));
            }
            c => out.push(c),
        }
    }
    out
}

/// [`visible`] text for a terminal, whose line breaks stay.
pub fn on_terminal(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// A name or a cell of a file as it is called everywhere: [`visible`], and cut with its length said where it is long.
///
/// ```
/// use mllab_core::shown::name;
/// assert_eq!(name("height"), "height");
/// assert!(name(&"x".repeat(500)).ends_with("xxx… (500 characters)"));
/// ```
pub fn name(text: &str) -> String {
    let length = text.chars().count();
    if length <= LONGEST_NAME {
        return visible(text);
    }
    let first: String = text.chars().take(LONGEST_NAME - 20).collect();
    format!("{}… ({} characters)", visible(&first), whole(length as f64))
}

/// Text for SVG and HTML, in which an unseen character is a replacement character; line breaks and tabs stay.
///
/// ```
/// assert_eq!(mllab_core::shown::in_markup("a\u{1b}b\n"), "a\u{fffd}b\n");
/// ```
pub fn in_markup(text: &str) -> String {
    text.chars()
        .map(|c| if is_unseen(c) && !matches!(c, '\n' | '\t') { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

/// Names that differ from each other: one that was there before gets a number.
///
/// ```
/// let names = mllab_core::shown::distinct(["c=red", "c", "c=red"].map(String::from).to_vec());
/// assert_eq!(names, ["c=red", "c", "c=red (2)"]);
/// ```
pub fn distinct(names: Vec<String>) -> Vec<String> {
    let mut taken = std::collections::BTreeSet::new();
    let mut one = |name: String| {
        let mut candidate = name.clone();
        let mut number = 2;
        while !taken.insert(candidate.clone()) {
            candidate = format!("{name} ({number})");
            number += 1;
        }
        candidate
    };
    names.into_iter().map(&mut one).collect()
}

/// `value` with `decimals` places, thousands set apart: `−12 345.68`.
///
/// ```
/// assert_eq!(mllab_core::shown::fixed(-12345.678, 2), "\u{2212}12\u{202f}345.68");
/// assert_eq!(mllab_core::shown::fixed(-0.0001, 2), "0.00");
/// ```
pub fn fixed(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        return "–".into();
    }
    if value.is_infinite() {
        return if value < 0.0 { format!("{MINUS}∞") } else { "∞".into() };
    }
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut text = String::new();
    if value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        text.push(MINUS);
    }
    for (i, digit) in whole.chars().enumerate() {
        // Four figures stay together, as typographers set them: 1000, but 10 000.
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() > 4 {
            text.push(THIN);
        }
        text.push(digit);
    }
    text + fraction
}

/// `value` with about `digits` significant figures, without trailing zeros; a power of ten where that is shorter.
///
/// ```
/// use mllab_core::shown::number;
/// assert_eq!(number(0.05, 3), "0.05");
/// assert_eq!(number(1e-12, 3), "10⁻¹²");
/// assert_eq!(number(3.2e9, 3), "3.2 × 10⁹");
/// ```
pub fn number(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return fixed(value, 0);
    }
    let magnitude = value.abs().log10().floor();
    if !(-4.0..7.0).contains(&magnitude) {
        return scientific(value, digits);
    }
    let decimals = (digits as f64 - 1.0 - magnitude).max(0.0) as usize;
    trim_zeros(&fixed(value, decimals))
}

/// Words in which thousands are set apart as everywhere: "5,000 of 100 000 rows" becomes "5000 of 100 000 rows", the
/// gap narrow.
///
/// ```
/// use mllab_core::shown::words;
/// assert_eq!(words("5,000 of 100,000 and 10 000"), "5000 of 100\u{202f}000 and 10\u{202f}000");
/// assert_eq!(words("in 2024, 100 rows of 3,4 and 12 345678"), "in 2024, 100 rows of 3,4 and 12 345678");
/// ```
pub fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        out.push_str(before);
        let (groups, end) = groups(number);
        match groups.as_slice() {
            [first, ..] if groups.len() > 1 && first.len() <= 3 => {
                let apart = if groups.len() > 2 || first.len() > 1 { THIN.to_string() } else { String::new() };
                out.push_str(&groups.join(&apart));
            }
            _ => out.push_str(&number[..end]),
        }
        rest = &number[end..];
    }
    out + rest
}

/// The figures at the start of a text and the groups of three that follow them behind a comma or a blank, and where
/// they end.
fn groups(text: &str) -> (Vec<&str>, usize) {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(text);
    let mut groups = vec![&text[..end]];
    while let Some(next) = text[end..].strip_prefix([',', ' ']).filter(|next| digits(next) == 3) {
        groups.push(&next[..3]);
        end += 4;
    }
    (groups, end)
}

/// A whole number: `1234.4` is `1234`.
pub fn whole(value: f64) -> String {
    fixed(value, 0)
}

/// With one decimal.
pub fn tenths(value: f64) -> String {
    fixed(value, 1)
}

/// With two decimals.
pub fn hundredths(value: f64) -> String {
    fixed(value, 2)
}

/// A share in whole per cent: `0.75` is `75 %`.
///
/// ```
/// assert_eq!(mllab_core::shown::percent(0.754), "75\u{202f}%");
/// ```
pub fn percent(share: f64) -> String {
    percent_to(share, 0)
}

/// A share in per cent with so many decimals.
pub fn percent_to(share: f64, decimals: usize) -> String {
    format!("{}{THIN}%", fixed(100.0 * share, decimals))
}

/// A base-2 logarithm as the ratio that it stands for, in two figures.
///
/// ```
/// assert_eq!(mllab_core::shown::times(2.0), "4");
/// assert_eq!(mllab_core::shown::times(-1.0), "0.5");
/// ```
pub fn times(log2: f64) -> String {
    number(log2.exp2(), 2)
}

/// What a band or a whisker shows: `Mean of 60 runs; band: 99 % interval.`
///
/// ```
/// assert_eq!(mllab_core::shown::mean_of(60, "runs"), "Mean of 60 runs; band: 99\u{202f}% interval.");
/// ```
pub fn mean_of(n: usize, what: &str) -> String {
    format!("Mean of {} {what}; band: 99{THIN}% interval.", whole(n as f64))
}

fn scientific(value: f64, digits: usize) -> String {
    let text = format!("{:.*e}", digits.saturating_sub(1), value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let sign = if value < 0.0 { MINUS.to_string() } else { String::new() };
    let power = format!("10{}", superscript(exponent));
    match trim_zeros(mantissa).as_str() {
        "1" => sign + &power,
        mantissa => format!("{sign}{mantissa} × {power}"),
    }
}

fn trim_zeros(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text.into() }
}

/// An integer's digits as superscripts: `-3` becomes `⁻³`.
pub fn superscript(digits: &str) -> String {
    digits
        .chars()
        .map(|c| match c {
            '-' | MINUS => '⁻',
            c => c.to_digit(10).map_or(c, |d| ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][d as usize]),
        })
        .collect()
}

/// The scale on which a unit is shown: what is measured as a logarithm is read as a ratio, a share as per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The number itself, with its unit's name after it (none for `1`).
    Plain,
    /// A share of one, shown in per cent.
    Percent,
    /// A base-2 logarithm of a ratio, shown as ×.
    Log2Ratio,
    /// A base-10 logarithm of a ratio, shown as ×.
    Log10Ratio,
}

/// How values of `unit` are shown.
pub fn scale_of(unit: &str) -> Scale {
    match unit {
        "share" => Scale::Percent,
        "log2 ratio" => Scale::Log2Ratio,
        "log10 ratio" => Scale::Log10Ratio,
        _ => Scale::Plain,
    }
}

/// A value in its unit with `precision` as the size that still matters (half an interval, say).
///
/// ```
/// use mllab_core::shown::value;
/// assert_eq!(value(0.9931, "share", 0.004), "99.3\u{202f}%");
/// assert_eq!(value(1.0, "log2 ratio", 0.02), "×2.00");
/// assert_eq!(value(128.2, "steps", 3.0), "128\u{202f}steps");
/// ```
pub fn value(value: f64, unit: &str, precision: f64) -> String {
    match scale_of(unit) {
        Scale::Percent => format!("{}{THIN}%", with_precision(100.0 * value, 100.0 * precision)),
        Scale::Log2Ratio => ratio(value.exp2(), precision * std::f64::consts::LN_2),
        Scale::Log10Ratio => ratio(10_f64.powf(value), precision * std::f64::consts::LN_10),
        Scale::Plain if unit == "1" || unit.is_empty() => with_precision(value, precision),
        Scale::Plain => format!("{}{THIN}{unit}", with_precision(value, precision)),
    }
}

/// Like [`value`], without the unit's name: for tables whose head names it.
pub fn bare(v: f64, unit: &str, precision: f64) -> String {
    if scale_of(unit) == Scale::Plain { value(v, "1", precision) } else { value(v, unit, precision) }
}

/// Like [`bare`], for an interval's end in brackets behind a value that has the sign of its unit: "17 % [16, 18]".
pub fn end(v: f64, unit: &str, precision: f64) -> String {
    match scale_of(unit) {
        Scale::Percent => value(100.0 * v, "1", 100.0 * precision),
        _ => bare(v, unit, precision),
    }
}

/// Half the interval, or a thousandth of the point where there is none.
pub fn precision_of(point: f64, low: f64, high: f64) -> f64 {
    let half = (high - low) / 2.0;
    if half.is_finite() && half > 0.0 { half } else { point.abs() / 1000.0 }
}

fn ratio(factor: f64, relative: f64) -> String {
    format!("×{}", with_precision(factor, factor * relative))
}

/// As many decimals as `precision` bears: its own leading digit is the last one shown.
fn with_precision(value: f64, precision: f64) -> String {
    if !value.is_finite() {
        return fixed(value, 0);
    }
    if value.abs() >= 1e7 || (value != 0.0 && value.abs() < 1e-4 && precision < 1e-4) {
        return scientific(value, 3);
    }
    // Five significant figures are the most that anyone reads.
    let most = if value == 0.0 { 6.0 } else { (4.0 - value.abs().log10().floor()).clamp(0.0, 6.0) };
    let decimals = if precision > 0.0 { (-precision.log10().floor()).clamp(0.0, most) as usize } else { 0 };
    fixed(value, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (value, digits, text) in [
            (0.0, 3, "0"),
            (0.1, 3, "0.1"),
            (1000.0, 4, "1000"),
            (12_345.0, 5, "12\u{202f}345"),
            (-0.25, 2, "\u{2212}0.25"),
            (1e-12, 3, "10⁻¹²"),
            (-2.5e12, 2, "\u{2212}2.5 × 10¹²"),
            (f64::NAN, 2, "–"),
            (f64::INFINITY, 2, "∞"),
        ] {
            assert_eq!(number(value, digits), text);
        }
    }

    #[test]
    fn the_precision_sets_the_digits() {
        for (v, unit, precision, text) in [
            (1.000_02, "1", 0.001, "1.000"),
            (0.75, "1", 0.02, "0.75"),
            (1.0, "log2 ratio", 0.015, "×2.00"),
            (0.5, "share", 0.000_5, "50.00\u{202f}%"),
            (f64::NAN, "1", f64::NAN, "–"),
        ] {
            assert_eq!(bare(v, unit, precision), text);
        }
    }
}
